//! Writing a profile: only what changed, comments stay, nobody else can read the file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::config::{read, save};
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};

fn settings() -> ConnectionSettings {
    ConnectionSettings {
        profile: "plant".into(),
        host: "db.example.org".into(),
        database: "plant".into(),
        user: "rowhouse_client".into(),
        ..ConnectionSettings::default()
    }
}

fn written(text: &str, settings: &ConnectionSettings) -> String {
    save::with_profile("c.toml", text, settings, None).expect("no fault")
}

#[test]
fn a_new_profile_is_added_and_says_only_what_differs() {
    assert_eq!(
        written("", &settings()),
        "[profiles.plant]\nserver = \"db.example.org\"\ndatabase = \"plant\"\nuser = \"rowhouse_client\"\n"
    );
}

#[test]
fn a_second_profile_leaves_the_first_the_one_that_is_opened() {
    let text = "# mine\n[profiles.notes]\ndatabase = \"notes\"\nuser = \"anna\"\n";
    let text = written(text, &settings());
    assert!(
        text.starts_with("profile = \"notes\"\n# mine\n[profiles.notes]\n"),
        "{text}"
    );
    assert!(text.contains("\n\n[profiles.plant]\n"), "{text}");
}

#[test]
fn a_profile_is_changed_in_place_and_comments_stay() {
    let text = "\
[ui]
theme = \"light\" # bright room

[profiles.plant] # the big one
server = \"db.example.org\" # moved in May
# the pooler
port = 6432
database = \"plant\"
user = \"rowhouse_client\"
password_command = \"pass show plant\"

[profiles.other]
database = \"o\"
user = \"o\"
";
    let changed = ConnectionSettings {
        host: "new.example.org".into(),
        way: Some(Way::Plain),
        ..settings()
    };
    assert_eq!(
        written(text, &changed),
        "\
[ui]
theme = \"light\" # bright room

[profiles.plant] # the big one
server = \"new.example.org\" # moved in May
# the pooler
database = \"plant\"
user = \"rowhouse_client\"
way = \"plain\"

[profiles.other]
database = \"o\"
user = \"o\"
"
    );
    assert_eq!(
        written(
            text,
            &read::text("", text).expect("read").profiles["plant"].settings
        ),
        text
    );
}

#[test]
fn everything_that_can_be_set_survives_the_writing() {
    let all = ConnectionSettings {
        profile: "odd \"name\"".into(),
        host: "/run/pg \\ dir".into(),
        port: 1,
        tls: TlsMode::VerifyCa,
        tls_root: Some("/r".into()),
        tls_client: Some(("/c".into(), "/k".into())),
        allow_plaintext: true,
        password: PasswordSource::Command("echo 'a\"b'".into()),
        way: Some(Way::Shared),
        pool_min: 1,
        pool_max: 9,
        connect_timeout: Duration::from_secs(11),
        statement_timeout: Duration::from_secs(12),
        lock_timeout: Duration::from_secs(13),
        idle_timeout: Duration::from_secs(14),
        max_lifetime: Duration::from_secs(15),
        test_on_checkout: false,
        ..settings()
    };
    let text = written("", &all);
    assert_eq!(
        read::text("", &text).expect("read").profiles[&all.profile].settings,
        all
    );
    // Back to the defaults, line by line.
    let plain = ConnectionSettings {
        profile: all.profile.clone(),
        ..settings()
    };
    let text = written(&text, &plain);
    assert_eq!(
        read::text("", &text).expect("read").profiles[&all.profile].settings,
        plain
    );
}

#[test]
fn a_profile_on_one_line_is_not_torn_apart() {
    let text = "profiles = { plant = { database = \"x\", user = \"u\" } }\n";
    let fault = save::with_profile("c.toml", text, &settings(), None).expect_err("told");
    assert!(fault.to_string().contains("edit the file"), "{fault}");
}

#[test]
fn the_file_is_its_owners_alone_and_holds_a_password_only_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep").join("config.toml");
    let told =
        save::profile(&path, &settings(), Some(&"rosebud".to_owned().into())).expect("saved");
    assert!(told.starts_with("Saved as profile plant in "), "{told}");
    let mode = fs::metadata(&path).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!fs::read_to_string(&path).expect("read").contains("rosebud"));
    let inline = ConnectionSettings {
        password: PasswordSource::Inline,
        ..settings()
    };
    save::profile(&path, &inline, Some(&"rosebud".to_owned().into())).expect("saved");
    assert!(
        fs::read_to_string(&path)
            .expect("read")
            .contains("password = \"rosebud\"")
    );
    read::file(&path).expect("its owner alone can read it");
    let names: Vec<_> = fs::read_dir(folder.path().join("deep"))
        .expect("read")
        .collect();
    assert_eq!(names.len(), 1, "nothing is left beside it");
}
