//! The command line at the door: accounts of an older program, unlocking, what passwords cost, how
//! long sessions live.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// A database of its own with the layer in it and an older program's users.
async fn site() -> Outcome<(TestCluster, Endpoint)> {
    let (cluster, superuser, endpoint) = owned().await?;
    answer(&rowhouse(
        &endpoint,
        &["--json", "init", "--manager", "marta"],
    )?)?;
    let owner = admin::connect(&superuser).await?;
    owner
        .batch_execute(
            "create table users (login text, full_name text, secret text);
             insert into users values ('opal', 'Opal Ray', encode(sha256('emerald city'), 'hex')),
                 ('quin', null, 'letmein'), ('marta', null, encode(sha256('x'), 'hex'));
             grant select on users to owner",
        )
        .await?;
    Ok((cluster, endpoint))
}

const IMPORT: [&str; 9] = [
    "account",
    "import",
    "--from",
    "users",
    "--name-column",
    "login",
    "--hash-column",
    "secret",
    "--display-column=full_name",
];

#[tokio::test]
async fn an_older_programs_accounts_are_taken_over_with_codes_shown_once() -> Outcome {
    let (_cluster, endpoint) = site().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("codes");
    let path = file.to_string_lossy().into_owned();
    let mut with_file = IMPORT.to_vec();
    with_file.extend(["--codes", &path]);

    let wrong = rowhouse(
        &endpoint,
        &[&IMPORT[..3], &["nowhere"], &IMPORT[4..]].concat(),
    )?;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8(wrong.stderr)?.contains("nowhere"));

    let done = rowhouse(&endpoint, &with_file)?;
    let (said, told) = (
        String::from_utf8(done.stdout)?,
        String::from_utf8(done.stderr)?,
    );
    assert!(done.status.success(), "{told}");
    assert!(
        said.contains("left out: marta: there is an account of this name already"),
        "{said}"
    );
    assert!(
        said.contains("left out: quin: no SHA-256 in hexadecimal"),
        "{said}"
    );
    assert!(!said.contains("letmein"), "{said}");
    assert!(
        told.contains("1 accounts were taken over") && told.contains("14 days"),
        "{told}"
    );
    let codes = std::fs::read_to_string(&file)?;
    assert!(
        codes.starts_with("opal\t") && codes.trim().len() == 5 + 19,
        "{codes}"
    );
    assert_eq!(
        std::fs::metadata(&file)?.permissions().mode() & 0o777,
        0o600
    );
    assert!(
        !said.contains(codes[5..].trim()),
        "they are in the file alone"
    );

    // Never over a file that is there, and nobody twice.
    let again = rowhouse(&endpoint, &with_file)?;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr)?.contains("cannot be made"));
    let again = rowhouse(&endpoint, &[&["--json"], &IMPORT[..]].concat())?;
    assert_eq!(again.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&again.stdout)?;
    assert_eq!(told["accounts"], serde_json::json!([]));
    assert_eq!(told["left_out"][1]["username"], "opal");
    let listed = answer(&rowhouse(&endpoint, &["--json", "account", "list"])?)?;
    assert_eq!(
        (&listed[1]["username"], &listed[1]["display_name"]),
        (&"opal".into(), &"Opal Ray".into())
    );
    assert_eq!(listed[1]["state"], "code");
    Ok(())
}

#[tokio::test]
async fn limits_are_read_set_and_kept_within_bounds() -> Outcome {
    let (_cluster, endpoint) = site().await?;
    let limits = ["--json", "session", "limits"];
    let now = answer(&rowhouse(&endpoint, &limits)?)?;
    assert_eq!(
        now,
        serde_json::json!({ "idle_s": 900, "absolute_s": 43200, "away_s": 90 })
    );
    let set = ["--idle", "30m", "--absolute", "8h", "--away", "2m"];
    let now = answer(&rowhouse(&endpoint, &[&limits[..], &set].concat())?)?;
    assert_eq!(
        now,
        serde_json::json!({ "idle_s": 1800, "absolute_s": 28800, "away_s": 120 })
    );
    let said = String::from_utf8(rowhouse(&endpoint, &["session", "limits"])?.stdout)?;
    assert!(said.contains("30m without a key and after 8h"), "{said}");
    for (wrong, why) in [
        (["--idle", "9h"], "longer than it may last"),
        (["--idle", "10s"], "2 minutes to 12 hours"),
        (["--absolute", "30d"], "15 minutes to 7 days"),
        (["--away", "1s"], "1 to 15 minutes"),
    ] {
        let refused = rowhouse(&endpoint, &[&limits[..], &wrong].concat())?;
        let told = String::from_utf8(refused.stderr)?;
        assert!(
            told.contains(why) || refused.status.code() == Some(2),
            "{wrong:?}: {told}"
        );
        assert_ne!(refused.status.code(), Some(0), "{wrong:?}");
    }
    let cost = ["--json", "account", "cost"];
    let now = answer(&rowhouse(
        &endpoint,
        &[&cost[..], &["--memory", "65536"]].concat(),
    )?)?;
    assert_eq!(
        now,
        serde_json::json!({ "memory": 65536, "passes": 2, "lanes": 1 })
    );
    let refused = rowhouse(&endpoint, &[&cost[..], &["--memory", "64"]].concat())?;
    assert_eq!(refused.status.code(), Some(1));
    Ok(())
}

#[tokio::test]
async fn an_account_that_waits_is_unlocked() -> Outcome {
    let (_cluster, endpoint) = site().await?;
    let login = endpoint.with_user("rowhouse_client");
    let login = admin::connect(&login).await?;
    for _ in 0..5 {
        let tried = crate::attacks::sign_in(&login, "marta", &"wrong words".into()).await?;
        if tried.status == "wait" {
            break;
        }
    }
    let unlock = ["--json", "account", "unlock", "Marta"];
    assert_eq!(answer(&rowhouse(&endpoint, &unlock)?)?["was_locked"], true);
    assert_eq!(answer(&rowhouse(&endpoint, &unlock)?)?["was_locked"], false);
    let tried = crate::attacks::sign_in(&login, "marta", &"wrong words".into()).await?;
    assert_eq!(tried.status, "refused");
    let nobody = rowhouse(&endpoint, &["account", "unlock", "nobody"])?;
    assert!(String::from_utf8(nobody.stderr)?.contains("no account nobody"));
    Ok(())
}
