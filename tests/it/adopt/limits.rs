//! Tables that roles limit: partitions, tables written through their owner, tables adopted by an older
//! version, tables adopted after the role was made; and that undoing restores everything.

use rowhouse::db::adopt::{self, Options, undo};

use super::site::{Outcome, Site, assert_same};

/// Anna may do everything with rows whose column has the value, in every table that has the column.
fn only(column: &str, value: &str) -> String {
    format!(
        "insert into rowhouse_private.role (tenant_id, role_id, name) values (1, 50, 'some');
         update rowhouse_private.account_role set role_id = 50;
         insert into rowhouse_private.permission (tenant_id, role_id, verb, scope)
             select 1, 50, verb, '{{\"{column}\":[\"{value}\"]}}'
               from unnest(array['view', 'insert', 'update', 'delete']) verb"
    )
}

#[tokio::test]
async fn partitions_are_limited_as_their_root_is() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    site.owner.batch_execute(&only("id", "1")).await?;
    site.owner
        .batch_execute("insert into reading (id, day, value) values (1, '2024-02-01', 1), (2, '2024-02-01', 2)")
        .await?;
    site.adopt(&["reading"]).await?;
    let anna = site.person().await?;
    assert_eq!(anna.run("select id, value from reading").await, ["1|1"]);
    let moved = anna
        .run("update reading set day = '2024-09-01' where id = 1 returning day")
        .await;
    assert_eq!(moved, ["2024-09-01"]);
    let out = anna.try_run("update reading set id = 3 where id = 1").await;
    assert_eq!(
        out,
        Err(
            "RH403 This would move the record out of what your roles reach in reading: id is 1."
                .into()
        )
    );
    site.owner.batch_execute("truncate reading").await?;
    undo(&mut site.owner, "reading").await?;
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn what_is_written_through_the_owner_is_limited_too() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute("insert into ticket (title) values ('mine')")
        .await?;
    site.owner.batch_execute(&only("title", "mine")).await?;
    let through = Options {
        through: vec!["public.ticket".into()],
        ..Options::default()
    };
    site.adopt_with(&["ticket"], through).await?;
    let anna = site.person().await?;
    let write = |verb: &str, id: u8, title: &str| {
        format!(
            "select row_values from rowhouse.record_write('ticket'::regclass, '{verb}', array['{id}'], 1,
                 (select xmin::text from hidden where id = {id}), array['title'], array['{title}'], '{{}}', '{{}}')"
        )
    };
    // What she cannot read she may have guessed.
    site.owner
        .batch_execute(
            "create view hidden as select id, xmin from ticket; grant select on hidden to public",
        )
        .await?;
    let other = anna.try_run(&write("update", 1, "mine")).await;
    assert_eq!(
        other,
        Err("RH403 Your roles do not let you update this record of ticket: title is mine.".into())
    );
    let gone = anna
        .try_run(&write("delete", 1, "").replace("array['title'], array['']", "'{}', '{}'"))
        .await;
    assert_eq!(
        gone,
        Err("RH403 Your roles do not let you delete this record of ticket: title is mine.".into())
    );
    let out = anna.try_run(&write("update", 2, "theirs")).await;
    assert_eq!(
        out,
        Err("RH403 This would move the record out of what your roles reach in ticket: title is mine.".into())
    );
    assert_eq!(anna.run(&write("update", 2, "mine")).await, ["{}"]);
    Ok(())
}

#[tokio::test]
async fn an_older_adoption_is_brought_up_to_date_and_undone_exactly() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    site.adopt(&["machine", "part", "part_note"]).await?;
    let (client, owner) = (site.roles.client(), site.roles.owner());
    // As versions before made it.
    site.owner
        .batch_execute(&format!(
            "drop policy rowhouse_gate on machine;
             create policy rowhouse_gate on machine as restrictive for all to {client}, {owner}
                 using ((select rowhouse.may('machine'::regclass::oid, 'view'))) with check (true);
             update rowhouse_private.adopted set state = state - 'made' where table_name = 'machine'"
        ))
        .await?;
    rowhouse::db::install::check(&site.owner, &site.roles).await?;
    site.owner.batch_execute(&only("id", "2")).await?;
    let anna = site.person().await?;
    assert_eq!(
        anna.run("select id from machine").await,
        [""; 0],
        "nothing holds people to it yet"
    );
    let refreshed = adopt::refresh(&mut site.owner).await?;
    assert_eq!(refreshed.done, ["public.machine"]);
    assert_eq!(anna.run("select id from machine").await, ["2"]);
    assert_eq!(
        adopt::refresh(&mut site.owner).await?,
        adopt::Refreshed::default()
    );
    rowhouse::db::install::check(&site.owner, &site.roles).await?;
    let gate = site
        .rows("select polcmd from pg_policy where polname = 'rowhouse_gate' and polrelid = 'machine'::regclass")
        .await?;
    assert_eq!(gate, ["r"]);
    for table in ["machine", "part", "part_note"] {
        undo(&mut site.owner, table).await?;
    }
    assert_same(&before, &site.dump()?);
    Ok(())
}
