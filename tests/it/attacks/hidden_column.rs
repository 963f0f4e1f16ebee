//! A column that may not be read: two plants that differ in nothing but its values answer everything that a
//! technician with psql can ask in the same words.

use super::plant::{Outcome, Plant, Seat, refusal};

/// Calls of the search: columns are 1 bfm, 2 description, 3 status, 4 area, 5 cost, the hidden one.
const SEARCHES: &[&str] = &[
    r#""sort":[{"c":5}]"#,
    r#""sort":[{"c":5,"desc":true},{"c":1}]"#,
    r#""sort":[{"c":1},{"c":5}]"#,
    r#""sort":[{"c":5},{"c":1}],"from":["100","BFM-001"]"#,
    r#""sort":[{"c":1}],"words":"105","in":[5]"#,
    r#""sort":[{"c":1}],"words":"105","in":[1,2,5]"#,
    r#""sort":[{"c":1}],"words":"10","begins":true,"in":[5]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"null"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"some"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"empty"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"eq","v":"105"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"ne","v":"105"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"lt","v":"105"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"ge","v":"105"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"has","v":"5"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"lacks","v":"5"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"begins","v":"1"}]"#,
    r#""sort":[{"c":1}],"all":[{"c":5,"op":"eq","v":"no number"}]"#,
    r#""sort":[{"c":1}],"all":[{"any":[[{"c":1,"op":"eq","v":"BFM-001"}],[{"c":5,"op":"gt","v":"105"}]]}]"#,
    r#""sort":[{"c":1}],"all":[{"c":1,"op":"eq","v":"none"},{"c":5,"op":"gt","v":"105"}]"#,
    r#""sort":[{"c":1}],"limit":0,"all":[{"c":5,"op":"gt","v":"105"}]"#,
];

/// What else is asked; of each the rows are compared.
const QUESTIONS: &[&str] = &[
    "select bfm, description, status, area from equipment",
    "select bfm from equipment where cost > 100",
    "select bfm from equipment order by cost limit 3",
    "select max(cost) from equipment",
    "select count(cost) from equipment",
    "select equipment from equipment",
    "select to_jsonb(e) from equipment e",
    "select e.* from equipment e",
    "select bfm from equipment e where e is null",
    "select bfm from equipment e where e = e",
    "select count(distinct e) from equipment e",
    "select 1 from equipment group by cost",
    "select a.bfm from equipment a join equipment b using (cost) where a.bfm <> b.bfm",
    "select bfm from equipment for update of equipment",
    "select most_common_vals, histogram_bounds from pg_stats where tablename = 'equipment' and attname = 'cost'",
    "select cost from cheap",
    "select rowhouse.searches('equipment'::regclass)",
    "select record_key, new_values, old_values, withheld from rowhouse.my_changes(null, 50)",
    "select verb, columns, new_values, old_values, withheld
       from rowhouse.record_history('equipment'::regclass, '{BFM-001}', null, null, 10, true)",
    "select 1 from rowhouse.record_history('equipment'::regclass, '{BFM-001}', 'cost', null, 10, true)",
    "select column_name, username from rowhouse.record_blame('equipment'::regclass, '{BFM-001}')",
    "select record_key, old_values from rowhouse.deleted_records('equipment'::regclass, null, 10)",
    "select can_view, insert_columns, update_columns from rowhouse.my_table('equipment'::regclass)",
    "select kind from rowhouse.what_became('equipment'::regclass, '{BFM-003}', '3')",
    "select username from rowhouse.last_change('equipment'::regclass, '{BFM-001}')",
];

/// Changes that would tell something by what they change, or by how they fail.
const CHANGES: &[&str] = &[
    "update equipment set status = 'seen' where cost > 100 returning bfm",
    "update equipment set status = cost::text where bfm = 'BFM-004' returning bfm, status",
    "update equipment set cost = cost + 1 where bfm = 'BFM-004' returning bfm",
    "update equipment set cost = 1 where bfm = 'BFM-004' returning cost",
    "update equipment set cost = 1 where bfm = 'BFM-004' returning bfm, status",
    "insert into equipment (bfm, description, status) values ('BFM-004', 'x', 'x')
         on conflict (bfm) do update set status = equipment.cost::text returning status",
    "insert into equipment (bfm, description, status) values ('BFM-004', 'x', 'x')
         on conflict (bfm) do update set status = 'seen' where equipment.cost > 100 returning status",
    "delete from equipment where cost > 100 returning bfm",
];

/// A plant whose costs are some or others, hidden from the shared login; and a technician there.
async fn plant(costs: &str) -> Outcome<(Plant, Seat)> {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'Retired', cost = 77 where bfm = 'BFM-001'")
        .await?;
    let sql = format!(
        "set session_replication_role = replica;
         update equipment set cost = {costs};
         set session_replication_role = origin;
         delete from equipment where bfm = 'BFM-002';
         grant select on cheap to {0};
         alter view cheap set (security_invoker = true);
         revoke select (cost) on equipment from {0};
         analyze equipment",
        plant.roles.client()
    );
    plant.owner.batch_execute(&sql).await?;
    Ok((plant, theo))
}

/// Everything that is answered, or refused, in words; the rows sorted, as nothing else is said of them.
async fn told(seat: &Seat) -> Outcome<Vec<String>> {
    let search = |what: &&str| {
        format!("select key from rowhouse.search('equipment'::regclass, '{{\"key\":[1],{what}}}')")
    };
    let searches = SEARCHES.iter().map(search);
    let key = "select key from rowhouse.search('equipment'::regclass, '{\"key\":[5],\"sort\":[{\"c\":1}]}')";
    let asked = QUESTIONS.iter().copied().map(str::to_owned);
    let mut said = Vec::new();
    for question in searches.chain(asked).chain([key.to_owned()]) {
        let rows = format!(
            "select coalesce(array_agg(r::text order by r::text), '{{}}')::text from ({question}) r"
        );
        said.push(answer(seat, &question, &rows).await);
    }
    for change in CHANGES {
        seat.begin().await?;
        let rows = format!(
            "with r as ({change}) select coalesce(array_agg(r::text order by r::text), '{{}}')::text from r"
        );
        said.push(answer(seat, change, &rows).await);
        seat.client.batch_execute("rollback").await?;
    }
    Ok(said)
}

async fn answer(seat: &Seat, asked: &str, sql: &str) -> String {
    let rows = match asked.starts_with("select") {
        true => seat.run(sql).await,
        false => seat.client.query(sql, &[]).await,
    };
    match rows {
        Ok(rows) => format!("{asked}: {}", rows[0].get::<_, String>(0)),
        Err(error) => {
            let refused = refusal::<()>(Err(error));
            format!("{asked}: {} {}", refused.state, refused.message)
        }
    }
}

#[tokio::test]
async fn no_answer_depends_on_a_column_that_may_not_be_read() -> Outcome {
    let (_low, theo) = plant("1").await?;
    let (_high, tina) = plant("case when bfm > 'BFM-020' then 1050 else 105 end").await?;
    let (low, high) = (told(&theo).await?, told(&tina).await?);
    for (low, high) in low.iter().zip(&high) {
        assert_eq!(low, high);
    }
    // And it was not all refused.
    let refused = |one: &&String| one.contains(": 42501 ") || one.contains(": RH4");
    let answered = low.iter().filter(|one| !refused(one)).count();
    assert!(answered > 10, "{answered} of {}: {low:#?}", low.len());
    let known = |words: &str| low.iter().any(|one| one.contains(words));
    assert!(known("(BFM-003,") && known("by the number of one that may be read"));
    Ok(())
}
