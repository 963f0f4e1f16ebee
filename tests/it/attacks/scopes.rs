//! Roles that reach some rows or columns only: reading and writing beyond them with psql, and moving rows
//! in and out.

use rowhouse::auth::{Params, Verifier};
use rowhouse::db::adopt;

use super::plant::{Outcome, Plant, Seat, add_account, password, refusal};

/// Sees and changes the equipment of hall 1; BFM-002 is there, BFM-001 is not.
pub const HALL: &[&str] = &[
    "'view', null, '{\"area\":[\"1\"]}'",
    "'insert', null, '{\"area\":[\"1\"]}'",
    "'update', null, '{\"area\":[\"1\"]}'",
    "'delete', null, '{\"area\":[\"1\"]}'",
];

/// Makes a role with permissions on equipment (verb, columns, scope) and somebody who has it.
pub async fn person(plant: &mut Plant, name: &str, permissions: &[&str]) -> Outcome<Seat> {
    unrefreshed(plant, name, permissions).await?;
    adopt::refresh(&mut plant.owner).await?;
    rowhouse::db::install::check(&plant.owner, &plant.roles).await?;
    plant.seat(name).await
}

async fn unrefreshed(plant: &Plant, name: &str, permissions: &[&str]) -> Outcome {
    let owner = &plant.owner;
    owner
        .batch_execute(&format!(
            "insert into rowhouse_private.role (tenant_id, name) values (1, '{name}')"
        ))
        .await?;
    for permission in permissions {
        owner
            .batch_execute(&format!(
                "insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
                 select 1, role_id, 'equipment'::regclass, {permission}
                   from rowhouse_private.role where name = '{name}'"
            ))
            .await?;
    }
    let verifier = Verifier::from_password(
        &password(name),
        rowhouse::runtime::clock::random(),
        Params::default(),
    )?;
    let account = add_account(owner, name, &[name], &verifier).await?;
    let chosen = "update rowhouse_private.credential set one_time = false where account_id = $1";
    owner.execute(chosen, &[&account]).await?;
    Ok(())
}

pub async fn bfms(seat: &Seat, sql: &str) -> Outcome<usize> {
    let rows = seat.run(sql).await;
    Ok(rows.map_err(|error| format!("{sql}: {error:?}"))?.len())
}

#[tokio::test]
async fn rows_out_of_scope_are_neither_read_nor_written() -> Outcome {
    let mut plant = Plant::open().await?;
    let sam = person(&mut plant, "sam", HALL).await?;
    assert_eq!(bfms(&sam, "select bfm from equipment").await?, 20);
    for statement in [
        "select bfm from equipment where bfm = 'BFM-001'",
        "select bfm from equipment where area = 2 or area is null",
        "select bfm from equipment where (1 / (case when area = 2 then 0 else 1 end)) > 1",
        "select bfm from equipment where bfm = 'BFM-001' for update of equipment",
        "update equipment set status = 'mine' where bfm = 'BFM-001' returning bfm",
        "update equipment set area = 1 where bfm = 'BFM-001' returning bfm",
        "with x as (update equipment set area = 1 where area = 2 returning 1) select * from x",
        "select 1 where exists (select from equipment where area = 2)",
        "select 1 from equipment a join equipment b on a.bfm < b.bfm and b.area = 2",
    ] {
        let rows = sam.run(statement).await;
        match rows {
            Ok(rows) => assert_eq!(rows.len(), 0, "{statement}"),
            Err(error) => assert_eq!(
                error.code().map(|code| code.code()),
                Some("42501"),
                "{statement}: {error:?}"
            ),
        }
    }
    // A statement that reads nothing is held to the same rows.
    sam.run("update equipment set status = 'all of mine'")
        .await?;
    let touched = "select count(*) from equipment where status = 'all of mine' and area = 2";
    assert_eq!(plant.count(touched).await?, 0);
    assert_eq!(
        plant
            .count("select count(*) from equipment where status = 'all of mine'")
            .await?,
        20
    );
    for key in ["BFM-001", "BFM-003"] {
        let xmin: String = plant
            .owner
            .query_one("select xmin::text from equipment where bfm = $1", &[&key])
            .await?
            .get(0);
        let gone = sam
            .run(&format!(
                "select rowhouse.record_delete('equipment'::regclass, '{{{key}}}', 1, '{xmin}')"
            ))
            .await?;
        assert_eq!(gone[0].get::<_, i32>(0), 0, "{key}");
    }
    let there = "select count(*) from equipment where area = 2";
    assert_eq!(plant.count(there).await?, 20);
    let claim = sam
        .refused("select rowhouse.claim('equipment'::regclass, '{BFM-001}')")
        .await;
    assert_eq!(
        claim.message,
        "There is no such record, or you may not see it."
    );
    Ok(())
}

