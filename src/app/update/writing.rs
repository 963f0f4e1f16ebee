//! The dialog that asks which rows go to which file, and the file's progress.

use super::super::App;
use super::ask;
use crate::app::effect::Effect;
use crate::app::outbox::Asker;
use crate::app::overlay::Overlay;
use crate::app::writing::WriteRows;
use crate::db::contract::QueryId;
use crate::domain::export::Form;
use crate::input::action::{Action, DialogAction, RowsAction};

/// Does what was asked for in the dialog.
pub fn act(app: &mut App, mut dialog: WriteRows, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Dialog(DialogAction::Close) => return,
        Action::Dialog(DialogAction::Up) => dialog.step(false),
        Action::Dialog(DialogAction::Down) => dialog.step(true),
        Action::Rows(RowsAction::SwitchColumns) => dialog.all_columns = !dialog.all_columns,
        Action::Dialog(DialogAction::Choose | DialogAction::Accept) => match dialog.wanted() {
            Ok(wanted) => {
                return ask::with(app, Asker::Rows, effects, |h| {
                    h.screens.browser.write_rows(wanted, h.cx, h.out);
                });
            }
            Err(why) => dialog.said = Some(why),
        },
        _ => {}
    }
    app.overlay = Some(Overlay::WriteRows(dialog));
}

/// Copies the row under the cursor as it was chosen.
pub fn copy_row(app: &mut App, action: Action, effects: &mut Vec<Effect>) {
    let form = match action {
        Action::Rows(RowsAction::CopyTabbed) => Form::Tsv,
        Action::Rows(RowsAction::CopyObject) => Form::Lines,
        _ => return,
    };
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.copy_row(form, h.cx, h.out);
    });
}

/// So many rows are written.
pub fn told(app: &mut App, query: QueryId, rows: u64) {
    app.screens.browser.rows_told(query, rows);
}

/// Whoever asked for a file is not there any more: it is given up.
pub fn give_up(app: &mut App, effects: &mut Vec<Effect>) {
    let writing = app
        .questions
        .extract_if(|_, asker| *asker == Asker::Rows)
        .map(|(query, _)| Effect::Cancel(query));
    effects.extend(writing);
}
