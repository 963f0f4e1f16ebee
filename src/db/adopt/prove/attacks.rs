//! The attacks of one tenant's person on another tenant's row, as SQL, and how each must fail. Text only.

use tokio_postgres::Error;

use super::{SEEN, Verdict};
use crate::db::adopt::TablePlan;
use crate::db::adopt::quote::{ident, literal, text_array};
use crate::db::adopt::roles::Roles;
use crate::db::adopt::sample::{Sample, by_key};

/// Whose session it is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person of the tenant that has no rows.
    Stranger,
    /// A person of the tenant whose row it is.
    Own,
    /// Somebody of the first tenant who looks across all of them.
    Across,
    /// Nobody: the token of the one before is gone.
    Nobody,
}

/// How it must fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fails {
    /// Not at all: who owns the row sees it, else nothing is proved.
    Not,
    /// Without a row, or refused.
    Empty,
    /// Refused.
    Refused,
}

/// One attack.
#[derive(Debug, Clone)]
pub struct Attack {
    pub name: &'static str,
    pub who: Who,
    pub fails: Fails,
    /// What the owner does before.
    pub before: Option<String>,
    /// Whether it is a COPY, whose rows come another way.
    pub copies: bool,
    pub sql: String,
}

/// Refusals for the right reason: no right, no session or a wall of ours.
const RIGHT: [&str; 3] = ["42501", "RH403", "RH401"];

impl Attack {
    pub(super) fn new(name: &'static str, fails: Fails, sql: String) -> Self {
        Self {
            name,
            who: Who::Stranger,
            fails,
            before: None,
            copies: false,
            sql,
        }
    }

    pub(super) fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub(super) fn copying(self) -> Self {
        Self {
            copies: true,
            ..self
        }
    }

    pub(super) fn after(self, before: &str) -> Self {
        Self {
            before: Some(before.to_owned()),
            ..self
        }
    }

    /// What came of it.
    pub fn judge(&self, tried: Result<usize, Error>) -> (Verdict, String) {
        match (tried, self.fails) {
            (Ok(rows), Fails::Not) => match rows {
                0 => (Verdict::Open, "the row's own tenant does not see it".into()),
                _ => (Verdict::Held, String::new()),
            },
            (Ok(0), Fails::Empty) => (Verdict::Held, "no row".into()),
            (Ok(_), _) => (Verdict::Open, "it went through".into()),
            (Err(error), fails) => {
                let said = error.as_db_error();
                let code = said.map_or("", |said| said.code().code());
                let text = said.map_or_else(|| error.to_string(), |said| said.message().to_owned());
                match RIGHT.contains(&code) && fails != Fails::Not {
                    true => (Verdict::Held, text),
                    false => (Verdict::NotTried, text),
                }
            }
        }
    }
}

/// A table whose rows are not split shows other tenants than the first nothing.
pub fn closed(table: &str) -> Attack {
    let sql = format!("select 1 from {table} limit 1");
    Attack::new(
        "another tenant reads a table without tenants",
        Fails::Empty,
        sql,
    )
}

/// What the owner does before the past of a row is asked for: the row is deleted, or where others hang on
/// it, a change of it is recorded.
pub(super) fn past(roles: &Roles, table: &TablePlan, sample: &Sample, theirs: &str) -> String {
    format!(
        "do $past$ begin
             delete from {} where {};
         exception when others then
             set local role {};
             perform rowhouse_trail.write_of({}, {}, {}, 'update', null, null, null, null, null);
             set local role none;
         end $past$",
        table.table,
        by_key(table, sample),
        ident(&roles.trail),
        literal(theirs),
        table.oid,
        text_array(&sample.key),
    )
}

