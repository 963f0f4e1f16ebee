//! What an error leaves out, asked of the database in one more round trip: which right is missing,
//! which columns a constraint of a partition has, which record has these values already.

use tokio_postgres::Error;
use tokio_postgres::error::DbError;
use tokio_postgres::types::Type;

use super::columns::is_of;
use super::words::{self, Case, Holder};
use super::{Sent, case, detail, entries, excluded};
use crate::db::change::{Change, SECOND_ROW};
use crate::db::contract::Fault;
use crate::db::contract::records::{Rejection, RejectionKind};
use crate::db::open::Open;
use crate::db::row;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::record::RecordKey;
use crate::domain::reference::simple_check;
use crate::domain::table::TableName;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

/// Rights by verb, and the columns sent for which it is missing.
const RIGHTS: &str = "\
select coalesce(case $2 when 'DELETE' then pg_catalog.has_table_privilege($1, 'DELETE')
                        else pg_catalog.has_any_column_privilege($1, $2) end, true),
       coalesce(pg_catalog.has_any_column_privilege($1, 'SELECT'), true),
       array(select a.attnum from pg_catalog.pg_attribute a
             where a.attrelid = $1 and a.attnum = any ($3::text[]::int2[]) and $2 <> 'DELETE'
               and not pg_catalog.has_column_privilege($1, a.attnum, $2)
             order by a.attnum),
       pg_catalog.row_security_active($1)";

/// The columns of a constraint, or the one column, of the table or a partition, as the root counts
/// them: the constraint may be younger than what is known of the table.
const OF_PARTITION: &str = "\
with named as (
  select c.oid from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $2 and c.relname = $3
    and (c.oid = $1 or c.oid in (select p.relid from pg_catalog.pg_partition_tree($1) p))),
found as (
  select k.attnum, k.place from named, pg_catalog.pg_constraint c,
       unnest(c.conkey) with ordinality k(attnum, place)
  where c.conrelid = named.oid and c.conname = $4
  union
  select k.attnum, k.place from named, pg_catalog.pg_index i, pg_catalog.pg_class x,
       unnest(i.indkey[0 : i.indnkeyatts - 1]::int2[]) with ordinality k(attnum, place)
  where i.indrelid = named.oid and x.oid = i.indexrelid and x.relname = $4
  union
  select a.attnum, 1 from named, pg_catalog.pg_attribute a
  where a.attrelid = named.oid and a.attname = $5)
select array(select r.attnum from found f
             join named on true
             join pg_catalog.pg_attribute a on a.attrelid = named.oid and a.attnum = f.attnum
             join pg_catalog.pg_attribute r on r.attrelid = $1 and r.attname = a.attname
             order by f.place)";

/// A constraint by its name: what it says, whom it refers to, and whether that is this table.
const RULE: &str = "\
select pg_catalog.pg_get_constraintdef(c.oid, true), n.nspname::text, r.relname::text,
       coalesce(c.confrelid in (
         select p.relid from pg_catalog.pg_partition_tree($5) p
         union select pg_catalog.pg_partition_ancestors($5) union select $5), false)
from pg_catalog.pg_constraint c
left join pg_catalog.pg_class r on r.oid = c.confrelid
left join pg_catalog.pg_namespace n on n.oid = r.relnamespace
where c.conname = $4 and case when $3 is not null
    then c.contypid = (select t.oid from pg_catalog.pg_type t
                       join pg_catalog.pg_namespace s on s.oid = t.typnamespace
                       where s.nspname = $1 and t.typname = $3)
    else c.conrelid = (select t.oid from pg_catalog.pg_class t
                       join pg_catalog.pg_namespace s on s.oid = t.relnamespace
                       where s.nspname = $1 and t.relname = $2) end";

/// The columns by which rows find their partition, by name.
const ROUTING: &str = "\
select a.attname::text from pg_catalog.pg_partitioned_table p
join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::int2[])
where p.partrelid = (select t.oid from pg_catalog.pg_class t
                     join pg_catalog.pg_namespace s on s.oid = t.relnamespace
                     where s.nspname = $1 and t.relname = $2)
order by a.attnum";

