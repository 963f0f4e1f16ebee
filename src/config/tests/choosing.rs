//! Which connection is chosen, and from where each value comes.

use secrecy::ExposeSecret;

use crate::config::choose::{Chosen, Wanted, choose};
use crate::config::{Config, read};
use crate::domain::connection::{PasswordSource, TlsMode};

const TWO: &str = "
[profiles.plant]
server = \"db.example.org\"
database = \"plant\"
user = \"rowhouse_client\"

[profiles.notes]
server = \"/tmp\"
database = \"notes\"
user = \"anna\"
";

fn config(text: &str) -> Config {
    read::text("c.toml", text).expect("no fault")
}

fn chosen(
    text: &str,
    wanted: &Wanted,
    variables: &[(&str, &str)],
) -> Result<Option<Chosen>, String> {
    let environment = |name: &str| {
        let found = variables.iter().find(|(own, _)| *own == name);
        found.map(|(_, text)| (*text).to_owned())
    };
    choose(&config(text), wanted, &environment).map_err(|fault| fault.to_string())
}

fn some(text: &str, wanted: &Wanted, variables: &[(&str, &str)]) -> Chosen {
    chosen(text, wanted, variables)
        .expect("no fault")
        .expect("a connection")
}

fn profile(name: &str) -> Wanted {
    Wanted {
        profile: Some(name.into()),
        url: None,
    }
}

fn url(url: &str) -> Wanted {
    Wanted {
        profile: None,
        url: Some(url.into()),
    }
}

#[test]
fn the_command_line_goes_before_the_environment_and_that_before_the_profile() {
    let nothing = Wanted::default();
    let text = format!("profile = \"plant\"\n{TWO}");
    assert_eq!(some(&text, &nothing, &[]).settings.profile, "plant");
    let named = [("ROWHOUSE_PROFILE", "notes")];
    assert_eq!(some(&text, &nothing, &named).settings.profile, "notes");
    assert_eq!(
        some(&text, &profile("plant"), &named).settings.profile,
        "plant"
    );
    let over = [("ROWHOUSE_PORT", "6432"), ("ROWHOUSE_POOL_MAX", "5")];
    let settings = some(&text, &nothing, &over).settings;
    assert_eq!((settings.port, settings.pool_max), (6432, 5));
    let settings = some(&text, &url("postgresql://bo@h:7000/d"), &over).settings;
    assert_eq!(
        (settings.port, settings.pool_max, settings.profile.as_str()),
        (7000, 5, "--url")
    );
}

#[test]
fn other_tools_variables_count_only_without_a_profile_and_are_named() {
    let nothing = Wanted::default();
    let variables = [
        (
            "DATABASE_URL",
            "postgres://bo:secret%21@db.example.net/shop",
        ),
        ("PGHOST", "pg.example.net"),
        ("PGUSER", "cleo"),
    ];
    let one = "[profiles.notes]\ndatabase = \"notes\"\nuser = \"anna\"\n";
    assert_eq!(some(one, &nothing, &variables).settings.profile, "notes");
    let found = some("", &nothing, &variables);
    assert_eq!(found.settings.profile, "DATABASE_URL");
    assert_eq!(
        (found.settings.host.as_str(), found.settings.user.as_str()),
        ("db.example.net", "bo")
    );
    assert_eq!(
        found.password.as_ref().map(ExposeSecret::expose_secret),
        Some("secret!")
    );
    assert!(!format!("{found:?}").contains("secret!"));
    let found = some("", &nothing, &variables[1..]);
    assert_eq!(found.settings.profile, "PG*");
    assert_eq!(
        (
            found.settings.user.as_str(),
            found.settings.database.as_str()
        ),
        ("cleo", "cleo")
    );
    assert_eq!(
        some(TWO, &nothing, &variables).settings.profile,
        "DATABASE_URL"
    );
}

#[test]
fn what_other_tools_ask_for_and_is_not_done_is_refused() {
    let nothing = Wanted::default();
    let with = |name, value| {
        [
            ("PGHOST", "pg.example.net"),
            ("PGUSER", "cleo"),
            (name, value),
        ]
    };
    let fault = chosen("", &nothing, &with("PGSSLMINPROTOCOLVERSION", "TLSv1.3"));
    let fault = fault.expect_err("older is spoken too");
    assert!(
        fault.starts_with("PGSSLMINPROTOCOLVERSION is not taken: "),
        "{fault}"
    );
    for (name, value) in [("PGSSLNEGOTIATION", "postgres"), ("PGGSSENCMODE", "prefer")] {
        some("", &nothing, &with(name, value));
    }
    let mode = |mode| some("", &nothing, &with("PGSSLMODE", mode)).settings.tls;
    assert_eq!([mode("prefer"), mode("require")], [TlsMode::VerifyFull; 2]);
    assert_eq!(mode("verify-ca"), TlsMode::VerifyCa);
    let fault = chosen("", &nothing, &with("PGSSLMODE", "maybe")).expect_err("no mode");
    assert!(fault.contains("is not one of disable"), "{fault}");
    // A profile is not altered by them, so they are not asked.
    let one = "[profiles.notes]\ndatabase = \"notes\"\nuser = \"anna\"\n";
    some(one, &nothing, &with("PGSSLCRL", "/x.crl"));
}

