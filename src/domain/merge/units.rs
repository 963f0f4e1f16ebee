//! Which fields of a merge are decided together: couples that both sides touched are never split.
//! Pure; what is decided is decided elsewhere.

use super::{Merge, Merged};
use crate::domain::table::Couple;

/// Changed fields that are decided together; a field without a couple is one by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The columns, in order.
    pub columns: Vec<usize>,
    /// The couples that tie them, as positions in the list of couples.
    pub couples: Vec<usize>,
    /// Whether a person has to decide: a field clashes, or both sides changed a part of it.
    pub contested: bool,
}

/// Returns every changed field in one unit. `open` says which columns the person could change: the
/// others are the server's affair and tie nothing.
///
/// Fields that came out the same on both sides tie as well, because taking back what was there
/// before has to take them along.
pub fn units(merge: &Merge, couples: &[Couple], open: impl Fn(usize) -> bool) -> Vec<Unit> {
    let changed = |column: usize| {
        let merged = merge.fields.get(column).copied();
        merged.unwrap_or(Merged::Unchanged) != Merged::Unchanged
    };
    let mut units: Vec<Unit> = (0..merge.fields.len())
        .filter(|column| changed(*column))
        .map(|column| Unit {
            columns: vec![column],
            ..Unit::default()
        })
        .collect();
    for (number, couple) in couples.iter().enumerate() {
        let tied = |column: &usize| couple.columns.contains(column) && open(*column);
        let (together, apart): (Vec<_>, Vec<_>) = units
            .into_iter()
            .partition(|unit| unit.columns.iter().any(tied));
        units = apart;
        units.extend(joined(together, number, tied));
    }
    for unit in &mut units {
        unit.columns.sort_unstable();
        unit.contested = contested(merge, &unit.columns);
    }
    units.sort_by_key(|unit| unit.columns.first().copied());
    units
}

/// Makes one unit of several, and notes the couple where it ties something.
fn joined(together: Vec<Unit>, couple: usize, tied: impl Fn(&usize) -> bool) -> Option<Unit> {
    let mut all = together.into_iter().reduce(|mut all, unit| {
        all.columns.extend(unit.columns);
        all.couples.extend(unit.couples);
        all
    })?;
    if all.columns.iter().filter(|column| tied(column)).count() > 1 {
        all.couples.push(couple);
    }
    all.couples.sort_unstable();
    all.couples.dedup();
    Some(all)
}

fn contested(merge: &Merge, columns: &[usize]) -> bool {
    let some = |wanted| columns.iter().any(|column| merge.fields[*column] == wanted);
    some(Merged::Clash) || some(Merged::Yours) && some(Merged::Theirs)
}
