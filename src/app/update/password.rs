//! Changing one's own password: the dialog's keys, the question, and what came of it. That the old one
//! is proved first is the database's to ask.

#[cfg(test)]
mod tests;

use secrecy::SecretString;

use super::super::App;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::overlay::Overlay;
use crate::app::password::NewPassword;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, LoginReply, LoginRequest, Reply, Request};
use crate::input::action::{Action, DialogAction};

/// Opens the dialog, where people have passwords of Rowhouse.
pub fn open(app: &mut App) {
    if app.context.person().is_none() || app.context.ended.is_some() {
        return app.tell(Mood::Warning, "Sign in first");
    }
    if !app.context.is_shared() {
        return app.tell(
            Mood::Told,
            "Your password here is the one of your PostgreSQL role; it is changed in the server",
        );
    }
    app.overlay = Some(Overlay::NewPassword(NewPassword::default()));
}

/// Does what was asked for in the dialog.
pub fn act(app: &mut App, mut dialog: NewPassword, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Dialog(DialogAction::Close) => {
            return app.tell(Mood::Told, "Your password stays as it is");
        }
        Action::Dialog(DialogAction::Prove) if !dialog.second => dialog.second = true,
        Action::Dialog(DialogAction::Prove) => {
            let name = app.context.person().map_or("", |person| &person.username);
            match dialog.checks(name).iter().find(|check| !check.met) {
                None => return change(app, &dialog, effects),
                Some(open) => {
                    dialog.said = Some(format!("Not yet: {}", open.text));
                    // Mistyped somewhere: both are typed anew.
                    if dialog.chosen[0].text() != dialog.chosen[1].text() {
                        dialog.chosen[1].clear();
                    } else {
                        dialog.second = false;
                    }
                }
            }
        }
        _ => {}
    }
    app.overlay = Some(Overlay::NewPassword(dialog));
}

/// Takes what came of it.
pub fn answered(app: &mut App, reply: Result<Reply, Fault>) {
    match reply {
        Ok(Reply::Login(LoginReply::PasswordChanged)) => app.tell(
            Mood::Done,
            "Your password is changed; your other sessions are ended",
        ),
        // That it was given up is told already.
        Ok(_) | Err(Fault::Cancelled) => {}
        Err(fault) => {
            let what = Problem::from(fault).what;
            app.tell(
                Mood::Failed,
                format!("{what}; your password is not changed"),
            );
        }
    }
}

fn change(app: &mut App, dialog: &NewPassword, effects: &mut Vec<Effect>) {
    let password = SecretString::from(dialog.chosen[0].text().to_owned());
    let mut out = app.outbox(Asker::Password);
    out.ask(Request::Login(LoginRequest::ChangePassword { password }));
    app.carry_out(out, effects);
}