#[tokio::test]
async fn a_record_is_not_moved_or_made_out_of_reach() -> Outcome {
    let mut plant = Plant::open().await?;
    let sam = person(&mut plant, "sam", HALL).await?;
    for statement in [
        "update equipment set area = 2 where bfm = 'BFM-002'",
        "update equipment set area = null where bfm = 'BFM-002' returning bfm",
        "update equipment set area = 2",
        "insert into equipment (bfm, description, status, area) values ('NEW', 'x', 'x', 2)",
        "insert into equipment (bfm, description, status) values ('NEW', 'x', 'x') returning bfm",
    ] {
        let told = sam.refused(statement).await;
        assert_eq!(told.state, "RH403", "{statement}: {told:?}");
        assert!(told.message.ends_with("equipment: area is 1."), "{told:?}");
    }
    let moved = sam
        .refused("update equipment set area = 2 where bfm = 'BFM-002'")
        .await;
    assert_eq!(
        (moved.detail.as_str(), moved.message.as_str()),
        (
            "moved",
            "This would move the record out of what your roles reach in equipment: area is 1."
        )
    );
    // Whoever knows a hidden key learns nothing but that it is taken, and changes nothing.
    let over = sam
        .refused(
            "insert into equipment (bfm, description, status, area) values ('BFM-001', 'x', 'x', 1)
             on conflict (bfm) do update set description = 'mine'",
        )
        .await;
    assert_eq!(over.state, "42501", "{over:?}");
    assert_eq!(
        plant
            .count("select count(*) from equipment where description in ('mine', 'x')")
            .await?,
        0
    );
    sam.run("insert into equipment (bfm, description, status, area) values ('NEW', 'x', 'x', 1) returning bfm")
        .await?;
    Ok(())
}

#[tokio::test]
async fn scopes_of_several_columns_and_permissions_are_never_mixed() -> Outcome {
    let mut plant = Plant::open().await?;
    let permissions = [
        "'view', null, '{\"area\":[\"1\"],\"status\":[\"Down\"]}'",
        "'view', null, '{\"area\":[\"2\"],\"status\":[\"Active\"]}'",
        "'update', null, '{\"area\":[\"1\",\"2\"]}'",
    ];
    let sam = person(&mut plant, "sam", &permissions).await?;
    let mixed = "select bfm from equipment where area = 1 and status = 'Active' or area = 2 and status = 'Down'";
    assert_eq!(bfms(&sam, mixed).await?, 0);
    let all = plant
        .count("select count(*) from equipment where (area = 1) = (status = 'Down')")
        .await?;
    assert_eq!(
        bfms(&sam, "select bfm from equipment").await?,
        usize::try_from(all)?
    );
    // What may be changed has to be seen before and after.
    sam.run("update equipment set cost = 1").await?;
    assert_eq!(
        plant
            .count("select count(*) from equipment where cost = 1")
            .await?,
        all
    );
    let moved = sam
        .refused("update equipment set status = 'Active' where area = 1")
        .await;
    assert_eq!(moved.detail, "moved", "{moved:?}");
    let numbers = ["'view', null, '{\"cost\":[\"10.5\"]}'"];
    let nina = person(&mut plant, "nina", &numbers).await?;
    plant
        .owner
        .batch_execute("update equipment set cost = 10.50 where bfm = 'BFM-004'")
        .await?;
    assert_eq!(
        bfms(&nina, "select bfm from equipment").await?,
        1,
        "compared in the column's type"
    );
    Ok(())
}

