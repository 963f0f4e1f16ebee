//! The laws of deciding: what belongs together is never split, sides swap, nothing is lost, and a
//! choice made twice is a choice made once.

use proptest::prelude::*;

use crate::app::forms::decide::{Choice, Decisions, Resolution, Sides, items};
use crate::domain::table::Couple;
use crate::domain::value::{Entry, Value};

const COLUMNS: usize = 6;

#[derive(Clone, Debug)]
struct Case {
    base: Vec<Value>,
    theirs: Vec<Value>,
    yours: Vec<Value>,
    couples: Vec<Couple>,
    choices: Vec<Choice>,
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec("[abc]".prop_map(Value::text), COLUMNS)
}

fn couple() -> impl Strategy<Value = Couple> {
    proptest::sample::subsequence((0..COLUMNS).collect::<Vec<_>>(), 2..4).prop_map(|columns| {
        Couple {
            columns,
            reason: "check both".into(),
        }
    })
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![Just(Choice::Yours), Just(Choice::Theirs), Just(Choice::Was)]
}

fn case() -> impl Strategy<Value = Case> {
    let couples = proptest::collection::vec(couple(), 0..3);
    let choices = proptest::collection::vec(choice(), COLUMNS);
    (values(), values(), values(), couples, choices).prop_map(
        |(base, theirs, yours, couples, choices)| Case {
            base,
            theirs,
            yours,
            couples,
            choices,
        },
    )
}

fn typed(base: &[Value], yours: &[Value]) -> Vec<Option<Entry>> {
    let pairs = base.iter().zip(yours);
    pairs
        .map(|(base, yours)| (base != yours).then(|| Entry::Value(yours.clone())))
        .collect()
}

impl Case {
    fn with<T>(&self, then: impl FnOnce(&Sides<'_>) -> T) -> T {
        let (yours, open) = (typed(&self.base, &self.yours), [true; COLUMNS]);
        then(&Sides {
            base: &self.base,
            theirs: &self.theirs,
            yours: &yours,
            couples: &self.couples,
            open: &open,
        })
    }

    fn swapped(&self) -> Self {
        Self {
            theirs: self.yours.clone(),
            yours: self.theirs.clone(),
            ..self.clone()
        }
    }

    /// Decides what is not decided, as the keys do: a choice is for all that belongs together.
    fn decide(&self, decisions: &mut Decisions) {
        self.with(|sides| {
            let merge = sides.merge();
            for unit in sides.units(&merge) {
                if decisions.of(&unit, &merge).is_none() {
                    let choice = self.choices[unit.columns[0]];
                    let columns = unit.columns.into_iter().map(|column| (column, choice));
                    decisions.choices.extend(columns);
                }
            }
        });
    }

    fn resolve(&self, decisions: &Decisions) -> Resolution {
        self.with(|sides| sides.resolve(decisions))
    }

    fn stored(&self, resolution: &Resolution) -> Vec<Value> {
        let entries = resolution.entries.iter().zip(&self.theirs);
        entries
            .map(|(entry, theirs)| match entry {
                Some(Entry::Value(value)) => value.clone(),
                _ => theirs.clone(),
            })
            .collect()
    }

    /// Whether each couple is as one of the three had it.
    fn is_whole(&self, stored: &[Value]) -> bool {
        self.couples.iter().all(|couple| {
            let of = |values: &[Value]| -> Vec<Value> {
                let columns = couple.columns.iter();
                columns.map(|column| values[*column].clone()).collect()
            };
            [&self.base, &self.theirs, &self.yours]
                .into_iter()
                .any(|side| of(side) == of(stored))
        })
    }
}

proptest! {
    #[test]
    fn what_belongs_together_is_never_split(case in case()) {
        let mut decisions = Decisions::default();
        let before = case.resolve(&decisions);
        if before.undecided.is_empty() {
            prop_assert!(case.is_whole(&case.stored(&before)));
        }
        case.decide(&mut decisions);
        let after = case.resolve(&decisions);
        prop_assert!(after.undecided.is_empty());
        prop_assert!(case.is_whole(&case.stored(&after)), "{:?}", case.stored(&after));
    }

    #[test]
    fn half_a_choice_decides_nothing(case in case(), column in 0..COLUMNS, choice in choice()) {
        let alone = Decisions {
            choices: [(column, choice)].into(),
            ..Decisions::default()
        };
        let resolution = case.resolve(&alone);
        if resolution.undecided.is_empty() {
            prop_assert!(case.is_whole(&case.stored(&resolution)));
        }
    }

    #[test]
    fn the_sides_swap(case in case()) {
        let here = case.resolve(&Decisions::default());
        let there = case.swapped().resolve(&Decisions::default());
        prop_assert_eq!(&here.undecided, &there.undecided);
        if here.undecided.is_empty() {
            prop_assert_eq!(case.stored(&here), case.swapped().stored(&there));
        }
    }

    #[test]
    fn nothing_is_lost_without_asking(case in case()) {
        let resolution = case.resolve(&Decisions::default());
        let stored = case.stored(&resolution);
        for (column, stored) in stored.iter().enumerate() {
            let (base, theirs, yours) = (&case.base[column], &case.theirs[column], &case.yours[column]);
            let asked = resolution.undecided.contains(&column);
            prop_assert!(asked || theirs == base || stored == theirs);
            prop_assert!(asked || yours == base || stored == yours);
        }
    }

    #[test]
    fn a_choice_made_twice_is_made_once(case in case()) {
        let mut decisions = Decisions::default();
        case.decide(&mut decisions);
        let once = case.resolve(&decisions);
        case.decide(&mut decisions);
        prop_assert_eq!(&once, &case.resolve(&decisions));
        // What was stored, met again as theirs, leaves nothing to write.
        let stored = Case { theirs: case.stored(&once), ..case.clone() };
        let again = stored.resolve(&decisions);
        prop_assert!(again.entries.iter().all(Option::is_none) || !again.undecided.is_empty());
    }

    #[test]
    fn the_same_changes_are_not_asked(case in case()) {
        let same = Case { theirs: case.yours.clone(), ..case };
        let resolution = same.resolve(&Decisions::default());
        prop_assert!(resolution.undecided.is_empty());
        prop_assert!(resolution.entries.iter().all(Option::is_none));
    }

    #[test]
    fn every_changed_field_is_listed_once(case in case()) {
        let listed: Vec<usize> = case.with(|sides| {
            items(sides, &Decisions::default()).into_iter().map(|(item, _)| item.column).collect()
        });
        for column in 0..COLUMNS {
            let changed = case.theirs[column] != case.base[column] || case.yours[column] != case.base[column];
            let times = listed.iter().filter(|one| **one == column).count();
            prop_assert_eq!(times, usize::from(changed));
        }
    }
}
