//! The cells of a page, read from an answer: whole values, beginnings, and what came whole for another
//! reason.

use tokio_postgres::Row as Answer;

use super::Place;
use crate::db::contract::Fault;
use crate::db::row;
use crate::domain::value::{Cell, Value};

/// Reads a cell from where it stands in an answer.
pub(super) fn cell(answer: &Answer, place: Place, most: u16) -> Result<Cell, Fault> {
    match place {
        Place::Hidden => Ok(Cell::default()),
        Place::Whole(place) => Ok(shortened(row::raw(answer, place)?, usize::from(most))),
        Place::Cut(beginning, whole) => {
            let whole: Option<i32> = row::column(answer, whole)?;
            Ok(Cell {
                value: row::raw(answer, beginning)?.into(),
                whole_chars: whole.map(i32::unsigned_abs),
                label: None,
            })
        }
    }
}

/// Cuts what came whole for another reason.
fn shortened(text: Option<String>, most: usize) -> Cell {
    let Some(text) = text else {
        return Cell::default();
    };
    match text.char_indices().nth(most) {
        None => Cell::whole(Value::Text(text)),
        Some((end, _)) => Cell {
            whole_chars: u32::try_from(text.chars().count()).ok(),
            value: Value::text(&text[..end]),
            label: None,
        },
    }
}
