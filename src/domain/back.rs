//! Bringing back what deletions took along: which records, in which order, what cannot come back and why;
//! pure, no SQL.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::history::{Kept, Remains};
use super::record::{FieldChange, Record, RecordKey};
use super::table::{Shape, TableId};
use super::text;
use super::value::{Entry, Value};

/// One of the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is known of it.
    pub remains: Remains,
    /// What is sent for it.
    pub act: Act,
    /// The positions of those that have to be there before it.
    pub needs: Vec<usize>,
    /// What of it does not come along.
    pub without: Vec<String>,
    /// How it stands.
    pub standing: Standing,
}

/// What is done for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is created again.
    Create(Vec<FieldChange>),
    /// It is there, and refers again to what it had to let go of.
    Refer {
        /// It as it was read.
        record: Box<Record>,
        /// The columns, as they were.
        changes: Vec<FieldChange>,
    },
}

/// How a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to come back.
    Comes,
    /// It cannot, as is known beforehand.
    Barred(String),
    /// It is back, under this key where that is another one.
    Back(Option<RecordKey>),
    /// It did not come back.
    Refused(String),
}

/// What the tables are like and what is there now.
#[derive(Debug, Default)]
pub struct Present {
    /// The tables.
    pub shapes: HashMap<TableId, Arc<Shape>>,
    /// The records that are there, of those asked about.
    pub there: HashMap<(TableId, RecordKey), Record>,
    /// Of records of the first table that somebody touched since they were deleted: what that was.
    pub touched: HashMap<RecordKey, String>,
}

/// Plans it: an order in which each comes after those that it refers to, and what cannot be done.
pub fn plan(all: Vec<Remains>, present: &Present) -> Vec<Part> {
    let parts = joined(all).into_iter().map(|one| part(one, present));
    let mut parts: Vec<Part> = parts.collect();
    let needs = needs(&parts, present);
    for (part, needs) in parts.iter_mut().zip(needs) {
        part.needs = needs;
    }
    let mut parts = in_order(parts);
    bar_what_misses(&mut parts, present);
    parts
}

/// How many of them stand so.
pub fn count(parts: &[Part], stands: impl Fn(&Standing) -> bool) -> usize {
    parts.iter().filter(|part| stands(&part.standing)).count()
}

impl Part {
    /// Whether it is created again, and not only made to refer again.
    pub fn is_created(&self) -> bool {
        self.remains.over.is_none()
    }
}

/// One record that let go of several is changed once.
fn joined(all: Vec<Remains>) -> Vec<Remains> {
    let mut joined: Vec<Remains> = Vec::with_capacity(all.len());
    let mut loose: HashMap<(TableId, RecordKey), usize> = HashMap::new();
    for one in all {
        let Some(over) = &one.over else {
            joined.push(one);
            continue;
        };
        let name = (one.table, one.key.clone());
        match loose.get(&name) {
            Some(at) => {
                let before = &mut joined[*at];
                before.values.extend(one.values.clone());
                before.over.get_or_insert_default().extend(over.clone());
            }
            None => {
                loose.insert(name, joined.len());
                joined.push(one);
            }
        }
    }
    joined
}

fn part(remains: Remains, present: &Present) -> Part {
    let table = present.shapes.get(&remains.table);
    let there = present.there.get(&(remains.table, remains.key.clone()));
    let Some(shape) = table else {
        return barred(remains, "its table cannot be read".into());
    };
    if let Some(since) = present
        .touched
        .get(&remains.key)
        .filter(|_| remains.depth == 0)
    {
        let since = since.clone();
        return barred(remains, since);
    }
    match (&remains.over, there) {
        (None, Some(_)) => barred(remains, "a record has its key by now".into()),
        (None, None) => creation(remains, shape),
        (Some(_), None) => barred(remains, "it is gone by now, or you may not see it".into()),
        (Some(over), Some(record)) => {
            let holds = |(name, kept): &(String, Kept)| {
                let column = shape.column_named(name);
                let held = column.and_then(|at| record.values.get(at));
                held.is_some() && held == kept.whole()
            };
            match over.iter().all(holds) {
                true => referral(record.clone(), remains, shape),
                false => barred(remains, "it refers to something else by now".into()),
            }
        }
    }
}

fn barred(remains: Remains, why: String) -> Part {
    Part {
        act: Act::Create(Vec::new()),
        remains,
        needs: Vec::new(),
        without: Vec::new(),
        standing: Standing::Barred(why),
    }
}

/// What is sent of a deleted record, and what of it cannot be.
fn creation(remains: Remains, shape: &Shape) -> Part {
    if !shape.may_insert() {
        return barred(remains, "you may not create records there".into());
    }
    let (mut sent, mut without) = (Vec::new(), Vec::new());
    for (name, kept) in &remains.values {
        let column = shape.column_named(name);
        let facts = column.and_then(|at| shape.columns.get(at));
        let open = facts.is_some_and(|facts| facts.may_insert && !facts.generated);
        match (column, kept.whole()) {
            (Some(column), Some(value)) if open => sent.push(FieldChange {
                column,
                entry: Entry::Value(value.clone()),
            }),
            // What the server computes is computed again, and nothing is lost of what held nothing.
            _ if facts.is_some_and(|facts| facts.generated) => {}
            (_, Some(Value::Null)) => {}
            _ => without.push(text::line(name).into_owned()),
        }
    }
    match remains.withheld {
        0 => {}
        1 => without.push("a field that you may not read".into()),
        more => without.push(format!("{more} fields that you may not read")),
    }
    sent.sort_by_key(|change| change.column);
    Part {
        remains,
        act: Act::Create(sent),
        needs: Vec::new(),
        without,
        standing: Standing::Comes,
    }
}