/// Every attack on one row: `mine` is the value of the attacker's tenant, `theirs` the row's.
pub fn all(
    roles: &Roles,
    table: &TablePlan,
    column: &str,
    sample: &Sample,
    [mine, theirs]: &[String; 2],
    numbers: &[i16],
) -> Vec<Attack> {
    let name = &table.table;
    let key = by_key(table, sample);
    let tenant = ident(column);
    let shown = format!("select 1 from {name} where {key}");
    let mut list = vec![
        Attack::new(SEEN, Fails::Not, shown.clone()).by(Who::Own),
        Attack::new("read a row", Fails::Empty, shown.clone()),
        Attack::new(
            "read anything",
            Fails::Empty,
            format!("select 1 from {name} limit 1"),
        ),
        Attack::new(
            "ask whether a row is there",
            Fails::Empty,
            format!(
                "select 1 where exists (select from {name} where {tenant}::text = {})",
                literal(theirs)
            ),
        ),
        Attack::new("read after the session is gone", Fails::Refused, shown).by(Who::Nobody),
    ];
    list.extend(writing(table, column, sample, [mine, theirs]));
    let past = past(roles, table, sample, theirs);
    list.extend(by_functions(table, sample, numbers, &past));
    list
}

/// What statements write.
fn writing(
    table: &TablePlan,
    column: &str,
    sample: &Sample,
    [mine, theirs]: [&String; 2],
) -> Vec<Attack> {
    let name = &table.table;
    let key = by_key(table, sample);
    let tenant = ident(column);
    let mut list = vec![
        Attack::new(
            "create a row for another tenant",
            Fails::Refused,
            format!("insert into {name} ({tenant}) values ({})", literal(theirs)),
        ),
        Attack::new(
            "take a row over",
            Fails::Refused,
            format!("update {name} set {tenant} = {} where {key}", literal(mine)),
        ),
        Attack::new(
            "give a row away",
            Fails::Refused,
            format!("update {name} set {tenant} = {} where {key}", literal(mine)),
        )
        .by(Who::Own),
    ];
    if let Some(written) = sample.columns.first().map(|name| ident(name)) {
        list.push(Attack::new(
            "change a row",
            Fails::Empty,
            format!("update {name} set {written} = {written} where {key} returning 1"),
        ));
        // PostgreSQL refuses COPY FROM to every role that row security applies to.
        list.push(Attack::new(
            "copy rows in",
            Fails::Empty,
            format!(
                "select 1 where not row_security_active({}::regclass)",
                literal(name)
            ),
        ));
    }
    list
}

/// What functions of ours tell and do.
fn by_functions(table: &TablePlan, sample: &Sample, numbers: &[i16], past: &str) -> Vec<Attack> {
    let oid = table.oid;
    let key = text_array(&sample.key);
    let version = sample
        .version
        .map_or("null".to_owned(), |version| version.to_string());
    let sorts: Vec<String> = numbers.iter().map(|n| format!("{{\"c\":{n}}}")).collect();
    let columns: Vec<String> = numbers.iter().map(i16::to_string).collect();
    let what = format!(
        "{{\"key\":[{}],\"sort\":[{}],\"limit\":50}}",
        columns.join(","),
        sorts.join(",")
    );
    let gone = format!(
        "delete from {} where {}",
        table.table,
        by_key(table, sample)
    );
    // A cursor of a snapshot that saw nothing of this transaction.
    let cursor = "(select i.epoch || '/' || pg_snapshot_xmin(pg_current_snapshot()) || ':' \
                   || pg_snapshot_xmin(pg_current_snapshot()) || ':' from rowhouse.about() i)";
    vec![
        Attack::new(
            "delete a row",
            Fails::Empty,
            format!(
                "select 1 from rowhouse.record_delete({oid}::oid, {key}, {version}, {}) d where d > 0",
                literal(&sample.xmin)
            ),
        ),
        Attack::new(
            "find a row by the search",
            Fails::Empty,
            format!("select 1 from rowhouse.search({oid}::oid, {}::jsonb)", literal(&what)),
        ),
        Attack::new(
            "claim a row",
            Fails::Refused,
            format!("select 1 from rowhouse.claim({oid}::oid, {key})"),
        ),
        Attack::new(
            "read who changed a row",
            Fails::Empty,
            format!("select 1 from rowhouse.last_change({oid}::oid, {key})"),
        )
        .after(past),
        Attack::new(
            "read what was deleted",
            Fails::Empty,
            format!("select 1 from rowhouse.deleted_records({oid}::oid, null, 50)"),
        )
        .after(&gone),
        Attack::new(
            "read what changed",
            Fails::Empty,
            format!(
                "select 1 from rowhouse.feed({cursor}, 500) f where f.table_oid = {oid} and f.record_key is not null"
            ),
        )
        .after(past),
    ]
}
