//! Reading a file's text: what it says, and faults with file and line.

use crate::config::{ConfigError, example, read};
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};
use crate::theme::Depth;

/// Reads a text and expects a fault at a line.
fn check(text: &str, line: usize, message: &str) {
    let fault = read::text("c.toml", text).expect_err("a fault");
    let ConfigError::InFile {
        file,
        line: at,
        message: said,
    } = &fault
    else {
        panic!("{fault}");
    };
    assert_eq!((file.as_str(), *at), ("c.toml", line), "{fault}");
    assert!(said.contains(message), "{fault}");
}

#[test]
fn a_profile_says_where_and_how() {
    let text = r#"
profile = "plant"

[ui]
theme = "light"
colors = "16"
thin = "on"
esc_wait_ms = 200
time_zone = "Europe/Berlin"

[profiles.plant]
server = "db.example.org"
port = 5433
database = "plant"
user = "rowhouse_client"
way = "shared"
tls_root = "/etc/ssl/plant.pem"
password_command = "pass show plant"
pool_max = 4
lock_timeout_s = 7

[profiles."my laptop"]
server = "/var/run/postgresql"
database = "notes"
user = "anna"
password_from = "none"
"#;
    let config = read::text("c.toml", text).expect("no fault");
    assert_eq!(config.profile.as_deref(), Some("plant"));
    assert_eq!(
        (config.ui.theme.as_str(), config.ui.esc_wait_ms),
        ("light", 200)
    );
    assert_eq!(
        (config.ui.colors, config.ui.thin),
        (Some(Depth::Sixteen), Some(true))
    );
    assert!(config.ui.time_zone.is_some());
    let plant = &config.profiles["plant"].settings;
    assert_eq!((plant.host.as_str(), plant.port), ("db.example.org", 5433));
    assert_eq!(
        (plant.tls, plant.way),
        (TlsMode::VerifyFull, Some(Way::Shared))
    );
    assert_eq!(
        plant.password,
        PasswordSource::Command("pass show plant".into())
    );
    assert_eq!((plant.pool_max, plant.lock_timeout.as_secs()), (4, 7));
    let laptop = &config.profiles["my laptop"].settings;
    assert_eq!(
        (laptop.tls, &laptop.password),
        (TlsMode::Off, &PasswordSource::None)
    );
}

#[test]
fn an_unknown_key_names_the_nearest() {
    check(
        "[ui]\nteme = \"dark\"\n",
        2,
        "there is no \"teme\" in [ui]; the nearest is \"theme\"",
    );
    check(
        "[profiles.p]\nsever = \"x\"\n",
        2,
        "in [profiles.p]; the nearest is \"server\"",
    );
    check("\n[profile]\n", 2, "a text in quotes");
    check("[uii]\n", 1, "the nearest is \"ui\"");
    check(
        "[keys]\nsave-recrd = \"f8\"\n",
        2,
        "the nearest is \"save-record\"",
    );
    check(
        "profile = \"plnt\"\n[profiles.plant]\n",
        1,
        "the nearest is \"plant\"",
    );
}

#[test]
fn a_value_of_the_wrong_kind_says_what_is_expected() {
    check(
        "[profiles.p]\nport = \"x\"\n",
        2,
        "port: a whole number from 1 to 65535",
    );
    check(
        "[profiles.p]\nport = 65536\n",
        2,
        "port: a whole number from 1 to 65535",
    );
    check(
        "[profiles.p]\n\ntls = \"verify\"\n",
        3,
        "tls: \"verify\" is not one of",
    );
    check("[ui]\nflow_control = \"yes\"\n", 2, "true or false");
    check(
        "[ui]\ntime_zone = \"Mars/Olympus\"\n",
        2,
        "there is no time zone called",
    );
    check("[profiles.p]\nserver = \"\"\n", 2, "not empty");
    check("[ui]\ntheme = \n", 2, "");
}

#[test]
fn contradictions_are_told() {
    check(
        "[profiles.p]\npassword_from = \"command\"\n",
        1,
        "needs password_command",
    );
    check(
        "[profiles.p]\npassword_from = \"inline\"\n",
        1,
        "needs password",
    );
    check(
        "[profiles.p]\npassword = \"x\"\npassword_command = \"y\"\n",
        1,
        "both password and password_command",
    );
    check(
        "[profiles.p]\ntls_cert = \"x\"\n",
        1,
        "tls_cert needs tls_key",
    );
    check(
        "[profiles.p]\npool_min = 3\n",
        1,
        "pool_min is more than pool_max",
    );
}

