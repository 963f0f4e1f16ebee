//! The proof that tenants are apart: green on a whole boundary, red for each wall that is taken down, and
//! nothing of it stays.

use rowhouse::db::adopt::prove::{self, Proof, Verdict};

use super::plant::{Outcome, Plant};
use super::tenants::split;

async fn open(plant: &mut Plant) -> Outcome<(Vec<Proof>, Vec<&'static str>)> {
    let proofs = prove::isolation(&mut plant.owner).await?;
    let open = proofs.iter().filter(|one| one.verdict == Verdict::Open);
    let open = open.map(|one| one.attack).collect();
    Ok((proofs, open))
}

#[tokio::test]
async fn the_proof_is_green_on_a_whole_boundary_and_changes_nothing() -> Outcome {
    let mut plant = Plant::open().await?;
    split(&mut plant).await?;
    plant
        .owner
        .batch_execute(
            "alter table crane drop constraint crane_tag_key, drop constraint crane_yard_fkey",
        )
        .await?;
    let state = "select (select count(*) from rowhouse_private.tenant) + (select count(*) from rowhouse_private.account)
        + (select count(*) from rowhouse_private.session) + (select count(*) from rowhouse_trail.entry)
        + (select count(*) from crane) + (select sum(hashtext(c::text)) from crane c)";
    let before = plant.count(state).await?;
    let (proofs, open) = open(&mut plant).await?;
    assert!(open.is_empty(), "{proofs:#?}");
    let untried: Vec<_> = proofs
        .iter()
        .filter(|one| one.verdict == Verdict::NotTried)
        .collect();
    assert!(untried.is_empty(), "{untried:#?}");
    for table in ["public.yard", "public.crane"] {
        let tried = proofs.iter().filter(|one| one.table == table).count();
        assert_eq!(tried, 34, "{table}");
    }
    assert_eq!(plant.count(state).await?, before);
    Ok(())
}

#[tokio::test]
async fn rows_that_others_hang_on_are_attacked_as_well() -> Outcome {
    let mut plant = Plant::open().await?;
    split(&mut plant).await?;
    plant
        .owner
        .batch_execute(
            "alter table crane drop constraint crane_yard_fkey;
             alter table crane add constraint crane_yard_fkey foreign key (yard) references yard on delete restrict;
             insert into crane (id, site, tag, yard) select 200 + id, site, 'Z' || id, id from yard",
        )
        .await?;
    let (proofs, _) = open(&mut plant).await?;
    let untried = proofs.iter().filter(|one| one.verdict == Verdict::NotTried);
    // Nothing can be deleted there, so that nothing deleted can be read.
    let untried: Vec<_> = untried
        .map(|one| (one.table.as_str(), one.attack))
        .collect();
    assert_eq!(
        untried,
        [("public.yard", "read what was deleted")],
        "{proofs:#?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_proof_is_red_for_every_wall_that_is_taken_down() -> Outcome {
    let mut plant = Plant::open().await?;
    split(&mut plant).await?;
    let client = plant.roles.client();
    // What crosses by its keys is red from the start.
    let (_, found) = open(&mut plant).await?;
    assert_eq!(
        found,
        [
            "a foreign key to another tenant's row",
            "a taken value that tells of another tenant"
        ]
    );
    let blind =
        "create or replace function rowhouse_private.tenant_scope(p_table oid) returns jsonb
                     language sql stable as 'select null::jsonb'";
    for (sabotage, red) in [
        ("drop policy rowhouse_tenant on crane".to_owned(), "read a row"),
        ("alter table crane disable row level security".to_owned(), "read anything"),
        (
            format!("drop policy rowhouse_tenant on crane; drop trigger \"!rowhouse_tenant\" on crane;
                     grant update (site) on crane to {client}"),
            "take a row over",
        ),
        (blind.to_owned(), "find a row by the search"),
        (
            "create function tell() returns trigger language plpgsql as
                 $$ begin perform pg_notify('cranes', new::text); return new; end $$;
             create trigger tell after update on crane for each row execute function tell()"
                .to_owned(),
            "hear of rows by NOTIFY",
        ),
        (
            format!("grant select, update on sequence crane_id_seq to {client}"),
            "set the counter of a key",
        ),
        ("drop policy rowhouse_tenant on crane".to_owned(), "copy rows out"),
        (
            "create or replace function rowhouse.receipts(p_table oid, p_key text[], p_before bigint, p_limit integer)
                 returns table (receipt_id bigint, at timestamptz, table_oid oid, record_key text[], username text,
                     display_name text, mine boolean, theirs_by text, theirs_at timestamptz, fields text)
                 language sql stable security definer set search_path = pg_catalog, pg_temp
                 as 'select q.receipt_id, q.at, q.table_oid, q.record_key, null, null, false, q.theirs_by, q.theirs_at,
                            q.fields::text from rowhouse_private.receipt q'"
                .to_owned(),
            "read receipts of merges",
        ),
        (
            "create or replace function rowhouse.choose_tenant(p_name text) returns void
                 language sql volatile security definer set search_path = pg_catalog, pg_temp
                 as $$ update rowhouse_private.session set tenant_id = null, across = true
                        where token_hash = rowhouse_private.token_hash(current_setting('rowhouse.session', true)) $$"
                .to_owned(),
            "look across all tenants",
        ),
        (
            "alter policy rowhouse_update on crane using (true); alter policy rowhouse_tenant on crane
                 using (true) with check (true); drop trigger \"!rowhouse_tenant\" on crane"
                .to_owned(),
            "change a row while looking across",
        ),
        (
            format!("create view every_crane as select * from crane; grant select on every_crane to {client}"),
            "views and functions with their owners' rights",
        ),
        (
            "create or replace function rowhouse_private.open_to_tenants(p_table oid) returns boolean
                 language sql stable parallel safe as 'select true'"
                .to_owned(),
            "another tenant reads a table without tenants",
        ),
    ] {
        let mut broken = Plant::open().await?;
        split(&mut broken).await?;
        let sabotage = sabotage.replace(&client, &broken.roles.client());
        broken.owner.batch_execute(&sabotage).await?;
        let (proofs, found) = open(&mut broken).await?;
        assert!(found.contains(&red), "{sabotage}: {proofs:#?}");
    }
    Ok(())
}