#[test]
fn nothing_configured_is_not_a_fault_but_an_open_choice_is() {
    let nothing = Wanted::default();
    assert!(
        chosen("", &nothing, &[("USER", "anna")])
            .expect("no fault")
            .is_none()
    );
    let fault = chosen(TWO, &nothing, &[]).expect_err("which one");
    assert!(fault.contains("several profiles (notes, plant)"), "{fault}");
    let fault = chosen(TWO, &profile("plan"), &[]).expect_err("unknown");
    assert!(fault.contains("the nearest is plant"), "{fault}");
    let fault = chosen("[profiles.p]\nuser = \"x\"\n", &nothing, &[]).expect_err("no database");
    assert!(fault.contains("lacks `database`"), "{fault}");
}

#[test]
fn a_password_on_the_command_line_is_refused() {
    let fault = chosen("", &url("postgresql://bo:rosebud@h/d"), &[]).expect_err("refused");
    assert!(
        fault.contains("PGPASSFILE") && fault.contains("type it when asked"),
        "{fault}"
    );
    assert!(!fault.contains("rosebud"));
    assert!(chosen("", &url("postgresql://bo@h/d?password=rosebud"), &[]).is_err());
}

#[test]
fn a_url_is_read_with_sockets_escapes_and_parameters() {
    let found = some(
        "",
        &url("postgresql:///shop?host=/run/pg&user=x%40y&port=5433"),
        &[],
    );
    let settings = found.settings;
    assert_eq!(
        (
            settings.host.as_str(),
            settings.user.as_str(),
            settings.database.as_str(),
            settings.port
        ),
        ("/run/pg", "x@y", "shop", 5433)
    );
    assert_eq!(settings.tls, TlsMode::Off);
    let settings = some("", &url("postgresql://a@[::1]:5433/d"), &[]).settings;
    assert_eq!((settings.host.as_str(), settings.port), ("::1", 5433));
    let settings = some(
        "",
        &url("postgres://a@db.example.org/d?sslmode=require"),
        &[],
    )
    .settings;
    assert_eq!(settings.tls, TlsMode::VerifyFull);
    let settings = some("", &url("postgres://a@db.example.org"), &[]).settings;
    assert_eq!(
        (settings.database.as_str(), settings.tls),
        ("a", TlsMode::VerifyFull)
    );
    let bound = some("", &url("postgresql://a@h/d?channel_binding=require"), &[]).settings;
    assert!(bound.bound_password && !settings.bound_password);
    for (bad, why) in [
        ("mysql://h/d", "begins with postgresql://"),
        ("postgresql://a@h:x/d", "port"),
        ("postgresql://a@h/d?sslmod=off", "the nearest is sslmode"),
        ("postgresql://a@h/%zz", "hexadecimal"),
        ("postgresql://a@h,i/d", "several hosts"),
        ("postgresql://a@h/d?sslnegotiation=direct", "leave it out"),
        ("postgresql://a@h/d?channel_binding=disable", "require"),
        (
            "postgresql://a@localhost/d?channel_binding=require",
            "needs TLS",
        ),
        ("postgresql://a@h/d?sslcrl=/x.crl", "revoked certificates"),
    ] {
        let fault = chosen("", &url(bad), &[]).expect_err(bad);
        assert!(fault.contains(why), "{bad}: {fault}");
    }
}

#[test]
fn the_password_of_the_environment_goes_before_every_source() {
    let nothing = Wanted::default();
    let text = "[profiles.p]\ndatabase = \"d\"\nuser = \"u\"\npassword = \"inline\"\n";
    let password = |variables: &[(&str, &str)]| {
        some(text, &nothing, variables)
            .password
            .map(|own| own.expose_secret().to_owned())
    };
    assert_eq!(password(&[]).as_deref(), Some("inline"));
    assert_eq!(
        password(&[("ROWHOUSE_PASSWORD", "env")]).as_deref(),
        Some("env")
    );
    assert_eq!(
        password(&[("PGPASSWORD", "pg")]).as_deref(),
        Some("inline"),
        "a profile is chosen"
    );
    let found = some("", &url("postgresql://a@h/d"), &[("PGPASSWORD", "pg")]);
    assert_eq!(
        found.password.as_ref().map(ExposeSecret::expose_secret),
        Some("pg")
    );
    assert_eq!(found.settings.password, PasswordSource::Ask);
}

#[test]
fn a_variable_that_is_not_right_is_named() {
    let text = "[profiles.p]\ndatabase = \"d\"\nuser = \"u\"\n";
    let fault = chosen(text, &Wanted::default(), &[("ROWHOUSE_TLS", "on")]).expect_err("a fault");
    assert!(
        fault.starts_with("ROWHOUSE_TLS: \"on\" is not one of"),
        "{fault}"
    );
}
