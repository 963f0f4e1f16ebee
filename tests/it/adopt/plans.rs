//! What a plan refuses, warns of and closes, before anything is done.

use rowhouse::db::adopt::{self, AdoptError, Options, Weight, undo};

use super::site::{Outcome, Site, assert_same};

/// Codes of the findings of a weight, with the table or name they are about left out.
async fn codes(
    site: &Site,
    tables: &[&str],
    options: Options,
    weight: Weight,
) -> Vec<&'static str> {
    let plan = site
        .plan_with(tables, options)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    plan.findings()
        .filter(|one| one.weight == weight)
        .map(|one| one.code)
        .collect()
}

#[tokio::test]
async fn what_cannot_be_adopted_is_refused_with_its_reason() -> Outcome {
    let site = Site::new().await?;
    for (table, code) in [
        ("machine_view", "view"),
        ("machine_list", "view"),
        ("far_away", "foreign-table"),
        ("nameless", "no-key"),
        ("machine_id_seq", "not-a-table"),
        ("animal", "inheritance"),
        ("rowhouse_private.account", "not-yours"),
        ("pg_catalog.pg_class", "not-yours"),
    ] {
        let found = codes(&site, &[table], Options::default(), Weight::Refusal).await;
        assert!(found.contains(&code), "{table}: {found:?}");
    }
    let missing = site
        .plan_with(&["no such; table"], Options::default())
        .await;
    assert!(
        matches!(missing, Err(AdoptError::NoSuchTable(_))),
        "{missing:?}"
    );
    let mut site = site;
    let refused = site.adopt(&["nameless"]).await;
    assert!(
        matches!(refused, Err(AdoptError::Refused(_))),
        "{refused:?}"
    );
    assert!(matches!(
        undo(&mut site.owner, "machine").await,
        Err(AdoptError::NotAdopted(_))
    ));
    Ok(())
}

#[tokio::test]
async fn version_columns_must_be_meant_for_it() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute("alter table numbered add rowhouse_version text")
        .await?;
    let named = |name: &str| Options {
        version_column: Some(name.into()),
        ..Default::default()
    };
    let refusals =
        async |table: &str, options| codes(&site, &[table], options, Weight::Refusal).await;
    assert_eq!(
        refusals("numbered", Options::default()).await,
        ["version-taken"]
    );
    assert_eq!(
        refusals("numbered", named("rowhouse_version")).await,
        ["version-column"]
    );
    assert_eq!(refusals("machine", named("id")).await, ["version-column"]);
    assert_eq!(
        refusals("machine", named("twice")).await,
        ["version-column"]
    );
    assert_eq!(refusals("machine", named("version")).await, [""; 0]);
    assert_eq!(refusals("machine", named("another one")).await, [""; 0]);
    site.owner
        .batch_execute(
            "create table holder (m machine); create table typed of pair (primary key (a))",
        )
        .await?;
    assert_eq!(
        refusals("machine", Options::default()).await,
        ["row-type-column"]
    );
    assert_eq!(refusals("typed", Options::default()).await, ["typed-table"]);
    let bare = Options {
        no_column: true,
        ..Default::default()
    };
    assert_eq!(refusals("machine", bare.clone()).await, [""; 0]);
    assert_eq!(refusals("typed", bare).await, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn sleeping_policies_would_wake() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute("create policy asleep on machine as restrictive using (false)")
        .await?;
    let found = codes(&site, &["machine"], Options::default(), Weight::Refusal).await;
    assert_eq!(found, ["sleeping-policy"]);
    Ok(())
}

#[tokio::test]
async fn what_programs_would_notice_is_said() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "do $$ begin create role plant_reader login; exception when duplicate_object then null; end $$;
             grant select, insert on machine to plant_reader;
             create function cheap() returns setof machine language sql as 'select * from machine';
             create publication news for table machine;
             create trigger zzz before update on machine for each row execute function note_ticket();
             create trigger \"ützz\" before update on machine for each row execute function note_ticket()",
        )
        .await?;
    let all = Options {
        force: true,
        ..Default::default()
    };
    let found = codes(&site, &["machine"], all, Weight::Breaks).await;
    assert_eq!(
        found,
        [
            "column-list",
            "row-type",
            "publication",
            "copy-from",
            "dump",
            "force"
        ]
    );
    let found = codes(&site, &["machine"], Options::default(), Weight::Leak).await;
    assert_eq!(found, ["trigger-order"]);
    let found = codes(&site, &["part"], Options::default(), Weight::Note).await;
    assert_eq!(found, ["schema-opens", "cascade"]);
    Ok(())
}

