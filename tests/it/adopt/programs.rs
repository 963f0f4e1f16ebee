//! Other programs go on working on adopted tables: owners that dump and copy, roles granted later,
//! programs with versions of their own, partitions, tables changed after adoption.

use rowhouse::db::adopt::{Options, undo};

use super::site::{Outcome, Site, assert_same, rows};

#[tokio::test]
async fn an_owner_who_is_no_superuser_dumps_and_copies() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "do $$ begin create role plant_owner login; exception when duplicate_object then null; end $$;
             alter table machine owner to plant_owner; grant create on schema public to plant_owner",
        )
        .await?;
    site.adopt_with(
        &["machine"],
        Options {
            accept: vec!["create:public".into()],
            ..Default::default()
        },
    )
    .await?;
    let owner = site.connect("plant_owner").await?;
    owner
        .batch_execute(
            "create table saved as table machine; copy machine (name) from program 'true'",
        )
        .await
        .err();
    owner.batch_execute("set row_security = off").await?;
    assert_eq!(rows(&owner, "select count(*) from machine").await?, ["3"]);
    owner
        .batch_execute("update machine set name = 'by its owner' where id = 1")
        .await?;
    assert_eq!(site.trail().await?.len(), 1);
    let who = site
        .rows(
            "select db_user, account_id, username from rowhouse_trail.entry where kind = 'record'",
        )
        .await?;
    assert_eq!(who, ["plant_owner|-|-"]);
    Ok(())
}

#[tokio::test]
async fn a_role_granted_later_reads_and_writes() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "sale"]).await?;
    site.owner
        .batch_execute(
            "do $$ begin create role plant_late login; exception when duplicate_object then null; end $$;
             grant select, insert, update, delete on machine, sale to plant_late;
             grant usage on sequence machine_id_seq to plant_late",
        )
        .await?;
    let late = site.connect("plant_late").await?;
    late.batch_execute("insert into machine (name) values ('late'); update machine set price = 3; delete from machine where id = 2")
        .await?;
    assert_eq!(
        rows(&late, "select count(*), sum(rowhouse_version) from machine").await?,
        ["3|6"]
    );
    // The table that had row security keeps its own policy for others.
    late.batch_execute("set app.shop = 2").await?;
    assert_eq!(rows(&late, "select id from sale").await?, ["2"]);
    assert_eq!(site.trail().await?.len(), 6);
    Ok(())
}

#[tokio::test]
async fn a_program_counts_its_own_versions() -> Outcome {
    let mut site = Site::new().await?;
    let options = Options {
        version_column: Some("version".into()),
        ..Default::default()
    };
    site.adopt_with(&["work_order"], options).await?;
    site.owner
        .batch_execute(
            "update work_order set title = 'oil', version = version + 1 where id = 1 and version = 1;
             update work_order set title = 'wax' where id = 1;
             update work_order set title = 'dye' where id = 2;
             insert into work_order values (3, 'null', null), (4, 'zero', 0), (5, 'moved here', 9)",
        )
        .await?;
    let versions = site
        .rows("select id, version from work_order order by id")
        .await?;
    assert_eq!(versions, ["1|3", "2|1", "3|1", "4|1", "5|9"]);
    let anna = site.person().await?;
    let saved = anna
        .run("update work_order set title = 'fat' where id = 1 and version = 3 returning version")
        .await;
    assert_eq!(saved, ["4"]);
    let refused = anna
        .try_run("update work_order set version = 9 where id = 1")
        .await;
    assert_eq!(
        refused,
        Err("42501 permission denied for table work_order".into())
    );
    Ok(())
}

#[tokio::test]
async fn our_login_sets_no_version_even_where_public_may() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute("grant update, insert on machine to public")
        .await?;
    let plan = site.plan_with(&["machine"], Options::default()).await?;
    assert!(plan.is_refused());
    site.adopt_with(
        &["machine"],
        Options {
            accept: vec!["public:public.machine".into()],
            ..Default::default()
        },
    )
    .await?;
    let anna = site.person().await?;
    let refused = anna
        .try_run("update machine set rowhouse_version = 9 where id = 1")
        .await;
    assert_eq!(
        refused,
        Err(
            "RH403 rowhouse_version counts the versions of machine; nobody sets it by hand.".into()
        )
    );
    assert_eq!(
        anna.run("update machine set version = 9 where id = 1 returning version, rowhouse_version")
            .await,
        ["9|2"]
    );
    Ok(())
}

#[tokio::test]
async fn a_row_that_moves_between_partitions_is_one_change() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["reading_spring"]).await?;
    site.owner
        .batch_execute(
            "insert into reading (day, value, note) values ('2024-03-01', 1.10, 'moves'), ('2024-04-01', 2, 'stays');
             update reading set day = day + 150, value = value + 1 where note = 'moves';
             update reading set day = day + 1 where note = 'stays';
             delete from reading where note = 'moves'; insert into reading values (1, '2024-03-01', 5)",
        )
        .await?;
    assert_eq!(
        site.trail().await?[2..],
        [
            "update|{1,2024-03-01}|2|{day,value}|{\"day\": \"2024-03-01\", \"value\": \"1.10\"}|\
             {\"day\": \"2024-07-29\", \"value\": \"2.10\"}",
            "update|{2,2024-04-01}|2|{day}|{\"day\": \"2024-04-01\"}|{\"day\": \"2024-04-02\"}",
            "delete|{1,2024-07-29}|2|-|{\"id\": \"1\", \"day\": \"2024-07-29\", \"note\": \"moves\", \"value\": \"2.10\"}|-",
            "insert|{1,2024-03-01}|1|-|-|{\"id\": \"1\", \"day\": \"2024-03-01\", \"note\": null, \"value\": \"5\"}",
        ]
    );
    let anna = site.person().await?;
    assert_eq!(
        anna.run("update reading set day = '2024-08-01' where id = 1 and rowhouse_version = 1 returning rowhouse_version").await,
        ["2"]
    );
    assert_eq!(
        site.rows("select count(*) from rowhouse_trail.moving")
            .await?,
        ["0"]
    );
    assert_eq!(site.trail().await?.len(), 7);
    Ok(())
}

