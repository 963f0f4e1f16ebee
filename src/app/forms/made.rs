//! What the database made of what was typed: a trigger may store something else. Told only where the
//! two are certainly different values, not another way to write the same.

use crate::domain::fits;
use crate::domain::record::{FieldChange, Record};
use crate::domain::table::{Column, ColumnKind};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::Form;

/// The most fields that the line names.
const MOST_NAMED: usize = 2;

/// Marks the fields of which the database made something else, and says so for the line that tells
/// of the save; nothing where all was stored as it was typed.
pub fn tell(form: &mut Form, sent: &[FieldChange], record: &Record) -> Option<String> {
    let shape = form.shape.clone()?;
    let mut told = Vec::new();
    for change in sent {
        let (Some(column), Some(stored)) = (
            shape.columns.get(change.column),
            record.values.get(change.column),
        ) else {
            continue;
        };
        let Entry::Value(typed) = &change.entry else {
            continue;
        };
        // What was typed since is an edit again.
        if !differs(column, typed, stored) || form.entry(change.column).is_some() {
            continue;
        }
        let shown = |value: &Value| value.as_text().map_or("NULL".into(), short);
        told.push(format!(
            "{} = {}",
            form.column_name(change.column),
            shown(stored)
        ));
        if let Some(field) = form.fields.get_mut(change.column) {
            field.made = Some(format!(
                "you typed {}; the database made this of it",
                shown(typed)
            ));
        }
    }
    let more = told.len().saturating_sub(MOST_NAMED);
    told.truncate(MOST_NAMED);
    let and = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    (!told.is_empty()).then(|| format!("; the database made {}{and}", told.join(", ")))
}

fn short(value: &str) -> String {
    let line = text::line(value);
    match line.chars().count() > 30 {
        true => format!("{}…", line.chars().take(30).collect::<String>()),
        false if line.is_empty() => "an empty text".into(),
        false => line.into_owned(),
    }
}

/// Whether two values are certainly different ones.
fn differs(column: &Column, typed: &Value, stored: &Value) -> bool {
    let (typed, stored) = match (typed.as_text(), stored.as_text()) {
        (Some(typed), Some(stored)) => (typed, stored),
        (typed, stored) => return typed.is_some() != stored.is_some(),
    };
    match &column.kind {
        ColumnKind::Text { .. } if column.facts.base == "bpchar" => {
            typed.trim_end_matches(' ') != stored.trim_end_matches(' ')
        }
        ColumnKind::Text { .. } => typed != stored,
        ColumnKind::Enum { .. } => typed != stored,
        ColumnKind::Number if !column.facts.base.starts_with("float") => {
            let rounded = fits::rounded(column.facts.modifier, typed);
            let both = plain(rounded.as_deref().unwrap_or(typed)).zip(plain(stored));
            both.is_some_and(|(typed, stored)| typed != stored)
        }
        ColumnKind::Date => is_date(typed) && is_date(stored) && typed != stored,
        _ => false,
    }
}

/// A plain decimal without signs that change nothing; `None` for every other form.
fn plain(number: &str) -> Option<String> {
    let number = number.trim();
    let (minus, digits) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + rest.len() == 0 || !is_digits(whole) || !is_digits(rest) {
        return None;
    }
    let (whole, rest) = (whole.trim_start_matches('0'), rest.trim_end_matches('0'));
    let minus = if whole.is_empty() && rest.is_empty() {
        ""
    } else {
        minus
    };
    Some(format!("{minus}{whole}.{rest}"))
}

/// Whether a text is a date as the server writes it.
fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::ColumnFacts;

    #[track_caller]
    fn check(kind: ColumnKind, base: &str, typed: &str, stored: &str, expect: bool) {
        let column = Column {
            number: 1,
            name: "x".into(),
            comment: None,
            type_name: base.into(),
            kind,
            not_null: false,
            default: None,
            generated: false,
            may_insert: true,
            may_update: true,
            facts: ColumnFacts {
                base: base.into(),
                modifier: -1,
                ..ColumnFacts::default()
            },
        };
        let found = differs(&column, &Value::text(typed), &Value::text(stored));
        assert_eq!(found, expect, "{base}: {typed} and {stored}");
        assert!(differs(&column, &Value::text(typed), &Value::Null));
    }

    #[test]
    fn another_way_to_write_it_is_not_another_value() {
        let text = || ColumnKind::Text { max_chars: None };
        check(text(), "text", "Open", "Closed", true);
        check(text(), "text", "Open", "Open", false);
        check(text(), "bpchar", "a", "a  ", false);
        check(ColumnKind::Number, "numeric", "+1.50", "1.5", false);
        check(ColumnKind::Number, "numeric", "-0", "0.00", false);
        check(ColumnKind::Number, "numeric", "1.5", "1.6", true);
        check(ColumnKind::Number, "numeric", "1e3", "1000", false);
        check(
            ColumnKind::Number,
            "float8",
            "0.10000000000000001",
            "0.1",
            false,
        );
        check(ColumnKind::Date, "date", "2024-01-02", "2024-01-03", true);
        check(ColumnKind::Date, "date", "2 Jan 2024", "2024-01-02", false);
        check(ColumnKind::Json, "jsonb", "{ }", "{}", false);
        check(ColumnKind::Boolean, "bool", "yes", "true", false);
    }
}
