//! Row 4: people and roles. Nobody changes their own, nobody gives more than they have, nobody is left
//! without somebody who manages accounts, and roles are made by the database's owner alone.

use super::plant::{Outcome, Plant, add_account, password, refusal};
use super::scopes::person;
use rowhouse::auth::{Params, Verifier};

const DESK: &str = "
    insert into rowhouse_private.role (tenant_id, role_id, name, may_manage_accounts) values (1, 20, 'desk', true);
    insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb)
        values (1, 20, 'area'::regclass, 'view');
";

async fn account(plant: &Plant, name: &str, role: &str) -> Outcome {
    let salt = rowhouse::runtime::clock::random();
    let verifier = Verifier::from_password(&password(name), salt, Params::default())?;
    add_account(&plant.owner, name, &[role], &verifier).await?;
    let chosen = "update rowhouse_private.credential set one_time = false";
    plant.owner.execute(chosen, &[]).await?;
    Ok(())
}

#[tokio::test]
async fn who_may_not_manage_accounts_sees_and_changes_none() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    for statement in [
        "select * from rowhouse.people()",
        "select * from rowhouse.roles()",
        "select * from rowhouse.role_matrix('technician')",
        "select rowhouse.account_edit('theo', null, array['manager'], null)",
        "select rowhouse.account_edit('tina', null, array['manager'], null)",
        "select rowhouse.account_active('marta', false)",
    ] {
        let told = theo.refused(statement).await;
        assert_eq!(
            (told.state.as_str(), told.message.as_str()),
            ("RH403", "Your roles do not let you manage accounts."),
            "{statement}"
        );
    }
    for statement in [
        "select rowhouse_private.owner_role_give('guest', null, 'view', null, null, true)",
        "select rowhouse_private.owner_account_edit('theo', null, array['manager'])",
        "insert into rowhouse_private.account_role (tenant_id, account_id, role_id) values (1, 2, 1)",
    ] {
        let told = theo.refused(statement).await;
        assert!(
            told.message.starts_with("permission denied for schema"),
            "{statement}: {told:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn managers_change_others_within_their_own_rights() -> Outcome {
    let plant = Plant::open().await?;
    plant.owner.batch_execute(DESK).await?;
    account(&plant, "dora", "desk").await?;
    account(&plant, "max", "manager").await?;
    let (marta, dora) = (plant.seat("marta").await?, plant.seat("dora").await?);
    for (seat, statement, said) in [
        (
            &marta,
            "account_edit('marta', null, array['manager', 'guest'], null)",
            "Nobody changes their own",
        ),
        (
            &marta,
            "account_active('marta', false)",
            "Nobody changes their own",
        ),
        (
            &dora,
            "account_edit('dora', null, array['manager'], null)",
            "Nobody changes their own",
        ),
        (
            &dora,
            "account_edit('gina', null, array['technician'], null)",
            "Nobody can give more rights",
        ),
        (
            &dora,
            "account_edit('theo', null, array['guest'], null)",
            "This account has more rights",
        ),
        (
            &dora,
            "account_active('marta', false)",
            "This account has more rights",
        ),
        (
            &marta,
            "account_edit('theo', null, array['guest'], array['guest'])",
            "were changed meanwhile",
        ),
        (
            &marta,
            "account_edit('nobody', null, array['guest'], null)",
            "There is no account nobody",
        ),
        (
            &marta,
            "account_edit('theo', null, array['none'], null)",
            "There is no role none",
        ),
        (
            &marta,
            "account_edit('theo', null, '{}', null)",
            "An account needs a role",
        ),
        (
            &marta,
            "account_edit('theo', E'a\\nb', null, null)",
            "The name that others see",
        ),
    ] {
        let told = seat.refused(&format!("select rowhouse.{statement}")).await;
        assert!(
            told.message.starts_with(said) || told.message.contains(said),
            "{statement}: {told:?}"
        );
    }
    let theo = plant.seat("theo").await?;
    marta
        .run("select rowhouse.account_edit('theo', 'Theo H', array['guest', 'technician'], array['technician'])")
        .await?;
    let people = dora
        .run("select username, display_name, roles, within, mine from rowhouse.people()")
        .await?;
    let theos = people
        .iter()
        .find(|row| row.get::<_, String>(0) == "theo")
        .ok_or("gone")?;
    assert_eq!(theos.get::<_, String>(1), "Theo H");
    assert_eq!(theos.get::<_, Vec<String>>(2), ["guest", "technician"]);
    assert!(!theos.get::<_, bool>(3), "more than dora has");
    // Rights follow at the next statement, and a deactivated person is cut.
    marta
        .run("select rowhouse.account_edit('theo', null, array['guest'], null)")
        .await?;
    assert_eq!(theo.run("select bfm from equipment").await?.len(), 0);
    marta
        .run("select rowhouse.account_active('theo', false)")
        .await?;
    let cut = theo.refused("select bfm from area").await;
    assert_eq!(
        (cut.state.as_str(), cut.hint.as_str()),
        ("RH401", "the account was deactivated")
    );
    let again = marta
        .run("select rowhouse.account_active('theo', false)")
        .await?;
    assert!(!again[0].get::<_, bool>(0));
    marta
        .run("select rowhouse.account_active('theo', true)")
        .await?;
    plant.seat("theo").await?;
    Ok(())
}

#[tokio::test]
async fn somebody_is_left_who_manages_accounts() -> Outcome {
    let plant = Plant::open().await?;
    account(&plant, "max", "manager").await?;
    let marta = plant.seat("marta").await?;
    marta
        .run("select rowhouse.account_edit('max', null, array['technician'], null)")
        .await?;
    for statement in [
        "select rowhouse_private.owner_account_edit('marta', null, array['technician'])",
        "select rowhouse_private.owner_account_active('marta', false)",
    ] {
        let told = refusal(plant.owner.batch_execute(statement).await);
        assert_eq!(
            told.message, "Nobody would be left who may manage accounts.",
            "{statement}"
        );
    }
    let built_in = refusal(
        plant
            .owner
            .batch_execute("select rowhouse_private.owner_role_take('manager', null, 'view')")
            .await,
    );
    assert_eq!(
        built_in.message,
        "The role manager is built in and stays as it is."
    );
    let used = refusal(
        plant
            .owner
            .batch_execute("select rowhouse_private.owner_role_remove('guest')")
            .await,
    );
    assert!(
        used.message.starts_with("The role guest is given to gina"),
        "{used:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_manager_whose_rows_are_limited_gives_no_more() -> Outcome {
    let mut plant = Plant::open().await?;
    let limited = ["'view', null, '{\"area\":[\"1\"]}'"];
    let lisa = person(&mut plant, "lisa", &limited).await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.role set may_manage_accounts = true where name = 'lisa'",
        )
        .await?;
    for role in ["technician", "manager"] {
        let told = lisa
            .refused(&format!(
                "select rowhouse.account_edit('gina', null, array['{role}'], null)"
            ))
            .await;
        assert_eq!(told.state, "RH403", "{told:?}");
    }
    Ok(())
}