#[tokio::test]
async fn truncating_partitions_is_one_change_each_time() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["reading", "numbered"]).await?;
    site.owner.batch_execute("truncate reading").await?;
    site.owner.batch_execute("truncate reading_spring").await?;
    site.owner.batch_execute("truncate numbered").await?;
    let told = site
        .rows("select verb, table_name from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(
        told,
        [
            "truncate|public.reading",
            "truncate|public.reading",
            "truncate|public.numbered"
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_table_changed_after_adoption_goes_on_working() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["numbered"]).await?;
    let other = site.connect("postgres").await?;
    other
        .batch_execute("update numbered set t = 'warm' where n = 1.50")
        .await?;
    let steps = [
        "alter table numbered add column extra numeric default 2.50",
        "alter table numbered rename column t to title",
        "alter table numbered drop column title",
        "alter table numbered alter column extra type text using extra::text || 'x'",
        "alter table numbered rename column n to number",
    ];
    for (count, step) in steps.iter().enumerate() {
        site.owner.batch_execute(step).await?;
        // A session with cached plans, and a fresh one.
        let key = if count == 4 { "number" } else { "n" };
        let set = if count == 1 { "title" } else { "extra" };
        other
            .batch_execute(&format!(
                "update numbered set {set} = '{count}' where {key} = 1.50"
            ))
            .await?;
        let fresh = site.connect("postgres").await?;
        fresh
            .batch_execute(&format!(
                "update numbered set {set} = '{count}9' where {key} = 1.50"
            ))
            .await?;
    }
    let told = site
        .rows("select record_key, new_values from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(
        told,
        [
            "{1.50}|{\"t\": \"warm\"}",
            "{1.50}|{\"extra\": \"0\"}",
            "{1.50}|{\"extra\": \"9\"}",
            "{1.50}|{\"title\": \"1\"}",
            "{1.50}|{\"title\": \"19\"}",
            "{1.50}|{\"extra\": \"2\"}",
            "{1.50}|{\"extra\": \"29\"}",
            "{1.50}|{\"extra\": \"3\"}",
            "{1.50}|{\"extra\": \"39\"}",
            "-|{\"extra\": \"4\"}",
            "-|{\"extra\": \"49\"}",
        ]
    );
    assert_eq!(
        site.rows("select rowhouse_version from numbered where number = 1.50")
            .await?,
        ["12"]
    );
    Ok(())
}

#[tokio::test]
async fn adopting_again_takes_in_new_columns_and_undo_still_restores() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute("alter table numbered add column extra text")
        .await?;
    let before = site.dump()?;
    site.owner
        .batch_execute("alter table numbered drop column extra")
        .await?;
    site.adopt(&["numbered"]).await?;
    site.owner
        .batch_execute("alter table numbered add column extra text")
        .await?;
    let anna = site.person().await?;
    let denied = anna.try_run("update numbered set extra = 'x'").await;
    assert_eq!(
        denied,
        Err("42501 permission denied for table numbered".into())
    );
    let plan = site.adopt(&["numbered"]).await?;
    assert!(plan.tables[0].again);
    anna.run("update numbered set extra = 'x' where n = 1.5")
        .await;
    undo(&mut site.owner, "numbered").await?;
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn without_a_column_everything_else_is_the_same() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    site.adopt_with(
        &["machine"],
        Options {
            no_column: true,
            ..Default::default()
        },
    )
    .await?;
    site.owner
        .batch_execute("insert into machine (name) values ('by position')")
        .await?;
    let anna = site.person().await?;
    let xmin = anna
        .run("select xmin from machine where id = 2")
        .await
        .remove(0);
    let save = format!(
        "update machine set name = 'new' where id = 2 and xmin::text = '{xmin}' returning name"
    );
    assert_eq!(anna.run(&save).await, ["new"]);
    assert_eq!(anna.run(&save).await, [""; 0]);
    let remove = |xmin: &str| {
        format!("select rowhouse.record_delete('machine'::regclass, array['4'], null, '{xmin}')")
    };
    assert!(
        anna.try_run(&remove("1"))
            .await
            .is_err_and(|said| said.contains("is not adopted"))
    );
    site.adopt_with(
        &["part", "part_note"],
        Options {
            no_column: true,
            ..Default::default()
        },
    )
    .await?;
    assert_eq!(anna.run(&remove("1")).await, ["0"]);
    let xmin = anna
        .run("select xmin from machine where id = 4")
        .await
        .remove(0);
    assert_eq!(anna.run(&remove(&xmin)).await, ["1"]);
    let verbs = site
        .rows("select verb, version from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(verbs, ["insert|-", "update|-", "delete|-"]);
    for table in ["machine", "part", "part_note"] {
        undo(&mut site.owner, table).await?;
    }
    assert_same(&before, &site.dump()?);
    Ok(())
}
