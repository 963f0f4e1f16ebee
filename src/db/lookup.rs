//! Records that foreign keys refer to, found by key and by what names them: one round trip, bounded.

mod search;

use std::collections::BTreeSet;

use tokio_postgres::Row;

use super::contract::lookup::{Found, Label, Named};
use super::contract::{Fault, LookupReply, LookupRequest};
use super::filter::searched;
use super::open::Open;
use super::row;
use super::shape::{self, Known, Search};
use super::sql::{Sql, beginning, containing};
use super::tx::{Param, Statement};
use crate::domain::reference::{Choice, is_one_name, label_columns};
use crate::domain::table::TableId;

/// The longest name of a record, in characters.
const LABEL_CHARS: usize = 80;

/// Answers a question about records that are referred to.
pub(super) async fn perform(open: &Open, request: LookupRequest) -> Result<LookupReply, Fault> {
    match request {
        LookupRequest::Find {
            table,
            key,
            typed,
            limit,
        } => {
            let wanted = Wanted {
                table,
                key: &key,
                typed: &typed,
                limit,
            };
            match find(open, &wanted).await {
                // It was altered since it was read last: once more, with its columns as they are.
                Err(Fault::Outdated { .. }) => find(open, &wanted).await.or_else(unreadable),
                answer => answer.or_else(unreadable),
            }
        }
        LookupRequest::Learn(tables) => {
            let new = learn(open, &tables).await?;
            let late = open.shapes.take_late(&tables);
            Ok(LookupReply::Learned(late || !new.is_empty()))
        }
        LookupRequest::LearnAhead(tables) => {
            let new = learn(open, &tables).await?;
            open.shapes.add_late(&new);
            Ok(LookupReply::Learned(!new.is_empty()))
        }
        LookupRequest::Name(wanted) => match name(open, &wanted).await {
            Err(Fault::Outdated { .. }) => name(open, &wanted).await.or_else(unreadable),
            answer => answer,
        },
    }
}

/// Learns of tables, and returns those that were not known.
async fn learn(open: &Open, tables: &[TableId]) -> Result<Vec<TableId>, Fault> {
    let unknown = |table: &&TableId| open.shapes.find(**table).is_none();
    let before: Vec<TableId> = tables.iter().filter(unknown).copied().collect();
    let known = shape::all(open, &tables.iter().copied().collect()).await?;
    let found = |table: &TableId| known.contains_key(table);
    Ok(before.into_iter().filter(found).collect())
}

/// What cannot be read is no fault of the question's.
fn unreadable(fault: Fault) -> Result<LookupReply, Fault> {
    match fault {
        Fault::NotPermitted { .. } | Fault::Outdated { .. } => Ok(LookupReply::Unreadable),
        fault => Err(fault),
    }
}

struct Wanted<'a> {
    table: TableId,
    key: &'a [String],
    typed: &'a str,
    limit: u16,
}

async fn find(open: &Open, wanted: &Wanted<'_>) -> Result<LookupReply, Fault> {
    let known = shape::current(open, wanted.table).await?;
    let target = match wanted.key {
        [] => Target::own(&known),
        key => Target::new(&known, key),
    };
    let Some(target) = target else {
        return Ok(LookupReply::Unreadable);
    };
    let statements = vec![
        search::find(&target, wanted.typed, wanted.limit)
            .unwrap_or_else(|| target.find(wanted.typed, wanted.limit)),
        shape::mark(wanted.table, open.is_shared()),
    ];
    let answers = shape::forgetting(open, wanted.table, open.read(statements).await)?;
    let [rows, mark] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, &known, mark).await?;
    let limit = usize::from(wanted.limit);
    let choices = rows.iter().take(limit).map(|found| target.read(found));
    Ok(LookupReply::Found(Found {
        choices: choices.collect::<Result<_, _>>()?,
        more: rows.len() > limit,
        may_create: known.shape.may_insert(),
    }))
}

async fn name(open: &Open, wanted: &[Named]) -> Result<LookupReply, Fault> {
    let tables: BTreeSet<TableId> = wanted.iter().map(|one| one.table).collect();
    // Those that are not known yet are asked for together; what cannot be seen stays unnamed.
    let shapes = shape::all(open, &tables).await?;
    let mut statements = Vec::new();
    for one in wanted {
        let known = shapes.get(&one.table);
        if let Some(target) = known.and_then(|known| Target::new(known, &one.columns)) {
            statements.push((one, target.named(&one.key)));
        }
    }
    let asked: Vec<&Named> = statements.iter().map(|(one, _)| *one).collect();
    let answers = match statements.is_empty() {
        true => Vec::new(),
        false => {
            let statements = statements.into_iter().map(|(_, statement)| statement);
            let answers = open.read(statements.collect()).await;
            if let Err(Fault::Outdated { .. }) = &answers {
                wanted.iter().for_each(|one| open.shapes.forget(one.table));
            }
            answers?
        }
    };
    let label = |one: &Named| {
        let place = asked.iter().position(|asked| *asked == one);
        match place.and_then(|place| answers.get(place)) {
            None => Ok(Label::Unknown),
            Some(rows) => rows.first().map_or(Ok(Label::Missing), |found| {
                let known = shapes.get(&one.table);
                let target = known.and_then(|known| Target::new(known, &one.columns));
                let labels = labels(found, 0)?;
                let labels = target.map_or(labels.clone(), |target| target.called(labels));
                Ok(Label::Is(labels.join(" · ")))
            }),
        }
    };
    let labels: Result<Vec<Label>, Fault> = wanted.iter().map(label).collect();
    Ok(LookupReply::Named(labels?))
}

/// A table as a foreign key reaches it.
struct Target<'a> {
    known: &'a Known,
    key: Vec<usize>,
    labels: Vec<usize>,
}

