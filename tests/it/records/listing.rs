//! The list of tables of a large database: one question, every kind, and what has no key.

use rowhouse::domain::table::{ReadOnly, TableKind};

use crate::desk::{CLERK, Desk, Outcome};

#[tokio::test]
async fn two_thousand_tables_in_25_schemas_are_listed_with_kind_and_key() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(&format!(
        "do $$ begin
           for s in 1..25 loop
             execute format('create schema %I', 'schema ' || s);
             execute format('grant usage on schema %I to {CLERK}', 'schema ' || s);
             for t in 1..80 loop
               execute format('create table %I.%I (n int %s)', 'schema ' || s, 'table \"' || t || E'\"\\n値',
                 case when t % 8 = 0 then '' else 'primary key' end);
             end loop;
             execute format('grant all on all tables in schema %I to {CLERK}', 'schema ' || s);
           end loop;
         end $$;
         create unique index on \"schema 1\".\"table \"\"8\"\"\n値\" (n);
         alter table \"schema 2\".\"table \"\"8\"\"\n値\" alter n set not null;
         create unique index on \"schema 2\".\"table \"\"8\"\"\n値\" (n);
         create view \"schema 1\".v as select 1 as one;
         grant select on \"schema 1\".v to {CLERK};"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let began = std::time::Instant::now();
    let tables = clerk.tables().await?;
    let took = began.elapsed();
    let made = tables
        .iter()
        .filter(|table| table.name.schema.starts_with("schema "));
    let made: Vec<_> = made.collect();
    assert_eq!(made.len(), 2001);
    let keyless = made.iter().filter(|table| table.keyless);
    // A tenth of each schema, but for the one whose key may hold no NULL.
    assert_eq!(keyless.count(), 25 * 10 - 1);
    let of = |schema: &str, name: &str| {
        let found = made
            .iter()
            .find(|table| table.name.schema == schema && table.name.name == name);
        found.unwrap_or_else(|| panic!("no {schema}.{name}"))
    };
    assert!(of("schema 1", "table \"8\"⏎値").keyless, "it may hold NULL");
    assert!(!of("schema 2", "table \"8\"⏎値").keyless);
    assert_eq!(of("schema 1", "v").kind, TableKind::View);
    assert_eq!(of("schema 1", "v").read_only(), Some(ReadOnly::View));
    assert_eq!(
        of("schema 3", "table \"8\"⏎値").read_only(),
        Some(ReadOnly::NoKey)
    );
    assert_eq!(of("schema 3", "table \"7\"⏎値").read_only(), None);
    // A list that takes a second would be felt; on a busy machine it takes a tenth.
    assert!(took.as_millis() < 1_000, "{took:?}");
    Ok(())
}
