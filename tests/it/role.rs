//! `rowhouse role` and `rowhouse account` from the outside: what they make, show, refuse and take back.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::adopt::site::{Outcome, Site};

fn rowhouse(site: &Site, arguments: &[&str]) -> Result<Output, std::io::Error> {
    Command::new(env!("CARGO_BIN_EXE_rowhouse"))
        .args(["--config", "/dev/null", "--url", &site.url()])
        .args(arguments)
        .env_remove("ROWHOUSE_PROFILE")
        .output()
}

/// Runs a command that must go well; its answer as JSON.
fn told(site: &Site, arguments: &str) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let mut all = vec!["--json"];
    all.extend(arguments.split_whitespace());
    let done = rowhouse(site, &all)?;
    assert!(done.status.success(), "{arguments}: {done:?}");
    Ok(serde_json::from_slice(&done.stdout)?)
}

/// Runs a command that must not go well: its exit code and what it said.
fn refused(site: &Site, arguments: &str) -> Result<(Option<i32>, String), std::io::Error> {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let done = rowhouse(site, &arguments)?;
    Ok((
        done.status.code(),
        String::from_utf8_lossy(&done.stderr).into_owned(),
    ))
}

#[tokio::test]
async fn a_role_is_made_shown_changed_and_removed() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "part"]).await?;
    told(
        &site,
        "role add inspector --describe checks --view part,machine --may see-sessions",
    )?;
    let shown = told(
        &site,
        "role edit inspector --view machine --update machine:name,price --where id=02,1",
    )?;
    assert_eq!(
        shown["permissions"],
        json!([
            {"table": "machine", "verb": "view", "columns": null, "where": {"id": ["2", "1"]}, "held": true},
            {"table": "machine", "verb": "update", "columns": ["name", "price"],
             "where": {"id": ["2", "1"]}, "held": true},
            {"table": "part", "verb": "view", "columns": null, "where": null, "held": true},
        ])
    );
    assert_eq!(shown["abilities"], json!(["see sessions"]));
    told(&site, "role edit inspector --also --update machine:mood")?;
    told(&site, "account edit anna --role inspector --display Ann")?;
    let anna = site.person().await?;
    assert_eq!(
        anna.run("select id from machine order by id").await,
        ["1", "2"]
    );
    anna.run("update machine set name = 'x', mood = 'schön' where id = 1")
        .await;
    assert_eq!(
        anna.try_run("update machine set version = 1 where id = 1")
            .await,
        Err("RH403 Your roles do not let you change version in machine.".into())
    );
    let plain = rowhouse(&site, &["role", "show", "inspector"])?;
    let plain = String::from_utf8(plain.stdout)?;
    assert!(
        plain.contains("machine  update  name, price  id is 2 or 1"),
        "{plain}"
    );
    let list = told(&site, "role list")?;
    assert_eq!(list[2]["people"], json!(["anna"]));
    let names = "select display_name from rowhouse_private.account";
    assert_eq!(site.rows(names).await?, ["Ann"]);
    // Taking the limits back takes the policies back.
    told(
        &site,
        "role edit inspector --view machine --update machine --may-not see-sessions --rename checker",
    )?;
    assert_eq!(anna.run("select count(*) from machine").await, ["3"]);
    let left = site
        .rows(
            "select polname from pg_policy where polname ~ 'rowhouse_scope' union all
               select tgname from pg_trigger where tgname = '!rowhouse_rights'",
        )
        .await?;
    assert_eq!(left, [""; 0]);
    told(
        &site,
        "role edit checker --revoke all:machine --revoke view:part",
    )?;
    assert_eq!(told(&site, "role show checker")?["permissions"], json!([]));
    let (code, said) = refused(&site, "role remove checker")?;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("The role checker is given to anna; give them another first."),
        "{said}"
    );
    told(&site, "account edit anna --role technician")?;
    told(&site, "role remove checker")?;
    assert!(
        told(&site, "role list")?
            .as_array()
            .is_some_and(|all| all.len() == 2)
    );
    Ok(())
}

