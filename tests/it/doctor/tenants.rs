//! What still tells tenants of each other is found by the doctor, and no more once its SQL was run.

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::doctor::{Finding, Severity};
use rowhouse::db::tenants::{self, TenantChange};

use super::ward::{Ward, matter};
use crate::desk::Outcome;

const TABLES: &str = "\
    create table yard (id int primary key, site int not null, code text);
    create table crane (id int primary key, hall int not null, tag text unique, yard int references yard);
    insert into yard values (1, 7, 'a'), (2, 8, 'b');
    insert into crane values (1, 7, 'C1', 1), (2, 8, 'C2', 2);
    create index on yard (site); create index on crane (hall);
    alter table yard owner to owner; alter table crane owner to owner";

#[tokio::test]
async fn keys_that_cross_tenants_are_told_and_mended() -> Outcome {
    let mut ward = Ward::open().await?;
    ward.run(TABLES).await?;
    let seven = TenantChange {
        value: Some("7"),
        ..TenantChange::default()
    };
    tenants::edit(&ward.superuser, "default", seven).await?;
    tenants::add(&ward.superuser, "North", Some("8"), None).await?;
    for (table, column) in [("yard", "site"), ("crane", "hall")] {
        let options = Options {
            tenant: Some(column.to_owned()),
            ..Options::default()
        };
        let plan = adopt::plan(&ward.superuser, &[table.to_owned()], &options).await?;
        adopt::apply(&mut ward.superuser, &plan).await?;
    }
    let found = ward.examine("postgres").await;
    let told: Vec<&Finding> = matter(&found);
    let codes: Vec<&str> = told.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["tenant-reference"], "{told:#?}");
    assert!(told[0].what.contains("crane_yard_fkey"), "{:?}", told[0]);
    let notes = found.findings.iter();
    let notes: Vec<&Finding> = notes.filter(|one| one.code == "tenant-unique").collect();
    assert_eq!(notes.len(), 3, "two keys and a tag: {notes:#?}");
    assert!(notes.iter().all(|one| one.severity == Severity::Note));
    for line in told.iter().flat_map(|one| &one.fix) {
        let done = ward.superuser.batch_execute(line).await;
        done.map_err(|error| format!("{line}: {error:?}"))?;
    }
    let mended = ward.examine("postgres").await;
    assert_eq!(matter(&mended), Vec::<&Finding>::new());
    // The column there has another name: a yard of the other tenant is refused now.
    let crossing = ward.run("insert into crane values (3, 7, 'C3', 2)").await;
    assert!(crossing.is_err());
    Ok(())
}
