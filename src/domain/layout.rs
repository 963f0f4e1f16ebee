//! How a person wants the columns of a table shown: which, in which order, how wide, and which stay
//! while one scrolls sideways. Kept by the columns' names, so that it outlives an altered table; pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::table::{Column, Shape};

#[cfg(test)]
mod tests;

/// How a person wants the columns of a table shown; the default shows all as the table has them, the
/// key's first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The columns in the order wanted, hidden ones too; empty: as the table has them. Columns that
    /// the table got later come last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<ColumnName>,
    /// The columns that are not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<ColumnName>,
    /// How wide columns are that are not as wide as their values, in cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widths: Vec<(ColumnName, u16)>,
    /// Which stay at the left.
    #[serde(default)]
    pub frozen: Frozen,
}

/// A column as it is remembered: by its name, and by its number where it has another name since.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ColumnName {
    /// The name, exactly.
    pub name: String,
    /// Its number in the catalog when it was remembered.
    pub number: i16,
}

/// Which columns stay at the left while one scrolls sideways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frozen {
    /// Those of the key, as long as they stand first.
    #[default]
    Key,
    /// None.
    Nothing,
    /// All up to this one.
    Through(ColumnName),
}

/// A layout worked out for a table as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Every column of the table, in the order wanted.
    pub columns: Vec<Arranged>,
    /// How many of them, from the first, stay at the left; hidden ones count.
    pub frozen: usize,
}

/// One column of an arrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arranged {
    /// The position in the shape's columns.
    pub position: usize,
    /// Whether it is left out.
    pub hidden: bool,
    /// How wide it is, where that does not follow from its values.
    pub width: Option<u16>,
}

impl ColumnName {
    /// Names a column.
    pub fn of(column: &Column) -> Self {
        Self {
            name: column.name.clone(),
            number: column.number,
        }
    }
}

impl Layout {
    /// Whether all is shown as the table has it.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Works the layout out for a table. What is said of columns that are gone is left out; where all
    /// would be hidden, nothing is.
    pub fn in_table(&self, shape: &Shape) -> Arrangement {
        let known = Known::new(self, shape);
        let mut columns: Vec<Arranged> = Vec::with_capacity(shape.columns.len());
        let mut taken = vec![false; shape.columns.len()];
        let named = self.order.iter().filter_map(|column| known.find(column));
        for position in named.chain(usual_order(shape)) {
            if !std::mem::replace(&mut taken[position], true) {
                columns.push(Arranged {
                    position,
                    hidden: false,
                    width: None,
                });
            }
        }
        let mut places = vec![0; columns.len()];
        for (place, column) in columns.iter().enumerate() {
            places[column.position] = place;
        }
        for position in self.hidden.iter().filter_map(|column| known.find(column)) {
            columns[places[position]].hidden = true;
        }
        if columns.iter().all(|column| column.hidden) {
            columns.iter_mut().for_each(|column| column.hidden = false);
        }
        for (column, width) in &self.widths {
            if let Some(position) = known.find(column) {
                columns[places[position]].width = Some(*width);
            }
        }
        let through = match &self.frozen {
            Frozen::Through(column) => known.find(column).map(|at| places[at] + 1),
            Frozen::Nothing => Some(0),
            Frozen::Key => None,
        };
        let frozen = through.unwrap_or_else(|| leading_keys(&columns, shape));
        Arrangement { columns, frozen }
    }
}

impl Arrangement {
    /// Returns the layout that gives this arrangement in this table: as little of it as does.
    pub fn layout(&self, shape: &Shape) -> Layout {
        let name = |column: &Arranged| shape.columns.get(column.position).map(ColumnName::of);
        let is_usual = self
            .columns
            .iter()
            .map(|column| column.position)
            .eq(usual_order(shape));
        let order = match is_usual {
            true => Vec::new(),
            false => self.columns.iter().filter_map(name).collect(),
        };
        let hidden = self.columns.iter().filter(|column| column.hidden);
        let widths = self.columns.iter().filter_map(|column| {
            let width = column.width?;
            Some((name(column)?, width))
        });
        let last = self
            .frozen
            .checked_sub(1)
            .and_then(|at| self.columns.get(at));
        let frozen = match last.and_then(name) {
            _ if self.frozen == leading_keys(&self.columns, shape) => Frozen::Key,
            Some(last) => Frozen::Through(last),
            None => Frozen::Nothing,
        };
        Layout {
            order,
            hidden: hidden.filter_map(name).collect(),
            widths: widths.collect(),
            frozen,
        }
    }
}

/// The positions of a table's columns as they are shown where nobody arranged them.
fn usual_order(shape: &Shape) -> impl Iterator<Item = usize> {
    let others = (0..shape.columns.len()).filter(|position| !shape.key.contains(position));
    shape.key.iter().copied().chain(others)
}

/// How many columns of the key stand first.
fn leading_keys(columns: &[Arranged], shape: &Shape) -> usize {
    let leading = columns.iter();
    leading
        .take_while(|column| shape.key.contains(&column.position))
        .count()
}

/// The columns of a table, to find what a layout means.
struct Known<'a> {
    names: HashMap<&'a str, usize>,
    /// By number, without those that the layout knows by their names.
    numbers: HashMap<i16, usize>,
}

impl<'a> Known<'a> {
    fn new(layout: &Layout, shape: &'a Shape) -> Self {
        let names: HashMap<&str, usize> = shape
            .columns
            .iter()
            .enumerate()
            .map(|(position, column)| (column.name.as_str(), position))
            .collect();
        let widths = layout.widths.iter().map(|(column, _)| column);
        let through = match &layout.frozen {
            Frozen::Through(column) => Some(column),
            Frozen::Key | Frozen::Nothing => None,
        };
        let meant = layout.order.iter().chain(&layout.hidden);
        let meant = meant.chain(widths).chain(through);
        let meant: Vec<usize> = meant
            .filter_map(|column| names.get(column.name.as_str()).copied())
            .collect();
        let mut named = vec![false; shape.columns.len()];
        meant
            .into_iter()
            .for_each(|position| named[position] = true);
        let others = shape.columns.iter().enumerate();
        let others = others.filter(|(position, _)| !named[*position]);
        let numbers = others.map(|(position, column)| (column.number, position));
        Self {
            names,
            numbers: numbers.collect(),
        }
    }

    /// The column of this name, else the one that has its number and another name since.
    fn find(&self, column: &ColumnName) -> Option<usize> {
        let named = self.names.get(column.name.as_str());
        named.or_else(|| self.numbers.get(&column.number)).copied()
    }
}