#[tokio::test]
async fn columns_that_are_not_given_stay_as_they_are() -> Outcome {
    let mut plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "alter table equipment add column made date not null default current_date,
                            add column grade text default 'B', add column extra json,
                            add column tag uuid not null default gen_random_uuid(),
                            add column counted serial,
                            add column drawn int not null generated by default as identity,
                            add column twice int generated always as (area * 2) stored",
        )
        .await?;
    let plan = adopt::plan(
        &plant.owner,
        &["equipment".to_owned()],
        &adopt::Options {
            accept: vec!["public.vault_seen".to_owned()],
            ..adopt::Options::default()
        },
    )
    .await?;
    adopt::apply(&mut plant.owner, &plan).await?;
    let permissions = [
        "'view', null, null",
        "'update', '{status}', null",
        "'update', '{description}', '{\"area\":[\"1\"]}'",
        "'insert', '{bfm,description,status}', null",
    ];
    let sam = person(&mut plant, "sam", &permissions).await?;
    sam.run("update equipment set status = 'x', cost = cost")
        .await?;
    sam.run("update equipment set status = 'y', description = 'y' where bfm = 'BFM-002'")
        .await?;
    for (statement, column) in [
        (
            "update equipment set cost = 1 where bfm = 'BFM-002'",
            "cost",
        ),
        (
            "update equipment set extra = '{}' where bfm = 'BFM-002'",
            "extra",
        ),
        (
            "update equipment set bfm = 'MINE' where bfm = 'BFM-002'",
            "bfm",
        ),
        (
            "update equipment set status = 'z', description = 'z' where bfm = 'BFM-001'",
            "description",
        ),
        (
            "insert into equipment (bfm, description, status, cost) values ('N', 'n', 'n', 1)",
            "cost",
        ),
        (
            "insert into equipment (bfm, description, status, grade) values ('N', 'n', 'n', 'A')",
            "grade",
        ),
        (
            "insert into equipment (bfm, description, status, made) values ('N', 'n', 'n', '2000-01-01')",
            "made",
        ),
    ] {
        let told = sam.refused(statement).await;
        assert_eq!(told.state, "RH403", "{statement}: {told:?}");
        assert!(
            told.message.contains(&format!(" {column} in equipment.")),
            "{told:?}"
        );
    }
    sam.run("insert into equipment (bfm, description, status) values ('N', 'n', 'n')")
        .await?;
    // What is worked out anew each time is not theirs to choose, and nothing is drawn twice.
    let given = "insert into equipment (bfm, description, status, tag, counted, drawn)
        values ('O', 'n', 'n', '00000000-0000-0000-0000-000000000000', 999, 999)";
    sam.run(given).await?;
    let overriding =
        "insert into equipment (bfm, description, status, drawn) overriding system value
        values ('Q', 'n', 'n', 999)";
    sam.run(overriding).await?;
    let kept = "select count(*) from equipment
        where bfm in ('N', 'O', 'Q') and tag::text !~ '^0{8}' and counted < 100 and drawn < 100";
    assert_eq!(plant.count(kept).await?, 3);
    let marta = plant.seat("marta").await?;
    let all = "insert into equipment (bfm, description, status, tag, counted, drawn)
        values ('P', 'n', 'n', '00000000-0000-0000-0000-000000000000', 999, 999)";
    marta.run(all).await?;
    let given = "select count(*) from equipment
        where tag::text ~ '^0{8}' and counted = 999 and drawn = 999";
    assert_eq!(plant.count(given).await?, 1);
    sam.run("insert into equipment (bfm, description, status, grade) values ('M', 'n', 'n', 'B')")
        .await?;
    let mine = sam
        .run("select insert_columns, update_columns from rowhouse.my_tables() where table_oid = 'equipment'::regclass")
        .await?;
    assert_eq!(
        mine[0].get::<_, Vec<String>>(0),
        ["bfm", "description", "status"]
    );
    assert_eq!(mine[0].get::<_, Vec<String>>(1), ["description", "status"]);
    // Everybody else and other programs write as before.
    let (theo, others) = (plant.seat("theo").await?, &plant.owner);
    theo.run("update equipment set cost = 7").await?;
    let cost = "update equipment set cost = 8";
    others.batch_execute(cost).await?;
    Ok(())
}

