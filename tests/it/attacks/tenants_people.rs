//! People and the door of their tenant: closed, past its licence, and who moves to another one.

use rowhouse::db::tenants::{self, TenantChange, Until};

use super::plant::{Outcome, Plant};
use super::tenants::{number, split};

#[tokio::test]
async fn a_closed_tenant_is_refused_with_the_reason_and_the_date() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    let owner = &plant.owner;
    tenants::close(
        owner,
        "North",
        Some("North moved to its own server on 1 May."),
    )
    .await?;
    let ask = "select count(*) from crane";
    let told = nora.refused(ask).await;
    assert_eq!(
        (
            told.state.as_str(),
            told.detail.as_str(),
            told.message.as_str()
        ),
        ("RH403", "tenant", "North moved to its own server on 1 May.")
    );
    assert_eq!(number(&theo, ask).await?, 10);
    tenants::open(owner, "North").await?;
    assert_eq!(number(&nora, ask).await?, 10);
    let until = TenantChange {
        until: Some(Until::At("2020-02-01T00:00:00Z".parse()?)),
        ..TenantChange::default()
    };
    tenants::edit(owner, "North", until).await?;
    let told = nora.refused(ask).await;
    assert_eq!(
        told.message,
        "The licence of North ended on 2020-02-01 00:00 UTC."
    );
    let never = TenantChange {
        until: Some(Until::Never),
        ..TenantChange::default()
    };
    tenants::edit(owner, "North", never).await?;
    assert_eq!(number(&nora, ask).await?, 10);
    Ok(())
}

#[tokio::test]
async fn who_moves_to_another_tenant_leaves_the_first() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, _) = split(&mut plant).await?;
    let owner = &plant.owner;
    let last = tenants::move_account(owner, "marta", "North", None).await;
    assert!(
        last.is_err(),
        "nobody manages accounts of the first any more"
    );
    tenants::move_account(owner, "theo", "North", None).await?;
    let ask = "select array_agg(distinct site)::text from crane";
    assert_eq!(theo.refused(ask).await.detail, "ended");
    let theo = plant.seat("theo").await?;
    let sites: String = theo.run(ask).await?[0].get(0);
    assert_eq!(sites, "{8}");
    Ok(())
}
