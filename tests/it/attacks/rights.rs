//! Rows 4 to 6: giving away rights, seeing and writing what one's roles do not give.

use super::plant::{Outcome, Plant, refusal};

/// Rights come from functions that check who gives them.
#[tokio::test]
async fn nobody_gives_away_what_they_do_not_have() -> Outcome {
    let plant = Plant::open().await?;
    let add = |name: &str, role: &str| {
        format!(
            "select rowhouse.account_add('{name}', 'X', array['{role}'], substr(sha256('a'), 1, 16),
                                         19456, 2, 1, sha256('b'), sha256('c'))"
        )
    };
    let reset = |name: &str| {
        format!(
            "select rowhouse.account_reset('{name}', substr(sha256('d'), 1, 16), 19456, 2, 1,
                                           sha256('e'), sha256('f'))"
        )
    };
    let theo = plant.seat("theo").await?;
    for statement in [
        add("mallory", "manager"),
        reset("marta"),
        "select * from rowhouse.account_list()".into(),
        "select * from rowhouse.sessions()".into(),
        "select rowhouse.session_end(1, 'because')".into(),
    ] {
        let refusal = theo.refused(&statement).await;
        assert_eq!(
            (refusal.state.as_str(), refusal.detail.as_str()),
            ("RH403", "permission")
        );
    }
    let direct = theo
        .refused("insert into rowhouse_private.account_role values (1, 2, 1)")
        .await;
    assert!(
        direct.message.starts_with("permission denied for schema"),
        "{direct:?}"
    );

    plant
        .owner
        .batch_execute(
            "insert into rowhouse_private.role (tenant_id, role_id, name, may_manage_accounts)
                 values (1, 11, 'clerk', true);
             insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
                 select 1, account_id, 11 from rowhouse_private.account where username = 'gina'",
        )
        .await?;
    let gina = plant.seat("gina").await?;
    for (statement, why) in [
        (add("mallory", "manager"), "more rights than they have"),
        (add("mallory", "technician"), "more rights than they have"),
        (reset("marta"), "more rights than yours"),
        (reset("gina"), "Nobody resets their own"),
    ] {
        let refusal = gina.refused(&statement).await;
        assert_eq!(refusal.state, "RH403", "{statement}");
        assert!(refusal.message.contains(why), "{refusal:?}");
    }
    assert!(gina.run(&add("mallory", "guest")).await.is_ok());
    assert_eq!(gina.refused(&add("nobody", "emperor")).await.state, "RH422");
    Ok(())
}

/// A right that a role does not give shows no row and tells nothing, by any road.
#[tokio::test]
async fn what_may_not_be_viewed_does_not_show() -> Outcome {
    let plant = Plant::open().await?;
    let gina = plant.seat("gina").await?;
    assert_eq!(gina.run("select id, name from area").await?.len(), 2);
    for statement in [
        "select bfm from equipment",
        "select bfm from equipment where bfm = 'BFM-003'",
        "select a.id from area a join equipment e on e.area = a.id",
        "select id from area where exists (select bfm from equipment)",
        "select 1 / (case when status = 'Down' then 0 else 1 end) from equipment",
        "select (description::int) from equipment",
        "select id from shop where set_config('app.shop', '1', true) = '1'",
        "update equipment set status = 'mine' returning bfm",
        "update equipment set status = 'mine' where 1 / (case when status = 'Down' then 0 else 1 end) = 1
         returning bfm",
    ] {
        let rows = gina.run(statement).await.map_err(|error| format!("{statement}: {error}"))?;
        assert_eq!(rows.len(), 0, "{statement}");
    }
    gina.begin().await?;
    let copied = gina
        .client
        .copy_out("copy (select bfm from equipment) to stdout")
        .await?;
    let lines = futures_util::StreamExt::count(copied).await;
    assert_eq!(lines, 0);
    let view = gina.refused("select bfm from cheap").await;
    assert_eq!(view.state, "42501", "{view:?}");
    let inserted =
        gina.refused("insert into equipment (bfm, description, status) values ('X', 'x', 'x')");
    assert_eq!(inserted.await.state, "42501");
    let deleted =
        gina.refused("select rowhouse.record_delete('equipment'::regclass, '{BFM-001}', 1, '1')");
    assert_eq!(deleted.await.state, "RH403");
    let last =
        gina.refused("select * from rowhouse.last_change('equipment'::regclass, '{BFM-001}')");
    assert_eq!(last.await.state, "RH403");
    Ok(())
}

/// Versions, tenants and the trail are the database's to write.
#[tokio::test]
async fn nobody_writes_what_the_database_keeps() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    for statement in [
        "update equipment set rowhouse_version = 99",
        "insert into equipment (bfm, description, status, rowhouse_version) values ('X', 'x', 'x', 9)",
    ] {
        assert_eq!(theo.refused(statement).await.state, "42501", "{statement}");
    }
    let copy = theo
        .refused("copy equipment (bfm, description, status) from '/dev/null'")
        .await;
    assert_eq!(copy.state, "42501");
    theo.begin().await?;
    let copy = "copy equipment (bfm, description, status) from stdin";
    let copy = refusal(theo.client.batch_execute(copy).await);
    assert!(
        copy.message
            .contains("COPY FROM not supported with row-level security"),
        "{copy:?}"
    );
    theo.run("update equipment set status = 'Retired' where bfm = 'BFM-001'")
        .await?;
    let last = theo
        .run("select * from rowhouse.last_change('equipment'::regclass, '{BFM-001}')")
        .await?;
    assert_eq!(last[0].get::<_, String>("username"), "theo");
    assert_eq!(last[0].get::<_, Vec<String>>("columns"), ["status"]);
    for statement in [
        "update rowhouse_trail.entry set username = 'tina'",
        "delete from rowhouse_trail.entry",
        "truncate rowhouse_trail.entry",
    ] {
        let shared = theo.refused(statement).await;
        assert!(
            shared.message.starts_with("permission denied for schema"),
            "{shared:?}"
        );
        let owner = refusal(plant.owner.batch_execute(statement).await);
        assert_eq!(
            (owner.state.as_str(), owner.message.as_str()),
            ("RH403", "The trail is append-only.")
        );
    }
    let rest = refusal(
        plant
            .owner
            .batch_execute("truncate rowhouse_trail.entry_rest")
            .await,
    );
    assert_eq!(rest.state, "RH403");
    Ok(())
}
