//! Files that hold secrets: rights and owners, the password file, the password command.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::ExposeSecret;

use crate::config::{password, pgpass, read};
use crate::domain::connection::{ConnectionSettings, PasswordSource};

fn put(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("rights");
}

fn settings() -> ConnectionSettings {
    ConnectionSettings {
        host: "db.example.org".into(),
        database: "plant".into(),
        user: "anna".into(),
        ..ConnectionSettings::default()
    }
}

#[test]
fn a_password_in_a_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    let with = "[profiles.p]\npassword = \"rosebud\"\n";
    for mode in [0o640, 0o604, 0o620, 0o666] {
        put(&path, with, mode);
        let fault = read::file(&path).expect_err("refused").to_string();
        assert!(
            fault.contains("others can read it") && fault.contains("chmod 600"),
            "{fault}"
        );
        assert!(!fault.contains("rosebud"));
    }
    put(&path, with, 0o600);
    read::file(&path).expect("its owner alone");
    put(&path, "[profiles.p]\nserver = \"x\"\n", 0o644);
    read::file(&path).expect("no password in it");
    fs::remove_file(&path).expect("removed");
    assert!(read::file(&path).expect("says nothing").profiles.is_empty());
}

#[test]
fn the_password_file_is_read_as_postgresql_does() {
    let line = |text: &str, settings: &ConnectionSettings| {
        pgpass::line_for(text, settings).map(|found| found.expose_secret().to_owned())
    };
    let text = "# a comment\nother:5432:plant:anna:no\ndb.example.org:*:plant:anna:a\\:b\\\\c\n*:*:*:*:last\n";
    assert_eq!(line(text, &settings()).as_deref(), Some("a:b\\c"));
    let bo = ConnectionSettings {
        user: "bo".into(),
        ..settings()
    };
    assert_eq!(line(text, &bo).as_deref(), Some("last"));
    let socket = ConnectionSettings {
        host: "/run/postgresql".into(),
        ..settings()
    };
    assert_eq!(
        line("localhost:5432:*:*:here\n", &socket).as_deref(),
        Some("here")
    );
    assert_eq!(line("too:few:fields\n", &settings()), None);
}

#[test]
fn a_password_file_that_others_can_read_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pass");
    let shown = path.display().to_string();
    let environment = |name: &str| (name == "PGPASSFILE").then(|| shown.clone());
    assert!(
        password::find(&settings(), &environment).is_err(),
        "it was named and is not there"
    );
    put(&path, "*:*:*:*:rosebud\n", 0o644);
    let fault = password::find(&settings(), &environment)
        .expect_err("refused")
        .to_string();
    assert!(
        fault.contains("is not used") && !fault.contains("rosebud"),
        "{fault}"
    );
    put(&path, "*:*:*:*:rosebud\n", 0o600);
    let found = password::find(&settings(), &environment).expect("no fault");
    assert_eq!(
        found.as_ref().map(ExposeSecret::expose_secret),
        Some("rosebud")
    );
    let none = ConnectionSettings {
        password: PasswordSource::None,
        ..settings()
    };
    assert!(
        password::find(&none, &environment)
            .expect("no fault")
            .is_none()
    );
}

#[test]
fn a_command_gives_the_first_line_of_what_it_prints() {
    let run = |command: &str| {
        let source = PasswordSource::Command(command.into());
        let settings = ConnectionSettings {
            password: source,
            ..settings()
        };
        password::find(&settings, &|_| None).map_err(|fault| fault.to_string())
    };
    let found = run("printf 'rosebud\\nmore\\n'").expect("no fault");
    assert_eq!(
        found.as_ref().map(ExposeSecret::expose_secret),
        Some("rosebud")
    );
    let fault = run("echo locked >&2; exit 3").expect_err("failed");
    assert!(
        fault.contains("exit status: 3") && fault.contains("locked"),
        "{fault}"
    );
    assert!(
        run("true")
            .expect_err("nothing")
            .contains("it printed nothing")
    );
}
