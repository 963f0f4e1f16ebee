//! Which tables are shown, and in which order: by schema and name, or the best match first.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::Tables;
use crate::domain::table::{TableId, TableSummary};

/// A table of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub table: TableId,
    /// Whether it is the first of its schema, with the schema's name above it.
    pub heads: bool,
    /// The characters of its name that were looked for, by number.
    pub matched: Vec<u32>,
}

/// Returns the tables that match, the best first; all of them by schema and name without a
/// pattern.
pub(super) fn find(tables: &[TableSummary], pattern: &str) -> Vec<Found> {
    if pattern.trim().is_empty() {
        return all(tables);
    }
    let pattern = Pattern::parse(pattern, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let scored = tables.iter().filter_map(|table| {
        let (score, matched) = score(table, &pattern, &mut matcher)?;
        Some((score, table, matched))
    });
    let mut scored: Vec<_> = scored.collect();
    // Of equal matches the shorter name is the nearer one.
    scored.sort_by_key(|(score, table, _)| (Reverse(*score), table.name.name.len(), &table.name));
    let found = scored.into_iter().map(|(_, table, matched)| Found {
        table: table.id,
        heads: false,
        matched,
    });
    found.collect()
}

/// Scores a table's name, or, counting half, its comment.
fn score(
    table: &TableSummary,
    pattern: &Pattern,
    matcher: &mut Matcher,
) -> Option<(u32, Vec<u32>)> {
    let mut room = Vec::new();
    let mut matched = Vec::new();
    let name = table.name.to_string();
    let name = Utf32Str::new(&name, &mut room);
    let by_name = pattern.indices(name, matcher, &mut matched);
    if let Some(score) = by_name {
        matched.sort_unstable();
        matched.dedup();
        return Some((score.saturating_mul(2), matched));
    }
    let comment = Utf32Str::new(table.comment.as_deref()?, &mut room);
    Some((pattern.score(comment, matcher)?, Vec::new()))
}

fn all(tables: &[TableSummary]) -> Vec<Found> {
    let mut tables: Vec<_> = tables.iter().collect();
    // Names in `public` are written without it, so they come first.
    tables.sort_by_key(|table| (table.name.schema != "public", &table.name));
    let several = tables
        .windows(2)
        .any(|pair| pair[0].name.schema != pair[1].name.schema);
    let mut before = None;
    let found = tables.into_iter().map(|table| {
        let schema = Some(&table.name.schema);
        let heads = several && before != schema;
        before = schema;
        Found {
            table: table.id,
            heads,
            matched: Vec::new(),
        }
    });
    found.collect()
}

impl Tables {
    /// How many lines the list takes, headings included.
    pub(super) fn lines(&self) -> usize {
        self.found.len() + self.found.iter().filter(|found| found.heads).count()
    }

    /// The line on which a table of the list stands.
    pub(super) fn line_of(&self, position: usize) -> usize {
        let upto = self.found.iter().take(position + 1);
        position + upto.filter(|found| found.heads).count()
    }

    /// Whether a heading stands above this line.
    pub(super) fn heading_before(&self, line: usize) -> bool {
        let heads = (0..self.found.len()).filter(|at| self.found[*at].heads);
        heads.map(|at| self.line_of(at)).any(|at| at == line)
    }
}
