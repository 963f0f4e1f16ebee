//! The connection screen by keys in, questions and effects out.

use secrecy::ExposeSecret;

use crate::app::bench::{self, Bench};
use crate::app::effect::Effect;
use crate::app::message::{Message, Start};
use crate::app::place::Place;
use crate::db::contract::connect::{Mark, Stage};
use crate::db::contract::{ConnectReply, ConnectRequest, Fault, Reply, Request};
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};

fn empty() -> Bench {
    let mut bench = Bench::new();
    bench.take(Message::Started(Start::Unconfigured));
    assert_eq!(bench.app.place, Place::Connect);
    bench
}

/// Fills in a server, a database, a user and a name.
fn filled() -> Bench {
    let mut bench = empty();
    bench.press("ctrl-w ctrl-w ctrl-w");
    bench.type_text("db.example.org");
    bench.press("enter enter");
    bench.type_text("plant");
    bench.press("enter");
    bench.type_text("anna");
    bench
}

fn saved(bench: &Bench) -> Option<(ConnectionSettings, Option<String>)> {
    bench.effects.iter().find_map(|effect| match effect {
        Effect::SaveProfile { settings, password } => {
            let password = password.as_ref().map(|p| p.expose_secret().to_owned());
            Some(((**settings).clone(), password))
        }
        _ => None,
    })
}

#[test]
fn without_a_configuration_it_asks_for_one() {
    let mut bench = empty();
    let screen = bench.screen();
    assert!(screen.contains("none is configured yet"), "{screen}");
    assert!(screen.contains("f5 test  f8 save"), "{screen}");
    assert!(bench.cursor().is_some());
}

#[test]
fn what_is_missing_is_said_at_its_field() {
    let mut bench = empty();
    bench.press("f8");
    assert!(bench.screen().contains("the database's name is needed"));
    bench.type_text("plant");
    bench.press("f8");
    assert!(bench.screen().contains("a PostgreSQL role is needed"));
    bench.type_text("anna");
    bench.press("f8");
    assert!(
        bench
            .screen()
            .contains("a name is needed to save the profile")
    );
    assert!(saved(&bench).is_none());
}

#[test]
fn typing_replaces_a_server_and_a_port_that_nobody_gave() {
    let mut bench = empty();
    bench.type_text("db1");
    bench.press("tab");
    bench.type_text("6432");
    let screen = bench.screen();
    assert!(screen.contains(" db1\n"), "{screen}");
    assert!(screen.contains(" 6432\n"), "{screen}");
    bench.press("shift-tab end");
    bench.type_text(".lan");
    assert!(bench.screen().contains(" db1.lan\n"), "{}", bench.screen());
    let mut bench = empty();
    bench.press("end");
    bench.type_text("2");
    assert!(
        bench.screen().contains(" localhost2\n"),
        "the cursor was moved: it is edited"
    );
}

#[test]
fn a_test_lists_its_stages_with_words() {
    let mut bench = filled();
    bench.press("f5");
    assert!(bench.screen().contains("testing…"));
    let stage = |name: &str, text: &str, mark| Stage {
        name: name.into(),
        text: text.into(),
        mark,
    };
    let stages = vec![
        stage("name", "192.0.2.7", Mark::Good),
        stage("clock", "5 minutes ahead", Mark::Doubtful),
        stage("TCP", "no answer", Mark::Bad),
    ];
    bench.answer(Ok(Reply::Connect(ConnectReply::Tested(stages))));
    let screen = bench.screen();
    assert!(screen.contains("✓ name      ok: 192.0.2.7"), "{screen}");
    assert!(
        screen.contains("! clock     look: 5 minutes ahead"),
        "{screen}"
    );
    assert!(screen.contains("✗ TCP       failed: no answer"), "{screen}");
    bench.type_text("x");
    assert!(
        !bench.screen().contains("no answer"),
        "edited: found no more"
    );
}

