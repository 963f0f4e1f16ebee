//! Where a person wants to jump in a list: to its ends, to a share of it, to a key; and the values
//! between two, by which a share is found without reading what is before it. Pure.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::table::{Column, ColumnKind, Shape};

#[cfg(test)]
mod tests;

/// How many parts a whole has.
pub const WHOLE: u32 = 1_000_000;

/// Where somebody wants to jump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// To so many millionths of the rows.
    Share(u32),
    /// To the row of a key, a value for each of its columns.
    Key(Vec<String>),
}

/// How exact a jump to a share is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By the server's statistics of the column.
    Statistics {
        /// When they were made, as far as that is known.
        of: Option<jiff::Timestamp>,
    },
    /// By some of the rows, read at random.
    Sample,
    /// By those that match among some rows, read at random.
    Matching {
        /// How many they are.
        rows: u64,
    },
    /// By all rows that match.
    All {
        /// How many they are.
        rows: u64,
    },
    /// As far as the column's values are evenly spread between the first and the last.
    Evenly,
    /// By the place in the table's file.
    Place,
}

impl Jump {
    /// Reads what was typed. What stands in quotes is a key, whatever it looks like.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    pub fn read(typed: &str, shape: &Shape) -> Result<Self, String> {
        let typed = typed.trim();
        match typed.to_lowercase().as_str() {
            "" => {
                return Err("Nothing was typed: a key, a share such as 50%, first or last".into());
            }
            "first" => return Ok(Self::First),
            "last" => return Ok(Self::Last),
            _ => {}
        }
        if let Some(share) = typed.strip_suffix('%') {
            let share: Option<f64> = share.trim().replace(',', ".").parse().ok();
            let share = share.filter(|share| (0.0..=100.0).contains(share));
            let share = share.ok_or("A share is a number from 0% to 100%")?;
            return Ok(Self::Share(millionths(share / 100.0)));
        }
        if shape.key.is_empty() {
            return Err("Rows have no key here: type a share such as 50%, first or last".into());
        }
        let values = values(typed, shape.key.len());
        let values = values.ok_or_else(|| {
            let names = shape.key.iter().filter_map(|at| shape.columns.get(*at));
            let names: Vec<_> = names.map(|column| column.name.as_str()).collect();
            format!("The key has {} parts: {}", names.len(), names.join(", "))
        })?;
        Ok(Self::Key(values))
    }
}

fn millionths(share: f64) -> u32 {
    // In range: the share is between 0 and 1.
    (share * f64::from(WHOLE)).round() as u32
}

/// Splits what was typed into the values of a key.
fn values(typed: &str, count: usize) -> Option<Vec<String>> {
    let trimmed = |part: &str| {
        let part = part.trim();
        let quoted = part
            .strip_prefix('"')
            .and_then(|part| part.strip_suffix('"'));
        quoted.unwrap_or(part).to_owned()
    };
    if count == 1 {
        return Some(vec![trimmed(typed)]);
    }
    let by_comma: Vec<String> = typed.split(',').map(trimmed).collect();
    let by_blank = || typed.split_whitespace().map(trimmed).collect::<Vec<_>>();
    let split = Some(by_comma).filter(|parts| parts.len() == count);
    split.or_else(|| Some(by_blank()).filter(|parts| parts.len() == count))
}

/// A value as the person sees it, as the server reads it: times without a zone are of theirs.
pub fn as_stored(value: &str, column: &Column, zone: &TimeZone) -> String {
    let zoned = column.kind == ColumnKind::Time && column.facts.base == "timestamptz";
    let time = zoned.then(|| value.parse::<DateTime>().ok()).flatten();
    let time = time.and_then(|time| time.to_zoned(zone.clone()).ok());
    time.map_or_else(|| value.to_owned(), |time| time.timestamp().to_string())
}

/// Returns the value that stands at a share between two others of a type, as text, where values of
/// that type can be counted.
pub fn between(base: &str, low: &str, high: &str, share: f64) -> Option<String> {
    let at = |low: f64, high: f64| low + (high - low) * share;
    match base {
        "int2" | "int4" | "int8" | "oid" => {
            let (low, high): (i64, i64) = (low.parse().ok()?, high.parse().ok()?);
            let span = i128::from(high) - i128::from(low);
            let parts = i128::from(millionths(share));
            let value = i128::from(low) + span * parts / i128::from(WHOLE);
            Some(value.to_string())
        }
        "numeric" | "float4" | "float8" => {
            let value = at(low.parse().ok()?, high.parse().ok()?);
            value.is_finite().then(|| format!("{value}"))
        }
        "date" => {
            let (low, high): (Date, Date) = (low.parse().ok()?, high.parse().ok()?);
            let days = f64::from((high - low).get_days());
            let date = low.checked_add(jiff::Span::new().days(at(0.0, days) as i64));
            date.ok().map(|date| date.to_string())
        }
        "timestamp" => {
            let (low, high): (DateTime, DateTime) = (low.parse().ok()?, high.parse().ok()?);
            let span = high.duration_since(low);
            low.checked_add(span.mul_f64(share))
                .ok()
                .map(|time| time.to_string())
        }
        "timestamptz" => {
            let read = |text: &str| text.replacen(' ', "T", 1).parse::<jiff::Timestamp>().ok();
            let (low, high) = (read(low)?, read(high)?);
            let span = high.duration_since(low);
            low.checked_add(span.mul_f64(share))
                .ok()
                .map(|time| time.to_string())
        }
        "uuid" => {
            let (low, high) = (hex(low)?, hex(high)?);
            let (span, parts) = (high.checked_sub(low)?, u128::from(millionths(share)));
            let whole = u128::from(WHOLE);
            // The exact product has room only where the span is not huge.
            let product = span.checked_mul(parts).map(|product| product / whole);
            let value = low + product.unwrap_or(span / whole * parts);
            Some(format!("{value:032x}"))
        }
        _ => None,
    }
}

fn hex(uuid: &str) -> Option<u128> {
    u128::from_str_radix(&uuid.replace('-', ""), 16).ok()
}