impl<'a> Target<'a> {
    /// Nothing where the person may not read the key.
    fn new(known: &'a Known, key: &[String]) -> Option<Self> {
        let readable = |place: &usize| known.columns[*place].readable;
        let place = |name: &String| known.position(name).filter(readable);
        let key: Vec<usize> = key.iter().map(place).collect::<Option<_>>()?;
        Self::by(known, key)
    }

    /// By the table's own key; nothing where it has none.
    fn own(known: &'a Known) -> Option<Self> {
        let key = known.shape.key.clone();
        let readable = key.iter().all(|place| known.columns[*place].readable);
        Self::by(known, key).filter(|target| readable && !target.key.is_empty())
    }

    fn by(known: &'a Known, key: Vec<usize>) -> Option<Self> {
        let readable = |place: &usize| known.columns[*place].readable;
        let mut labels = label_columns(&known.shape, &key);
        labels.retain(readable);
        Some(Self { known, key, labels })
    }

    /// First those whose key begins with the text, in the order of the key; then those whose names
    /// contain it. Each half stops as soon as it has enough.
    fn find(&self, typed: &str, limit: u16) -> Statement {
        let most = u32::from(limit) + 1;
        let order = self.order();
        let mut sql = Sql::new("");
        if typed.is_empty() {
            sql.push(&self.columns(0));
            sql.push(&format!("{order} limit {most}"));
            return sql.finish();
        }
        let begins = sql.bind(Param::text(beginning(typed)));
        let contains = sql.bind(Param::text(containing(typed)));
        let by_key = self.tests(&self.key, &begins);
        sql.push("with by_key as (").push(&self.columns(0));
        sql.push(&format!("and ({by_key}) {order} limit {most}), "));
        sql.push("by_name as (").push(&self.columns(1));
        let by_name = match self.labels.is_empty() {
            true => format!("{contains} is null"),
            false => self.tests(&self.labels, &contains),
        };
        sql.push(&format!(
            "and ({by_name}) and ({by_key}) is not true {order} limit {most}) "
        ));
        sql.push("(select * from by_key) union all (select * from by_name) ");
        // Stable within each half, which is in the order of the key already.
        sql.push(&format!("order by half, place limit {most}"));
        sql.finish()
    }

    /// The record under a key.
    fn named(&self, key: &[String]) -> Statement {
        let mut sql = Sql::new("select ");
        let labels: Vec<String> = self.labels.iter().map(|place| self.label(*place)).collect();
        sql.push(match labels.is_empty() {
            true => "null::text",
            false => "",
        });
        sql.push(&labels.join(", ")).push(" from ");
        sql.push(&self.known.table).push(" t where true");
        for (place, value) in self.key.iter().zip(key) {
            let value = match self.known.columns[*place].equal {
                true => {
                    let detail = &self.known.columns[*place];
                    let value = detail.bind(&mut sql, Some(value));
                    format!(" and t.{} = {value}", detail.name)
                }
                false => {
                    let value = sql.bind(Param::text(value));
                    format!(" and {} = {value}", self.known.text(*place))
                }
            };
            sql.push(&value);
        }
        sql.push(" limit 1");
        sql.finish()
    }

    /// Key, names, half and place of each row that can be referred to, without further conditions.
    fn columns(&self, half: u8) -> String {
        let key = self.key.iter().map(|place| self.known.text(*place));
        let labels = self.labels.iter().map(|place| self.label(*place));
        let all = key.chain(labels).enumerate();
        let all: Vec<String> = all.map(|(at, text)| format!("{text} as c{at}")).collect();
        let nullable = |place: &&usize| !self.known.columns[**place].not_null;
        let there = self.key.iter().filter(nullable);
        let there =
            there.map(|place| format!("and t.{} is not null ", self.known.columns[*place].name));
        format!(
            "select {}, {half} as half, row_number() over ({}) as place from {} t where true {}",
            all.join(", "),
            self.order(),
            self.known.table,
            there.collect::<String>()
        )
    }

    fn label(&self, place: usize) -> String {
        format!("pg_catalog.left({}, {LABEL_CHARS})", self.known.text(place))
    }

    fn order(&self) -> String {
        let key: Vec<String> = self
            .key
            .iter()
            .map(|place| self.known.sortable(*place))
            .collect();
        format!("order by {}", key.join(", "))
    }

    fn tests(&self, columns: &[usize], pattern: &str) -> String {
        let test = |place: &usize| {
            let detail = &self.known.columns[*place];
            match detail.search {
                // Part of no key and no text: its text form.
                Search::No => format!("{} ilike {pattern}", self.known.text(*place)),
                _ => format!("{} ilike {pattern}", searched(detail)),
            }
        };
        columns.iter().map(test).collect::<Vec<_>>().join(" or ")
    }

    fn read(&self, found: &Row) -> Result<Choice, Fault> {
        let key = (0..self.key.len()).map(|place| Ok(row::raw(found, place)?.unwrap_or_default()));
        let end = self.key.len() + self.labels.len();
        let names = (self.key.len()..end).map(|place| row::shown(found, place));
        Ok(Choice {
            key: key.collect::<Result<_, Fault>>()?,
            labels: self.called(names.collect::<Result<_, Fault>>()?),
        })
    }

    /// What the record is called: the parts of one name are one; what is empty is left out.
    fn called(&self, mut labels: Vec<String>) -> Vec<String> {
        labels.retain(|one| !one.is_empty());
        match is_one_name(&self.known.shape, &self.labels) && labels.len() > 1 {
            true => vec![labels.join(" ")],
            false => labels,
        }
    }
}

fn labels(found: &Row, start: usize) -> Result<Vec<String>, Fault> {
    (start..found.len())
        .map(|place| row::shown(found, place))
        .collect()
}
