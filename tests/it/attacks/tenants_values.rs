//! Values of tenants and scopes as the columns' own types hold them: lengths, domains, and types with an
//! equality of their own; and roles that were changed in one tenant only are brought together.

use super::plant::{Outcome, Plant};
use super::tenants::{number, split};

#[tokio::test]
async fn a_value_is_read_in_the_columns_own_length() -> Outcome {
    let plant = Plant::open().await?;
    let owner = &plant.owner;
    owner
        .batch_execute(
            "create domain price as numeric(10,2); create domain dear as price check (value > 0);
             create domain code as varchar(3);
             create table bin (id int primary key, cost numeric(10,2), short varchar(3), fixed char(4),
                 price price, dear dear, code code, free text, whole numeric)",
        )
        .await?;
    let mut wrong = Vec::new();
    for (column, value, holds) in [
        ("cost", "5.00", true),
        ("cost", "5", false),
        ("cost", "5.001", false),
        ("short", "abc", true),
        ("short", "abcd", false),
        ("fixed", "abcd", true),
        ("fixed", "abcde", false),
        ("price", "5.00", true),
        ("price", "5.5", false),
        ("dear", "5.00", true),
        ("dear", "5", false),
        ("code", "abc", true),
        ("code", "abcd", false),
        ("free", "anything of any length", true),
        ("whole", "5", true),
        ("whole", "5.001", true),
        ("gone", "5", false),
    ] {
        let ask = "select rowhouse_private.reads_as('bin'::regclass, $1, $2)";
        let told: bool = owner.query_one(ask, &[&column, &value]).await?.get(0);
        if told != holds {
            wrong.push(format!("{column} {value}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}

#[tokio::test]
async fn a_scope_compares_as_the_columns_type_does() -> Outcome {
    let plant = Plant::open().await?;
    let owner = &plant.owner;
    owner
        .batch_execute(
            "create extension citext; create domain place as citext;
             create table spot (id int primary key, site citext, area place, kind varchar(9), n int);
             insert into spot values (1, 'NORTH', 'Hall', 'a', 1), (2, 'South', 'HALL', 'A', 2)",
        )
        .await?;
    for (scope, rows) in [
        (r#"{"site": ["north"]}"#, 1),
        (r#"{"area": ["hall"]}"#, 2),
        (r#"{"site": ["north", "SOUTH"], "kind": ["a"]}"#, 1),
        (r#"{"n": ["2", "3"]}"#, 1),
        (r#"{"gone": ["2"]}"#, 0),
    ] {
        let term = "select rowhouse_private.scope_term('spot'::regclass, $1::text::jsonb)";
        let term: String = owner.query_one(term, &[&scope]).await?.get(0);
        // As the functions that ask it: nothing but the catalog is found without its schema.
        let ask = format!("select count(*) from public.spot where {term}");
        owner.batch_execute("set search_path = pg_catalog").await?;
        let found = plant.count(&ask).await?;
        owner.batch_execute("reset search_path").await?;
        assert_eq!(found, rows, "{term}");
    }
    Ok(())
}

#[tokio::test]
async fn roles_that_went_apart_are_brought_together() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    // As a program of before left it: a right was taken, and a name given, in the first tenant alone.
    plant
        .owner
        .batch_execute(
            "insert into rowhouse_private.role (tenant_id, name) select tenant_id, 'crew' from rowhouse_private.tenant;
             insert into rowhouse_private.permission (tenant_id, role_id, verb)
                 select tenant_id, role_id, v from rowhouse_private.role, unnest(array['view', 'insert', 'delete']) v
                  where name = 'crew';
             update rowhouse_private.role set may_see_audit = true where name = 'crew' and tenant_id <> 1;
             delete from rowhouse_private.permission p using rowhouse_private.role r
              where r.tenant_id = 1 and r.name = 'crew' and p.tenant_id = 1 and p.role_id = r.role_id and p.verb <> 'view';
             select rowhouse_private.owner_account_edit(n, null, array['crew']) from unnest(array['theo', 'nora']) n",
        )
        .await?;
    let insert = "insert into crane (tag) values ('mine')";
    assert_eq!(theo.refused(insert).await.state, "42501");
    assert_eq!(
        nora.refused(insert).await.state,
        "",
        "there it was not taken"
    );
    plant
        .owner
        .batch_execute(
            "select rowhouse_private.copy_roles(1, tenant_id) from rowhouse_private.tenant where tenant_id <> 1",
        )
        .await?;
    assert_eq!(nora.refused(insert).await.state, "42501");
    assert_eq!(number(&nora, "select count(*) from crane").await?, 11);
    let left = "select count(*) from rowhouse_private.role where may_see_audit and name = 'crew'";
    assert_eq!(plant.count(left).await?, 0);
    Ok(())
}
