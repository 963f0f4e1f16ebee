//! What a grid shows of a value: harmless, on one line, times in the person's zone; no drawing.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::domain::glyph;
use crate::domain::peek;
use crate::domain::table::{Column, ColumnKind};
use crate::domain::text;
use crate::domain::value::Cell;

/// The cells that the mark of NULL takes.
const NULL_WIDTH: usize = 1;

/// Returns what a grid shows of a value, or `None` for NULL.
pub fn shown<'a>(cell: &'a Cell, column: &Column, zone: &TimeZone) -> Option<Cow<'a, str>> {
    let value = cell.value.as_text()?;
    if column.kind == ColumnKind::Time
        && let Some(time) = to_the_minute(value, &column.type_name, zone)
    {
        return Some(Cow::Owned(time));
    }
    if let Some(summary) = peek::summary(value, cell.whole_chars, column) {
        return Some(Cow::Owned(summary));
    }
    if let Some(label) = &cell.label {
        return Some(Cow::Owned(format!("{} · {label}", text::line(value))));
    }
    Some(text::line(value))
}

/// Returns how many cells a value takes in a grid.
pub fn width(cell: &Cell, column: &Column, zone: &TimeZone) -> usize {
    let text = shown(cell, column, zone);
    let cut = usize::from(cell.whole_chars.is_some());
    text.map_or(NULL_WIDTH, |text| glyph::width(&text) + cut)
}

/// Whether values of a type are moments, which are shown as the clock of the person's zone shows them.
pub fn has_zone(type_name: &str) -> bool {
    type_name.starts_with("timestamp") && type_name.contains("with time zone")
        || type_name.starts_with("timestamptz")
}

/// Shows a timestamp to the minute; one with a zone as the clock of the person's zone shows it.
fn to_the_minute(value: &str, type_name: &str, zone: &TimeZone) -> Option<String> {
    if !type_name.starts_with("timestamp") {
        return None;
    }
    if has_zone(type_name) {
        let at: jiff::Timestamp = value.replacen(' ', "T", 1).parse().ok()?;
        let at = at.to_zoned(zone.clone());
        return Some(at.strftime("%Y-%m-%d %H:%M").to_string());
    }
    let at: jiff::civil::DateTime = value.replacen(' ', "T", 1).parse().ok()?;
    Some(at.strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Value;

    fn column(kind: ColumnKind, type_name: &str) -> Column {
        Column {
            number: 1,
            name: "a".into(),
            comment: None,
            type_name: type_name.into(),
            kind,
            not_null: false,
            default: None,
            generated: false,
            may_insert: true,
            may_update: true,
            facts: Default::default(),
        }
    }

    fn check(kind: ColumnKind, type_name: &str, value: &str, expected: &str) {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let cell = Cell::whole(Value::from(value));
        let column = column(kind, type_name);
        assert_eq!(shown(&cell, &column, &zone).as_deref(), Some(expected));
    }

    #[test]
    fn times_are_shown_to_the_minute_and_anything_else_as_it_is() {
        let (zoned, plain) = ("timestamp with time zone", "timestamp without time zone");
        let time = || ColumnKind::Time;
        check(
            time(),
            zoned,
            "2024-05-01 09:12:33.5+00",
            "2024-05-01 11:12",
        );
        check(
            time(),
            "timestamptz(3)",
            "2024-05-01 23:12:33+02:30",
            "2024-05-01 22:42",
        );
        check(time(), plain, "2024-05-01 09:12:33", "2024-05-01 09:12");
        check(time(), plain, "infinity", "infinity");
        check(
            time(),
            zoned,
            "0044-03-15 12:00:00+00 BC",
            "0044-03-15 12:00:00+00 BC",
        );
        check(time(), "time without time zone", "09:12:33", "09:12:33");
        check(
            ColumnKind::Text { max_chars: None },
            "text",
            "a\nb\u{1b}[m",
            "a⏎b\u{fffd}[m",
        );
    }

    #[test]
    fn null_is_not_a_text() {
        let cell = Cell::default();
        let column = column(ColumnKind::Number, "integer");
        assert_eq!(shown(&cell, &column, &TimeZone::UTC), None);
        assert_eq!(width(&cell, &column, &TimeZone::UTC), NULL_WIDTH);
    }
}
