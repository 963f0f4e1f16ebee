//! A save that was not answered, or not carried out by the server: what is known is said, and nothing
//! typed is touched.

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::Fault;
use crate::input::action::{Action, FormAction};

use super::Form;
use super::save::{Unsettled, What};

/// What is said first when the server could not save.
const NOT_SAVED: &str = "Not saved, your edits are kept";

/// A save was not answered: what was typed stays, and what is known is said.
pub fn failed(form: &mut Form, fault: Fault, _cx: &Context, out: &mut Outbox) {
    let Some(saving) = form.saving.take() else {
        return;
    };
    let unknown = fault == Fault::OutcomeUnknown;
    // A record without a key of its own that was created or not: asking again would not tell.
    let hopeless = unknown && saving.course.asked_before && saving.sent.what == What::Create;
    let stopped = fault == Fault::Cancelled;
    let problem = match (unknown, hopeless) {
        _ if stopped => Problem::new("Not saved: it was stopped").kept("your edits are kept"),
        (_, true) => Problem::new("It cannot be found out whether this was created")
            .kept("look in the list first: saving again may create it twice"),
        (true, false) => Problem::new(
            "It is not known whether this was saved: the connection broke at that moment",
        )
        .kept("save again to make sure; nothing is stored twice"),
        (false, false) => Problem::new(not_saved(&fault)),
    };
    form.unsettled = (!hopeless && !stopped).then_some(Unsettled {
        sent: saving.sent,
        merged: saving.course.merged,
        unknown,
    });
    if matches!(fault, Fault::SessionOver { .. }) {
        return;
    }
    let problem = problem.helps(Action::Form(FormAction::Save));
    out.tell_problem(&problem);
    form.problem = Some(problem);
}

/// Says why a save did not happen; what was kept stands first, because a reason may be long. Why there is no connection is said by the banner: here it would
/// leave no room for what was kept.
fn not_saved(fault: &Fault) -> String {
    match fault {
        Fault::Unreachable { .. } => format!("{NOT_SAVED}: no connection to the server"),
        fault => format!("{NOT_SAVED}: {fault}"),
    }
}
