//! Foreign keys: which columns refer to which records, how such a record is named to a person, and
//! simple checks in words; no SQL.

use super::secret::is_secret;
use super::table::{Column, ColumnKind, Shape, TableId, TableName};

/// A foreign key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The columns that refer, as positions in the shape.
    pub columns: Vec<usize>,
    /// The table that is referred to.
    pub table: TableId,
    /// Its schema and name.
    pub name: TableName,
    /// The exact names of the columns that are referred to, in the same order.
    pub theirs: Vec<String>,
    /// Whether the role may read any of it, as far as the catalog tells.
    pub readable: bool,
}

/// A record that a foreign key can refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The values of the columns that are referred to, in the order of the foreign key.
    pub key: Vec<String>,
    /// What names the record to a person; may be empty.
    pub labels: Vec<String>,
}

/// The most tables whose records are named in a list of rows.
const MOST_NAMED: usize = 16;

/// The tables that rows refer to by one column, so that a name can stand beside the value.
pub fn tables_named(shape: &Shape) -> Vec<TableId> {
    let references = shape.references.iter();
    let named = references.filter(|one| one.readable && one.columns.len() == 1);
    let mut tables: Vec<TableId> = named.map(|one| one.table).collect();
    tables.sort_unstable();
    tables.dedup();
    tables.truncate(MOST_NAMED);
    tables
}

/// How many columns name a record to a person, at most.
const MOST_LABELS: usize = 2;

/// Names that columns have which name a record, best first.
const NAMES: [&str; 14] = [
    "name",
    "title",
    "label",
    "description",
    "full_name",
    "last_name",
    "first_name",
    "display_name",
    "lastname",
    "surname",
    "family_name",
    "firstname",
    "forename",
    "given_name",
];

/// The last parts of a person's name, the first ones, and what names nobody.
const LAST: &[&str] = &["last_name", "lastname", "surname", "family_name"];
const FIRST: &[&str] = &["first_name", "firstname", "forename", "given_name"];
const NO_PERSON: [&str; 3] = ["title", "label", "description"];

/// Chooses the columns that name a record to a person, besides its key: those whose name says so,
/// else a unique text, else the first texts.
pub fn label_columns(shape: &Shape, key: &[usize]) -> Vec<usize> {
    let text = |place: &usize| {
        let kind = &shape.columns[*place].kind;
        let secret = is_secret(&shape.name, &shape.columns[*place], &[]);
        matches!(kind, ColumnKind::Text { .. }) && !key.contains(place) && !secret
    };
    let texts: Vec<usize> = (0..shape.columns.len()).filter(text).collect();
    // The title of somebody with a name is what many have: a post, or how one is addressed.
    let is_person = [FIRST, LAST].iter().all(|parts| {
        let mut columns = texts.iter().map(|place| &shape.columns[*place]);
        columns.any(|column| is_called(column, parts))
    });
    let mut named: Vec<(usize, usize)> = texts
        .iter()
        .filter_map(|place| Some((rank(&shape.columns[*place])?, *place)))
        .filter(|(_, place)| !is_person || !is_called(&shape.columns[*place], &NO_PERSON))
        .collect();
    named.sort_unstable();
    let mut chosen: Vec<usize> = named.into_iter().map(|(_, place)| place).collect();
    if chosen.is_empty() {
        let unique = |place: &&usize| shape.columns[**place].facts.unique;
        chosen = texts.iter().filter(unique).take(1).copied().collect();
    }
    if chosen.is_empty() {
        chosen = texts;
    }
    chosen.truncate(MOST_LABELS);
    if is_one_name(shape, &chosen) {
        // A person is called by the first name first.
        chosen.sort_by_key(|place| is_called(&shape.columns[*place], LAST));
    }
    chosen
}

/// Whether these columns are the parts of one name, which are read one after the other.
pub fn is_one_name(shape: &Shape, labels: &[usize]) -> bool {
    let part = |place: &usize| {
        let column = &shape.columns[*place];
        is_called(column, FIRST) || is_called(column, LAST)
    };
    labels.iter().all(part)
}

/// Chooses the columns that name a record beside its bare key: one that is called so, or the names of a
/// person. None where the key itself is a name, or where nothing is called one.
pub fn naming(shape: &Shape, key: &[usize]) -> Vec<usize> {
    if key
        .iter()
        .any(|place| rank(&shape.columns[*place]).is_some())
    {
        return Vec::new();
    }
    let mut chosen = label_columns(shape, key);
    chosen.retain(|place| rank(&shape.columns[*place]).is_some());
    if !is_one_name(shape, &chosen) {
        chosen.truncate(1);
    }
    chosen
}

/// Whether a column's name is one of these, or ends with one.
fn is_called(column: &Column, names: &[&str]) -> bool {
    let name = column.name.to_lowercase().replace([' ', '-'], "_");
    let is = |one: &&str| name == **one || name.ends_with(&format!("_{one}"));
    names.iter().any(is)
}

/// How well a column's name says that it names the record; smaller is better.
fn rank(column: &Column) -> Option<usize> {
    let name = column.name.to_lowercase().replace([' ', '-'], "_");
    let exact = NAMES.iter().position(|one| *one == name);
    let ending = || {
        let ends = |one: &str| name.ends_with(&format!("_{one}"));
        Some(NAMES.len() + NAMES.iter().position(|one| ends(one))?)
    };
    exact.or_else(ending)
}

/// The longest check that is told.
const LONGEST_CHECK: usize = 60;

/// Makes a check constraint readable: `CHECK (cost >= 0::numeric)` becomes `cost >= 0`. Returns
/// nothing for one that takes more than a line to tell.
pub fn simple_check(definition: &str) -> Option<String> {
    let inside = definition
        .strip_prefix("CHECK (")?
        .trim_end_matches(" NOT VALID")
        .trim_end_matches(" NO INHERIT")
        .strip_suffix(')')?;
    let plain = without_casts(inside);
    let short = plain.chars().count() <= LONGEST_CHECK;
    short.then_some(plain)
}

/// Leaves the casts out that PostgreSQL writes after every literal.
fn without_casts(expression: &str) -> String {
    let mut plain = String::with_capacity(expression.len());
    let mut rest = expression;
    let mut quoted = false;
    while let Some(sign) = rest.chars().next() {
        if sign == '\'' {
            quoted = !quoted;
        }
        if let Some(cast) = rest.strip_prefix("::").filter(|_| !quoted) {
            rest = cast.trim_start_matches(|c: char| c.is_alphanumeric() || "_.\"[]".contains(c));
            for word in [
                " varying",
                " precision",
                " without time zone",
                " with time zone",
            ] {
                rest = rest.strip_prefix(word).unwrap_or(rest);
            }
            let sized = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            let is_size = |size: &str| size.chars().all(|c| c.is_ascii_digit() || c == ',');
            if let Some((_, after)) = sized.filter(|(size, _)| is_size(size)) {
                rest = after;
            }
            continue;
        }
        plain.push(sign);
        rest = &rest[sign.len_utf8()..];
    }
    plain
}

#[cfg(test)]
mod tests;
