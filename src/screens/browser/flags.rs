//! Which values of a row get a sign, and what that of the row under the cursor means; no drawing.

use super::Browser;
use crate::app::context::Context;
use crate::app::flags;
use crate::domain::flag::FlagRule;
use crate::domain::query::Row;
use crate::domain::table::Shape;
use crate::domain::text;

/// The rules of the table that is shown, and the moment they are asked for.
pub(super) struct Flags<'a> {
    shape: &'a Shape,
    rules: Vec<(usize, &'a FlagRule)>,
    now: jiff::Zoned,
}

impl<'a> Flags<'a> {
    /// Those of a table.
    pub(super) fn of(shape: &'a Shape, cx: &'a Context) -> Flags<'a> {
        Flags {
            shape,
            rules: flags::of(shape, cx),
            now: cx.now.to_zoned(cx.zone.clone()),
        }
    }

    /// The first rule that holds for a value of a row.
    pub(super) fn at(&self, row: &Row, position: usize) -> Option<&'a FlagRule> {
        let own = self.rules.iter().filter(|(column, _)| *column == position);
        let mut own = own.map(|(_, rule)| *rule);
        let cell = row.cell(position)?;
        let column = &self.shape.columns[position];
        own.find(|rule| {
            let other = rule.beside(|name| self.shape.column_named(name));
            match other.and_then(|other| Some((row.cell(other)?, &self.shape.columns[other]))) {
                Some(other) => rule.holds_beside((cell, column), other),
                None => other.is_none() && rule.holds(cell, column, &self.now),
            }
        })
    }

    /// All columns of a row that have a sign.
    fn on(&self, row: &Row) -> Vec<&'a FlagRule> {
        let mut columns: Vec<usize> = self.rules.iter().map(|(column, _)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        let found = columns.into_iter().filter_map(|at| self.at(row, at));
        found.collect()
    }
}

impl Browser {
    /// What the signs of the row under the cursor mean.
    pub(super) fn flags_in_words(&self, cx: &Context) -> Option<String> {
        let shape = self.shape.as_deref()?;
        let window = self.window.as_ref()?;
        let flags = Flags::of(shape, cx);
        let (_, row) = window.visible().find(|(at, _)| *at == window.cursor())?;
        let told = flags.on(row).into_iter();
        let told: Vec<String> = told
            .map(|rule| format!("{} {}", rule.sign, text::line(&rule.words())))
            .collect();
        (!told.is_empty()).then(|| told.join(" · "))
    }
}
