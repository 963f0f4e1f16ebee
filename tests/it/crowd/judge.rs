//! After the storm: what the trail, the numbers kept and the records themselves say must be what
//! everybody was told. No tests here.

use std::collections::{BTreeMap, HashMap};

use tokio_postgres::Client;

use super::ledger::{Entry, Ledger, Verb, Verdict, Way};
use super::site::COLUMNS;
use crate::desk::Got;

/// One line of the trail.
struct Line {
    key: String,
    verb: String,
    version: i64,
    number: Option<u128>,
    /// Per column: before and after.
    before: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
}

/// What does not agree.
pub struct Judged {
    /// Each in a line.
    pub faults: Vec<String>,
    /// How many values that were told as saved are nowhere.
    pub lost: usize,
}

/// Says what does not agree.
pub async fn judge(owner: &Client, ledger: &Ledger) -> Got<Judged> {
    let trail = trail(owner).await?;
    let mut faults = Vec::new();
    told_is_true(&trail, ledger, &mut faults);
    numbers_are_true(owner, ledger, &mut faults).await?;
    nothing_is_overwritten_unseen(&trail, ledger, &mut faults);
    every_record_is_its_history(owner, &trail, &mut faults).await?;
    nothing_else_happened(&trail, ledger, &mut faults);
    let times = written(&trail);
    let saved = ledger
        .entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Saved);
    let values = saved.flat_map(|entry| &entry.values);
    let lost = values
        .filter(|value| !times.contains_key(value.value.as_str()))
        .count();
    Ok(Judged { faults, lost })
}

async fn trail(owner: &Client) -> Got<Vec<Line>> {
    let sql = "select record_key[1], verb, version, replace(request_id::text, '-', ''), \
                      old_values::text, new_values::text \
               from rowhouse_trail.entry \
               where kind = 'record' and table_oid = 'thing'::regclass order by id";
    let rows = owner.query_typed(sql, &[]).await?;
    let object = |text: Option<String>| -> BTreeMap<String, String> {
        let text = text.unwrap_or_else(|| "{}".into());
        let all: BTreeMap<String, Option<String>> = serde_json::from_str(&text).expect("texts");
        let written = all.into_iter();
        written
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    };
    let line = |row: &tokio_postgres::Row| Line {
        key: row.get(0),
        verb: row.get(1),
        version: row.get(2),
        number: row
            .get::<_, Option<String>>(3)
            .map(|id| u128::from_str_radix(&id, 16).expect("a number")),
        before: object(row.get(4)),
        after: object(row.get(5)),
    };
    Ok(rows.iter().map(line).collect())
}

/// How often each value was written, and by which lines.
fn written(trail: &[Line]) -> HashMap<&str, u32> {
    let mut times = HashMap::new();
    for line in trail {
        for (column, value) in &line.after {
            if COLUMNS.contains(&column.as_str()) {
                *times.entry(value.as_str()).or_default() += 1;
            }
        }
    }
    times
}

/// What was told as saved is in the trail once, what was told as not saved is not.
fn told_is_true(trail: &[Line], ledger: &Ledger, faults: &mut Vec<String>) {
    let mut by_number: HashMap<u128, Vec<&Line>> = HashMap::new();
    for line in trail {
        if let Some(number) = line.number {
            by_number.entry(number).or_default().push(line);
        }
    }
    let times = written(trail);
    // A value that met somebody else's is sent again under another number; in the plain way it may
    // have been stored the first time too, and been overwritten before anybody could tell.
    let mut met: HashMap<&str, u32> = HashMap::new();
    for entry in ledger
        .entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Met)
    {
        for value in &entry.values {
            *met.entry(&value.value).or_default() += u32::from(entry.way == Way::Plain);
        }
    }
    let mut saved: HashMap<&str, u32> = HashMap::new();
    for entry in ledger
        .entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Saved)
    {
        for value in &entry.values {
            *saved.entry(&value.value).or_default() += 1;
        }
    }
    for entry in &ledger.entries {
        if entry.way == Way::Shared {
            let lines = by_number.get(&entry.number).map_or(&[][..], Vec::as_slice);
            let right = match entry.verdict {
                Verdict::Saved => lines.len() == 1 && agrees(entry, lines[0]),
                Verdict::NotSaved | Verdict::Met => lines.is_empty(),
            };
            if !right {
                faults.push(format!(
                    "told untruly, {} in the trail: {entry:?}",
                    lines.len()
                ));
            }
        }
        for value in &entry.values {
            let (least, most) = (
                saved.get(value.value.as_str()).copied().unwrap_or(0),
                met.get(value.value.as_str()).copied().unwrap_or(0),
            );
            let times = times.get(value.value.as_str()).copied().unwrap_or(0);
            if !(least..=least + most).contains(&times) {
                faults.push(format!("stored {times} times: {value:?} of {entry:?}"));
            }
        }
    }
}

fn agrees(entry: &Entry, line: &Line) -> bool {
    let verb = match entry.verb {
        Verb::Update => "update",
        Verb::Insert => "insert",
        Verb::Delete => "delete",
    };
    let holds = |value: &super::ledger::Written| line.after.get(value.column) == Some(&value.value);
    line.verb == verb
        && entry.key.as_ref().is_none_or(|key| *key == line.key)
        && (entry.verb == Verb::Delete
            || entry.version.is_none_or(|version| version >= line.version))
        && entry.values.iter().all(holds)
}

