//! Who may look across tenants: reads all, writes nothing until one is chosen, and is written down. With
//! psql in their hands, and in the hands of those who may not.

use rowhouse::auth::{Params, Verifier};
use rowhouse::db::adopt;
use rowhouse::db::install;
use rowhouse::db::roles::{self, RoleChange};
use rowhouse::db::tenants;
use rowhouse::domain::role::{Grant, Verb};

use super::plant::{Outcome, Plant, Seat, password, refusal};
use super::tenants::{number, split};

/// Theo and Nora of two tenants, and Hanna, who may look across them.
pub struct House {
    pub plant: Plant,
    pub theo: Seat,
    pub nora: Seat,
    pub hanna: Seat,
}

pub async fn house() -> Outcome<House> {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    let everything = [Verb::View, Verb::Insert, Verb::Update, Verb::Delete].map(|verb| Grant {
        table: None,
        verb,
        columns: None,
    });
    let may = [
        "see all tenants",
        "manage accounts",
        "see sessions",
        "see audit",
    ]
    .map(str::to_owned);
    let head = RoleChange {
        name: "head",
        new: true,
        given: &everything,
        may: &may,
        ..RoleChange::default()
    };
    roles::change(&plant.owner, &head).await?;
    adopt::refresh(&mut plant.owner).await?;
    let salt = rowhouse::runtime::clock::random();
    let code = Verifier::from_password(&password("hanna"), salt, Params::default())?;
    let hanna = rowhouse::db::owner::NewAccount {
        username: "hanna",
        display_name: "Hanna",
        tenant: None,
        roles: &["head"],
        code: &code,
    };
    rowhouse::db::owner::add(&plant.owner, &[hanna]).await?;
    let chosen = "update rowhouse_private.credential set one_time = false";
    plant.owner.batch_execute(chosen).await?;
    install::check(&plant.owner, &plant.roles).await?;
    let hanna = plant.seat("hanna").await?;
    Ok(House {
        plant,
        theo,
        nora,
        hanna,
    })
}

/// What is tried while all tenants are looked at; each reports what it changed.
const WRITES: &[&str] = &[
    "insert into crane (tag) values ('mine') returning 1",
    "insert into crane (site, tag) values (8, 'mine') returning 1",
    "insert into area (id, name) values (77, 'mine') returning 1",
    "update crane set load = -5 returning 1",
    "update crane set load = -5 where site = 8 returning 1",
    "update equipment set status = 'Down' returning 1",
    "with x as (update area set name = 'mine' returning 1) select 1 from x",
    "delete from crane returning 1",
    "insert into crane (tag) values ('C1') on conflict (tag) do update set load = -5 returning 1",
    "select id from crane where id = 1 for update",
    "select 1 where rowhouse.record_delete('crane'::regclass, '{1}', 1, (select xmin::text from crane where id = 1)) > 0",
    "select 1 where rowhouse.record_delete('area'::regclass, '{1}', 1, (select xmin::text from area where id = 1)) > 0",
    "select rowhouse.claim('crane'::regclass, '{1}')",
    "select rowhouse.save_begin(current_setting('rowhouse.session'), 30, gen_random_uuid()::text, sha256('x'))",
    "select rowhouse.save_done(gen_random_uuid()::text, 1, '{1}', 1)",
    "select rowhouse.account_edit('theo', 'Theodor', null, null)",
    "select rowhouse.account_active('nora', false)",
    "select rowhouse.session_end(s.session_id, 'out') from rowhouse.sessions() s",
];

/// Those that went through.
async fn went_through(seat: &Seat) -> Vec<String> {
    let mut found = Vec::new();
    for statement in WRITES {
        match seat.run(statement).await {
            Ok(rows) if rows.is_empty() => {}
            Ok(_) => found.push((*statement).to_owned()),
            Err(error) => {
                let told = refusal::<()>(Err(error));
                if !["42501", "RH403"].contains(&told.state.as_str()) {
                    found.push(format!("{statement}: {told:?}"));
                }
            }
        }
    }
    found
}

const STATE: &str = "\
    select (select count(*) from crane where load = -5 or tag = 'mine')
         + (select 20 - count(*) from crane) + (select count(*) from area where name = 'mine')
         + (select count(*) from equipment where status = 'Down' and bfm <> 'none')
         - (select count(*) from kept_down)";

