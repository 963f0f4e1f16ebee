//! Rules that hold for everything that is installed, found through the catalog: what policies call, whose time
//! is read, and that every assert can fail.

use rowhouse::db::install;
use rowhouse::embedded::cluster::TestCluster;

use super::plant::{Outcome, Plant, Seat};
use super::tenants::split;

/// Everything that a policy of an adopted table calls is asked once a statement, whatever workers there are.
#[tokio::test]
async fn what_policies_call_is_stable_and_safe_for_workers() -> Outcome {
    let mut plant = Plant::open().await?;
    split(&mut plant).await?;
    let called = "select count(*) from pg_depend d join pg_proc p on p.oid = d.refobjid
        where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass
          and p.pronamespace = 'rowhouse'::regnamespace";
    assert!(plant.count(called).await? > 20);
    let loose = format!(
        "{called} and not (p.provolatile = 's' and p.proparallel = 's' and p.prosecdef
            and 'search_path=pg_catalog, pg_temp' = any (p.proconfig))"
    );
    assert_eq!(plant.count(&loose).await?, 0);
    Ok(())
}

/// The clock is set in one place, so that tests and the database agree about the time.
#[tokio::test]
async fn time_is_read_in_one_place_alone() -> Outcome {
    let plant = Plant::open().await?;
    let read = r"'(?<![_.[:alnum:]])(clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|now)\(\)|\m(current_timestamp|current_date|current_time|localtimestamp|localtime)\M'";
    let ours = "n.nspname in ('rowhouse', 'rowhouse_private', 'rowhouse_trail')";
    // What a default may be is a pattern with these words in it.
    let functions = format!(
        "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where {ours} and p.oid <> 'rowhouse_private.now()'::regprocedure
            and p.proname not in ('changed_sql', 'keep_defaults')
            and regexp_replace(p.prosrc, '--[^\\n]*', '', 'g') ~* {read}"
    );
    assert_eq!(plant.count(&functions).await?, 0);
    let defaults = format!(
        "select count(*) from pg_attrdef d join pg_class c on c.oid = d.adrelid
           join pg_namespace n on n.oid = c.relnamespace
          where {ours} and pg_get_expr(d.adbin, d.adrelid) ~* {read}"
    );
    assert_eq!(plant.count(&defaults).await?, 0);
    let made = "create function rowhouse_private.late() returns timestamptz language sql
        as 'select now()'";
    plant.owner.batch_execute(made).await?;
    assert_eq!(plant.count(&functions).await?, 1);
    Ok(())
}

/// The asserts about roles can fail, too; on a server of their own, because roles belong to all of it.
#[tokio::test]
async fn the_asserts_notice_a_login_that_became_more() -> Outcome {
    let cluster = TestCluster::own()?;
    let plant = Plant::on(&cluster).await?;
    let (client, owner) = (plant.roles.client(), plant.roles.owner());
    install::check(&plant.owner, &plant.roles).await?;
    for (loosen, mend, said) in [
        (
            "alter role CLIENT createdb",
            "alter role CLIENT nocreatedb",
            "attribute createdb",
        ),
        (
            "alter role CLIENT createrole",
            "alter role CLIENT nocreaterole",
            "attribute createrole",
        ),
        (
            "alter role CLIENT inherit",
            "alter role CLIENT noinherit",
            "attribute inherit",
        ),
        (
            "alter role CLIENT bypassrls",
            "alter role CLIENT nobypassrls",
            "attribute bypassrls",
        ),
        (
            "alter role CLIENT replication",
            "alter role CLIENT noreplication",
            "attribute replication",
        ),
        (
            "alter role CLIENT superuser",
            "alter role CLIENT nosuperuser",
            "attribute superuser",
        ),
        (
            "grant OWNER to CLIENT",
            "revoke OWNER from CLIENT",
            "is a member of",
        ),
        (
            "alter role OWNER login",
            "alter role OWNER nologin",
            "may sign in or is mighty",
        ),
        (
            "alter role OWNER bypassrls",
            "alter role OWNER nobypassrls",
            "may sign in or is mighty",
        ),
        (
            "create table theirs (id int); alter table theirs owner to CLIENT",
            "drop table theirs",
            "the shared login owns",
        ),
        (
            "grant execute on function rowhouse_private.count_rights() to CLIENT",
            "revoke execute on function rowhouse_private.count_rights() from CLIENT",
            "the shared login may execute",
        ),
    ] {
        let fill = |sql: &str| sql.replace("CLIENT", &client).replace("OWNER", &owner);
        plant.owner.batch_execute(&fill(loosen)).await?;
        let told = install::check(&plant.owner, &plant.roles).await;
        let told = told
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(told.contains(said), "{loosen}: {told:?}");
        plant.owner.batch_execute(&fill(mend)).await?;
    }
    install::check(&plant.owner, &plant.roles).await?;
    Ok(())
}

/// A number that looks drawn by chance, the same every time.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        of[usize::try_from(self.0 >> 33).unwrap_or(0) % of.len()]
    }

    /// Some question about cranes and yards that gives the sites it comes by.
    fn question(&mut self) -> String {
        let condition = |dice: &mut Self| {
            dice.pick(&[
                "true",
                "c.site = 8",
                "c.site = 7",
                "c.site <> 7",
                "c.id > 3",
                "c.id % 2 = 1",
                "c.site is not null",
                "exists (select from yard y where y.site = c.site)",
                "c.id in (select x.id from crane x where x.site = 8)",
                "c.site = (select max(site) from crane)",
                "not exists (select from crane x where x.id > c.id)",
            ])
            .to_owned()
        };
        let link = self.pick(&["and", "or", "and not"]);
        let filter = format!("{} {link} {}", condition(self), condition(self));
        let from = self.pick(&[
            "crane c",
            "(select * from crane) c",
            "crane c join yard y on y.site = c.site",
            "yard y right join crane c on true",
            "crane c cross join lateral (select 1 from crane z limit 1) l",
            "(table crane) c",
            "(select * from crane union all select * from crane) c",
        ]);
        let tail = self.pick(&[
            "",
            "order by c.id",
            "order by c.site desc limit 5",
            "limit 3 offset 2",
        ]);
        let what = self.pick(&[
            "select c.site",
            "select distinct on (c.id) c.site",
            "select max(c.site) over ()",
        ]);
        let tail = if what.contains("distinct") { "" } else { tail };
        format!("{what} from {from} where {filter} {tail}")
    }
}

async fn sites(seat: &Seat, question: &str) -> Outcome<Vec<i32>> {
    let rows = seat
        .run(question)
        .await
        .map_err(|error| format!("{question}: {error:?}"))?;
    Ok(rows.iter().filter_map(|row| row.get(0)).collect())
}

/// Whatever two tenants ask, neither is shown a row of the other's.
#[tokio::test]
async fn no_question_shows_a_row_of_another_tenant() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    let mut dice = Dice(20_261_126);
    let mut seen = [0, 0];
    for _ in 0..120 {
        let question = dice.question();
        for (place, (seat, site)) in [(&theo, 7), (&nora, 8)].into_iter().enumerate() {
            let told = sites(seat, &question).await?;
            assert!(told.iter().all(|one| *one == site), "{question}: {told:?}");
            seen[place] += told.len();
        }
    }
    assert!(seen.iter().all(|rows| *rows > 200), "{seen:?}");
    Ok(())
}
