//! A table of kinds and the sentences for them.

use super::{Case, Holder, Named, message};
use crate::db::contract::records::RejectionKind::{self, *};
use crate::domain::record::Verb;

fn case(code: &str, kind: RejectionKind, fields: &str) -> Case {
    let fields = fields.split_whitespace().map(|field| {
        let (label, typed) = field.split_once('=').unwrap_or((field, ""));
        Named {
            label: label.into(),
            type_name: "integer".into(),
            typed: field.contains('=').then(|| typed.into()),
        }
    });
    Case {
        code: code.into(),
        kind,
        verb: Verb::Update,
        fields: fields.collect(),
        table: "machine".into(),
        elsewhere: None,
        rule: Some("the_rule".into()),
        holds: None,
        parent: None,
        referred: false,
        of_key: false,
        holder: Holder::Unknown,
        more_hold: false,
        domain: None,
        names_table: true,
        partitioned: false,
        said: "was der Server sagt".into(),
    }
}

#[track_caller]
fn check(case: &Case, expect: &str) {
    assert_eq!(message(case), expect, "{case:?}");
}

/// SQLSTATE, kind, fields with what was typed, and the sentence.
const KINDS: &[(&str, RejectionKind, &str, &str)] = &[
    (
        "23502",
        Null,
        "price",
        "price needs a value; it cannot be NULL",
    ),
    (
        "23502",
        Null,
        "",
        "a needed value is missing; it cannot be NULL",
    ),
    (
        "23505",
        Unique,
        "a=1 b=2",
        "a 1 and b 2 is taken: no two records may have the same",
    ),
    (
        "23505",
        Unique,
        "",
        "another record has the same already (the_rule)",
    ),
    (
        "23503",
        ForeignKey,
        "keeper=P-9",
        "keeper: what it refers to is not there",
    ),
    (
        "23514",
        Check,
        "price=-1",
        "price -1 breaks the rule the_rule",
    ),
    (
        "23514",
        Check,
        "price=",
        "empty price breaks the rule the_rule",
    ),
    (
        "23514",
        Check,
        "a=1 b=2 c",
        "a, b and c together break the rule the_rule",
    ),
    ("23514", Check, "", "it breaks the rule the_rule"),
    (
        "44000",
        Check,
        "",
        "the view's own condition refuses it: it would not show this record",
    ),
    (
        "23P01",
        Exclusion,
        "room=3 during",
        "room 3 and during clash with another record (the_rule)",
    ),
    (
        "23P01",
        Exclusion,
        "during",
        "during clashes with another record (the_rule)",
    ),
    (
        "22P02",
        BadValue,
        "price=many",
        "price many is not a value of integer",
    ),
    (
        "22P02",
        BadValue,
        "a=many b=more",
        "one of a and b does not fit its type",
    ),
    (
        "22003",
        BadValue,
        "price=9999999999",
        "price 9999999999 is out of the range of integer",
    ),
    (
        "22001",
        BadValue,
        "code=longer",
        "code is too long for integer",
    ),
    (
        "22021",
        BadValue,
        "code",
        "code holds a character that this database cannot store",
    ),
    (
        "22012",
        BadValue,
        "",
        "a calculation inside the database divides by zero",
    ),
    (
        "22000",
        BadValue,
        "",
        "a value does not fit its field, or a calculation inside the database failed",
    ),
    (
        "428C9",
        BadValue,
        "id=1",
        "id is filled by the server and cannot be set",
    ),
    (
        "P0001",
        Raised,
        "",
        "a rule of the database says: was der Server sagt",
    ),
    (
        "42P01",
        Raised,
        "",
        "a rule of the database failed: was der Server sagt",
    ),
    (
        "42501",
        NotPermitted,
        "",
        "you lack a right that this needs",
    ),
];

#[test]
fn every_kind_has_its_sentence() {
    for (code, kind, fields, expect) in KINDS {
        check(&case(code, *kind, fields), expect);
    }
    let mut silent = case("P0001", Raised, "");
    silent.said = " ".into();
    check(
        &silent,
        "a rule of the database refused it and says no reason",
    );
}

#[test]
fn a_value_that_is_taken_says_by_whom_as_far_as_it_may() {
    let mut taken = case("23505", Unique, "code=77");
    taken.holder = Holder::Seen("5".into());
    check(&taken, "5 has code 77 already");
    taken.of_key = true;
    check(&taken, "5 is there already");
    taken.of_key = false;
    taken.fields[0].typed = None;
    check(&taken, "5 has the same code already");
    taken.holder = Holder::Hidden;
    taken.fields[0].typed = Some("77".into());
    check(&taken, "code 77 is taken where you may not look");
    taken.fields.clear();
    check(&taken, "it is taken where you may not look");
}

#[test]
fn a_record_that_clashes_is_named_as_far_as_it_may_be() {
    let mut clash = case("23P01", Exclusion, "during=[4,6)");
    clash.holder = Holder::Seen("2".into());
    check(&clash, "during [4,6) clashes with 2 (the_rule)");
    clash.more_hold = true;
    check(&clash, "during [4,6) clashes with 2 and others (the_rule)");
    clash.holder = Holder::Hidden;
    check(
        &clash,
        "during [4,6) clashes with a record where you may not look (the_rule)",
    );
}

#[test]
fn a_reference_is_told_from_both_ends() {
    let mut missing = case("23503", ForeignKey, "keeper=P-9");
    missing.parent = Some("person".into());
    check(&missing, "keeper: there is no P-9 in person");
    missing.fields[0].typed = None;
    check(&missing, "keeper: what it refers to is not in person");
    let mut held = case("23503", ForeignKey, "");
    held.referred = true;
    check(&held, "other records of machine refer to it by its old key");
    held.verb = Verb::Delete;
    held.elsewhere = Some("orders".into());
    check(&held, "records of orders still refer to it");
}

#[test]
fn a_rule_that_is_short_is_shown() {
    let mut rule = case("23514", Check, "price=-1");
    rule.holds = Some("price > 0".into());
    check(
        &rule,
        "price -1 does not fit: must hold: price > 0 (the_rule)",
    );
    rule.fields.push(Named {
        label: "cost".into(),
        ..Named::default()
    });
    check(
        &rule,
        "price and cost do not fit together: must hold: price > 0 (the_rule)",
    );
    rule.fields.clear();
    check(&rule, "must hold: price > 0 (the_rule)");
    rule.elsewhere = Some("stock".into());
    check(
        &rule,
        "what the database does along with it failed in stock: must hold: price > 0 (the_rule)",
    );
    let mut domain = case("23514", Check, "mail=x");
    domain.domain = Some("email".into());
    check(&domain, "mail x breaks the rule the_rule of email");
}

#[test]
fn a_row_that_no_partition_takes_is_told_from_one_in_the_wrong_partition() {
    let mut routed = case("23514", Check, "at=2031-01-01");
    (routed.rule, routed.partitioned) = (None, true);
    check(&routed, "machine has no partition for at 2031-01-01");
    routed.fields.clear();
    check(&routed, "machine has no partition that takes this");
    routed.partitioned = false;
    check(&routed, "it belongs into another partition than this one");
    routed.names_table = false;
    check(&routed, "a rule of the database says: was der Server sagt");
}
