//! Entries of the audit as lines of a file: CSV that no spreadsheet computes, or an object per line.

use serde_json::{Map, Value as Json, json};

use super::AuditEntry;
use crate::domain::csv;
use crate::domain::history::{FieldPast, Kept};
use crate::domain::value::Value;

/// How a file of entries is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Fields separated by commas.
    Csv,
    /// An object per line.
    Lines,
}

const COLUMNS: [&str; 17] = [
    "at",
    "who",
    "action",
    "table",
    "record",
    "new_record",
    "version",
    "columns",
    "old",
    "new",
    "withheld",
    "note",
    "from",
    "session",
    "request",
    "transaction",
    "entry",
];

impl Form {
    /// The form that a file's name asks for.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::Lines),
            _ => None,
        }
    }

    /// Its name, as the trail notes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Lines => "jsonl",
        }
    }

    /// What stands at the head of the file.
    pub fn head(self) -> String {
        match self {
            Self::Csv => csv::line(COLUMNS),
            Self::Lines => String::new(),
        }
    }

    /// An entry, with its line end.
    pub fn line(self, entry: &AuditEntry) -> String {
        let values = values(entry);
        match self {
            Self::Csv => {
                let texts: Vec<String> = values.iter().map(as_text).collect();
                csv::line(texts.iter().map(String::as_str))
            }
            Self::Lines => {
                let pairs = COLUMNS.iter().map(|name| (*name).to_owned()).zip(values);
                let object: Map<String, Json> = pairs.collect();
                format!("{}\n", Json::Object(object))
            }
        }
    }
}

fn values(entry: &AuditEntry) -> [Json; 17] {
    let key = |key: Option<&crate::domain::record::RecordKey>| json!(key.map(|key| &key.0));
    [
        json!(entry.mark.at.to_string()),
        json!(entry.person()),
        json!(entry.verb),
        json!(entry.table_name),
        key(entry.key.as_ref()),
        key(entry.new_key.as_ref()),
        json!(entry.version),
        json!(entry.columns),
        side(&entry.fields, |field| field.old.as_ref()),
        side(&entry.fields, |field| field.new.as_ref()),
        match entry.hidden {
            true => json!("all"),
            false => json!((entry.withheld > 0).then_some(entry.withheld)),
        },
        json!(entry.note),
        json!(entry.author.station),
        json!(entry.session),
        json!(entry.request),
        json!(entry.transaction),
        json!(entry.mark.id.0),
    ]
}

/// The values before or afterwards, by column.
fn side(fields: &[FieldPast], of: impl Fn(&FieldPast) -> Option<&Kept>) -> Json {
    let kept = fields
        .iter()
        .filter_map(|field| Some((field.column.clone(), kept(of(field)?))));
    let object: Map<String, Json> = kept.collect();
    match object.is_empty() {
        true => Json::Null,
        false => Json::Object(object),
    }
}

fn kept(kept: &Kept) -> Json {
    match kept {
        Kept::Whole(Value::Null) => Json::Null,
        Kept::Whole(Value::Text(text)) => json!(text),
        Kept::Short { beginning, chars } => json!({ "short": beginning, "chars": chars }),
        Kept::Cut { beginning, bytes } => json!({ "cut": beginning, "bytes": bytes }),
    }
}

/// A value in a field of CSV.
fn as_text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(list) => {
            let texts: Vec<String> = list.iter().map(as_text).collect();
            texts.join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::AuditMark;
    use crate::domain::history::{Author, EntryId};
    use crate::domain::record::RecordKey;

    fn entry() -> AuditEntry {
        AuditEntry {
            mark: AuditMark {
                at: "2026-03-02T09:00:00Z".parse().expect("a time"),
                id: EntryId(7),
            },
            verb: "update".into(),
            table: None,
            table_name: Some("equipment".into()),
            key: Some(RecordKey(vec!["=BFM".into(), "1".into()])),
            new_key: None,
            version: Some(3),
            columns: vec!["a".into(), "b".into()],
            fields: vec![FieldPast {
                column: "a".into(),
                old: Some(Kept::Whole(Value::Null)),
                new: Some(Kept::Whole(Value::from("x\"y"))),
            }],
            withheld: 1,
            hidden: false,
            note: None,
            author: Author {
                username: Some("@anna".into()),
                ..Author::default()
            },
            session: Some(4),
            request: None,
            transaction: "99".into(),
        }
    }

    #[test]
    fn a_line_of_csv_is_exact_and_no_formula() {
        let line = Form::Csv.line(&entry());
        assert_eq!(
            line,
            "2026-03-02T09:00:00Z,'@anna,update,equipment,\"'=BFM, 1\",,3,\"a, b\",\
             \"{\"\"a\"\":null}\",\"{\"\"a\"\":\"\"x\\\"\"y\"\"}\",1,,,4,,99,7\r\n"
        );
        let fields = |line: &str| line.matches(',').count();
        assert_eq!(fields(&Form::Csv.head()), 16);
    }

    #[test]
    fn an_object_holds_everything() {
        let read: Json = serde_json::from_str(&Form::Lines.line(&entry())).expect("JSON");
        assert_eq!(read["record"], json!(["=BFM", "1"]));
        assert_eq!(read["new"], json!({ "a": "x\"y" }));
        assert_eq!(read["old"], json!({ "a": null }));
        assert_eq!(read["entry"], 7);
    }

    #[test]
    fn the_name_says_the_form() {
        assert_eq!(Form::of("a.b/audit.CSV"), Some(Form::Csv));
        assert_eq!(Form::of("x.jsonl"), Some(Form::Lines));
        assert_eq!(Form::of("csv"), None);
        assert_eq!(Form::of("x.txt"), None);
    }
}
