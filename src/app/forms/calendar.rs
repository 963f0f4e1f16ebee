//! The calendar under a field of days: which day is chosen, and what taking it puts into the field.

use jiff::civil::Date;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::domain::when::calendar::{self, Step};
use crate::domain::when::{Kind, Meaning};
use crate::input::action::CalendarAction;

use super::{Form, dates, edit, pick};

/// The calendar that is open under the field with the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The day that is chosen.
    pub day: Date,
    /// The day that the word `today` means.
    pub today: Date,
    /// The day in the field when it was opened, if it had one.
    began: Option<Date>,
    /// Whether another day was chosen, so that going on takes it.
    moved: bool,
}

/// Whether days of the field can be chosen in a calendar.
pub fn is_offered(form: &Form, column: usize) -> bool {
    kind(form, column).is_some() && pick::choices(form, column).is_none()
}

/// Opens the calendar at the day in the field, else at today; an open one is closed.
pub fn open(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if form.calendar.take().is_some() {
        return;
    }
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    let Some(kind) = kind(form, form.focus) else {
        return;
    };
    let stands = stands(form, cx);
    let began = calendar::day_of(&stands, kind, &cx.zone);
    if began.is_none() && !stands.trim().is_empty() {
        let line = format!(
            "A calendar shows days of the years 0001 to 9999: {} is as before",
            text::line(stands.trim())
        );
        return out.tell(Mood::Warning, line);
    }
    let today = cx.now.to_zoned(cx.zone.clone()).date();
    form.calendar = Some(Calendar {
        day: began.unwrap_or(today),
        today,
        began,
        moved: false,
    });
}

/// Goes to another day.
pub fn step(form: &mut Form, action: CalendarAction, out: &mut Outbox) {
    let Some(open) = &mut form.calendar else {
        return;
    };
    let there = match action {
        CalendarAction::DayBack => calendar::stepped(open.day, Step::Days(-1)),
        CalendarAction::DayOn => calendar::stepped(open.day, Step::Days(1)),
        CalendarAction::WeekBack => calendar::stepped(open.day, Step::Days(-7)),
        CalendarAction::WeekOn => calendar::stepped(open.day, Step::Days(7)),
        CalendarAction::MonthBack => calendar::stepped(open.day, Step::Months(-1)),
        CalendarAction::MonthOn => calendar::stepped(open.day, Step::Months(1)),
        CalendarAction::Today => Some(open.today),
    };
    match there {
        Some(day) => {
            open.day = day;
            open.moved = true;
        }
        None => out.tell(
            Mood::Told,
            "A calendar shows the years 0001 to 9999; it ends here",
        ),
    }
}

/// Takes the day and goes on to the next field.
pub fn choose(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(open) = form.calendar.take()
        && put(form, &open, cx, out)
    {
        edit::step(form, true);
    }
}

/// Closes it before something else is done; a day that was gone to is taken. Returns whether that
/// is all that was meant.
pub fn settle(form: &mut Form, cx: &Context, out: &mut Outbox) -> bool {
    match form.calendar.take().filter(|open| open.moved) {
        Some(open) => put(form, &open, cx, out),
        None => true,
    }
}

/// Returns what taking the chosen day would put into the field.
pub fn meaning(form: &Form, open: &Calendar, cx: &Context) -> Option<Meaning> {
    let kind = kind(form, form.focus)?;
    calendar::on_day(&stands(form, cx), kind, open.day, &cx.zone)
}

fn put(form: &mut Form, open: &Calendar, cx: &Context, out: &mut Outbox) -> bool {
    let is_word = dates::meaning(form, form.focus, cx).is_some();
    if open.began == Some(open.day) && !is_word {
        return true;
    }
    let Some(meaning) = meaning(form, open, cx) else {
        let name = form.column_name(form.focus);
        let line = format!("{name} has no such time on {}; it is as before", open.day);
        out.tell(Mood::Warning, line);
        return false;
    };
    form.fields[form.focus].put(&Entry::Value(Value::text(meaning.value)));
    edit::edited(form, cx);
    true
}

/// What stands in the field under the cursor, words made exact.
fn stands(form: &Form, cx: &Context) -> String {
    match dates::meaning(form, form.focus, cx) {
        Some(meaning) => meaning.value,
        None => {
            let field = form.fields.get(form.focus);
            field.map_or(String::new(), |field| field.text.text().to_owned())
        }
    }
}

fn kind(form: &Form, column: usize) -> Option<Kind> {
    let kind = Kind::of(&form.column(column)?.facts.base)?;
    calendar::has_days(kind).then_some(kind)
}