#[tokio::test]
async fn all_tenants_are_read_and_nothing_is_written() -> Outcome {
    let House { plant, hanna, .. } = house().await?;
    plant
        .owner
        .batch_execute("create table kept_down as select bfm from equipment where status = 'Down' and bfm <> 'none'")
        .await?;
    for (ask, count) in [
        ("select count(*) from crane", 20),
        ("select count(distinct site) from crane", 2),
        ("select count(*) from equipment", 40),
        (
            r#"select count(*) from rowhouse.search('crane'::regclass, '{"key":[1],"sort":[{"c":1}],"limit":100,"all":[{"c":2,"op":"eq","v":"8"}]}')"#,
            10,
        ),
        (
            "select count(*) from rowhouse.my_tables() where can_view",
            5,
        ),
        (
            "select count(*) from rowhouse.my_tables() where can_insert or can_update or can_delete",
            0,
        ),
        (
            "select count(*) from rowhouse.me() where tenant_id is null and may_choose_tenant",
            1,
        ),
        (
            "select count(*) from rowhouse.me() where may_see_sessions or may_see_audit or may_manage_accounts",
            0,
        ),
        (
            "select count(*) from rowhouse.tenants() where not chosen",
            2,
        ),
        ("select count(*) from rowhouse.messages()", 0),
        (
            "select count(*) from rowhouse.claimed('crane'::regclass)",
            0,
        ),
    ] {
        let found = number(&hanna, ask).await?;
        let held = count == found || ask.contains("can_view") && found >= count;
        assert!(held, "{ask}: {found}");
    }
    hanna
        .run("select rowhouse.touch(true, 'tables', '[]', '{}')")
        .await?;
    assert_eq!(went_through(&hanna).await, [""; 0]);
    assert_eq!(plant.count(STATE).await?, 0);
    let told = hanna
        .refused("select * from rowhouse.record_history('crane'::regclass, '{1}', null, null, 10, false)")
        .await;
    assert!(told.message.contains("choose one tenant first"), "{told:?}");
    // The feed says which tables to read again.
    let cursor: String = hanna
        .run("select cursor from rowhouse.feed(null, 100)")
        .await?[0]
        .get(0);
    plant
        .owner
        .batch_execute("update crane set load = 3 where id in (1, 2)")
        .await?;
    let again = format!(
        "select count(*) from rowhouse.feed('{cursor}', 100)
          where verb = 'truncate' and record_key is null and table_oid = 'crane'::regclass"
    );
    assert_eq!(number(&hanna, &again).await?, 1);
    // A wall that is taken down is noticed.
    plant
        .owner
        .batch_execute("alter policy rowhouse_update on equipment using (true)")
        .await?;
    assert!(!went_through(&hanna).await.is_empty());
    Ok(())
}

#[tokio::test]
async fn one_tenant_is_chosen_and_written_in() -> Outcome {
    let House {
        plant,
        hanna,
        theo,
        nora,
    } = house().await?;
    let choose = "select rowhouse.choose_tenant('North')";
    hanna.run(choose).await?;
    assert_eq!(number(&hanna, "select count(*) from crane").await?, 10);
    let others = "select count(*) from crane where site <> 8";
    assert_eq!(number(&hanna, others).await?, 0);
    let made = hanna
        .run("insert into crane (tag) values ('new') returning site")
        .await?;
    assert_eq!(made[0].get::<_, i32>(0), 8);
    hanna.run("update crane set load = 77").await?;
    let touched = "select count(*) from crane where load = 77";
    assert_eq!(plant.count(&format!("{touched} and site = 8")).await?, 11);
    assert_eq!(plant.count(&format!("{touched} and site = 7")).await?, 0);
    assert_eq!(
        hanna
            .refused("update crane set site = 7 where id = 1")
            .await
            .state,
        "42501"
    );
    // The first tenant's other tables stay closed, as for everybody there.
    assert_eq!(number(&hanna, "select count(*) from equipment").await?, 0);
    let trail = "select count(*) from rowhouse_trail.entry e join rowhouse_private.tenant t using (tenant_id)
                  where t.name = 'North' and e.username = 'hanna' and e.kind = 'record'";
    assert_eq!(plant.count(trail).await?, 12);
    let seen = "select count(*) from rowhouse.record_history('crane'::regclass, '{1}', null, null, 10, false)";
    assert!(number(&nora, seen).await? > 0);
    assert_eq!(number(&theo, seen).await?, 0);
    hanna.run("select rowhouse.choose_tenant(null)").await?;
    assert_eq!(number(&hanna, "select count(*) from crane").await?, 21);
    let told = hanna
        .refused("insert into crane (tag) values ('newer')")
        .await;
    assert!(told.message.contains("choose one tenant first"), "{told:?}");
    tenants::close(&plant.owner, "North", Some("North moved away.")).await?;
    let told = hanna.refused(choose).await;
    assert_eq!(told.message, "North moved away.");
    let told = hanna
        .refused("select rowhouse.choose_tenant('South')")
        .await;
    assert_eq!(told.message, "There is no tenant South.");
    let told = "select string_agg(t.name || ': ' || e.verb, ', ' order by e.id)
                  from rowhouse_trail.entry e join rowhouse_private.tenant t using (tenant_id)
                 where e.username = 'hanna' and e.kind = 'security' and e.verb ~ 'tenant'";
    let told: String = plant.owner.query_one(told, &[]).await?.get(0);
    assert_eq!(
        told,
        "default: all tenants, North: all tenants, default: tenant chosen, North: tenant chosen, \
         default: all tenants, North: all tenants"
    );
    Ok(())
}

