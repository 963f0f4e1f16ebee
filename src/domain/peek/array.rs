//! Arrays and ranges line by line, from the text that PostgreSQL gives.

use super::Line;
use crate::domain::text;

/// The deepest that arrays are nested in PostgreSQL, and some more.
const DEEPEST: usize = 16;

/// The elements of an array; `None` where the text is none.
pub(super) fn lines(whole: &str) -> Option<Vec<Line>> {
    let (first, body) = match whole.split_once("={") {
        Some((bounds, _)) if bounds.starts_with('[') => {
            (bounds_of(bounds)?, &whole[bounds.len() + 1..])
        }
        _ => (Vec::new(), whole),
    };
    let mut lines = Vec::new();
    let rest = elements(body, &first, 0, &mut lines)?;
    rest.is_empty().then_some(lines)
}

/// The lower bounds of `[0:1][1:2]`.
fn bounds_of(bounds: &str) -> Option<Vec<i64>> {
    let inner = bounds.strip_prefix('[')?.strip_suffix(']')?;
    let parts = inner.split("][");
    parts
        .map(|part| part.split_once(':')?.0.parse().ok())
        .collect()
}

fn elements<'a>(
    text: &'a str,
    first: &[i64],
    depth: usize,
    lines: &mut Vec<Line>,
) -> Option<&'a str> {
    let mut rest = text.strip_prefix('{')?;
    if depth > DEEPEST {
        return None;
    }
    let mut number = first.first().copied().unwrap_or(1);
    if let Some(rest) = rest.strip_prefix('}') {
        lines.push(Line::flat("{}: no element"));
        return Some(rest);
    }
    loop {
        if rest.starts_with('{') {
            let place = lines.len();
            lines.push(Line {
                depth,
                text: String::new(),
                folds: true,
            });
            let deeper = first.get(1..).unwrap_or(&[]);
            rest = elements(rest, deeper, depth + 1, lines)?;
            let below = lines[place + 1..].iter();
            let count = below.filter(|line| line.depth == depth + 1).count();
            lines[place].text = format!("{number}: {{ {count} }}");
        } else {
            let (element, after) = element(rest)?;
            rest = after;
            let shown = match &element {
                None => "NULL".to_owned(),
                Some(text) if text.is_empty() || text == "NULL" => format!("\"{text}\""),
                Some(text) => text::line(text).into_owned(),
            };
            lines.push(Line {
                depth,
                text: format!("{number}: {shown}"),
                folds: false,
            });
        }
        number += 1;
        // A box parts its corners by commas, and so boxes are parted by semicolons.
        match rest.strip_prefix([',', ';']) {
            Some(after) => rest = after,
            None => return rest.strip_prefix('}'),
        }
    }
}

/// One element, and what follows; `None` within for NULL.
fn element(text: &str) -> Option<(Option<String>, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([',', ';', '}'])?;
        // The corners of a box hold commas.
        let end = match text.starts_with('(') {
            true => text.find([';', '}'])?,
            false => end,
        };
        let element = &text[..end];
        return Some((
            (element != "NULL").then(|| element.to_owned()),
            &text[end..],
        ));
    };
    let mut element = String::new();
    let mut signs = inside.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((Some(element), &inside[at + 1..])),
            '\\' => element.push(signs.next()?.1),
            sign => element.push(sign),
        }
    }
    None
}

/// The bounds of a range, or of each range of several.
pub(super) fn ranges(whole: &str) -> Option<Vec<Line>> {
    if whole == "empty" {
        return Some(vec![Line::flat("empty: it holds nothing")]);
    }
    let Some(inside) = whole.strip_prefix('{') else {
        let (range, rest) = range(whole)?;
        return rest
            .is_empty()
            .then(|| range.into_iter().map(Line::flat).collect());
    };
    let mut rest = inside;
    let (mut lines, mut number) = (Vec::new(), 1);
    while !rest.starts_with('}') {
        let (bounds, after) = range(rest)?;
        lines.push(Line {
            depth: 0,
            text: format!("{number}:"),
            folds: true,
        });
        lines.extend(bounds.into_iter().map(|text| Line {
            depth: 1,
            text,
            folds: false,
        }));
        number += 1;
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    if lines.is_empty() {
        lines.push(Line::flat("{}: it holds nothing"));
    }
    Some(lines)
}

fn range(text: &str) -> Option<(Vec<String>, &str)> {
    let included = text.starts_with('[');
    let rest = text.strip_prefix(['[', '('])?;
    let (low, rest) = bound(rest)?;
    let (high, rest) = bound(rest.strip_prefix(',')?)?;
    let up_to = rest.starts_with(']');
    let rest = rest.strip_prefix([']', ')'])?;
    let said = |name: &str, bound: Option<String>, included: bool| match bound {
        None => format!("{name} no bound"),
        Some(bound) if included => format!("{name} {bound}, included"),
        Some(bound) => format!("{name} {bound}, not included"),
    };
    let lines = vec![said("from", low, included), said("to", high, up_to)];
    Some((lines, rest))
}

fn bound(text: &str) -> Option<(Option<String>, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([',', ']', ')'])?;
        let bound = &text[..end];
        let shown = text::line(bound).into_owned();
        return Some(((!bound.is_empty()).then_some(shown), &text[end..]));
    };
    let mut bound = String::new();
    let mut signs = inside.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' if signs.peek().is_some_and(|(_, next)| *next == '"') => {
                signs.next();
                bound.push('"');
            }
            '"' => {
                let shown = text::line(&bound).into_owned();
                return Some((Some(shown), &inside[at + 1..]));
            }
            '\\' => bound.push(signs.next()?.1),
            sign => bound.push(sign),
        }
    }
    None
}