fn referral(record: Record, remains: Remains, shape: &Shape) -> Part {
    let mut changes = Vec::new();
    for (name, kept) in &remains.values {
        let column = shape.column_named(name);
        let open = column.filter(|at| shape.columns[*at].may_update);
        let (Some(column), Some(value)) = (open, kept.whole()) else {
            let why = format!("you may not change {} there", text::line(name));
            return barred(remains, why);
        };
        changes.push(FieldChange {
            column,
            entry: Entry::Value(value.clone()),
        });
    }
    Part {
        remains,
        act: Act::Refer {
            record: Box::new(record),
            changes,
        },
        needs: Vec::new(),
        without: Vec::new(),
        standing: Standing::Comes,
    }
}

/// Of each, the positions of those that it refers to by its values.
fn needs(parts: &[Part], present: &Present) -> Vec<Vec<usize>> {
    let mut by_values = Index::default();
    let needs = parts.iter().enumerate().map(|(at, part)| {
        let shape = present.shapes.get(&part.remains.table);
        let references = shape.iter().flat_map(|shape| {
            let names = |columns: &[usize]| -> Vec<String> {
                let names = columns.iter().map(|at| shape.columns[*at].name.clone());
                names.collect()
            };
            let each = shape.references.iter();
            each.map(move |one| (names(&one.columns), one.table, &one.theirs))
        });
        let found = references.filter_map(|(ours, table, theirs)| {
            let values = held(&part.remains, &ours)?;
            by_values.find(parts, table, theirs, &values)
        });
        let mut found: Vec<usize> = found.filter(|found| *found != at).collect();
        found.sort_unstable();
        found.dedup();
        found
    });
    needs.collect()
}

/// Where a created record with these values in these columns stands, looked up once per set of columns.
#[derive(Default)]
struct Index {
    known: HashMap<(TableId, Vec<String>), HashMap<Vec<String>, usize>>,
}

impl Index {
    fn find(
        &mut self,
        parts: &[Part],
        table: TableId,
        columns: &[String],
        values: &[String],
    ) -> Option<usize> {
        let all = self
            .known
            .entry((table, columns.to_vec()))
            .or_insert_with(|| {
                let created = parts.iter().enumerate().filter(|(_, part)| {
                    let remains = &part.remains;
                    part.is_created() && remains.table == table
                });
                let keyed = created.filter_map(|(at, part)| {
                    let values = held(&part.remains, columns)?;
                    Some((values, at))
                });
                keyed.collect()
            });
        all.get(values).copied()
    }
}

/// The values of these columns; `None` where one is NULL or not known, which refers to nothing.
fn held(remains: &Remains, columns: &[String]) -> Option<Vec<String>> {
    let value = |name: &String| {
        let (_, kept) = remains.values.iter().find(|(column, _)| column == name)?;
        kept.whole()?.as_text().map(str::to_owned)
    };
    columns.iter().map(value).collect()
}

/// Each after those that it needs, else as they are; what needs itself in a circle comes last.
fn in_order(parts: Vec<Part>) -> Vec<Part> {
    let mut order: Vec<usize> = Vec::with_capacity(parts.len());
    let mut placed: HashSet<usize> = HashSet::new();
    for at in 0..parts.len() {
        place(at, &parts, &mut placed, &mut order);
    }
    let mut becomes = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        becomes[*old] = new;
    }
    let mut parts: Vec<Option<Part>> = parts.into_iter().map(Some).collect();
    let sorted = order.iter().filter_map(|old| parts[*old].take());
    sorted
        .map(|mut part| {
            part.needs
                .iter_mut()
                .for_each(|need| *need = becomes[*need]);
            part
        })
        .collect()
}

/// Places one after all that it needs; without recursion, because a chain may be long.
fn place(at: usize, parts: &[Part], placed: &mut HashSet<usize>, order: &mut Vec<usize>) {
    let mut open = vec![(at, 0)];
    let mut seen: HashSet<usize> = HashSet::from([at]);
    while let Some((one, next)) = open.pop() {
        if placed.contains(&one) {
            continue;
        }
        match parts[one].needs.get(next) {
            Some(need) => {
                open.push((one, next + 1));
                if !placed.contains(need) && seen.insert(*need) {
                    open.push((*need, 0));
                }
            }
            None => {
                placed.insert(one);
                order.push(one);
            }
        }
    }
}

/// What needs one that does not come back, or only under another key, cannot come back either.
fn bar_what_misses(parts: &mut [Part], present: &Present) {
    for at in 0..parts.len() {
        if parts[at].standing != Standing::Comes {
            continue;
        }
        let missing = parts[at].needs.iter().find_map(|need| {
            let needed = &parts[*need];
            let name = text::line(&needed.remains.key.to_string()).into_owned();
            match &needed.standing {
                Standing::Barred(_) => Some(format!("it needs {name}, not back")),
                _ if is_renumbered(needed, present) => {
                    Some(format!("it needs {name}, which gets a new number"))
                }
                _ => None,
            }
        });
        if let Some(why) = missing {
            parts[at].standing = Standing::Barred(why);
        }
    }
}

/// Whether a record comes back under a key that the database chooses.
fn is_renumbered(part: &Part, present: &Present) -> bool {
    let (Some(shape), Act::Create(sent)) = (present.shapes.get(&part.remains.table), &part.act)
    else {
        return false;
    };
    let given = |column: &usize| sent.iter().any(|change| change.column == *column);
    !shape.key.iter().all(given)
}
