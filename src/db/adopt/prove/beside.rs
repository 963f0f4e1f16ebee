//! What lies beside the rows of another tenant: counters, notifications, copies, receipts, the audit, who
//! is signed in, and looking across. Attacks as SQL, and what the catalog tells.

use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

use super::attacks::{self, Attack, Fails, Who};
use super::{Proof, TOKENS, Verdict};
use crate::db::adopt::quote::{ident, literal, text_array};
use crate::db::adopt::roles::Roles;
use crate::db::adopt::sample::{Sample, by_key};
use crate::db::adopt::{AdoptError, TablePlan};

/// Counters that the table's columns take their numbers from.
const COUNTERS: &str = "\
select quote_ident(n.nspname) || '.' || quote_ident(s.relname)
  from pg_class s join pg_namespace n on n.oid = s.relnamespace
 where s.relkind = 'S'
   and (exists (select from pg_depend d
                 where d.classid = 'pg_class'::regclass and d.objid = s.oid and d.refobjid = $1
                   and d.deptype in ('a', 'i'))
        or exists (select from pg_attrdef f
                     join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refobjid = s.oid
                    where f.adrelid = $1))
 order by 1";

/// Functions of the table's triggers that notify, as far as their own text shows. Whoever connects may
/// listen, and nothing says whose a payload is.
const NOTIFIERS: &str = "\
select distinct p.oid::regprocedure::text
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid
 where t.tgrelid = $1 and not t.tgisinternal and p.prosrc ~* '\\m(pg_notify|notify)\\M'
 order by 1";

/// Says whether triggers of the table tell of its rows to whoever listens.
pub async fn notified(tx: &Transaction<'_>, table: &TablePlan) -> Result<Proof, AdoptError> {
    let rows = tx
        .query_typed(NOTIFIERS, &[(&table.oid, Type::OID)])
        .await?;
    let named: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let open = !named.is_empty();
    Ok(Proof {
        table: table.table.clone(),
        attack: "hear of rows by NOTIFY",
        verdict: if open { Verdict::Open } else { Verdict::Held },
        said: match open {
            true => format!(
                "any session hears what {} sends: send no values, and read the row under its policy",
                named.join(", ")
            ),
            false => String::new(),
        },
    })
}

