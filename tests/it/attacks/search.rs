//! The search with psql in a technician's hands: it takes numbers and values, and gives keys that the
//! asking person may view; never an expression, another table or a hidden row.

use super::plant::{Outcome, Plant, refusal};
use super::scopes::{HALL, person};

/// A call on equipment: columns are 1 bfm, 2 description, 3 status, 4 area, 5 cost.
fn call(what: &str) -> String {
    format!(
        "select key[1] from rowhouse.search('equipment'::regclass, '{}')",
        what.replace('\'', "''")
    )
}

#[tokio::test]
async fn the_search_takes_numbers_and_values_only() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let good =
        r#"{"key":[1],"sort":[{"c":5},{"c":1}],"limit":100,"all":[{"c":5,"op":"ge","v":"100"}]}"#;
    assert_eq!(theo.run(&call(good)).await?.len(), 31);
    // Values are values, whatever they say.
    for value in [
        "1) or true --",
        "%",
        "_",
        "\\",
        "'; drop table area; --",
        "(select secret from shop)",
    ] {
        let what = serde_json::json!({"key": [1], "sort": [{"c": 1}], "words": value, "in": [1, 2, 3],
            "limit": 100, "all": [{"c": 3, "op": "ne", "v": value}]});
        assert_eq!(
            theo.run(&call(&what.to_string())).await?.len(),
            0,
            "{value}"
        );
    }
    for (what, state) in [
        // No column of that number, a system column, a name, an expression.
        (r#"{"key":[1],"sort":[{"c":99}]}"#, "RH422"),
        (r#"{"key":[1],"sort":[{"c":-2}]}"#, "RH422"),
        (r#"{"key":[1],"sort":[{"c":"cost"}]}"#, "22P02"),
        (r#"{"key":[1],"sort":[{"c":"(select 1)"}]}"#, "22P02"),
        (r#"{"key":["bfm"],"sort":[{"c":1}]}"#, "22P02"),
        (r#"{"key":[],"sort":[{"c":1}]}"#, "RH422"),
        (r#"{"key":[1],"sort":[]}"#, "RH422"),
        (r#"{"key":[1],"sort":[{"c":1}],"from":["a","b"]}"#, "RH422"),
        // Operators that are not on the list, values that are no value of the type.
        (
            r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":1,"op":"~","v":"."}]}"#,
            "RH422",
        ),
        (
            r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":1,"op":"or true","v":"x"}]}"#,
            "RH422",
        ),
        (
            r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":1,"v":"x"}]}"#,
            "RH422",
        ),
        (
            r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":1,"op":"eq"}]}"#,
            "RH422",
        ),
        (
            r#"{"key":[1],"sort":[{"c":5}],"from":["1 or true"]}"#,
            "22P02",
        ),
        (
            r#"{"key":[1],"sort":[{"c":1}],"limit":"1; drop table area"}"#,
            "22P02",
        ),
    ] {
        assert_eq!(theo.refused(&call(what)).await.state, state, "{what}");
    }
    // No more rows than a page has.
    plant
        .owner
        .batch_execute(
            "insert into equipment select 'X' || n, 'more', 'Active', 1, n from generate_series(1, 1500) n",
        )
        .await?;
    let all = r#"{"key":[1],"sort":[{"c":1}],"limit":1000000}"#;
    assert_eq!(theo.run(&call(all)).await?.len(), 1001);
    Ok(())
}

#[tokio::test]
async fn the_search_shows_what_may_be_viewed_and_no_more() -> Outcome {
    let mut plant = Plant::open().await?;
    let all = r#"{"key":[1],"sort":[{"c":1}],"limit":1000}"#;
    let of = |table: &str| call(all).replace("'equipment'", &format!("'{table}'"));
    // Nobody is signed in: said by name, also where there is no row.
    plant
        .owner
        .batch_execute(
            "delete from equipment where bfm < 'BFM-002'; create table none (id int primary key)",
        )
        .await?;
    let stranger = plant.login().await?;
    for sql in [
        of("equipment"),
        "select rowhouse.searches('equipment'::regclass)".into(),
    ] {
        assert_eq!(
            refusal(stranger.query(&sql, &[]).await).state,
            "RH401",
            "{sql}"
        );
    }
    plant.owner.batch_execute("delete from vault").await?;
    assert_eq!(
        refusal(stranger.query(&of("vault"), &[]).await).state,
        "RH401"
    );
    // A table that one may not view, one with policies of its own, one not adopted, one of ours.
    let (theo, gina) = (plant.seat("theo").await?, plant.seat("gina").await?);
    assert_eq!(gina.run(&of("equipment")).await?.len(), 0);
    assert_eq!(
        theo.refused(&of("shop")).await.state,
        "RH422",
        "its own policies judge"
    );
    for hidden in ["none", "pg_authid", "rowhouse_private.credential"] {
        let refused = theo.run(&of(hidden)).await;
        let rows = refused.as_ref().map_or(0, Vec::len);
        let state = refusal(refused).state;
        assert!(
            rows == 0 && ["RH422", "42501", ""].contains(&state.as_str()),
            "{hidden}: {state} {rows}"
        );
    }
    // Rows out of scope, whatever is asked: by key, by another column, backwards, or counted on.
    let sam = person(&mut plant, "sam", HALL).await?;
    assert_eq!(sam.run(&call(all)).await?.len(), 20);
    for what in [
        r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":4,"op":"eq","v":"2"}]}"#,
        r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":1,"op":"eq","v":"BFM-003"}]}"#,
        r#"{"key":[1],"sort":[{"c":5}],"words":"BFM-003","in":[1]}"#,
    ] {
        assert_eq!(sam.run(&call(what)).await?.len(), 0, "{what}");
        assert!(
            !theo.run(&call(what)).await?.is_empty(),
            "it is there: {what}"
        );
    }
    // A column that nobody may read is no column.
    let closed = format!(
        "revoke select (cost) on equipment from {}",
        plant.roles.client()
    );
    plant.owner.batch_execute(&closed).await?;
    for what in [
        r#"{"key":[1],"sort":[{"c":5}]}"#,
        r#"{"key":[5],"sort":[{"c":1}]}"#,
        r#"{"key":[1],"sort":[{"c":1}],"words":"1","in":[5]}"#,
        r#"{"key":[1],"sort":[{"c":1}],"all":[{"c":5,"op":"some"}]}"#,
    ] {
        assert_eq!(theo.refused(&call(what)).await.state, "RH422", "{what}");
    }
    Ok(())
}

/// What the caller makes or sets is not used by it, and it does not lend its rights.
#[tokio::test]
async fn the_search_uses_nothing_of_the_callers() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.begin().await?;
    for setting in ["search_path = pg_temp, public", "role = none"] {
        theo.client
            .batch_execute(&format!("set local {setting}"))
            .await?;
        let what = r#"{"key":[1],"sort":[{"c":5},{"c":1}],"limit":3}"#;
        let sql = call(what).replace("'equipment'", "'public.equipment'");
        assert_eq!(theo.client.query(&sql, &[]).await?.len(), 3);
    }
    for inner in [
        "search_rule(1)",
        "search_column(1, 1)",
        "search_order(1, '{}', '{}')",
        "scope_sql(1, 'view')",
    ] {
        let refused = theo
            .refused(&format!("select rowhouse_private.{inner}"))
            .await;
        assert_eq!(refused.state, "42501", "{inner}");
    }
    let role = plant.roles.name("search");
    let refused = theo.refused(&format!("set role {role}")).await;
    assert_eq!(refused.state, "42501");
    Ok(())
}
