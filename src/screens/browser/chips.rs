//! The filter in words: a chip for each part in the title, and how many more where the line is full.

use crate::domain::glyph;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::table::Shape;
use crate::domain::text;
use crate::domain::value::Value;

/// What parts two chips.
const GAP: &str = "   ";
/// A chip is not begun with fewer cells.
const SHORTEST: usize = 8;
/// The longest value in a chip.
const VALUE: usize = 32;
/// How many values of several are named.
const NAMED: usize = 3;

/// The chips of a filter as they fit into so many cells; those that do not are counted.
pub fn fitting(filter: &Filter, shape: Option<&Shape>, room: usize) -> String {
    let mut all = all(filter, shape);
    let off = filter.conditions.iter().filter(|one| one.off).count();
    all.extend((off > 0).then(|| format!("{off} off")));
    let whole: String = all.iter().map(|chip| format!("{GAP}{chip}")).collect();
    if glyph::width(&whole) <= room {
        return whole;
    }
    for shown in (0..all.len()).rev() {
        let chips: String = all[..shown]
            .iter()
            .map(|chip| format!("{GAP}{chip}"))
            .collect();
        let line = format!("{chips}{GAP}+{} more", all.len() - shown);
        if shown > 0 && glyph::width(&line) <= room {
            return line;
        }
    }
    begun(&all, room)
}

/// The beginning of the first chip, where not even that one fits whole; the others are counted.
fn begun(all: &[String], room: usize) -> String {
    let more = match all.len() {
        0 | 1 => String::new(),
        chips => format!("{GAP}+{} more", chips - 1),
    };
    let left = room.saturating_sub(GAP.len() + 1 + glyph::width(&more));
    let first = all.first().map_or("", String::as_str);
    let glyphs = glyph::glyphs(first).scan(0, |used, glyph| {
        *used += glyph.width;
        (*used <= left).then_some(glyph.start + glyph.text.len())
    });
    match glyphs.last() {
        Some(last) if left >= SHORTEST => format!("{GAP}{}…{more}", &first[..last]),
        _ => format!("{GAP}+{} more", all.len()),
    }
}

/// What must hold, part by part; what is switched off is none of it.
pub fn all(filter: &Filter, shape: Option<&Shape>) -> Vec<String> {
    let quick = (!filter.quick.is_empty()).then(|| format!("/ {}", cut(&filter.quick)));
    let Some(shape) = shape else {
        return quick.into_iter().collect();
    };
    let groups = filter.groups();
    let groups = groups.iter().map(|group| {
        let parts: Vec<String> = group.iter().map(|one| part(one, shape)).collect();
        parts.join(" or ")
    });
    quick.into_iter().chain(groups).collect()
}

/// Shows a condition in words: `status ≠ Retired`.
pub fn part(condition: &Condition, shape: &Shape) -> String {
    let column = shape.columns.get(condition.column);
    let name = column.map_or("?".into(), |column| text::line(&column.name));
    match &condition.test {
        Test::Equals(value) => format!("{name} = {}", quoted(value)),
        Test::Differs(value) => format!("{name} ≠ {}", quoted(value)),
        Test::OneOf(values) => format!("{name} = {}", several(values)),
        Test::Contains(part) => format!("{name} contains \"{}\"", cut(part)),
        Test::Lacks(part) => format!("{name} without \"{}\"", cut(part)),
        Test::Begins(part) => format!("{name} begins \"{}\"", cut(part)),
        Test::Between(Some(least), Some(most)) => format!("{name} {} to {}", cut(least), cut(most)),
        Test::Between(Some(least), None) => format!("{name} ≥ {}", cut(least)),
        Test::Between(None, Some(most)) => format!("{name} ≤ {}", cut(most)),
        Test::Between(None, None) => format!("{name}: any"),
        Test::Span(from, until) => format!("{name} {} until {}", cut(from), cut(until)),
        Test::Less(than) => format!("{name} < {}", cut(than)),
        Test::More(than) => format!("{name} > {}", cut(than)),
        Test::During(words) => format!("{name}: {}", cut(words)),
        Test::Empty => format!("{name} is empty"),
        Test::IsNull => format!("{name} is NULL"),
        Test::IsNotNull => format!("{name} is not NULL"),
    }
}

fn several(values: &[Value]) -> String {
    let named: Vec<String> = values.iter().take(NAMED).map(quoted).collect();
    match values.len().saturating_sub(NAMED) {
        0 => named.join(" | "),
        more => format!("{} | +{more}", named.join(" | ")),
    }
}

/// Shows a value; NULL, and what looks like it or has blanks, can be told apart.
pub fn quoted(value: &Value) -> String {
    value.as_text().map_or("NULL".into(), |value| {
        let value = cut(value);
        let alike = value.is_empty() || value.contains(' ') || value.eq_ignore_ascii_case("null");
        match alike {
            true => format!("\"{value}\""),
            false => value,
        }
    })
}

/// A harmless line of a value, cut where it is long: a megabyte must not be looked through.
fn cut(value: &str) -> String {
    let end = value.char_indices().nth(VALUE).map(|(end, _)| end);
    match end {
        None => text::line(value).into_owned(),
        Some(end) => format!("{}…", text::line(&value[..end])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::tests::shape;

    fn on(column: usize, test: Test) -> Condition {
        Condition::new(column, test)
    }

    fn filter() -> Filter {
        let down = ["Down", "Retired", "a b", "", "NULL"].map(Value::from);
        Filter {
            quick: "pump".into(),
            conditions: vec![
                on(0, Test::OneOf(down.to_vec())),
                on(1, Test::Between(Some("1".into()), None)),
                Condition {
                    or: true,
                    ..on(1, Test::IsNull)
                },
                Condition {
                    off: true,
                    ..on(0, Test::Empty)
                },
            ],
        }
    }

    #[test]
    fn every_part_is_a_chip_and_what_does_not_fit_is_counted() {
        let shape = shape(1, &[("status", 1), ("cost", 2)]);
        let line = fitting(&filter(), Some(&shape), 200);
        let parts =
            "   / pump   status = Down | Retired | \"a b\" | +2   cost ≥ 1 or cost is NULL   1 off";
        assert_eq!(line, parts);
        for room in 0..line.len() {
            let shown = fitting(&filter(), Some(&shape), room);
            assert!(glyph::width(&shown) <= room.max(10), "{room}: {shown}");
            let told = shown == line || shown.ends_with(" more") || shown.ends_with('…');
            assert!(told, "{room}: {shown}");
        }
        assert_eq!(fitting(&filter(), Some(&shape), 20), "   / pump   +3 more");
    }

    #[test]
    fn long_and_hostile_values_are_cut_and_harmless() {
        let shape = shape(1, &[("no\u{1b}te", 1)]);
        let long = "x".repeat(1_000_000);
        let chip = part(&on(0, Test::Equals(Value::text(long))), &shape);
        assert!(chip.ends_with("xxx…") && chip.len() < 60, "{chip}");
        let chip = part(&on(0, Test::Contains("\u{202e}\u{7}".into())), &shape);
        assert!(!chip.contains(['\u{202e}', '\u{7}', '\u{1b}']), "{chip:?}");
    }
}