#[tokio::test]
async fn presets_and_defaults_hold_for_tables_adopted_later() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine"]).await?;
    let presets = told(&site, "role presets")?;
    for preset in presets.as_array().into_iter().flatten() {
        let name = preset["name"].as_str().unwrap_or_default();
        let tables = match preset["on_tables"].as_array() {
            Some(verbs) if !verbs.is_empty() => "--tables machine",
            _ => "",
        };
        let made = told(&site, &format!("role add {name} --preset {name} {tables}"))?;
        assert_eq!(made["abilities"], preset["abilities"], "{name}");
    }
    told(&site, "account edit anna --role cashier")?;
    site.adopt(&["part"]).await?;
    let anna = site.person().await?;
    assert_eq!(anna.run("select count(*) from part").await, ["3"]);
    anna.run("insert into machine (name) values ('sold')").await;
    assert_eq!(
        anna.run("update machine set name = 'x' returning id").await,
        [""; 0]
    );
    assert!(
        anna.try_run("insert into part (machine_id, code) values (1, 'Z')")
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn rows_are_chosen_by_whole_values_of_columns_with_a_length() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "create table hall (id integer primary key, code char(3), bits bit(4));
             insert into hall values (1, 'abc', b'1010'), (2, 'a', b'1000');",
        )
        .await?;
    site.adopt(&["hall"]).await?;
    let of_code = "role add keeper --view hall --where code=abc";
    let shown = told(&site, of_code)?;
    assert_eq!(shown["permissions"][0]["where"], json!({"code": ["abc"]}));
    told(&site, "account edit anna --role keeper")?;
    let anna = site.person().await?;
    assert_eq!(anna.run("select id from hall").await, ["1"]);
    told(&site, "role edit keeper --view hall --where bits=1010")?;
    assert_eq!(anna.run("select id from hall").await, ["1"]);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_sentence() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "part"]).await?;
    for (arguments, code, sentence) in [
        (
            "role add x --view machine:name",
            2,
            "reading cannot be limited to columns",
        ),
        ("role add x --view machine --where id", 2, "an equals sign"),
        (
            "role add x --view machine --where id=1 --where id=2",
            2,
            "--where names id twice",
        ),
        (
            "role add x --preset cashier",
            2,
            "cashier asks for --tables",
        ),
        ("role add x --preset king", 2, "there is no preset king"),
        ("role add x --may fly", 2, "fly is no ability"),
        (
            "role edit technician --view all",
            1,
            "The role technician is built in",
        ),
        ("role edit x --view all", 1, "There is no role x"),
        (
            "role add technician",
            1,
            "There is a role technician already",
        ),
        ("role add x --view nowhere", 1, "there is no table nowhere"),
        ("role add x --view sale", 1, "sale is not adopted"),
        (
            "role add x --update machine:color",
            1,
            "there is no column color in machine",
        ),
        (
            "role add x --view part,machine --where id=1",
            1,
            "there is no column id in part",
        ),
        (
            "role add x --view machine --where id=north",
            1,
            "\"north\" is no value of id",
        ),
        (
            "role add x --view machine --where mood=sad",
            1,
            "\"sad\" is no value of mood",
        ),
        (
            "role edit technician --revoke machine",
            2,
            "a verb, a colon and a table",
        ),
        (
            "account edit nobody --role technician",
            1,
            "There is no account nobody",
        ),
        ("account edit anna", 2, "nothing to change"),
    ] {
        let (found, said) = refused(&site, arguments)?;
        assert!(
            found == Some(code) && said.contains(sentence),
            "{arguments}: {found:?} {said}"
        );
    }
    assert!(
        told(&site, "role list")?
            .as_array()
            .is_some_and(|all| all.len() == 2),
        "nothing was kept"
    );
    let gone = told(&site, "account deactivate anna")?;
    assert_eq!(
        gone,
        json!({"username": "anna", "active": false, "changed": true})
    );
    let anna = site.person().await?;
    assert_eq!(
        anna.try_run("select 1").await,
        Err("RH401 This session was ended.".into())
    );
    told(&site, "account activate anna")?;
    Ok(())
}