#[test]
fn what_failed_is_shown_where_not_every_stage_fits() {
    let mut bench = filled();
    bench.press("f5");
    let mut stages: Vec<Stage> = (0..20)
        .map(|number| Stage {
            name: format!("stage {number}"),
            text: "fine".into(),
            mark: Mark::Good,
        })
        .collect();
    stages.push(Stage {
        name: "clock".into(),
        text: "an hour behind".into(),
        mark: Mark::Doubtful,
    });
    bench.answer(Ok(Reply::Connect(ConnectReply::Tested(stages))));
    let screen = bench.screen();
    assert!(
        screen.contains("! clock     look: an hour behind"),
        "{screen}"
    );
    assert!(
        screen.contains("stage 19") && !screen.contains("stage 0 "),
        "{screen}"
    );
}

#[test]
fn a_test_can_be_stopped() {
    let mut bench = filled();
    bench.press("f5 esc");
    assert!(
        bench
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Cancel(_)))
    );
    assert_eq!(bench.app.place, Place::Connect);
}

#[test]
fn saving_writes_no_password_unless_asked_and_connects() {
    let mut bench = filled();
    // way, TLS, root certificates, password from, password, name
    bench.press("enter enter enter enter enter");
    bench.type_text("rosebud");
    bench.press("enter");
    bench.type_text("works");
    bench.press("f8");
    let (settings, password) = saved(&bench).expect("saved");
    assert_eq!(password, None);
    assert_eq!(settings.profile, "works");
    assert_eq!(settings.tls, TlsMode::VerifyFull);
    assert_eq!(bench.app.place, Place::Login);
    assert!(!format!("{:?}{:?}", bench.app, bench.effects).contains("rosebud"));
    let (query, request) = bench.asked().pop().expect("asked");
    let Request::Connect(ConnectRequest::Open {
        password: Some(password),
        ..
    }) = request
    else {
        panic!("{request:?}");
    };
    assert_eq!(password.expose_secret(), "rosebud");
    bench.answer_to(query, Ok(bench::opened(Way::Plain)));
    assert_eq!(bench.app.place, Place::Tables);
}

#[test]
fn a_password_is_saved_where_that_was_chosen() {
    let mut bench = filled();
    bench.press("enter enter enter enter right right enter");
    bench.type_text("rosebud");
    bench.press("enter");
    bench.type_text("works");
    bench.press("f8");
    let (settings, password) = saved(&bench).expect("saved");
    assert_eq!(settings.password, PasswordSource::Inline);
    assert_eq!(password.as_deref(), Some("rosebud"));
}

#[test]
fn plaintext_over_a_network_has_to_be_said() {
    let mut bench = filled();
    bench.press("enter enter left");
    bench.press("f5");
    let screen = bench.screen();
    assert!(screen.contains("others could read along"), "{screen}");
    bench.press("right f5");
    assert!(bench.screen().contains("testing…"));
}

#[test]
fn present_settings_are_there_to_be_changed_and_the_rest_stays() {
    let mut bench = Bench::new();
    let settings = ConnectionSettings {
        pool_max: 7,
        ..bench::settings()
    };
    bench.take(Message::Started(Start::Connect {
        settings: Box::new(settings),
        password: None,
        table: None,
        key: None,
    }));
    bench.answer(Err(Fault::Unreachable {
        message: "no answer".into(),
    }));
    bench.press("f4");
    assert!(bench.screen().contains("db.example.org"));
    bench.press("enter ctrl-w");
    bench.type_text("5433");
    bench.press("f8");
    let (settings, _) = saved(&bench).expect("saved");
    assert_eq!((settings.port, settings.pool_max), (5433, 7));
}

#[test]
fn a_server_that_is_still_being_reached_is_given_up_for_another() {
    let mut bench = Bench::connecting();
    let (first, _) = bench.asked().pop().expect("asked");
    bench.press("f4 enter ctrl-w");
    bench.type_text("5433");
    bench.press("f8");
    let given_up = |effect: &Effect| matches!(effect, Effect::Cancel(query) if *query == first);
    assert!(bench.effects.iter().any(given_up));
    bench.answer_to(first, Ok(bench::opened(Way::Plain)));
    assert_eq!(
        bench.app.place,
        Place::Login,
        "what the first one says comes too late"
    );
}
