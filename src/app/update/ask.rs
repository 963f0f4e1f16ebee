//! Runs a screen's function with an outbox and carries out what it asked for.

use super::super::App;
use crate::app::effect::Effect;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Place};
use crate::app::{Screens, context::Context, forms::Forms};

/// What a screen's function works with.
pub struct Hands<'a> {
    /// The screens' states.
    pub screens: &'a mut Screens,
    /// The open records.
    pub forms: &'a mut Forms,
    /// What may be read.
    pub cx: &'a Context,
    /// What is asked for.
    pub out: &'a mut Outbox,
}

/// Lets a screen's function work, then carries out what it asked for.
pub fn with(app: &mut App, asker: Asker, effects: &mut Vec<Effect>, work: impl FnOnce(Hands<'_>)) {
    let mut out = app.outbox(asker);
    work(Hands {
        screens: &mut app.screens,
        forms: &mut app.forms,
        cx: &app.context,
        out: &mut out,
    });
    app.carry_out(out, effects);
}

/// Returns who asks for a place.
pub fn asker(place: Place) -> Asker {
    match place {
        Place::Connect => Asker::Connect,
        Place::Login => Asker::Login,
        Place::Tables => Asker::Tables,
        Place::Browser(_) => Asker::Browser,
        Place::Record(FormId(id)) | Place::Conflict(FormId(id)) => Asker::Form(FormId(id)),
        Place::Drafts => Asker::Drafts,
        Place::Receipts => Asker::Receipts,
        Place::Accounts => Asker::Accounts,
        Place::Dependents => Asker::Dependents,
        Place::History => Asker::History,
        Place::Undo => Asker::Undo,
        Place::Restore => Asker::Restore,
        Place::Bin(_) => Asker::Bin,
        Place::Bulk => Asker::Bulk,
        Place::Audit => Asker::Audit,
    }
}
