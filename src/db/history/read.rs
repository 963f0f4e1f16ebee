//! Reads entries of the trail and their values from rows; no questions.

use serde_json::Value as Json;
use tokio_postgres::Row;

use super::super::contract::Fault;
use super::super::miss::verb;
use super::super::{row, shape};
use crate::domain::history::{Author, EntryId, FieldPast, HistoryEntry, Kept};
use crate::domain::record::RecordKey;
use crate::domain::value::Value;

pub(in crate::db) fn whole_number(found: &Row, place: usize) -> Result<u32, Fault> {
    let number: i32 = row::column(found, place)?;
    Ok(u32::try_from(number).unwrap_or(0))
}

pub(super) fn entry(found: &Row) -> Result<HistoryEntry, Fault> {
    let new_key: Option<Vec<String>> = row::column(found, 5)?;
    let key: Option<Vec<String>> = row::column(found, 4)?;
    Ok(HistoryEntry {
        id: EntryId(row::column(found, 0)?),
        at: row::time(found, 1)?,
        verb: verb(row::column(found, 2)?),
        version: row::version(found, Some(3))?,
        key: RecordKey(key.unwrap_or_default()),
        new_key: new_key.map(RecordKey),
        author: author(found, 9)?,
        fields: fields(values(found, 6)?, values(found, 7)?),
        withheld: whole_number(found, 8)?,
    })
}

pub(in crate::db) fn author(found: &Row, start: usize) -> Result<Author, Fault> {
    Ok(Author {
        username: row::shown_or_null(found, start)?,
        display_name: row::shown(found, start + 1)?,
        station: row::shown(found, start + 2)?,
        db_user: row::shown(found, start + 3)?,
        mine: row::column(found, start + 4)?,
    })
}

/// Puts the values before and after beside each other, by column.
pub(in crate::db) fn fields(
    old: Option<Vec<(String, Kept)>>,
    new: Option<Vec<(String, Kept)>>,
) -> Vec<FieldPast> {
    let (old, mut new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let mut fields: Vec<FieldPast> = old
        .into_iter()
        .map(|(column, kept)| {
            let at = new.iter().position(|(name, _)| *name == column);
            FieldPast {
                new: at.map(|at| new.swap_remove(at).1),
                old: Some(kept),
                column,
            }
        })
        .collect();
    fields.extend(new.into_iter().map(|(column, kept)| FieldPast {
        column,
        old: None,
        new: Some(kept),
    }));
    fields.sort_by(|one, other| one.column.cmp(&other.column));
    fields
}

/// Reads values by column; `None` where none were recorded.
pub(in crate::db) fn values(
    found: &Row,
    place: usize,
) -> Result<Option<Vec<(String, Kept)>>, Fault> {
    let Some(text) = row::raw(found, place)? else {
        return Ok(None);
    };
    match serde_json::from_str(&text) {
        Ok(Json::Object(object)) => Ok(Some(
            object
                .into_iter()
                .map(|(column, value)| (column, kept(value)))
                .collect(),
        )),
        _ => Err(shape::outdated()),
    }
}

fn kept(value: Json) -> Kept {
    match value {
        Json::Null => Kept::Whole(Value::Null),
        Json::String(text) => Kept::Whole(Value::Text(text)),
        Json::Object(object) => {
            let text = |name: &str| object.get(name).and_then(Json::as_str).map(str::to_owned);
            let count = |name: &str| object.get(name).and_then(Json::as_u64).unwrap_or(0);
            match text("short") {
                Some(beginning) => Kept::Short {
                    beginning,
                    chars: count("chars"),
                },
                None => Kept::Cut {
                    beginning: text("cut").unwrap_or_default(),
                    bytes: count("bytes"),
                },
            }
        }
        other => Kept::Whole(Value::Text(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_trail_are_texts_nulls_and_beginnings() {
        let read = |text: &str| kept(serde_json::from_str(text).expect("JSON"));
        assert_eq!(read("null"), Kept::Whole(Value::Null));
        assert_eq!(read(r#""""#), Kept::Whole(Value::from("")));
        assert_eq!(read(r#""1.50""#), Kept::Whole(Value::from("1.50")));
        let cut = Kept::Cut {
            beginning: "ab".into(),
            bytes: 70_000,
        };
        assert_eq!(read(r#"{"cut":"ab","bytes":70000,"sha256":"0"}"#), cut);
        let short = Kept::Short {
            beginning: "ab".into(),
            chars: 3000,
        };
        assert_eq!(read(r#"{"short":"ab","chars":3000}"#), short);
    }

    #[test]
    fn fields_are_put_beside_each_other_whichever_side_knows_them() {
        let one = |name: &str, text: &str| (name.to_owned(), Kept::Whole(Value::from(text)));
        let old = vec![one("b", "1"), one("a", "2")];
        let both = fields(Some(old), Some(vec![one("c", "3"), one("b", "4")]));
        let told: Vec<(&str, Option<&str>, Option<&str>)> = both
            .iter()
            .map(|field| {
                (
                    field.column.as_str(),
                    field.old.as_ref().and_then(Kept::text),
                    field.new.as_ref().and_then(Kept::text),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("a", Some("2"), None),
                ("b", Some("1"), Some("4")),
                ("c", None, Some("3"))
            ]
        );
    }
}
