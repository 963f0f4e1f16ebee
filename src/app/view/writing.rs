//! Draws the dialog that asks which rows go to which file.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::overlay::{key, lines_in_box, typed_line};
use crate::app::writing::WriteRows;
use crate::domain::export::Form;
use crate::domain::number::grouped;
use crate::input::action::{Action, DialogAction, RowsAction, Scope};
use crate::theme::{Mark, Theme};
use crate::widgets::dialog::Frame;

/// Draws the dialog and returns where the cursor belongs.
pub fn view(
    app: &App,
    dialog: &WriteRows,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let keys = &app.context.keymap;
    let switch = Action::Rows(RowsAction::SwitchColumns);
    let switch = keys.keys(switch, &[Scope::Write]);
    let switch = switch.first().map_or(String::new(), ToString::to_string);
    let lines = lines(dialog, theme);
    let write = key(app, DialogAction::Choose, Scope::Write);
    let close = key(app, DialogAction::Close, Scope::Write);
    let answers = [(write, "write"), (switch, "columns"), (close, "close")];
    let frame = Frame::dialog("write rows to a file");
    let below = lines_in_box(&frame, &lines, 3, &answers, theme, area, buffer);
    typed_line(&dialog.file, theme, below, buffer)
}

/// Draws the question how a row is to be copied.
pub fn copy_row(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let key_of = |action| {
        let keys = app
            .context
            .keymap
            .keys(Action::Rows(action), &[Scope::CopyRow]);
        keys.first().map_or(String::new(), ToString::to_string)
    };
    let lines = [
        "The columns as they are shown, their values whole.".to_owned(),
        "Tabs part them as PostgreSQL's COPY writes a line.".to_owned(),
    ];
    let close = key(app, DialogAction::Close, Scope::CopyRow);
    let answers = [
        (key_of(RowsAction::CopyTabbed), "parted by tabs"),
        (key_of(RowsAction::CopyObject), "JSON"),
        (close, "close"),
    ];
    let frame = Frame::dialog("copy the row");
    let below = lines_in_box(&frame, &lines, 2, &answers, theme, area, buffer);
    Some(Position {
        x: below.x,
        y: below.bottom().saturating_sub(1),
    })
}

fn lines(dialog: &WriteRows, theme: &Theme) -> Vec<String> {
    let choices = dialog.choices.iter().enumerate();
    let mut lines: Vec<String> = choices
        .map(|(number, (_, words))| {
            let mark = match number == dialog.chosen {
                true => theme.mark(Mark::Chosen),
                false => " ",
            };
            format!("[{mark}] {words}")
        })
        .collect();
    let number = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    let (shown, all) = dialog.columns;
    lines.push(match dialog.all_columns {
        true => format!("Columns: all {}, in the table's order", number(all)),
        false => format!("Columns: the {} shown, as they are shown", number(shown)),
    });
    lines.push(match (&dialog.said, dialog.form()) {
        (Some(said), None) => said.clone(),
        (_, Some(form)) => form.about().to_owned(),
        (None, None) => "The name ends with .csv, .tsv, .json or .jsonl".to_owned(),
    });
    if let (None, Some(form)) = (&dialog.said, dialog.form()) {
        let others = [Form::Csv, Form::Tsv, Form::Json, Form::Lines];
        let others = others.into_iter().filter(|other| *other != form);
        let endings: Vec<String> = others.map(|other| format!(".{}", other.name())).collect();
        let line = format!("Another ending of the name writes {}", endings.join(" "));
        lines.push(line);
    }
    lines
}
