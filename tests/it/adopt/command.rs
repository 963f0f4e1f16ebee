//! `rowhouse adopt` from the outside: the plan it shows, its answers for machines, its exit codes.

use std::process::{Command, Output};

use serde_json::Value;

use super::site::{Outcome, Site, assert_same};

fn rowhouse(site: &Site, arguments: &[&str]) -> Result<Output, std::io::Error> {
    Command::new(env!("CARGO_BIN_EXE_rowhouse"))
        .args(["--config", "/dev/null", "--url", &site.url(), "adopt"])
        .args(arguments)
        .env_remove("ROWHOUSE_PROFILE")
        .output()
}

#[tokio::test]
async fn adopts_and_undoes_for_machines() -> Outcome {
    let site = Site::new().await?;
    let before = site.dump()?;
    let done = rowhouse(&site, &["machine", "ticket", "--yes", "--json"])?;
    assert!(done.status.success(), "{done:?}");
    let told: Value = serde_json::from_slice(&done.stdout)?;
    assert_eq!(told["adopted"], true);
    assert_eq!(told["plan"]["tables"][0]["key"][0], "id");
    assert_eq!(told["tried"][1]["code"], "client-fails");
    let adopted = site
        .rows("select table_name from rowhouse_private.adopted order by 1")
        .await?;
    assert_eq!(adopted, ["machine", "ticket"]);
    for table in ["machine", "public.ticket"] {
        let done = rowhouse(&site, &["--undo", table])?;
        assert!(done.status.success(), "{done:?}");
    }
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn shows_the_plan_and_keeps_its_hands_off() -> Outcome {
    let site = Site::new().await?;
    let before = site.dump()?;
    let shown = rowhouse(&site, &["machine", "--plan"])?;
    assert!(shown.status.success(), "{shown:?}");
    let text = String::from_utf8(shown.stdout)?;
    assert!(
        text.contains("alter table public.machine enable row level security;"),
        "{text}"
    );
    assert!(
        text.contains("public.machine  key (id)  versions in rowhouse_version"),
        "{text}"
    );
    for (arguments, code) in [
        (&["machine"] as &[&str], 2),
        (&["no_such_table", "--yes"], 2),
        (&["nameless", "--yes"], 1),
        (&["--undo", "machine"], 1),
        (&[], 2),
    ] {
        let said = rowhouse(&site, arguments)?;
        assert_eq!(said.status.code(), Some(code), "{arguments:?} {said:?}");
    }
    let said = rowhouse(&site, &["machine", "nameless", "--plan"])?;
    let text = String::from_utf8(said.stderr)?;
    assert!(
        text.contains("nothing was changed; cannot be adopted: public.nameless"),
        "{text}"
    );
    assert_same(&before, &site.dump()?);
    Ok(())
}

#[tokio::test]
async fn hard_locks_are_set_removed_and_undone_with_the_adoption() -> Outcome {
    let site = Site::new().await?;
    let before = site.dump()?;
    let refused = rowhouse(&site, &["--hard-locks", "on", "machine", "--yes"])?;
    assert_eq!(refused.status.code(), Some(1), "not adopted: {refused:?}");
    assert!(rowhouse(&site, &["machine", "--yes"])?.status.success());
    let adopted = site.dump()?;
    let shown = rowhouse(&site, &["--hard-locks", "on", "machine", "--plan"])?;
    let text = String::from_utf8(shown.stdout)?;
    assert!(
        text.contains("create trigger \"!rowhouse_claim\" before update or delete"),
        "{text}"
    );
    assert_same(&adopted, &site.dump()?);
    let set = rowhouse(&site, &["--hard-locks", "on", "machine", "--yes", "--json"])?;
    let told: Value = serde_json::from_slice(&set.stdout)?;
    assert_eq!(
        (&told["hard_locks"], &told["done"]),
        (&true.into(), &true.into())
    );
    let again = rowhouse(&site, &["machine", "--plan"])?;
    let text = String::from_utf8(again.stdout)?;
    assert!(text.contains("brought up to date; hard locks on"), "{text}");
    assert!(
        rowhouse(&site, &["machine", "--yes"])?.status.success(),
        "adopted again"
    );
    let triggers = "select tgname::text from pg_trigger where tgname = '!rowhouse_claim'";
    assert_eq!(site.rows(triggers).await?.len(), 1);
    assert!(
        rowhouse(&site, &["--hard-locks", "off", "machine", "--yes"])?
            .status
            .success()
    );
    assert!(site.rows(triggers).await?.is_empty());
    assert!(
        rowhouse(&site, &["--hard-locks", "on", "machine", "--yes"])?
            .status
            .success()
    );
    assert!(rowhouse(&site, &["--undo", "machine"])?.status.success());
    assert_same(&before, &site.dump()?);
    let wrong = rowhouse(&site, &["--hard-locks", "perhaps", "machine"])?;
    assert_eq!(wrong.status.code(), Some(2));
    Ok(())
}

/// Indexes are offered with what they take, built when asked, and not offered again.
#[tokio::test]
async fn offers_indexes_and_builds_them() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "create type grade as enum ('a', 'b');
             create table stock (id int primary key, label text, code varchar(9), price numeric, grade grade, at date);
             insert into stock select n, 'label ' || n, 'c' || n, n, 'a', now() from generate_series(1, 300) n;
             analyze stock",
        )
        .await?;
    let refused = rowhouse(&site, &["stock", "--indexes", "--plan"])?;
    assert_eq!(
        refused.status.code(),
        Some(1),
        "not adopted yet: {refused:?}"
    );
    assert!(rowhouse(&site, &["stock", "--yes"])?.status.success());
    let shown = rowhouse(&site, &["stock", "--indexes", "--plan"])?;
    let text = String::from_utf8(shown.stdout)?;
    for part in [
        "sorting by price",
        "sorting by grade",
        "sorting by at",
        "about 1 s",
        "under 1 MB",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("sorting by id"), "it has one: {text}");
    let made = "select count(*) from pg_index where indrelid = 'stock'::regclass and indisvalid";
    assert_eq!(site.rows(made).await?, ["1"], "only shown");
    let asked = rowhouse(&site, &["stock", "--indexes"])?;
    assert_eq!(asked.status.code(), Some(2), "nobody to ask: {asked:?}");
    let built = rowhouse(&site, &["stock", "--indexes", "--yes", "--json"])?;
    assert!(built.status.success(), "{built:?}");
    let told: Value = serde_json::from_slice(&built.stdout)?;
    let offered = told["offers"][0]["indexes"].as_array().map_or(0, Vec::len);
    let words = told["offers"][0]["words"] == true;
    assert_eq!(offered, if words { 6 } else { 3 }, "{told}");
    assert_eq!(site.rows(made).await?, [(offered + 1).to_string()]);
    let again = rowhouse(&site, &["stock", "--indexes", "--yes"])?;
    let text = String::from_utf8(again.stdout)?;
    assert!(text.contains("has all the indexes"), "{text}");
    Ok(())
}
