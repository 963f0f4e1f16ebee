//! `[[flag]]`: which values of which column get a sign in the grid; whether the table and the column
//! exist is known only once they are read.

use toml::Spanned;
use toml::de::DeValue;

use super::ConfigError;
use super::read::Source;
use crate::domain::flag::{self, FlagRule};
use crate::domain::glyph;

/// The keys of one rule.
const KEYS: &[&str] = &["table", "when", "sign"];

/// The sign where none is given.
const SIGN: char = '!';

/// The part of the example that shows a rule.
pub const EXAMPLE: &str = "
# Values that get a sign and a colour in the grid: a column, one of < <= = != >= >, and a value (a day
# also in words such as today, +3d, fri) or another column; or \"COLUMN is empty\", \"COLUMN is not
# empty\". Of several that hold for a value the first counts. The sign is one character; ! by default.
#[[flag]]
#table = \"preventive_maintenance\"
#when = \"next_due < today\"
#sign = \"!\"
";

type Item<'a> = Spanned<DeValue<'a>>;

/// Reads the list of rules.
pub(super) fn flags(source: &Source<'_>, item: &Item<'_>) -> Result<Vec<FlagRule>, ConfigError> {
    let list = item
        .get_ref()
        .as_array()
        .ok_or_else(|| source.fault(&item.span(), "[[flag]] is expected here, once per rule"))?;
    list.iter().map(|item| one(source, item)).collect()
}

fn one(source: &Source<'_>, item: &Item<'_>) -> Result<FlagRule, ConfigError> {
    let (mut table, mut when, mut sign) = (String::new(), None, SIGN);
    for (name, item) in source.table(item)? {
        match name.get_ref().as_ref() {
            "table" => table = source.text_of(item)?,
            "when" => {
                let text = source.text_of(item)?;
                let read = flag::read(&text);
                let fault = |what: String| source.fault(&item.span(), &format!("when: {what}"));
                when = Some(read.map_err(fault)?);
            }
            "sign" => {
                let text = source.text_of(item)?;
                let mut signs = text.chars();
                let one = signs.next().filter(|_| glyph::width(&text) == 1);
                sign = one.filter(|_| signs.next().is_none()).ok_or_else(|| {
                    source.fault(&item.span(), "sign: one character of one cell is expected")
                })?;
            }
            other => return Err(source.unknown(&name.span(), other, KEYS, "[[flag]]")),
        }
    }
    let missing = |what| source.fault(&item.span(), what);
    let (column, test) =
        when.ok_or_else(|| missing("a flag needs its rule: when = \"due < today\""))?;
    if table.is_empty() {
        return Err(missing("a flag needs its table: table = \"NAME\""));
    }
    Ok(FlagRule {
        table,
        column,
        test,
        sign,
        place: source.place(&item.span()),
    })
}