/// Completes a rejection; what cannot be found out is left as it is.
pub(in crate::db) async fn complete(
    open: &Open,
    known: &Known,
    change: &Change,
    error: &Error,
    mut rejection: Rejection,
) -> Rejection {
    let Some(said) = error
        .as_db_error()
        .filter(|it| !it.message().contains(SECOND_ROW))
    else {
        return rejection;
    };
    if rejection.columns.is_empty() && (said.constraint().is_some() || !is_of(error, known)) {
        rejection.columns = of_partition(open, known, error).await.unwrap_or_default();
    }
    if is_routed(said, rejection.kind) {
        rejection.columns = routing(open, known, said).await.unwrap_or_default();
    }
    let sent = Sent::of(known, &[], change);
    let mut case = case(said, &sent, rejection.kind, &rejection.columns);
    match rejection.kind {
        RejectionKind::NotPermitted => {
            let _ = name_the_right(open, known, change, &mut rejection).await;
            return rejection;
        }
        RejectionKind::Unique => {
            let other = other(open, known, change, &rejection.columns).await;
            case.holder = holder(other.unwrap_or(Other::Unknown), &mut rejection);
        }
        RejectionKind::Exclusion => {
            let found = excluded::other(open, known, change, said, &rejection.columns).await;
            let (other, more) = found.unwrap_or((Other::Unknown, false));
            case.holder = holder(other, &mut rejection);
            case.more_hold = more;
        }
        RejectionKind::Check | RejectionKind::ForeignKey => {
            let typed = |column: &usize| sent.entries.iter().any(|it| it.column == *column);
            let own = rejection.columns.iter().any(typed);
            let _ = learn_rule(open, known, said, &mut case, own).await;
            if case.referred {
                rejection.columns = key_of(known, change);
            }
        }
        _ => {}
    }
    rejection.message = words::message(&case);
    rejection.detail = match case.holder {
        // Not even its name: who may not look is told nothing of what is there.
        Holder::Hidden => None,
        _ => detail(said, &case, known),
    };
    rejection
}

/// Notes the record that is in the way, and says who holds the values.
fn holder(other: Other, rejection: &mut Rejection) -> Holder {
    match other {
        Other::Seen(key) => {
            let holder = text::line(&key.to_string()).into_owned();
            rejection.other = Some(key);
            Holder::Seen(holder)
        }
        Other::Hidden => Holder::Hidden,
        Other::Unknown => Holder::Unknown,
    }
}

/// The fields of the key that a change sends.
fn key_of(known: &Known, change: &Change) -> Vec<usize> {
    let key = known.shape.key.iter().copied();
    key.filter(|place| entries(change).iter().any(|entry| entry.column == *place))
        .collect()
}

/// Whether no partition takes a row, or another one than this.
fn is_routed(error: &DbError, kind: RejectionKind) -> bool {
    kind == RejectionKind::Check && error.constraint().is_none() && error.table().is_some()
}

/// The columns by which the refused row was to find its partition.
async fn routing(open: &Open, known: &Known, error: &DbError) -> Result<Vec<usize>, Fault> {
    let named = [error.schema(), error.table()];
    let params = named.map(|name| Param::Text(Type::TEXT, name.map(str::to_owned)));
    let answers = open
        .read(vec![Statement::new(ROUTING, params.into())])
        .await?;
    let rows = answers.first().map_or(&[][..], Vec::as_slice);
    let names: Vec<String> = rows
        .iter()
        .map(|found| row::column(found, 0))
        .collect::<Result<_, _>>()?;
    Ok(names
        .iter()
        .filter_map(|name| known.position(name))
        .collect())
}

/// Reads the constraint that refused: its words, and which end of a reference this table is.
async fn learn_rule(
    open: &Open,
    known: &Known,
    error: &DbError,
    case: &mut Case,
    refers_itself: bool,
) -> Result<(), Fault> {
    let named = [
        error.schema(),
        error.table(),
        error.datatype(),
        error.constraint(),
    ];
    let named = named.map(|name| Param::Text(Type::TEXT, name.map(str::to_owned)));
    let mut params = Vec::from(named);
    params.push(Param::oid(known.shape.id.0));
    let answers = open.read(vec![Statement::new(RULE, params)]).await?;
    let Some(found) = answers.first().and_then(|rows| rows.first()) else {
        return Ok(());
    };
    let definition: String = row::shown(found, 0)?;
    case.holds = simple_check(&definition);
    let schema: Option<String> = row::shown_or_null(found, 1)?;
    let name: Option<String> = row::shown_or_null(found, 2)?;
    let parent = schema
        .zip(name)
        .map(|(schema, name)| TableName { schema, name });
    let refers_here: bool = row::column(found, 3)?;
    case.parent = parent.map(|parent| parent.to_string());
    // A table that refers to itself is at both ends: then what was sent tells which.
    case.referred |= refers_here && !refers_itself;
    Ok(())
}