#[tokio::test]
async fn who_may_only_insert_reads_nothing_back() -> Outcome {
    let mut plant = Plant::open().await?;
    let sam = person(&mut plant, "sam", &["'insert', null, null"]).await?;
    let uma = person(
        &mut plant,
        "uma",
        &["'update', null, null", "'delete', null, null"],
    )
    .await?;
    let insert = "insert into equipment (bfm, description, status) values ('NEW', 'x', 'x')";
    sam.run(insert).await?;
    for statement in [
        "insert into equipment (bfm, description, status) values ('N2', 'x', 'x') returning bfm",
        "insert into equipment (bfm, description, status) values ('BFM-001', 'x', 'x')
             on conflict (bfm) do update set description = 'x'",
        "insert into equipment (bfm, description, status) select 'N3', 'x', 'x' on conflict (bfm) do nothing",
    ] {
        assert_eq!(sam.refused(statement).await.state, "42501", "{statement}");
    }
    assert_eq!(bfms(&sam, "select bfm from equipment").await?, 0);
    let last = sam
        .refused("select * from rowhouse.last_change('equipment'::regclass, '{NEW}')")
        .await;
    assert_eq!(last.state, "RH403");
    // Changing without seeing is given by no combination.
    uma.run("update equipment set status = 'blind'").await?;
    assert_eq!(
        plant
            .count("select count(*) from equipment where status = 'blind'")
            .await?,
        0
    );
    let gone = uma
        .refused("select rowhouse.record_delete('equipment'::regclass, '{BFM-001}', 1, '1')")
        .await;
    assert_eq!(gone.state, "RH403");
    Ok(())
}

#[tokio::test]
async fn a_limit_that_nothing_holds_people_to_gives_nothing() -> Outcome {
    let mut plant = Plant::open().await?;
    unrefreshed(&plant, "sam", HALL).await?;
    let sam = plant.seat("sam").await?;
    assert_eq!(bfms(&sam, "select bfm from equipment").await?, 0);
    assert_eq!(bfms(&sam, "select * from rowhouse.my_tables()").await?, 0);
    adopt::refresh(&mut plant.owner).await?;
    assert_eq!(bfms(&sam, "select bfm from equipment").await?, 20);
    for loosen in [
        "alter table equipment drop column area cascade",
        "drop policy rowhouse_scope_view on equipment",
    ] {
        plant.owner.batch_execute("begin").await?;
        plant.owner.batch_execute(loosen).await?;
        plant
            .owner
            .batch_execute(&format!("set local role {}", plant.roles.client()))
            .await?;
        let open = "select rowhouse.tx_open($1, $2)";
        plant
            .owner
            .query(open, &[&sam.token, &rowhouse::db::install::SCHEMA_VERSION])
            .await?;
        let rows = plant.owner.query("select bfm from equipment", &[]).await?;
        assert_eq!(rows.len(), 0, "{loosen}");
        plant.owner.batch_execute("rollback").await?;
    }
    // Nobody reads by columns: such a permission gives nothing rather than all.
    let vera = person(&mut plant, "vera", &["'view', '{bfm}', null"]).await?;
    assert_eq!(bfms(&vera, "select bfm from equipment").await?, 0);
    let none = refusal(
        vera.client
            .query("select rowhouse.whole('equipment'::regclass, 'view')", &[])
            .await,
    );
    assert_eq!(
        none.state, "RH401",
        "outside of a transaction nobody is signed in"
    );
    Ok(())
}
