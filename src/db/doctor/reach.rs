//! What the shared login reaches in the schemas it may use: `adopt` asked once, the doctor
//! asks again.

use tokio_postgres::types::Type;

use super::super::adopt::roles::Roles;
use super::super::adopt::{self, Weight, reach};
use super::checks::{Check, How, Looking, Needs};
use super::ward::{Asking, Ward, made};
use super::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[Check {
    code: "reached",
    stage: "around",
    severity: Severity::Serious,
    needs: Needs::Layer,
    means: "definer functions and owner-rights views answer with their owner's eyes, not the \
            person's: it came after the table was adopted, or was accepted by name then",
    how: How::Code(|ward, check| -> Looking<'_> { Box::pin(look(ward, check)) }),
}];

/// The schemas of others that the shared login may use, and the adopted tables.
const WHERE: &str = "\
with {{adopted}}
select n.oid, coalesce((select array_agg(a.oid) from adopted a), '{}')
  from pg_namespace n
 where n.nspname !~ '^(pg_|information_schema$|rowhouse(_private|_trail)?$)'
   and has_schema_privilege({{client_name}}, n.oid, 'usage')";

/// What was accepted by name.
const ACCEPTED: &str = "\
select distinct jsonb_array_elements_text(d.state -> 'accepted') from rowhouse_private.adopted d";

async fn look(ward: &Ward, check: &'static Check) -> Asking<Vec<Finding>> {
    let mut accepted: Vec<String> = Vec::new();
    if ward.is_owner() {
        for row in ward.rows(ACCEPTED, &[]).await? {
            accepted.push(row.try_get(0)?);
        }
    }
    let mut found = Vec::new();
    for row in ward.rows(WHERE, &[]).await? {
        let (schema, adopted): (u32, Vec<u32>) = (row.try_get(0)?, row.try_get(1)?);
        let login = ward.roles().client_name();
        let asked: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] = [
            (&schema, Type::OID),
            (&login, Type::TEXT),
            (&adopted, Type::OID_ARRAY),
        ];
        for row in ward.rows(reach::SQL, &asked).await? {
            let told: String = row.try_get(0)?;
            found.extend(judge(ward, check, &told, &accepted));
        }
    }
    Ok(found)
}

fn judge(ward: &Ward, check: &'static Check, told: &str, accepted: &[String]) -> Vec<Finding> {
    let Ok(openings) = reach::read(told, &Roles::of(ward.roles().prefix())) else {
        return Vec::new();
    };
    // That it may create objects in the schema has a check of its own.
    let is_meant =
        |one: &&adopt::Finding| one.weight == Weight::Refusal && one.code != "schema-create";
    let findings = openings.findings.iter().filter(is_meant);
    findings
        .map(|one| {
            let name = one.accept.clone().unwrap_or_default();
            let short = name.split('(').next().unwrap_or(&name).to_owned();
            let severity = match accepted.contains(&name) || accepted.contains(&short) {
                true => Severity::Note,
                false => check.severity,
            };
            made(check, severity, &one.text, &one.remedy.join(";\n"))
        })
        .collect()
}
