//! What a run of one's own did, in one line of words.

use crate::app::context::Context;
use crate::app::forms::words;
use crate::domain::history::Kept;
use crate::domain::record::Verb;
use crate::domain::run::OwnRun;
use crate::domain::table::TableId;
use crate::domain::text;

/// The most characters of one value.
const VALUE_CHARS: usize = 32;

/// Says what was done: `status of 214 records of equipment set to Retired`.
pub(super) fn what(run: &OwnRun, table: &str) -> String {
    let number = usize::try_from(run.rows).unwrap_or(usize::MAX);
    let records = match run.is_more {
        true => format!("more than {}", words::count(number, "record")),
        false => words::count(number, "record"),
    };
    let records = format!("{records} of {table}");
    match run.verb {
        Verb::Insert => format!("{records} created"),
        Verb::Delete => format!("{records} deleted"),
        Verb::Truncate => format!("{records} emptied"),
        Verb::Update if run.columns.is_empty() => format!("{records} changed"),
        Verb::Update => {
            let names = run.columns.iter().map(|name| text::line(name));
            let names = names.collect::<Vec<_>>().join(", ");
            let value = |name| run.set.iter().find(|(column, _)| column == name);
            let values = run.columns.iter().map(|name| Some(short(&value(name)?.1)));
            match values.collect::<Option<Vec<_>>>() {
                Some(values) => format!("{names} of {records} set to {}", values.join(", ")),
                None => format!("{names} of {records} changed"),
            }
        }
    }
}

/// A table by its name.
pub(super) fn table(id: TableId, cx: &Context) -> String {
    let table = cx.table(id).map(|table| table.name.to_string());
    text::line(&table.unwrap_or_default()).into_owned()
}

fn short(kept: &Kept) -> String {
    let Some(whole) = kept.text() else {
        return "NULL".into();
    };
    let shown = text::line(whole);
    if shown.is_empty() {
        return "\"\"".into();
    }
    let short: String = shown.chars().take(VALUE_CHARS).collect();
    match short.len() == whole.len() && kept.whole().is_some() {
        true => short,
        false => format!("{short}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::EntryId;
    use crate::domain::run::RunId;
    use crate::domain::value::Value;

    fn run(verb: Verb, columns: &[&str], set: &[(&str, Option<&str>)]) -> OwnRun {
        let value = |value: &Option<&str>| value.map_or(Value::Null, Value::from);
        OwnRun {
            id: EntryId(1),
            run: RunId(String::new()),
            at: "2026-03-02T09:05:00Z".parse().expect("a time"),
            table: TableId(1),
            verb,
            rows: 214,
            is_more: false,
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            set: set
                .iter()
                .map(|(name, text)| ((*name).to_owned(), Kept::Whole(value(text))))
                .collect(),
        }
    }

    #[test]
    fn a_run_is_told_in_one_line() {
        let told = |run: &OwnRun| what(run, "equipment");
        let one = run(Verb::Update, &["status"], &[("status", Some("Retired"))]);
        let line = "status of 214 records of equipment set to Retired";
        assert_eq!(told(&one), line);
        let two = run(
            Verb::Update,
            &["notes", "status"],
            &[("notes", None), ("status", Some(""))],
        );
        let line = "notes, status of 214 records of equipment set to NULL, \"\"";
        assert_eq!(told(&two), line);
        assert_eq!(
            told(&run(Verb::Delete, &[], &[])),
            "214 records of equipment deleted"
        );
    }

    #[test]
    fn nothing_is_said_of_all_where_they_differ_or_were_not_counted() {
        let mut one = run(Verb::Update, &["status"], &[]);
        one.is_more = true;
        let line = "status of more than 214 records of equipment changed";
        assert_eq!(what(&one, "equipment"), line);
    }
}