#[tokio::test]
async fn ways_around_the_gate_are_refused_accepted_or_closed() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "do $$ begin create role plant_reader login; exception when duplicate_object then null; end $$;
             create function peek(int, text) returns text security definer language sql as 'select name from machine';
             grant select on machine_view to public; grant select on journal to public, plant_reader",
        )
        .await?;
    let before = site.dump()?;
    let found = codes(&site, &["machine"], Options::default(), Weight::Refusal).await;
    assert_eq!(found, ["definer-function", "open-table", "owner-view"]);
    let accept = |names: &[&str]| Options {
        accept: names.iter().map(|&name| name.to_owned()).collect(),
        ..Default::default()
    };
    let some = accept(&["public.peek(integer, text)", "public.machine_view"]);
    assert_eq!(
        codes(&site, &["machine"], some, Weight::Refusal).await,
        ["open-table"]
    );
    let all = accept(&["public.peek", "public.machine_view", "public.journal"]);
    site.adopt_with(&["machine"], all).await?;
    // What was accepted once stays accepted.
    assert_eq!(
        codes(&site, &["part"], Options::default(), Weight::Refusal).await,
        [""; 0]
    );
    undo(&mut site.owner, "machine").await?;
    assert_same(&before, &site.dump()?);

    site.adopt_with(
        &["machine"],
        Options {
            close: true,
            ..Default::default()
        },
    )
    .await?;
    site.adopt(&["part"]).await?;
    let anna = site.person().await?;
    for sql in [
        "select peek(1, 'x')",
        "select * from machine_view",
        "select * from journal",
    ] {
        let refused = anna.try_run(sql).await.unwrap_err();
        assert!(refused.starts_with("42501"), "{refused}");
    }
    let reader = site.connect("plant_reader").await?;
    reader
        .batch_execute("select peek(1, 'x'); select * from machine_view; select * from journal")
        .await?;
    undo(&mut site.owner, "machine").await?;
    undo(&mut site.owner, "part").await?;
    // PUBLIC's rights come back at the end of each list: the order of grants means nothing.
    let sorted = |dump: String| {
        let mut lines: Vec<&str> = dump.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    assert_same(&sorted(before), &sorted(site.dump()?));
    Ok(())
}

#[tokio::test]
async fn rights_that_our_roles_had_come_back() -> Outcome {
    let mut site = Site::new().await?;
    let client = site.roles.client();
    site.owner
        .batch_execute(&format!(
            "grant select, delete on machine to {client}; grant update (name) on machine to {client} with grant option;
             grant usage on schema public to {client}"
        ))
        .await?;
    let before = site.dump()?;
    site.adopt(&["machine"]).await?;
    let refused = site.person().await?.try_run("delete from machine").await;
    assert_eq!(
        refused,
        Err("42501 permission denied for table machine".into())
    );
    undo(&mut site.owner, "machine").await?;
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn a_table_that_changed_since_the_plan_is_left_alone() -> Outcome {
    let mut site = Site::new().await?;
    let plan = site.plan_with(&["machine"], Options::default()).await?;
    site.owner
        .batch_execute("alter table machine add column late text")
        .await?;
    let before = site.dump()?;
    let said = adopt::apply(&mut site.owner, &plan).await;
    assert!(matches!(said, Err(AdoptError::Changed)), "{said:?}");
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn undo_names_what_depends_on_the_column() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine"]).await?;
    site.owner
        .batch_execute("create view counted as select rowhouse_version from machine")
        .await?;
    let said = undo(&mut site.owner, "machine").await;
    assert!(matches!(said, Err(AdoptError::Needed(_))), "{said:?}");
    assert_eq!(
        site.rows("select count(*) from rowhouse_private.adopted")
            .await?,
        ["1"]
    );
    Ok(())
}

#[tokio::test]
async fn inheritance_is_taken_whole_or_not_at_all() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute("alter table dog add primary key (id)")
        .await?;
    let bare = Options {
        no_column: true,
        ..Default::default()
    };
    let refusals = async |site: &Site, tables: &[&str], options: &Options| {
        codes(site, tables, options.clone(), Weight::Refusal).await
    };
    assert_eq!(refusals(&site, &["dog"], &bare).await, ["inheritance"]);
    let both = ["animal", "dog"];
    let column = refusals(&site, &both, &Options::default()).await;
    assert_eq!(column, ["inherited-column", "inherited-column"]);
    site.owner
        .batch_execute("insert into animal values (1, 'cat'); insert into dog values (1, 'rex')")
        .await?;
    assert_eq!(refusals(&site, &both, &bare).await, ["inheritance"]);
    site.owner.batch_execute("update dog set id = 2").await?;
    let before = site.dump()?;
    site.adopt_with(&both, bare).await?;
    let anna = site.person().await?;
    assert_eq!(
        anna.run("update animal set name = 'Rex' where id = 2 returning name")
            .await,
        ["Rex"]
    );
    let told = site
        .rows("select table_name, verb, record_key from rowhouse_trail.entry where kind = 'record'")
        .await?;
    assert_eq!(told, ["public.dog|update|{2}"]);
    for table in both {
        undo(&mut site.owner, table).await?;
    }
    assert_same(&before, &site.dump()?);
    Ok(())
}