#[test]
fn keys_are_bound_by_name_and_clashes_are_told() {
    let text = "[keys]\nsave-record = [\"f8\", \"f10\"]\ncount-rows = []\nquit = \"f11\"\n";
    let config = read::text("c.toml", text).expect("no fault");
    let keys: Vec<usize> = config.rebindings.iter().map(|own| own.keys.len()).collect();
    assert_eq!(keys.iter().sum::<usize>(), 3);
    check("[keys]\nsave-record = \"f88\"\n", 2, "`f88` is not a key");
    check(
        "[keys]\npreset = \"vmi\"\n",
        2,
        "\"vmi\" is not one of \"default\", \"vim\", \"f-keys\"",
    );
    check("[keys]\nlast = \"g e\"\n", 2, "g is bound to first");
    check(
        "[keys]\ndelete-record = \"D D\"\n",
        2,
        "D D repeats one key",
    );
    check("[keys]\n\nredraw = \"f1\"\n", 3, "f1 is bound to both");
    // What never arrives would be taken for a key that does nothing.
    check(
        "[keys]\njump = \"ctrl-i\"\n",
        2,
        "terminals send tab for it",
    );
    check(
        "[keys]\njump = [\"J\", \"g ctrl-m\"]\n",
        2,
        "send enter for it",
    );
    check(
        "[keys]\nzzzzzzzzzzzz = \"j\"\n",
        2,
        "the palette and the guide",
    );
}

#[test]
fn a_fault_in_the_writing_has_its_line() {
    check("[ui]\ntheme = \"dark\n", 2, "");
    check("[ui]\n[ui]\n", 2, "");
}

/// Every key of the example taken out of its comment is the default.
#[test]
fn every_default_of_the_example_is_the_default() {
    let is_key = |line: &str| {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !key.is_empty() && key.chars().all(plain)
    };
    let samples = [
        "#tls_root",
        "#tls_cert",
        "#tls_key",
        "#password_command",
        "#password ",
    ];
    let text: String = example::text()
        .lines()
        .filter(|line| !samples.iter().any(|sample| line.starts_with(sample)))
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if is_key(rest) || rest.starts_with('[') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = read::text("example", &text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    assert_eq!(config.ui, crate::config::Ui::default());
    assert_eq!(config.couples.len(), 1);
    assert_eq!(config.flags.len(), 1);
    let usual = ConnectionSettings::default();
    let expected = ConnectionSettings {
        profile: "plant".into(),
        database: "plant".into(),
        user: "rowhouse_client".into(),
        tls: usual.usual_tls(),
        ..usual
    };
    assert_eq!(config.profiles["plant"].settings, expected);
    let keymap = crate::input::keymap::Keymap::new(&config.rebindings, false).expect("no clash");
    for row in crate::input::action::rows() {
        assert_eq!(
            keymap.keys(row.action, row.scopes).len(),
            row.keys.len(),
            "{}",
            row.name
        );
    }
}

#[test]
fn fields_that_belong_together_are_read_with_their_line() {
    let text = "\n[[couple]]\ntable = \"equipment\"\nfields = [\"status\", \"notes\"]\n";
    let config = read::text("c.toml", text).expect("no fault");
    let [rule] = config.couples.as_slice() else {
        panic!("{:?}", config.couples);
    };
    assert_eq!(rule.table, "equipment");
    assert_eq!(rule.fields, ["status", "notes"]);
    assert_eq!(rule.place, "c.toml:2");
    check("[couple]\ntable = \"a\"", 1, "[[couple]] is expected here");
    check("[[couple]]\nfields = [\"a\", \"b\"]", 1, "needs its table");
    check(
        "[[couple]]\ntable = \"a\"\nfields = [\"b\"]",
        1,
        "two fields",
    );
    check(
        "[[couple]]\ntable = \"a\"\nfield = [\"b\"]",
        3,
        "the nearest is \"fields\"",
    );
}

#[test]
fn flags_are_read_with_their_line_and_their_faults_told() {
    let text = "\n[[flag]]\ntable = \"equipment\"\nwhen = \"due < today\"\nsign = \"§\"\n";
    let config = read::text("c.toml", text).expect("no fault");
    let [rule] = config.flags.as_slice() else {
        panic!("{:?}", config.flags);
    };
    assert_eq!(rule.words(), "due < today");
    assert_eq!((rule.sign, rule.place.as_str()), ('§', "c.toml:2"));
    let usual = "[[flag]]\ntable = \"a\"\nwhen = \"b is empty\"\n";
    let config = read::text("c.toml", usual).expect("no fault");
    assert_eq!(config.flags[0].sign, '!');
    check("[flag]\ntable = \"a\"", 1, "[[flag]] is expected here");
    check("[[flag]]\nwhen = \"a < 1\"", 1, "needs its table");
    check("[[flag]]\ntable = \"a\"", 1, "needs its rule");
    check(
        "[[flag]]\ntable = \"a\"\nwhen = \"due\"",
        3,
        "such as \"due < today\"",
    );
    for sign in ["ab", "日"] {
        let text = format!("{usual}sign = \"{sign}\"");
        check(&text, 4, "one character of one cell");
    }
}
