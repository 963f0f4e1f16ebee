//! Whether adopted tables are as this program makes them: their form, and each policy word for word.
//! What it compares with is made on a temporary table, inside the transaction that is rolled back.

use super::super::adopt::memory::{self, Adopted};
use super::super::adopt::roles::{self, Roles};
use super::super::adopt::{AdoptError, Options, plan, refresh, rights};
use super::checks::{Check, How, Looking, Needs};
use super::ward::{Asking, Ward, made};
use super::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "table-older",
        stage: "tables",
        severity: Severity::Warning,
        needs: Needs::Owner,
        means: "it works as an older version made it, or limits people as roles were before",
        how: How::Code(|ward, check| -> Looking<'_> { Box::pin(older(ward, check)) }),
    },
    Check {
        code: "policies-differ",
        stage: "tables",
        severity: Severity::Serious,
        needs: Needs::Owner,
        means: "somebody altered it after the table was adopted: what the gate lets through is not \
                what roles say",
        how: How::Code(|ward, check| -> Looking<'_> { Box::pin(differing(ward, check)) }),
    },
];

/// What is made anew, beside the real one.
const PROBE: &str = "pg_temp.rowhouse_probe";

/// The policies of ours that are not the same on both tables, by name.
const DIFFER: &str = "\
with ours as (
    select p.polrelid = 'pg_temp.rowhouse_probe'::regclass as meant, p.polname::text as name,
           concat_ws(' ', p.polcmd::text, p.polpermissive,
               (select string_agg(r::regrole::text, ',' order by r) from unnest(p.polroles) r),
               coalesce(pg_get_expr(p.polqual, p.polrelid), '-'),
               coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-')) as rule
      from pg_policy p
     where p.polrelid in ('pg_temp.rowhouse_probe'::regclass, $1::oid) and p.polname ^@ 'rowhouse_'
       -- For others, and only where the table had no row security before.
       and p.polname <> 'rowhouse_others')
select coalesce(m.name, h.name),
       case when h.name is null then 'is missing' when m.name is null then 'is not one of ours'
            else 'is not as it is made' end
  from (select * from ours where meant) m
  full join (select * from ours where not meant) h on h.name = m.name
 where m.rule is distinct from h.rule
 order by 1";

async fn older(ward: &Ward, check: &'static Check) -> Asking<Vec<Finding>> {
    let tables = match remembered(ward).await? {
        Ok(tables) => tables,
        Err(error) => return Ok(vec![blind(check, UNREAD, &error)]),
    };
    ward.guarded(async || {
        let mut found = Vec::new();
        for one in &tables {
            match refresh::is_old(ward.client(), one).await {
                Ok(false) => {}
                Ok(true) => {
                    let what = format!("{} is not of this version's form", one.quoted);
                    found.push(made(check, check.severity, &what, "rowhouse init"));
                }
                // The server answers nothing more until what failed is taken back.
                Err(error) => {
                    let what = format!(
                        "the form of {} could not be compared, nor of those after it",
                        one.quoted
                    );
                    found.push(blind(check, &what, &error));
                    break;
                }
            }
        }
        Ok(found)
    })
    .await
}

async fn differing(ward: &Ward, check: &'static Check) -> Asking<Vec<Finding>> {
    let tables = match remembered(ward).await? {
        Ok(tables) => tables,
        Err(error) => return Ok(vec![blind(check, UNREAD, &error)]),
    };
    let roles = Roles::of(ward.roles().prefix());
    let mut found = Vec::new();
    for one in &tables {
        let compared = ward
            .guarded(async || Ok(compare(ward, &roles, one).await))
            .await?;
        // A table of an older form is named by the other check.
        let compared = match compared {
            Ok(differences) => differences,
            Err(AdoptError::Outdated) => Vec::new(),
            Err(error) => {
                let what = format!("the policies on {} could not be compared", one.quoted);
                found.push(blind(check, &what, &error));
                continue;
            }
        };
        for (name, how) in compared {
            let what = format!("the policy {name} on {} {how}", one.quoted);
            let fix = format!("rowhouse adopt --undo {0}\nrowhouse adopt {0}", one.quoted);
            found.push(made(check, check.severity, &what, &fix));
        }
    }
    Ok(found)
}

/// What is said where the adoptions themselves cannot be read.
const UNREAD: &str = "no adopted table could be compared";

/// What is remembered of adoptions, or why it cannot be read.
async fn remembered(ward: &Ward) -> Asking<Result<Vec<Adopted>, AdoptError>> {
    ward.guarded(async || Ok(memory::read(ward.client()).await))
        .await
}

/// That something could not be looked at is a finding too, and not the same as nothing found.
fn blind(check: &'static Check, what: &str, error: &AdoptError) -> Finding {
    Finding {
        means: "whether somebody altered them is not known",
        ..made(
            check,
            Severity::Warning,
            &format!("{what}: {error}"),
            "rowhouse init",
        )
    }
}

/// Makes the policies on an empty copy, and compares.
async fn compare(
    ward: &Ward,
    roles: &roles::Roles,
    one: &Adopted,
) -> Result<Vec<(String, String)>, AdoptError> {
    if refresh::is_old(ward.client(), one).await? {
        return Ok(Vec::new());
    }
    let client = ward.client();
    let (facts, choice) = plan::choice_again(client, one, &Options::default()).await?;
    let copy = format!(
        "create temporary table rowhouse_probe (like {})",
        one.quoted
    );
    client.batch_execute(&copy).await?;
    let (real, probe) = (format!(" on {} ", one.quoted), format!(" on {PROBE} "));
    for policy in rights::policies(&facts, roles, &choice) {
        client
            .batch_execute(&policy.replacen(&real, &probe, 1))
            .await?;
    }
    let asked: [(&(dyn tokio_postgres::types::ToSql + Sync), _); 1] =
        [(&one.oid, tokio_postgres::types::Type::OID)];
    let rows = client.query_typed(DIFFER, &asked).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
