//! How the parts of a filter hang together.

use super::*;
use crate::domain::table::tests::shape;

fn filter(parts: &[(usize, bool, bool)]) -> Filter {
    let part = |(column, or, off): &(usize, bool, bool)| Condition {
        or: *or,
        off: *off,
        ..Condition::new(*column, Test::IsNull)
    };
    Filter {
        quick: String::new(),
        conditions: parts.iter().map(part).collect(),
    }
}

fn groups(filter: &Filter) -> Vec<Vec<usize>> {
    let groups = filter.groups();
    let columns = |group: &Vec<&Condition>| group.iter().map(|one| one.column).collect();
    groups.iter().map(columns).collect()
}

#[test]
fn parts_joined_by_or_are_one_group_and_those_off_are_in_none() {
    let all = filter(&[(0, true, false), (1, false, false), (2, true, false)]);
    assert_eq!(groups(&all), [vec![0], vec![1, 2]]);
    let off = filter(&[(0, false, true), (1, true, false), (2, false, true)]);
    assert_eq!(groups(&off), [vec![1]]);
    assert!(!off.is_empty());
    assert!(filter(&[(0, false, true)]).is_empty());
}

#[test]
fn what_goes_does_not_join_others() {
    let mut all = filter(&[
        (0, false, false),
        (1, false, false),
        (2, true, false),
        (3, true, false),
    ]);
    all.remove(1);
    assert_eq!(groups(&all), [vec![0], vec![2, 3]]);
    all.keep(|one| one.column != 2);
    assert_eq!(groups(&all), [vec![0], vec![3]]);
    all.remove(7);
    assert_eq!(groups(&all), [vec![0], vec![3]]);
}

#[test]
fn words_for_times_are_made_exact_where_the_column_holds_times() {
    let mut shape = shape(1, &[("day", 1), ("text", 2)]);
    shape.columns[0].facts.base = "date".into();
    let now = "2026-03-04T09:00[Europe/Berlin]".parse().expect("a moment");
    let words = |column| Condition::new(column, Test::During("today".into()));
    let all = Filter {
        quick: String::new(),
        conditions: vec![words(0), words(1)],
    };
    let exact = all.as_of(&shape, &now).conditions;
    let day = Test::Span("2026-03-04".into(), "2026-03-05".into());
    assert_eq!(exact[0].test, day);
    assert_eq!(exact[1].test, Test::During("today".into()));
}
