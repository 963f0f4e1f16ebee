//! The screen's behaviour by keys and answers.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::*;
use crate::app::outbox::Asker;
use crate::app::overlay::{Confirmed, Overlay};
use crate::db::contract::{Fault, PeopleReply, Reply};
use crate::domain::people::Settled;
use crate::input::event::{Key, KeyCode, Size};
use crate::input::keymap::Keymap;

fn somebody(name: &str, roles: &[&str]) -> Somebody {
    Somebody {
        username: name.into(),
        display_name: name.to_uppercase(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        active: true,
        password_chosen: true,
        last_sign_in: None,
        created: Timestamp::UNIX_EPOCH,
        locked_until: None,
        failed: 0,
        code_until: None,
        mine: name == "marta",
        within: name != "otto",
    }
}

fn role(name: &str, may_give: bool) -> RoleLine {
    RoleLine {
        name: name.into(),
        description: String::new(),
        built_in: false,
        abilities: Vec::new(),
        people: Vec::new(),
        may_give,
    }
}

/// The screen with anna, marta (who is here) and otto (who has more rights).
fn listed() -> (Accounts, Context, Outbox) {
    let now = Timestamp::UNIX_EPOCH;
    let cx = Context::new(Size::STANDARD, Arc::new(Keymap::default()), 1, now);
    let mut out = Outbox::new(Asker::Accounts, 0, 0, 1);
    let mut screen = Accounts::default();
    screen.arrived(&cx, &mut out);
    let people = vec![
        somebody("anna", &["technician"]),
        somebody("marta", &["desk"]),
        somebody("otto", &["manager"]),
    ];
    let roles = vec![
        role("desk", true),
        role("manager", false),
        role("technician", true),
    ];
    answer(
        &mut screen,
        &cx,
        &mut out,
        PeopleReply::PeopleListed { people, roles },
    );
    (screen, cx, out)
}

fn answer(screen: &mut Accounts, cx: &Context, out: &mut Outbox, reply: PeopleReply) {
    let last = out.asked.last().expect("asked").0;
    screen.reply(last, Ok(Reply::People(reply)), cx, out);
}

fn act(screen: &mut Accounts, cx: &Context, out: &mut Outbox, action: AccountsAction) {
    screen.act(Action::Accounts(action), cx, out);
}

fn asked(out: &Outbox) -> String {
    format!("{:?}", out.effects.last())
}

fn typed(screen: &mut Accounts, cx: &Context, out: &mut Outbox, text: &str) {
    for sign in text.chars() {
        screen.key(Key::plain(KeyCode::Char(sign)), cx, out);
    }
}

#[test]
fn a_new_account_is_made_with_its_roles_and_its_code_is_hidden_until_asked_for() {
    let (mut screen, cx, mut out) = listed();
    act(&mut screen, &cx, &mut out, AccountsAction::New);
    act(&mut screen, &cx, &mut out, AccountsAction::Save);
    let fault = screen
        .entries
        .as_ref()
        .and_then(|entries| entries.fault.clone());
    assert_eq!(fault.map(|fault| fault.0), Some(0), "a name is missing");
    typed(&mut screen, &cx, &mut out, "zoe");
    // What was typed waits when it is left.
    act(&mut screen, &cx, &mut out, AccountsAction::Leave);
    act(&mut screen, &cx, &mut out, AccountsAction::New);
    for _ in 0..2 {
        act(&mut screen, &cx, &mut out, AccountsAction::NextEntry);
    }
    typed(&mut screen, &cx, &mut out, " ");
    act(&mut screen, &cx, &mut out, AccountsAction::NextEntry);
    typed(&mut screen, &cx, &mut out, " ");
    assert!(
        out.notices
            .iter()
            .any(|one| one.text.contains("manager gives more"))
    );
    act(&mut screen, &cx, &mut out, AccountsAction::Save);
    let request = asked(&out);
    assert!(
        request.contains("AddAccount") && request.contains("\"desk\", \"technician\""),
        "{request}"
    );
    assert!(!request.contains("manager"), "{request}");
    let code = Arc::new(SecretString::from("abcd-efgh"));
    let made = NewCode {
        username: "zoe".into(),
        code,
    };
    answer(&mut screen, &cx, &mut out, PeopleReply::CodeMade(made));
    assert!(!screen.editing);
    assert_eq!(screen.code.as_ref().map(|(_, shown)| *shown), Some(false));
    act(&mut screen, &cx, &mut out, AccountsAction::ShowCode);
    assert_eq!(screen.code.as_ref().map(|(_, shown)| *shown), Some(true));
    screen.act(Action::List(ListAction::Back), &cx, &mut out);
    assert!(
        screen.code.is_none() && out.go.is_none(),
        "leaving the code is a step of its own"
    );
}

#[test]
fn ones_own_account_and_those_with_more_rights_are_left_alone() {
    let (mut screen, cx, mut out) = listed();
    for (name, said) in [
        ("marta", "your own account"),
        ("otto", "otto has more rights"),
    ] {
        screen.cursor = Some(name.into());
        for action in [
            AccountsAction::Edit,
            AccountsAction::Reset,
            AccountsAction::Deactivate,
        ] {
            let before = out.effects.len();
            act(&mut screen, &cx, &mut out, action);
            assert_eq!(out.effects.len(), before, "{name} {action:?}");
            assert!(
                out.overlay.is_none() && !screen.editing,
                "{name} {action:?}"
            );
            assert!(
                out.notices
                    .last()
                    .is_some_and(|one| one.text.contains(said))
            );
        }
    }
}

#[test]
fn ending_things_is_asked_for_first_and_what_is_refused_stays_typed() {
    let (mut screen, cx, mut out) = listed();
    act(&mut screen, &cx, &mut out, AccountsAction::Deactivate);
    let Some(Overlay::Confirm(confirm)) = out.overlay.take() else {
        panic!("no question")
    };
    assert!(confirm.danger);
    assert_eq!(confirm.then, Confirmed::DeactivateAccount("anna".into()));
    screen.confirmed(&confirm.then, &mut out);
    assert!(asked(&out).contains("active: false"));
    let settled = Settled::Deactivated;
    let username = "anna".to_owned();
    answer(
        &mut screen,
        &cx,
        &mut out,
        PeopleReply::AccountSettled { username, settled },
    );
    assert!(
        out.notices
            .iter()
            .any(|one| one.text == "anna can sign in no more")
    );

    act(&mut screen, &cx, &mut out, AccountsAction::Edit);
    typed(&mut screen, &cx, &mut out, " Berg");
    act(&mut screen, &cx, &mut out, AccountsAction::Save);
    let last = out.asked.last().expect("asked").0;
    let refused = Fault::NotPermitted {
        message: "The roles of anna were changed meanwhile; look again.".into(),
    };
    screen.reply(last, Err(refused), &cx, &mut out);
    assert!(screen.editing);
    let display = screen
        .entries
        .as_ref()
        .map(|entries| entries.display.text().to_owned());
    assert_eq!(display.as_deref(), Some("ANNA Berg"));
}

#[test]
fn what_a_role_gives_is_told_by_table_and_limit() {
    use super::words::{Line, rights};
    let one =
        |table: Option<&str>, verb: &str, columns: Option<&[&str]>, rows: Option<&str>, held| {
            Permission {
                table: table.map(str::to_owned),
                verb: verb.into(),
                columns: columns.map(|list| list.iter().map(|name| (*name).to_owned()).collect()),
                rows: rows.map(str::to_owned),
                held,
            }
        };
    let given = [
        one(None, "view", None, None, true),
        one(
            Some("equipment"),
            "update",
            Some(&["status", "notes"]),
            Some("site is North"),
            true,
        ),
        one(
            Some("equipment"),
            "delete",
            None,
            Some("site is South"),
            false,
        ),
    ];
    assert_eq!(
        rights(&given),
        [
            Line::Table("all tables".into(), ["all", "-", "-", "-"]),
            Line::Table("equipment".into(), ["-", "-", "some", "some"]),
            Line::Limit("update: status, notes; where site is North".into()),
            Line::Limit("delete: where site is South; not held yet: gives nothing".into()),
        ]
    );
}

#[test]
fn a_list_that_could_not_be_read_again_is_not_shown_as_if_it_were() {
    let (mut screen, cx, mut out) = listed();
    act(&mut screen, &cx, &mut out, AccountsAction::Refresh);
    let query = out.asked.last().expect("asked").0;
    screen.reply(query, Err(Fault::TooSlow), &cx, &mut out);
    assert_eq!(screen.people.len(), 3, "the one before is still shown");
    let told = out.notices.last().map(|notice| notice.text.as_str());
    assert_eq!(told, Some("It took longer than the limit and was stopped"));
}
