//! Drafts as the disk has them: kept in the context, offered after a sign-in, and what became of
//! those that other terminals have.

use super::super::App;
use super::ask;
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::domain::draft::{Draft, DraftId, Fate};
use crate::domain::text;

/// Takes the drafts that were read from disk; what is known to be newer than that stays.
pub fn read(app: &mut App, read: Vec<Draft>, effects: &mut Vec<Effect>) {
    let mut drafts = read;
    let known = |draft: &Draft| {
        let told = app.context.drafts.iter().any(|old| old.id == draft.id);
        told || draft.elsewhere || app.forms.has_written(&draft.id)
    };
    let new = drafts.iter().filter(|draft| !known(draft)).count();
    for old in &app.context.drafts {
        if app.forms.has_written(&old.id) {
            drafts.retain(|draft| draft.id != old.id);
            drafts.push(old.clone());
        }
    }
    app.context.drafts = drafts;
    follow_renamed(&mut app.context);
    // What editors left is told next, where there is any.
    app.context.texts_left.clear();
    ask::with(app, Asker::Drafts, effects, |h| {
        h.screens.drafts.read(new, h.cx, h.out);
    });
}

/// Drafts of a table that has another name by now are of that one: a name that is not there any more
/// is looked for by the table's number. One that has taken the old name stands for it.
pub fn follow_renamed(context: &mut Context) {
    let tables = &context.tables;
    for draft in &mut context.drafts {
        if tables.iter().any(|table| table.name == draft.table) {
            continue;
        }
        let renamed = tables.iter().find(|table| draft.has_numbers_of(table.id));
        if let Some(table) = renamed {
            draft.table = table.name.clone();
        }
    }
}

/// Tells of texts that came out of an editor and were not taken back; the list of drafts names them.
pub fn left(app: &mut App, texts: Vec<String>) {
    let count = words::count(texts.len(), "text");
    let key = words::drafts_key(&app.context);
    app.context.texts_left = texts;
    app.tell(
        Mood::Warning,
        format!("{count} of your editor not taken back{key}"),
    );
}

/// The tables are known by now, so that the records of the drafts can be looked at.
pub fn tables_listed(app: &mut App, effects: &mut Vec<Effect>) {
    ask::with(app, Asker::Drafts, effects, |h| {
        h.screens.drafts.tables_listed(h.cx, h.out);
    });
}

/// Keeps the list of drafts as the disk will have it.
pub fn keep(app: &mut App, effect: &Effect) {
    let drafts = &mut app.context.drafts;
    match effect {
        Effect::WriteDraft(draft) => {
            drafts.retain(|old| old.id != draft.id);
            drafts.push((**draft).clone());
        }
        Effect::RemoveDraft(id) => drafts.retain(|draft| draft.id != *id),
        _ => {}
    }
}

/// What was typed was to be kept in a file of its own; the form has it all the same.
pub fn kept(app: &mut App, result: Result<String, String>) {
    match result {
        Ok(path) => app.tell(Mood::Done, format!("Kept in {}", text::line(&path))),
        Err(why) => {
            let why = text::line(&why).into_owned();
            let line = format!("Nothing is lost, but no file could be written: {why}");
            app.tell(Mood::Failed, line);
        }
    }
}

/// A draft is not as this seat left it.
pub fn met(app: &mut App, id: &DraftId, fate: Fate, effects: &mut Vec<Effect>) {
    if let Some(owner) = app.context.draft_owner() {
        effects.push(Effect::ReadDrafts(owner));
    }
    let line = match (app.forms.met(id, &fate), fate) {
        (_, Fate::Moved(_)) => return,
        (Some(label), Fate::Elsewhere) => {
            format!("{label} is open at another terminal of yours too: here it goes on as a copy")
        }
        (Some(label), Fate::Gone) => format!(
            "The draft of {label} was saved or thrown away at another terminal; what it held is here"
        ),
        (None, Fate::Elsewhere) => {
            "The draft is open at another terminal of yours: it was not thrown away".into()
        }
        (None, Fate::Gone) => return,
    };
    app.tell(Mood::Warning, line);
}
