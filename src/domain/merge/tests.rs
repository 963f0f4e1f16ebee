//! The laws of merging.

use proptest::prelude::*;

use super::*;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::from("")),
        "[ab]".prop_map(Value::text),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(value(), 6)
}

/// What a person who ended at `yours` typed.
fn typed(base: &[Value], yours: &[Value]) -> Vec<Option<Entry>> {
    let pairs = base.iter().zip(yours);
    pairs
        .map(|(base, yours)| (base != yours).then(|| Entry::Value(yours.clone())))
        .collect()
}

/// The value that a field has after merging without a clash.
fn outcome<'a>(merged: Merged, base: &'a Value, theirs: &'a Value, yours: &'a Value) -> &'a Value {
    match merged {
        Merged::Unchanged => base,
        Merged::Yours | Merged::Same => yours,
        Merged::Theirs => theirs,
        Merged::Clash => panic!("a clash has no outcome"),
    }
}

fn swapped(merged: Merged) -> Merged {
    match merged {
        Merged::Yours => Merged::Theirs,
        Merged::Theirs => Merged::Yours,
        other => other,
    }
}

proptest! {
    #[test]
    fn the_same_changes_merge(base in values(), both in values()) {
        let merge = record(&base, &both, &typed(&base, &both));
        prop_assert!(!merge.clashes());
        for (column, merged) in merge.fields.iter().enumerate() {
            let value = outcome(*merged, &base[column], &both[column], &both[column]);
            prop_assert_eq!(value, &both[column]);
        }
    }

    #[test]
    fn the_sides_swap(base in values(), one in values(), other in values()) {
        let here = record(&base, &one, &typed(&base, &other));
        let there = record(&base, &other, &typed(&base, &one));
        let turned: Vec<_> = there.fields.into_iter().map(swapped).collect();
        prop_assert_eq!(here.fields, turned);
    }

    #[test]
    fn no_change_is_lost_without_a_clash(base in values(), theirs in values(), yours in values()) {
        let merge = record(&base, &theirs, &typed(&base, &yours));
        prop_assert_eq!(merge.fields.len(), base.len());
        for (column, merged) in merge.fields.iter().enumerate() {
            let (base, theirs, yours) = (&base[column], &theirs[column], &yours[column]);
            if *merged == Merged::Clash {
                prop_assert!(theirs != base && yours != base && theirs != yours);
                continue;
            }
            let value = outcome(*merged, base, theirs, yours);
            prop_assert!(theirs == base || value == theirs);
            prop_assert!(yours == base || value == yours);
        }
    }

    #[test]
    fn disjoint_changes_equal_one_after_the_other(
        base in values(),
        changes in proptest::collection::vec((any::<bool>(), value()), 6),
    ) {
        let side = |mine: bool| -> Vec<Value> {
            base.iter()
                .zip(&changes)
                .map(|(base, (yours, value))| if *yours == mine { value } else { base }.clone())
                .collect()
        };
        let (theirs, yours) = (side(false), side(true));
        let merge = record(&base, &theirs, &typed(&base, &yours));
        prop_assert!(!merge.clashes());
        for (column, merged) in merge.fields.iter().enumerate() {
            let value = outcome(*merged, &base[column], &theirs[column], &yours[column]);
            prop_assert_eq!(value, &changes[column].1);
        }
    }
}

#[test]
fn a_default_is_never_taken_for_the_same() {
    let (a, b) = (Value::from("a"), Value::from("b"));
    assert_eq!(field(&a, &b, Some(&Entry::Default)), Merged::Clash);
    assert_eq!(field(&a, &a, Some(&Entry::Default)), Merged::Yours);
    assert_eq!(
        field(&a, &b, Some(&Entry::Value(a.clone()))),
        Merged::Theirs
    );
}

#[test]
fn null_is_not_the_empty_text() {
    let (null, empty) = (Value::Null, Value::from(""));
    let yours = Some(Entry::Value(empty.clone()));
    assert_eq!(field(&null, &null, yours.as_ref()), Merged::Yours);
    assert_eq!(
        field(&Value::from("x"), &null, yours.as_ref()),
        Merged::Clash
    );
}
