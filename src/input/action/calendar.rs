//! Actions in the calendar under a field; no state.

use super::{Action, ActionRow, FormAction, Scope};

/// Actions in the calendar under a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CalendarAction {
    /// One day back.
    DayBack,
    /// One day on.
    DayOn,
    /// One week back.
    WeekBack,
    /// One week on.
    WeekOn,
    /// One month back.
    MonthBack,
    /// One month on.
    MonthOn,
    /// To today.
    Today,
}

const fn row(
    action: CalendarAction,
    name: &'static str,
    help: &'static str,
    hint: &'static str,
    keys: &'static [&'static str],
) -> ActionRow {
    ActionRow {
        action: Action::Form(FormAction::Calendar(action)),
        name,
        help,
        hint,
        scopes: &[Scope::Calendar],
        keys,
    }
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    row(
        CalendarAction::DayBack,
        "day-back",
        "Goes to the day before",
        "day back",
        &["left"],
    ),
    row(
        CalendarAction::DayOn,
        "day-on",
        "Goes to the next day",
        "day on",
        &["right"],
    ),
    row(
        CalendarAction::WeekBack,
        "week-back",
        "Goes to the week before",
        "week back",
        &["up"],
    ),
    row(
        CalendarAction::WeekOn,
        "week-on",
        "Goes to the next week",
        "week on",
        &["down"],
    ),
    row(
        CalendarAction::MonthBack,
        "month-back",
        "Goes to the month before",
        "month back",
        &["pgup"],
    ),
    row(
        CalendarAction::MonthOn,
        "month-on",
        "Goes to the next month",
        "month on",
        &["pgdn"],
    ),
    row(
        CalendarAction::Today,
        "to-today",
        "Goes to today",
        "today",
        &["home"],
    ),
];
