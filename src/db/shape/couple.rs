//! Which columns of a table belong together, as its constraints say; no SQL.

use super::Constraint;
use crate::domain::table::Couple;
use crate::domain::text;

/// Returns the couples: columns that share a check, and those that refer to something together.
pub(super) fn couples(constraints: &[Constraint]) -> Vec<Couple> {
    let mut couples: Vec<Couple> = constraints.iter().filter_map(couple).collect();
    couples.sort_by(|one, other| one.reason.cmp(&other.reason));
    couples
}

fn couple(constraint: &Constraint) -> Option<Couple> {
    let what = match constraint.kind.as_str() {
        "c" => "check",
        "f" => "reference",
        _ => return None,
    };
    let couple = Couple {
        columns: constraint.columns.clone(),
        reason: format!("{what} {}", text::line(&constraint.name)),
    };
    (couple.columns.len() > 1).then_some(couple)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, columns: &[usize], expect: Option<&str>) {
        let constraint = Constraint {
            name: "dates".into(),
            columns: columns.to_vec(),
            kind: kind.into(),
        };
        let found = couples(&[constraint]);
        assert_eq!(found.first().map(|couple| couple.reason.as_str()), expect);
    }

    #[test]
    fn checks_and_references_over_several_columns_tie_them() {
        check("c", &[1, 4], Some("check dates"));
        check("f", &[1, 4], Some("reference dates"));
        check("c", &[1], None);
        check("u", &[1, 4], None);
        check("p", &[1, 4], None);
    }
}