/// The numbers that the layer keeps say the same.
async fn numbers_are_true(owner: &Client, ledger: &Ledger, faults: &mut Vec<String>) -> Got<()> {
    let sql = "select replace(request_id::text, '-', ''), row_count from rowhouse_private.request";
    let rows = owner.query_typed(sql, &[]).await?;
    let kept: HashMap<u128, i32> = rows
        .iter()
        .map(|row| {
            let id: String = row.get(0);
            (u128::from_str_radix(&id, 16).expect("a number"), row.get(1))
        })
        .collect();
    for entry in ledger
        .entries
        .iter()
        .filter(|entry| entry.way == Way::Shared)
    {
        let rows = kept.get(&entry.number).copied().unwrap_or(0);
        if rows != i32::from(entry.verdict == Verdict::Saved) {
            faults.push(format!("kept as {rows} rows: {entry:?}"));
        }
    }
    Ok(())
}

/// Whoever wrote over a value had seen it.
fn nothing_is_overwritten_unseen(trail: &[Line], ledger: &Ledger, faults: &mut Vec<String>) {
    let mut by_value: HashMap<&str, Vec<&Line>> = HashMap::new();
    for line in trail.iter().filter(|line| line.verb == "update") {
        for value in line.after.values() {
            by_value.entry(value).or_default().push(line);
        }
    }
    for entry in &ledger.entries {
        if entry.verb != Verb::Update || entry.verdict != Verdict::Saved {
            continue;
        }
        for value in &entry.values {
            let lines = by_value
                .get(value.value.as_str())
                .map_or(&[][..], Vec::as_slice);
            let seen = |line: &&Line| line.before.get(value.column) == value.seen.as_ref();
            if !lines.iter().any(seen) {
                faults.push(format!("overwritten unseen: {value:?} of {entry:?}"));
            }
        }
    }
}

/// Every line begins where the one before ended, and the record is as the last one says.
async fn every_record_is_its_history(
    owner: &Client,
    trail: &[Line],
    faults: &mut Vec<String>,
) -> Got<()> {
    let mut now: BTreeMap<&str, (i64, BTreeMap<String, String>)> = BTreeMap::new();
    for line in trail {
        let before = now.remove(line.key.as_str());
        let (version, mut values) = match (line.verb.as_str(), before) {
            ("insert", None) => (line.version, line.after.clone()),
            ("update", Some((version, values))) if line.version == version + 1 => {
                (line.version, values)
            }
            ("delete", Some((version, values)))
                if line.version >= version && holds(&values, &line.before) =>
            {
                continue;
            }
            _ => {
                faults.push(format!(
                    "out of order: {} of {} to version {}",
                    line.verb, line.key, line.version
                ));
                continue;
            }
        };
        if line.verb == "update" {
            if !holds(&values, &line.before) {
                faults.push(format!(
                    "version {} of {} begins elsewhere",
                    line.version, line.key
                ));
            }
            values.extend(line.after.clone());
        }
        now.insert(&line.key, (version, values));
    }
    let rows = owner
        .query_typed(
            "select id::text, rowhouse_version::int8, a, b, c, d from thing",
            &[],
        )
        .await?;
    if rows.len() != now.len() {
        faults.push(format!(
            "{} records, and {} by the trail",
            rows.len(),
            now.len()
        ));
    }
    for row in &rows {
        let key: String = row.get(0);
        let stored = COLUMNS.iter().enumerate().filter_map(|(place, column)| {
            let value: Option<String> = row.get(place + 2);
            Some(((*column).to_owned(), value?))
        });
        let stored: BTreeMap<String, String> = stored.collect();
        let same = now.get(key.as_str()).is_some_and(|(version, values)| {
            *version == row.get::<_, i64>(1) && holds(values, &stored)
        });
        if !same {
            faults.push(format!("record {key} is not as its last change left it"));
        }
    }
    Ok(())
}

fn holds(values: &BTreeMap<String, String>, some: &BTreeMap<String, String>) -> bool {
    let ours = |name: &str| COLUMNS.contains(&name);
    some.iter()
        .filter(|(name, _)| ours(name))
        .all(|(name, value)| values.get(name) == Some(value))
}

/// The trail has a line for every change that was told as saved, and none else; but in the plain
/// way one more may be hidden behind somebody else's change.
fn nothing_else_happened(trail: &[Line], ledger: &Ledger, faults: &mut Vec<String>) {
    let told = |way: Way, verdict: Verdict| {
        let mut all = ledger.entries.iter();
        all.by_ref()
            .filter(|entry| entry.way == way && entry.verdict == verdict)
            .count()
    };
    let shared = trail.iter().filter(|line| line.number.is_some()).count();
    if shared != told(Way::Shared, Verdict::Saved) {
        faults.push(format!(
            "{shared} saves in the trail, {} told",
            told(Way::Shared, Verdict::Saved)
        ));
    }
    let first = |line: &&Line| {
        line.verb == "insert" && line.after.get("b").is_some_and(|b| b.starts_with('b'))
    };
    let plain = trail.iter().filter(|line| line.number.is_none()).count()
        - trail.iter().filter(first).count();
    let (least, hidden) = (
        told(Way::Plain, Verdict::Saved),
        told(Way::Plain, Verdict::Met),
    );
    if !(least..=least + hidden).contains(&plain) {
        faults.push(format!("{plain} plain saves in the trail, {least} told"));
    }
}
