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
            let roles = Roles::of(ward.roles().prefix());
            found.extend(findings(check, &told, &roles, &accepted));
        }
    }
    Ok(found)
}

fn findings(check: &'static Check, told: &str, roles: &Roles, accepted: &[String]) -> Vec<Finding> {
    let openings = match reach::read(told, roles) {
        Ok(openings) => openings,
        Err(error) => return vec![unread(check, &error)],
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

/// An answer that cannot be read is not one that names nothing.
fn unread(check: &'static Check, error: &adopt::AdoptError) -> Finding {
    let what = format!("what the shared login reaches could not be read: {error}");
    Finding {
        means: "whether it reaches more than the adopted tables is not known",
        ..made(check, Severity::Warning, &what, "rowhouse doctor")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_cannot_be_read_is_told() {
        let roles = Roles::of("rowhouse");
        let openings = findings(&CHECKS[0], "{}", &roles, &[]);
        let [one] = openings.as_slice() else {
            panic!("{openings:?}");
        };
        assert_eq!(one.severity, Severity::Warning);
        assert!(one.what.contains("could not be read"), "{}", one.what);
        assert!(!one.fix.is_empty());
    }
}