/// The counters of a table.
pub async fn counters(tx: &Transaction<'_>, table: &TablePlan) -> Result<Vec<String>, AdoptError> {
    let rows = tx.query_typed(COUNTERS, &[(&table.oid, Type::OID)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Every attack on what lies beside one row.
pub fn all(
    roles: &Roles,
    table: &TablePlan,
    sample: &Sample,
    theirs: &str,
    counters: &[String],
) -> Vec<Attack> {
    let mut list: Vec<Attack> = counters
        .iter()
        .flat_map(|counter| {
            [
                Attack::new(
                    "read the counter of a key",
                    Fails::Refused,
                    format!("select last_value from {counter}"),
                ),
                Attack::new(
                    "set the counter of a key",
                    Fails::Refused,
                    format!("select setval({}::regclass, 1)", literal(counter)),
                ),
            ]
        })
        .collect();
    list.extend(copies(table));
    list.extend(receipts(roles, table, sample));
    let past = attacks::past(roles, table, sample, theirs);
    list.extend(told(table, &past));
    list.extend(across(table, sample));
    list
}

/// What COPY gives out.
fn copies(table: &TablePlan) -> [Attack; 2] {
    let columns: Vec<String> = table.key.iter().map(|name| ident(name)).collect();
    let columns = columns.join(", ");
    let name = &table.table;
    [
        Attack::new(
            "copy rows out",
            Fails::Empty,
            format!("copy {name} ({columns}) to stdout"),
        )
        .copying(),
        Attack::new(
            "copy the answer of a query out",
            Fails::Empty,
            format!("copy (select {columns} from {name} limit 50) to stdout"),
        )
        .copying(),
    ]
}

/// What merges left behind: the values that two people typed.
fn receipts(roles: &Roles, table: &TablePlan, sample: &Sample) -> [Attack; 2] {
    let (oid, key) = (table.oid, text_array(&sample.key));
    let column = table.key.first().map_or("", String::as_str);
    let merged = serde_json::json!([
        { "column": column, "base": "a", "theirs": "b", "yours": "c", "took": "yours" }
    ]);
    let before = format!(
        "set local role {owner};
         insert into rowhouse_private.receipt (tenant_id, account_id, table_oid, record_key, entry_id, fields)
         select t.tenant_id, a.account_id, {oid}, {key}, 0, {merged}
           from rowhouse_private.tenant t join rowhouse_private.account a on a.tenant_id = t.tenant_id
          where t.name = {token} || '/' || txid_current();
         set local role none",
        owner = ident(&roles.owner),
        merged = literal(&merged.to_string()),
        token = literal(TOKENS[1]),
    );
    let read = format!("select 1 from rowhouse.receipts({oid}::oid, {key}, null, 50)");
    [
        Attack::new(
            "the row's own tenant reads its receipts",
            Fails::Not,
            read.clone(),
        )
        .by(Who::Own)
        .after(&before),
        Attack::new("read receipts of merges", Fails::Empty, read).after(&before),
    ]
}

/// What the audit and the list of sessions tell; the canaries may see both.
fn told(table: &TablePlan, past: &str) -> [Attack; 4] {
    let oid = table.oid;
    let entries = |test: &str| {
        format!(
            "select 1 from rowhouse.audit_entries(null, null, null, null, null, null, null, null, true, 500, true) e
              where {test}"
        )
    };
    let exported = format!(
        "select rowhouse_trail.note((select t.tenant_id from rowhouse_private.tenant t
                                      where t.name = {} || '/' || txid_current()),
                null, 'canary', null, null, 'table exported', 'rows of a canary')",
        literal(TOKENS[1])
    );
    [
        Attack::new(
            "read the audit of rows",
            Fails::Empty,
            entries(&format!("e.table_oid = {oid}")),
        )
        .after(past),
        Attack::new(
            "read the audit of exports",
            Fails::Empty,
            entries("e.verb = 'table exported'"),
        )
        .after(&exported),
        Attack::new(
            "its own tenant reads the audit of exports",
            Fails::Not,
            entries("e.verb = 'table exported'"),
        )
        .by(Who::Own)
        .after(&exported),
        Attack::new(
            "see who of another tenant is signed in",
            Fails::Empty,
            "select 1 from rowhouse.sessions() s where not s.mine".to_owned(),
        ),
    ]
}

/// Looking across tenants: not without the right, and with it nothing is written.
fn across(table: &TablePlan, sample: &Sample) -> Vec<Attack> {
    let (name, key) = (&table.table, by_key(table, sample));
    let mut list = vec![
        Attack::new(
            "choose another tenant",
            Fails::Refused,
            "select rowhouse.choose_tenant('default')".to_owned(),
        ),
        Attack::new(
            "look across all tenants",
            Fails::Refused,
            "select rowhouse.choose_tenant(null)".to_owned(),
        ),
        Attack::new(
            "delete a row while looking across",
            Fails::Empty,
            format!(
                "select 1 from rowhouse.record_delete({}::oid, {}, {}, {}) d where d > 0",
                table.oid,
                text_array(&sample.key),
                sample
                    .version
                    .map_or("null".to_owned(), |version| version.to_string()),
                literal(&sample.xmin)
            ),
        )
        .by(Who::Across),
    ];
    if let Some(written) = sample.columns.first().map(|name| ident(name)) {
        list.push(
            Attack::new(
                "change a row while looking across",
                Fails::Empty,
                format!("update {name} set {written} = {written} where {key} returning 1"),
            )
            .by(Who::Across),
        );
    }
    list
}