/// Says which right is missing: in the table, in some columns, or by its row security.
async fn name_the_right(
    open: &Open,
    known: &Known,
    change: &Change,
    rejection: &mut Rejection,
) -> Result<(), Fault> {
    let (right, verb) = match change {
        Change::Insert { .. } => ("INSERT", "create"),
        Change::Update(_) => ("UPDATE", "change"),
        Change::Delete { .. } => ("DELETE", "delete"),
    };
    let numbers = entries(change).iter().filter_map(|entry| {
        let column = known.shape.columns.get(entry.column)?;
        Some(column.number.to_string())
    });
    let mut sql = Sql::new(RIGHTS);
    let params = [
        Param::oid(known.shape.id.0),
        Param::text(right),
        Param::Texts(numbers.collect()),
    ];
    params.into_iter().for_each(|param| drop(sql.bind(param)));
    sql.push(&match open.is_shared() {
        true => format!(
            ", rowhouse.may($1, '{}') and rowhouse.may($1, 'view')",
            right.to_lowercase()
        ),
        false => ", true".to_owned(),
    });
    let answers = open.read(vec![sql.finish()]).await?;
    let row = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    let missing: Vec<i16> = row::column(row, 2)?;
    let (may, may_view): (bool, bool) = (row::column(row, 0)?, row::column(row, 1)?);
    let table = &known.shape.name;
    let may = may && row::column(row, 4)?;
    if !may || !may_view && right != "INSERT" {
        let table = text::line(&table.to_string()).into_owned();
        rejection.message = format!("you may not {verb} records of {table} any more");
    } else if !missing.is_empty() {
        rejection.columns = places(known, &missing);
        let names = rejection.columns.iter();
        let names: Vec<&str> = names
            .map(|place| known.shape.columns[*place].name.as_str())
            .collect();
        rejection.message = format!("you may not {verb} {} any more", names.join(", "));
    } else if row::column(row, 3)? && rejection.columns.is_empty() {
        rejection.message = "row security does not let you store it so".into();
    }
    Ok(())
}

/// The columns that an error of a partition is about.
async fn of_partition(open: &Open, known: &Known, error: &Error) -> Result<Vec<usize>, Fault> {
    let Some((error, table)) = error
        .as_db_error()
        .and_then(|error| Some((error, error.table()?)))
    else {
        return Ok(Vec::new());
    };
    let optional = |text: Option<&str>| Param::Text(Type::TEXT, text.map(str::to_owned));
    let question = Statement::new(
        OF_PARTITION,
        vec![
            Param::oid(known.shape.id.0),
            optional(error.schema()),
            Param::text(table),
            optional(error.constraint()),
            optional(error.column()),
        ],
    );
    let answers = open.read(vec![question]).await?;
    let row = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    Ok(places(known, &row::column::<Vec<i16>>(row, 0)?))
}

/// The record that has these values already.
pub(super) enum Other {
    /// It may be seen.
    Seen(RecordKey),
    /// It is there, and row security hides it.
    Hidden,
    /// It cannot be told.
    Unknown,
}

/// Looks for the record that has these values already.
async fn other(
    open: &Open,
    known: &Known,
    change: &Change,
    columns: &[usize],
) -> Result<Other, Fault> {
    let Some(values) = columns
        .iter()
        .map(|column| sent(known, change, *column))
        .collect::<Option<Vec<Value>>>()
        .filter(|values| !values.is_empty() && !known.shape.key.is_empty())
    else {
        return Ok(Other::Unknown);
    };
    let key = known.shape.key.iter().map(|place| known.text(*place));
    let mut sql = Sql::new("select array[");
    sql.push(&key.collect::<Vec<_>>().join(", "))
        .push("] from ");
    sql.push(&known.table).push(" t where ");
    for (place, (column, value)) in columns.iter().zip(&values).enumerate() {
        let and = if place == 0 { "" } else { " and " };
        let detail = &known.columns[*column];
        let test = match (value.as_text(), detail.equal) {
            (None, _) => format!("{and}t.{} is null", detail.name),
            (text, true) => {
                let value = detail.bind(&mut sql, text);
                format!("{and}t.{} = {value}", detail.name)
            }
            (Some(text), false) => {
                let value = sql.bind(Param::text(text));
                format!("{and}{} = {value}", known.text(*column))
            }
        };
        sql.push(&test);
    }
    sql.push(" limit 2");
    let hides = Statement::new(
        "select pg_catalog.row_security_active($1)",
        vec![Param::oid(known.shape.id.0)],
    );
    let answers = open.read(vec![sql.finish(), hides]).await?;
    let [found, hides] = answers.as_slice() else {
        return Ok(Other::Unknown);
    };
    match found.as_slice() {
        [found] => Ok(Other::Seen(RecordKey(row::column(found, 0)?))),
        [] if row::column(row::only(hides)?, 0)? => Ok(Other::Hidden),
        _ => Ok(Other::Unknown),
    }
}

/// What a column was to hold; `None` where the server was to decide.
pub(super) fn sent(known: &Known, change: &Change, column: usize) -> Option<Value> {
    known.columns.get(column).filter(|detail| detail.readable)?;
    let entry = entries(change).iter().find(|entry| entry.column == column);
    match (entry.map(|entry| &entry.entry), change) {
        (Some(Entry::Value(value)), _) => Some(value.clone()),
        (None, Change::Update(save)) => save.base.get(column).cloned(),
        _ => None,
    }
}

fn places(known: &Known, numbers: &[i16]) -> Vec<usize> {
    let columns = &known.shape.columns;
    let place = |number: &i16| columns.iter().position(|column| column.number == *number);
    numbers.iter().filter_map(place).collect()
}
