//! What the catalog says of a table when a change did nothing: rights, row security, and what can
//! drop a change without a word.

use tokio_postgres::Row;

use crate::db::contract::Fault;
use crate::db::open::Open;
use crate::db::row;
use crate::db::shape::Known;
use crate::db::tx::{Param, Statement};
use crate::domain::record::Verb;

/// Row triggers that fire before the verb, on the table or a partition of it, and rules of it that
/// do something instead; ours drop nothing.
const FACTS: &str = "\
select pg_catalog.row_security_active($1),
       array(select distinct t.tgname::text from pg_catalog.pg_trigger t
             where (t.tgrelid = $1 or t.tgrelid in (select relid from pg_catalog.pg_partition_tree($1)))
               and not t.tgisinternal and t.tgenabled in ('O', 'A')
               and t.tgtype & 3 = 3 and t.tgtype & $2 > 0
               and t.tgname !~ '^[!~]rowhouse_'
             order by 1),
       array(select r.rulename::text from pg_catalog.pg_rewrite r
             where r.ev_class = $1 and r.ev_type = $3 and r.is_instead
             order by 1),
       exists (select from pg_catalog.pg_policy p
               where p.polrelid = $1 and p.polname !~ '^rowhouse_' and p.polcmd in ('*', $4)
                 and exists (select from unnest(p.polroles) r(role)
                             where r.role = 0 or pg_catalog.pg_has_role(r.role, 'usage')))";

/// What the catalog says.
pub(super) struct Facts {
    /// Whether row security binds this person here.
    pub row_security: bool,
    /// The triggers that can drop the change, made harmless.
    pub triggers: Vec<String>,
    /// The rules that do something instead, made harmless.
    pub rules: Vec<String>,
    /// Whether the table has policies of its own for it.
    pub policies: bool,
    /// Whether the person may do it in the table at all.
    pub may: bool,
    /// Whether the person may see the table at all.
    pub may_view: bool,
}

/// Asks for the facts about one verb.
pub(super) fn question(open: &Open, known: &Known, verb: Verb) -> Statement {
    let (bit, event, command, name) = match verb {
        Verb::Insert => (4, "3", "a", "insert"),
        Verb::Delete | Verb::Truncate => (8, "4", "d", "delete"),
        Verb::Update => (16, "2", "w", "update"),
    };
    let rights = match open.is_shared() {
        true => format!("rowhouse.may($1, '{name}'), rowhouse.may($1, 'view')"),
        // What is not granted is refused, and never does nothing.
        false => "true, true".to_owned(),
    };
    Statement::new(
        format!("{FACTS},\n       {rights}"),
        vec![
            Param::oid(known.shape.id.0),
            Param::int4(bit),
            Param::char(event),
            Param::char(command),
        ],
    )
}

impl Facts {
    /// Reads the answer.
    pub(super) fn read(rows: &[Row]) -> Result<Self, Fault> {
        let row = row::only(rows)?;
        Ok(Self {
            row_security: row::column(row, 0)?,
            triggers: row::shown_list(row, 1)?,
            rules: row::shown_list(row, 2)?,
            policies: row::column(row, 3)?,
            may: row::column(row, 4)?,
            may_view: row::column(row, 5)?,
        })
    }

    /// Whatever can drop the change.
    pub(super) fn dropping(self) -> Vec<String> {
        self.triggers.into_iter().chain(self.rules).collect()
    }
}
