//! The rows of the calendar under a field: a month in weeks, the chosen day in brackets, today with
//! a star; pure.

use jiff::civil::Date;

use super::rows::Row;
use crate::app::context::Context;
use crate::app::forms::{Form, calendar};
use crate::domain::when::calendar as days;
use crate::domain::wrap;
use crate::theme::Role;

/// The cells of one day: a sign, two digits, a sign.
const CELL: usize = 4;
/// The most lines that say what would be put into the field.
const MOST_LINES: usize = 2;

/// Returns the rows; none where no calendar is open.
pub fn rows(form: &Form, width: usize, cx: &Context) -> Vec<Row> {
    let Some(open) = &form.calendar else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    if let Some(meaning) = calendar::meaning(form, open, cx) {
        let told = format!("= {}", meaning.told);
        let lines = wrap::first_lines(&told, width, MOST_LINES).0;
        rows.extend(lines.into_iter().map(|line| Row::new(line, Role::Muted)));
    }
    let weeks = days::month(open.day);
    let here = weeks
        .iter()
        .flatten()
        .flatten()
        .any(|day| *day == open.today);
    // Brackets leave no room for the star: that the day chosen is today is said in a word.
    let today = match here {
        true if open.day == open.today => ", today",
        true => "   * today",
        false => "",
    };
    let title = open.day.strftime("%B %Y").to_string();
    rows.push(Row::new(format!("{title}{today}"), Role::DialogTitle));
    let head = " Mo  Tu  We  Th  Fr  Sa  Su";
    rows.push(Row::new(head, Role::Dialog));
    for week in &weeks {
        let cells = week.iter().map(|day| cell(*day, open));
        let line: String = cells.collect();
        let at = week.iter().position(|day| *day == Some(open.day));
        rows.push(Row {
            cursor: at.map(|at| at * CELL + 1),
            ..Row::new(line.trim_end(), Role::Dialog)
        });
    }
    rows
}

fn cell(day: Option<Date>, open: &calendar::Calendar) -> String {
    let Some(day) = day else {
        return " ".repeat(CELL);
    };
    let today = if day == open.today { '*' } else { ' ' };
    match day == open.day {
        true => format!("[{:>2}]", day.day()),
        false => format!(" {:>2}{today}", day.day()),
    }
}
