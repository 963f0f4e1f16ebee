//! A deleted record as it is told whole: a line for each line of its values.

use super::{shown, withheld};
use crate::domain::history::Remains;
use crate::domain::{text, wrap};

/// The widest a name gets.
pub const WIDEST: usize = 18;

/// The values, line by line with their names.
pub fn lines(remains: &Remains, columns: u16) -> Vec<(String, String)> {
    let room = usize::from(columns).saturating_sub(WIDEST + 8).max(10);
    let mut lines = Vec::new();
    for (name, kept) in &remains.values {
        let value = shown(kept);
        for (number, line) in wrap::lines(&value, room).into_iter().enumerate() {
            let name = if number == 0 {
                text::line(name).into_owned()
            } else {
                String::new()
            };
            lines.push((name, value[line].trim_end().to_owned()));
        }
    }
    if remains.withheld > 0 {
        lines.push((String::new(), withheld(remains.withheld)));
    }
    lines
}
