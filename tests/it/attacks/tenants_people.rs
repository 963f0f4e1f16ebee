//! People and the door of their tenant: closed, past its licence, who moves to another one, and
//! roles, which are the same in every tenant.

use rowhouse::db::roles::{self, RoleChange};
use rowhouse::db::tenants::{self, TenantChange, Until};
use rowhouse::domain::role::{Grant, Verb};

use super::plant::{Outcome, Plant, refusal};
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
    let last = tenants::move_account(owner, "marta", "North", None, None).await;
    assert!(
        last.is_err(),
        "nobody manages accounts of the first any more"
    );
    // All of it or nothing: a name that cannot be leaves the account where it was.
    let unnamed = tenants::move_account(owner, "theo", "North", None, Some("")).await;
    assert!(unnamed.is_err());
    assert_eq!(number(&theo, "select count(*) from crane").await?, 10);
    tenants::move_account(owner, "theo", "North", None, Some("Theodor")).await?;
    let named = "select count(*) from rowhouse_private.account where display_name = 'Theodor'";
    assert_eq!(plant.count(named).await?, 1);
    let ask = "select array_agg(distinct site)::text from crane";
    assert_eq!(theo.refused(ask).await.detail, "ended");
    let theo = plant.seat("theo").await?;
    let sites: String = theo.run(ask).await?[0].get(0);
    assert_eq!(sites, "{8}");
    Ok(())
}

const ROLES: &str = "\
    select string_agg(format('%s %s', t.name, x.name), ', ' order by t.tenant_id)
      from rowhouse_private.role x join rowhouse_private.tenant t using (tenant_id) where not x.built_in
       and x.name in ('crew', 'team')";

#[tokio::test]
async fn a_role_is_changed_in_every_tenant() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    let owner = &plant.owner;
    let view = [Grant {
        table: None,
        verb: Verb::View,
        columns: None,
    }];
    let made = RoleChange {
        name: "crew",
        new: true,
        given: &view,
        may: &["manage accounts".to_owned()],
        ..RoleChange::default()
    };
    roles::change(owner, &made).await?;
    let there =
        async || -> Outcome<Option<String>> { Ok(owner.query_one(ROLES, &[]).await?.try_get(0)?) };
    assert_eq!(there().await?.as_deref(), Some("default crew, North crew"));
    let give = "select rowhouse_private.owner_account_edit(n, null, array['crew']) from unnest(array['theo', 'nora']) n";
    owner.batch_execute(give).await?;
    let ask = "select count(*) from crane";
    assert_eq!(number(&theo, ask).await?, 10);
    assert_eq!(number(&nora, ask).await?, 10);
    // Marta manages the first tenant; Nora is the only one who does in the other.
    let alone = RoleChange {
        name: "crew",
        may_not: &["manage accounts".to_owned()],
        ..RoleChange::default()
    };
    let told = roles::change(owner, &alone).await;
    let told = told.err().ok_or("it left nobody in North")?.to_string();
    assert!(told.contains("Nobody would be left in North"), "{told}");
    let taken = RoleChange {
        name: "crew",
        rename: Some("team"),
        taken: &[(Some(Verb::View), None)],
        ..RoleChange::default()
    };
    roles::change(owner, &taken).await?;
    assert_eq!(there().await?.as_deref(), Some("default team, North team"));
    for seat in [&theo, &nora] {
        assert_eq!(number(seat, ask).await?, 0);
        let write = "insert into crane (tag) values ('mine')";
        assert_eq!(seat.refused(write).await.state, "42501");
    }
    let listed = roles::list(owner).await?;
    let team = listed.iter().find(|role| role.name == "team");
    assert_eq!(team.ok_or("no team")?.people, ["nora", "theo"]);
    let back = "select rowhouse_private.owner_account_edit('theo', null, array['technician'])";
    owner.batch_execute(back).await?;
    let remove = "select rowhouse_private.owner_role_remove('team')";
    let told = refusal(owner.batch_execute(remove).await);
    assert!(
        told.message.starts_with("The role team is given to nora"),
        "{told:?}"
    );
    let back = "select rowhouse_private.owner_account_edit('nora', null, array['manager'])";
    owner.batch_execute(back).await?;
    roles::remove(owner, "team").await?;
    assert_eq!(there().await?, None);
    Ok(())
}
