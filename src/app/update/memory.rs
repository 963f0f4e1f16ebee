//! What is remembered of a person: read after a sign-in, kept as it is changed, told where it cannot
//! be.

use super::super::App;
use super::ask;
use crate::app::effect::Effect;
use crate::app::message::Recalled;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::remembered::Remembered;
use crate::domain::memory::Change;
use crate::domain::table::TableId;
use crate::domain::text;

/// Reads what is remembered of whoever is signed in now.
pub fn recall(app: &mut App, effects: &mut Vec<Effect>) {
    app.context.remembered = Remembered::expected();
    effects.extend(app.context.draft_owner().map(Effect::Recall));
}

/// Takes what was read; of somebody who has left meanwhile it is nobody's business.
pub fn read(app: &mut App, recalled: Recalled, effects: &mut Vec<Effect>) {
    if app.context.draft_owner().as_ref() != Some(&recalled.owner) {
        return;
    }
    app.context.remembered.take(recalled.memory);
    if let Some(told) = recalled.told {
        app.tell(Mood::Warning, text::line(&told).into_owned());
    }
    app.screens.tables.arrange(&app.context);
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.remembered(h.cx, h.out);
    });
}

/// What is to be remembered could not be written: it holds here until the program ends.
pub fn failed(app: &mut App, why: &str) {
    let why = text::line(why).into_owned();
    let line = format!("What you arrange holds here, but is not remembered: {why}");
    app.tell(Mood::Warning, line);
}

/// Keeps what is remembered as the disk will have it.
pub fn keep(app: &mut App, effect: &Effect) {
    if let Effect::Remember { change, .. } = effect {
        app.context.remembered.change(change);
        if let Change::Favourite(..) = **change {
            app.screens.tables.arrange(&app.context);
        }
    }
}

/// A table was opened.
pub fn opened(app: &mut App, table: TableId, effects: &mut Vec<Effect>) {
    let Some(name) = app.context.table(table).map(|table| table.name.clone()) else {
        return;
    };
    let mut out = app.outbox(Asker::House);
    out.remember(&app.context, Change::Opened(name));
    app.carry_out(out, effects);
}