#[tokio::test]
async fn nobody_else_chooses_and_managers_do_not_give_it() -> Outcome {
    let House {
        plant,
        theo,
        nora,
        hanna,
    } = house().await?;
    for seat in [&theo, &nora] {
        for call in [
            "select rowhouse.choose_tenant('North')",
            "select rowhouse.choose_tenant(null)",
            "select count(*) from rowhouse.tenants()",
        ] {
            let told = seat.refused(call).await;
            assert_eq!(
                (told.state.as_str(), told.detail.as_str()),
                ("RH403", "permission"),
                "{call}"
            );
        }
    }
    assert_eq!(number(&theo, "select count(*) from crane").await?, 10);
    hanna
        .run("select rowhouse.choose_tenant('default')")
        .await?;
    let marta = plant.seat("marta").await?;
    for seat in [&marta, &hanna] {
        for call in [
            "select rowhouse.account_edit('theo', null, array['head'], null)",
            "select rowhouse.account_edit('hanna', 'Somebody', null, null)",
            "select rowhouse.account_active('hanna', false)",
        ] {
            let told = seat.refused(call).await;
            assert_eq!(told.state, "RH403", "{call}: {told:?}");
        }
    }
    // Others she manages, in the tenant that she chose.
    hanna.run("select rowhouse.choose_tenant('North')").await?;
    hanna
        .run("select rowhouse.account_edit('nora', 'Nora N.', null, null)")
        .await?;
    let named = "select count(*) from rowhouse_private.account where display_name = 'Nora N.'";
    assert_eq!(plant.count(named).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_right_ends_at_the_next_statement() -> Outcome {
    let House { plant, hanna, .. } = house().await?;
    let owner = &plant.owner;
    let ask = "select count(*) from crane";
    let take = RoleChange {
        name: "head",
        may_not: &["see all tenants".to_owned()],
        ..RoleChange::default()
    };
    let give = RoleChange {
        name: "head",
        may: &["see all tenants".to_owned()],
        ..RoleChange::default()
    };
    let ended = |told: super::plant::Refusal| {
        assert_eq!(
            (told.state.as_str(), told.detail.as_str()),
            ("RH401", "ended"),
            "{told:?}"
        );
    };
    assert_eq!(number(&hanna, ask).await?, 20);
    roles::change(owner, &take).await?;
    ended(hanna.refused(ask).await);
    ended(
        hanna
            .refused("select rowhouse.choose_tenant('North')")
            .await,
    );
    // Who signs in now is of the first tenant, like others.
    let again = plant.seat("hanna").await?;
    assert_eq!(number(&again, ask).await?, 10);
    roles::change(owner, &give).await?;
    assert_eq!(number(&again, ask).await?, 10, "from the next sign-in on");
    let chosen = plant.seat("hanna").await?;
    chosen.run("select rowhouse.choose_tenant('North')").await?;
    assert_eq!(number(&chosen, ask).await?, 10);
    let other = "select rowhouse_private.owner_account_edit('hanna', null, array['technician'])";
    owner.batch_execute(other).await?;
    ended(chosen.refused(ask).await);
    ended(
        chosen
            .refused("insert into crane (tag) values ('late')")
            .await,
    );
    Ok(())
}

#[tokio::test]
async fn where_there_is_one_tenant_nothing_is_to_be_chosen() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.role set all_tenants = true where name = 'manager' and tenant_id = 1",
        )
        .await?;
    let marta = plant.seat("marta").await?;
    let ask = "select count(*) from rowhouse.me() where tenant_id = 1 and not may_choose_tenant";
    assert_eq!(number(&marta, ask).await?, 1);
    Ok(())
}
