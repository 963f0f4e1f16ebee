//! Which tables are shown, and in which order: favourites, those opened last, then all by schema and
//! name; or the best match first.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::domain::glyph::width;
use crate::domain::memory::Memory;
use crate::domain::table::{TableId, TableName, TableSummary};
use crate::domain::text::line;

/// How many tables that were opened last are listed.
const RECENT: usize = 5;

/// A table of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub table: TableId,
    /// Its place among all tables.
    pub at: usize,
    /// Whether its schema is written before its name.
    pub whole: bool,
    /// The characters of its name that were looked for, by number.
    pub matched: Vec<u32>,
}

/// The list as it is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// The tables, in order.
    pub found: Vec<Found>,
    /// The headings: before which table each stands.
    heads: Vec<(usize, String)>,
    /// The widest name, in cells.
    pub widest: usize,
}

/// Returns the tables that match, the best first; all of them without a pattern. In a list that fits
/// on the screen those opened last are seen anyway.
pub(super) fn list(
    tables: &[TableSummary],
    memory: &Memory,
    pattern: &str,
    height: usize,
) -> Listing {
    let several = tables
        .windows(2)
        .any(|pair| pair[0].name.schema != pair[1].name.schema);
    let mut listing = match pattern.trim().is_empty() {
        true => all(tables, memory, several, height),
        false => matching(tables, memory, pattern, several),
    };
    let names = listing.found.iter().map(|found| {
        let name = found.name(&tables[found.at].name);
        width(&line(&name))
    });
    listing.widest = names.max().unwrap_or(0);
    listing
}

fn matching(tables: &[TableSummary], memory: &Memory, pattern: &str, several: bool) -> Listing {
    let pattern = Pattern::parse(pattern, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let scored = tables.iter().enumerate().filter_map(|(at, table)| {
        let found = Found {
            table: table.id,
            at,
            whole: several,
            matched: Vec::new(),
        };
        let (score, matched) = score(table, &found, &pattern, &mut matcher)?;
        Some((score, table, Found { matched, ..found }))
    });
    let mut scored: Vec<_> = scored.collect();
    let favourites: HashSet<&TableName> = memory.favourites.iter().collect();
    // Of equal matches a favourite, then the shorter name, is the nearer one.
    scored.sort_by_key(|(score, table, _)| {
        let other = !favourites.contains(&table.name);
        (Reverse(*score), other, table.name.name.len(), &table.name)
    });
    Listing {
        found: scored.into_iter().map(|(_, _, found)| found).collect(),
        ..Listing::default()
    }
}

/// Scores a table's name, or, counting half, its comment.
fn score(
    table: &TableSummary,
    found: &Found,
    pattern: &Pattern,
    matcher: &mut Matcher,
) -> Option<(u32, Vec<u32>)> {
    let mut room = Vec::new();
    let mut matched = Vec::new();
    let name = found.name(&table.name);
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

fn all(tables: &[TableSummary], memory: &Memory, several: bool, height: usize) -> Listing {
    let mut listing = Listing::default();
    let mut taken = vec![false; tables.len()];
    let places: HashMap<&TableName, usize> = match memory.favourites.len() + memory.recent.len() {
        0 => HashMap::new(),
        _ => tables.iter().map(|table| &table.name).zip(0..).collect(),
    };
    let mut first = |listing: &mut Listing, names: &[TableName], most: usize, head: &str| {
        let places = names.iter().filter_map(|name| places.get(name).copied());
        let places: Vec<usize> = places.filter(|at| !taken[*at]).take(most).collect();
        if !places.is_empty() {
            listing.head(head);
        }
        for at in places {
            taken[at] = true;
            listing.push(tables, at, several);
        }
    };
    first(&mut listing, &memory.favourites, usize::MAX, "favourites");
    if tables.len() > height {
        first(&mut listing, &memory.recent, RECENT, "opened last");
    }
    let mut others: Vec<usize> = (0..tables.len()).filter(|at| !taken[*at]).collect();
    // Names in `public` are written without it, so they come first.
    others.sort_by_key(|at| (tables[*at].name.schema != "public", &tables[*at].name));
    let mut before = None;
    if !several && !others.is_empty() && !listing.found.is_empty() {
        listing.head("others");
    }
    for at in others {
        let schema = tables[at].name.schema.as_str();
        if several && before != Some(schema) {
            listing.head(schema);
        }
        before = Some(schema);
        listing.push(tables, at, false);
    }
    listing
}

impl Found {
    /// The name as it is written here.
    pub(super) fn name(&self, name: &TableName) -> String {
        match self.whole {
            true => name.to_string(),
            false => name.name.clone(),
        }
    }
}

impl Listing {
    fn head(&mut self, text: &str) {
        self.heads.push((self.found.len(), text.to_owned()));
    }

    fn push(&mut self, tables: &[TableSummary], at: usize, whole: bool) {
        self.found.push(Found {
            table: tables[at].id,
            at,
            whole,
            matched: Vec::new(),
        });
    }

    /// How many lines the list takes, headings included.
    pub(super) fn lines(&self) -> usize {
        self.found.len() + self.heads.len()
    }

    /// The line on which a table of the list stands.
    pub(super) fn line_of(&self, position: usize) -> usize {
        position + self.heads.partition_point(|(at, _)| *at <= position)
    }

    /// The heading right above a table of the list.
    pub(super) fn heading(&self, position: usize) -> Option<&str> {
        let found = self.heads.binary_search_by_key(&position, |(at, _)| *at);
        found.ok().map(|at| self.heads[at].1.as_str())
    }

    /// The first table that stands on a line or below it.
    pub(super) fn entry_at(&self, line: usize) -> usize {
        let first = line.saturating_sub(self.heads.len());
        let above = (first..self.found.len()).take_while(|at| self.line_of(*at) < line);
        first + above.count()
    }
}
