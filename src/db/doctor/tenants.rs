//! What of the tables that tenants share still tells tenants of each other: `adopt` said it once, the
//! doctor says it again, with the SQL that mends it.

use super::super::adopt::memory::{self, Adopted};
use super::super::adopt::{self, AdoptError, Options, Weight, plan, tenants};
use super::checks::{Check, How, Looking, Needs};
use super::ward::{Asking, Ward, made};
use super::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "tenant-reference",
        stage: "tables",
        severity: Severity::Warning,
        needs: Needs::Owner,
        means: "a record can name one of another tenant, and who tries keys learns which are there",
        how: How::Code(|ward, check| -> Looking<'_> { Box::pin(look(ward, check)) }),
    },
    Check {
        code: "tenant-unique",
        stage: "tables",
        severity: Severity::Note,
        needs: Needs::Owner,
        means: "who tries a value learns whether another tenant has it",
        how: How::Code(|ward, check| -> Looking<'_> { Box::pin(look(ward, check)) }),
    },
];

async fn look(ward: &Ward, check: &'static Check) -> Asking<Vec<Finding>> {
    let tables = ward
        .guarded(async || Ok(memory::read(ward.client()).await))
        .await?;
    let tables = match tables {
        Ok(tables) => tables,
        Err(error) => return Ok(vec![blind(check, "what tenants share", &error)]),
    };
    let mut found = Vec::new();
    for one in tables.iter().filter(|one| one.tenant.is_some()) {
        let crossing = ward
            .guarded(async || Ok(crossings(ward, one).await))
            .await?;
        match crossing {
            Ok(findings) => found.extend(
                findings
                    .iter()
                    .filter(|finding| finding.weight == Weight::Leak && finding.code == check.code)
                    .map(|finding| {
                        made(
                            check,
                            check.severity,
                            &finding.text,
                            &finding.remedy.join(";\n"),
                        )
                    }),
            ),
            Err(error) => found.push(blind(
                check,
                &format!("what crosses tenants in {}", one.quoted),
                &error,
            )),
        }
    }
    Ok(found)
}

/// What crosses tenants in one table.
async fn crossings(ward: &Ward, one: &Adopted) -> Result<Vec<adopt::Finding>, AdoptError> {
    let client = ward.client();
    let (facts, choice) = plan::choice_again(client, one, &Options::default()).await?;
    let column = one.tenant.as_deref().unwrap_or_default();
    let crossings = tenants::read(client, one.oid, column).await?;
    Ok(tenants::notices(&facts, &choice, &crossings))
}

/// That it could not be looked at is a finding too.
fn blind(check: &'static Check, what: &str, error: &AdoptError) -> Finding {
    let what = format!("{what} could not be read: {error}");
    Finding {
        means: "whether records of one tenant name those of another is not known",
        ..made(check, Severity::Warning, &what, "rowhouse init")
    }
}
