//! `[[couple]]`: columns that belong together, so that a merge never splits them; whether they exist
//! is known only once the tables are.

use toml::Spanned;
use toml::de::DeValue;

use super::ConfigError;
use super::given::Given;
use super::read::Source;
use crate::domain::table::CoupleRule;

/// The keys of one couple.
const KEYS: &[&str] = &["table", "fields"];

/// The part of the example that shows a couple.
pub const EXAMPLE: &str = "
# Columns that belong together beside those that share a check constraint: when you and somebody
# else change parts of them, they are decided together and never mixed. There may be several.
# fields = [\"*\"] means all of the table: nothing there is merged without asking.
#[[couple]]
#table = \"equipment\"
#fields = [\"status\", \"notes\"]
";

type Item<'a> = Spanned<DeValue<'a>>;

/// Reads the list of couples.
pub(super) fn couples(
    source: &Source<'_>,
    item: &Item<'_>,
) -> Result<Vec<CoupleRule>, ConfigError> {
    let list = item.get_ref().as_array().ok_or_else(|| {
        source.fault(&item.span(), "[[couple]] is expected here, once per couple")
    })?;
    list.iter().map(|item| couple(source, item)).collect()
}

fn couple(source: &Source<'_>, item: &Item<'_>) -> Result<CoupleRule, ConfigError> {
    let mut rule = CoupleRule {
        table: String::new(),
        fields: Vec::new(),
        place: source.place(&item.span()),
    };
    for (name, item) in source.table(item)? {
        match name.get_ref().as_ref() {
            "table" => rule.table = source.text_of(item)?,
            "fields" => rule.fields = names(source, item)?,
            other => return Err(source.unknown(&name.span(), other, KEYS, "[[couple]]")),
        }
    }
    if rule.table.is_empty() {
        return Err(source.fault(&item.span(), "a couple needs its table: table = \"NAME\""));
    }
    if rule.fields.len() < 2 && !rule.is_of_all() {
        let what =
            "a couple needs two fields at least, or all: fields = [\"ONE\", \"OTHER\"], [\"*\"]";
        return Err(source.fault(&item.span(), what));
    }
    Ok(rule)
}

fn names(source: &Source<'_>, item: &Item<'_>) -> Result<Vec<String>, ConfigError> {
    let list = item
        .get_ref()
        .as_array()
        .ok_or_else(|| source.fault(&item.span(), "fields: a list of names is expected"))?;
    let name = |item: &Item<'_>| {
        Given::Toml(item.get_ref())
            .text()
            .map_err(|fault| source.fault(&item.span(), &format!("fields: {fault}")))
    };
    list.iter().map(name).collect()
}
