//! A merge that the server refused: its halves are asked about, and marked as belonging together.

use crate::domain::merge::Merged;

use super::Form;
use super::conflict::{merge, merged};

/// Asks about fields that the server refused together, and about all that was merged where it does
/// not say which. What a person decided stays decided.
pub fn doubt(form: &mut Form, refused: &[usize]) {
    let all = || merged(form).into_iter().map(|item| item.column).collect();
    let open = |column: &&usize| {
        form.fields
            .get(**column)
            .is_some_and(|it| it.locked.is_none())
    };
    let merge = merge(form).unwrap_or_default();
    let changed = |column: &usize| {
        let found = merge.fields.get(*column);
        found.is_some_and(|merged| *merged != Merged::Unchanged)
    };
    let named = refused.iter().filter(open).copied();
    let named: Vec<usize> = named.filter(changed).collect();
    let concerned: Vec<usize> = match named.is_empty() {
        true => all(),
        false => named,
    };
    if let Some(conflict) = &mut form.conflict {
        // Where all of it was decided before, what belonged together still does.
        if !concerned.is_empty() {
            conflict.refused = concerned.iter().copied().collect();
        }
        conflict.decisions.reopened.extend(&concerned);
        conflict.clashed.extend(concerned);
    }
}
