//! Roles that are changed while a table is known: what was asked ahead shows nothing that may no longer
//! be read, and the change of somebody else's role is not told.

use rowhouse::db::admin;
use rowhouse::db::contract::{CatalogRequest, Fault, RecordsRequest, Request};

use super::site::{self, Site};
use crate::desk::{Outcome, first_page, key, until};

/// The permissions of technicians for a verb.
fn of_technicians(verb: &str) -> String {
    format!(
        "from rowhouse_private.permission p using rowhouse_private.role r
          where r.role_id = p.role_id and r.name = 'technician' and p.verb = '{verb}'"
    )
}

#[tokio::test]
async fn what_was_asked_ahead_is_judged_again_when_it_is_opened() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let ahead = anna.shape("machine").await?;
    assert!(ahead.rights.update && ahead.rights.view);
    // Somebody else's role: read as before, and nothing is told.
    site.owner
        .batch_execute("insert into rowhouse_private.role (tenant_id, name) values (1, 'guest')")
        .await?;
    assert_eq!(anna.page(first_page(&ahead, 5)).await?.rows.len(), 5);
    let take = |verb| format!("delete {}", of_technicians(verb));
    site.owner.batch_execute(&take("update")).await?;
    let page = anna.page(first_page(&ahead, 5)).await;
    assert!(is_told(page.as_ref().err()), "{page:?}");
    let known = anna.shape("machine").await?;
    assert!(!known.rights.update && known.rights.view);
    assert_eq!(anna.page(first_page(&known, 5)).await?.rows.len(), 5);
    anna.record(&known, &["1"]).await?;

    site.owner.batch_execute(&take("view")).await?;
    let record = RecordsRequest::LoadRecord {
        table: known.id,
        key: key(&["1"]),
    };
    let record = anna.records(record).await;
    assert!(is_told(record.as_ref().err()), "{record:?}");
    // They may still fill it, so it opens, without a row.
    let known = anna.shape("machine").await?;
    assert!(!known.rights.view && known.rights.insert);
    assert_eq!(anna.page(first_page(&known, 5)).await?.rows.len(), 0);

    site.owner.batch_execute(&take("insert")).await?;
    let page = anna.page(first_page(&known, 5)).await;
    assert!(matches!(page, Err(Fault::Outdated { .. })), "{page:?}");
    let shape = Request::Catalog(CatalogRequest::LoadShape { table: known.id });
    let shape = anna.database.perform(shape).await;
    let Err(Fault::Outdated { message }) = &shape else {
        panic!("{shape:?}");
    };
    assert!(message.contains("may no longer be seen"), "{message}");
    Ok(())
}

fn is_told(fault: Option<&Fault>) -> bool {
    matches!(fault, Some(Fault::Outdated { message }) if message.contains("what you may do"))
}

/// A column that is closed while a table is known is not in any answer.
#[tokio::test]
async fn a_column_that_is_closed_meanwhile_is_not_read() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let ahead = anna.shape("machine").await?;
    let close = format!("revoke select (price) on machine from {}", site.login());
    site.owner.batch_execute(&close).await?;
    let page = anna.page(first_page(&ahead, 5)).await;
    assert!(page.is_err(), "{page:?}");
    let known = anna.shape("machine").await?;
    assert_eq!(known.column_named("price"), None);
    assert_eq!(anna.page(first_page(&known, 5)).await?.rows.len(), 5);
    Ok(())
}

/// The answer to what somebody asked is on its way while somebody else signs in: it is not kept for them.
#[tokio::test]
async fn what_was_asked_for_somebody_else_is_not_kept() -> Outcome {
    let site = Site::new().await?;
    let take = format!("delete {}", of_technicians("update"));
    site.owner.batch_execute(&take).await?;
    drop(site.person("boss").await?);
    let anna = site.person("anna").await?;
    let tables = anna.tables().await?;
    let machine = tables
        .iter()
        .find(|table| table.name.to_string() == "machine");
    let table = machine.ok_or("no table")?.id;
    let held = admin::connect(site.endpoint()).await?;
    held.batch_execute("begin; lock table pg_catalog.pg_description in access exclusive mode")
        .await?;
    let database = anna.database.clone();
    let asked = tokio::spawn(async move {
        let shape = Request::Catalog(CatalogRequest::LoadShape { table });
        database.perform(shape).await
    });
    let waiting = "select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'";
    until(async || site.rows(waiting).await.is_ok_and(|rows| rows == ["1"])).await;
    site::sign_in(&anna.database, "boss").await?;
    held.batch_execute("rollback").await?;
    let told = asked.await?;
    assert!(told.is_ok(), "{told:?}");
    assert!(anna.shape("machine").await?.rights.update);
    Ok(())
}
