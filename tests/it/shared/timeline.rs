//! A long timeline among many entries is found by its index.

use super::site::{PASSWORD, Site};
use crate::desk::Outcome;

/// 5,000 entries of one record among half a million: the newest page touches few blocks, whatever the
/// clock of this machine says.
#[tokio::test]
async fn a_long_timeline_is_found_by_its_index() -> Outcome {
    let site = Site::new().await?;
    drop(site.person("anna").await?);
    site.owner
        .batch_execute(
            "insert into rowhouse_trail.entry (table_oid, table_name, record_key, verb, version, columns,
                                               old_values, new_values)
             select 'machine'::regclass, 'machine', array[case when n % 100 = 0 then '3' else n::text end],
                    'update', n, '{place}', '{\"place\": \"a\"}', '{\"place\": \"b\"}'
               from generate_series(1001, 501000) n;
             analyze rowhouse_trail.entry",
        )
        .await?;
    let rows = site
        .rows("select count(*) from rowhouse_trail.entry where record_key = '{3}'")
        .await?;
    assert_eq!(rows, ["5000"]);
    let login = rowhouse::db::admin::connect(&site.endpoint().with_user(&site.login())).await?;
    let password = PASSWORD.into();
    let signed_in = crate::attacks::sign_in(&login, "anna", &password).await?;
    let token = signed_in.token.ok_or("refused")?;
    for (call, most) in [
        (
            "rowhouse.record_history('machine'::regclass, '{3}', null, null, 41, false)",
            600,
        ),
        (
            "rowhouse.record_history('machine'::regclass, '{3}', 'place', null, 41, false)",
            600,
        ),
    ] {
        // Once to warm what every session reads of the catalog.
        for warm in [true, false] {
            login.batch_execute("begin").await?;
            login
                .query(
                    "select rowhouse.tx_open($1, $2)",
                    &[&token, &rowhouse::db::install::SCHEMA_VERSION],
                )
                .await?;
            let plan = login
                .query(
                    &format!("explain (analyze, buffers, timing off) select * from {call}"),
                    &[],
                )
                .await?;
            login.batch_execute("rollback").await?;
            let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
            let plan = plan.join("\n");
            let blocks: u64 = plan
                .lines()
                .filter_map(|line| line.trim().strip_prefix("Buffers: "))
                .flat_map(|line| line.split([' ', ',']))
                .filter_map(|part| part.split_once('='))
                .filter(|(kind, _)| ["hit", "read"].contains(kind))
                .map(|(_, count)| count.parse::<u64>().unwrap_or(0))
                .take(2)
                .sum();
            assert!(plan.contains("rows=41"), "{plan}");
            assert!(
                warm || (1..most).contains(&blocks),
                "{blocks} blocks: {plan}"
            );
        }
    }
    Ok(())
}
