//! What a refusal says, by the kind of rule: plain sentences of our own, whatever language the server
//! speaks. Pure; no server text is read here, and none is passed on but what a trigger's author wrote.

use crate::db::contract::records::RejectionKind;
use crate::domain::record::Verb;

#[cfg(test)]
mod tests;

/// A field as a refusal names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Its name, harmless.
    pub label: String,
    /// Its type.
    pub type_name: String,
    /// What was typed, where it is short, harmless and no secret.
    pub typed: Option<String>,
}

/// Who has a value that no two records may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Holder {
    /// The record under this key, harmless.
    Seen(String),
    /// One that row security hides.
    Hidden,
    /// It cannot be told.
    #[default]
    Unknown,
}

/// What is known of a refusal.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The SQLSTATE.
    pub code: String,
    /// The kind of rule.
    pub kind: RejectionKind,
    /// What was tried.
    pub verb: Verb,
    /// The fields it concerns.
    pub fields: Vec<Named>,
    /// The table that is changed.
    pub table: String,
    /// Another table, that a trigger or rule wrote to.
    pub elsewhere: Option<String>,
    /// The name of the constraint.
    pub rule: Option<String>,
    /// What must hold, where that is short.
    pub holds: Option<String>,
    /// The table that the fields refer to.
    pub parent: Option<String>,
    /// Whether other records refer to this one, in the table `elsewhere`.
    pub referred: bool,
    /// Whether the fields are the key of the table.
    pub of_key: bool,
    /// Who has the values already.
    pub holder: Holder,
    /// Whether there are more of them.
    pub more_hold: bool,
    /// The domain that refused a value.
    pub domain: Option<String>,
    /// Whether a table was named.
    pub names_table: bool,
    /// Whether the table has partitions.
    pub partitioned: bool,
    /// The server's words.
    pub said: String,
}

/// Says why it was refused, in one sentence.
pub(super) fn message(case: &Case) -> String {
    if case.referred {
        return referred(case);
    }
    if let Some(elsewhere) = &case.elsewhere
        && is_of_values(case.kind)
    {
        return format!(
            "what the database does along with it failed in {elsewhere}: {}",
            elsewhere_why(case)
        );
    }
    match case.kind {
        RejectionKind::Null => null(case),
        RejectionKind::Unique => unique(case),
        RejectionKind::ForeignKey => refers(case),
        RejectionKind::Check => check(case),
        RejectionKind::Exclusion => exclusion(case),
        RejectionKind::BadValue => bad_value(case),
        RejectionKind::Raised => raised(case),
        RejectionKind::NotPermitted => "you lack a right that this needs".into(),
    }
}

fn is_of_values(kind: RejectionKind) -> bool {
    !matches!(
        kind,
        RejectionKind::Raised | RejectionKind::NotPermitted | RejectionKind::BadValue
    )
}

fn elsewhere_why(case: &Case) -> String {
    match case.kind {
        RejectionKind::Null => "a needed value is missing".into(),
        RejectionKind::Unique => "a record there has the same already".into(),
        RejectionKind::ForeignKey => "what it refers to is not there".into(),
        RejectionKind::Exclusion => "it clashes with a record there".into(),
        _ => match (&case.holds, &case.rule) {
            (Some(holds), rule) => format!("must hold: {holds}{}", in_brackets(rule.as_ref())),
            (None, Some(rule)) => format!("it breaks the rule {rule}"),
            (None, None) => "it breaks a rule there".into(),
        },
    }
}

fn null(case: &Case) -> String {
    match case.fields.as_slice() {
        [] => "a needed value is missing; it cannot be NULL".into(),
        [_] => format!("{} needs a value; it cannot be NULL", labels(case)),
        _ => format!("{} need a value; they cannot be NULL", labels(case)),
    }
}

fn unique(case: &Case) -> String {
    let what = with_values(case);
    match (&case.holder, case.fields.is_empty()) {
        (Holder::Seen(key), false) if case.of_key => format!("{key} is there already"),
        (Holder::Seen(key), false) => match case.fields.iter().any(|it| it.typed.is_some()) {
            true => format!("{key} has {what} already"),
            false => format!("{key} has the same {what} already"),
        },
        (Holder::Seen(key), true) => format!("{key} has the same already"),
        (Holder::Hidden, false) => format!("{what} is taken where you may not look"),
        (Holder::Hidden, true) => "it is taken where you may not look".into(),
        (Holder::Unknown, false) => {
            format!("{what} is taken: no two records may have the same")
        }
        (Holder::Unknown, true) => format!(
            "another record has the same already{}",
            in_brackets(case.rule.as_ref())
        ),
    }
}

fn refers(case: &Case) -> String {
    let labels = labels(case);
    let parent = case.parent.as_deref();
    let value = match case.fields.as_slice() {
        [one] => one.typed.clone(),
        [] => None,
        _ => case
            .fields
            .iter()
            .map(|field| field.typed.clone())
            .collect::<Option<Vec<_>>>()
            .map(|all| all.join(", ")),
    };
    match (labels.is_empty(), value, parent) {
        (false, Some(value), Some(parent)) => {
            format!("{labels}: there is no {value} in {parent}")
        }
        (false, None, Some(parent)) => {
            format!("{labels}: what it refers to is not in {parent}")
        }
        (false, _, None) => format!("{labels}: what it refers to is not there"),
        (true, _, Some(parent)) => format!("what it refers to is not in {parent}"),
        (true, _, None) => "what it refers to is not there".into(),
    }
}

fn referred(case: &Case) -> String {
    let records = match &case.elsewhere {
        Some(table) => format!("records of {table}"),
        None => format!("other records of {}", case.table),
    };
    match case.verb {
        Verb::Delete => format!("{records} still refer to it"),
        _ => format!("{records} refer to it by its old key"),
    }
}

fn check(case: &Case) -> String {
    if case.code == "44000" {
        return "the view's own condition refuses it: it would not show this record".into();
    }
    if case.rule.is_none() {
        return without_rule(case);
    }
    let rule = case.rule.as_ref();
    let who = match (case.fields.as_slice(), &case.holds) {
        ([], Some(_)) => String::new(),
        ([], None) => "it breaks".into(),
        ([one], Some(_)) => format!("{} does not fit: ", value_of(one)),
        ([one], None) => format!("{} breaks", value_of(one)),
        (_, Some(_)) => format!("{} do not fit together: ", labels(case)),
        (_, None) => format!("{} together break", labels(case)),
    };
    let of = case
        .domain
        .as_ref()
        .map_or(String::new(), |domain| format!(" of {domain}"));
    match (&case.holds, rule) {
        (Some(holds), _) => format!("{who}must hold: {holds}{}", in_brackets(rule)),
        (None, rule) => format!("{who} the rule {}{of}", rule.map_or("", String::as_str)),
    }
}

fn without_rule(case: &Case) -> String {
    match (case.names_table, case.partitioned) {
        (true, true) if case.fields.is_empty() => {
            format!("{} has no partition that takes this", case.table)
        }
        (true, true) => format!("{} has no partition for {}", case.table, with_values(case)),
        (true, false) => "it belongs into another partition than this one".into(),
        (false, _) => raised(case),
    }
}

fn exclusion(case: &Case) -> String {
    let rule = in_brackets(case.rule.as_ref());
    let with = match (&case.holder, case.more_hold) {
        (Holder::Seen(key), false) => key.clone(),
        (Holder::Seen(key), true) => format!("{key} and others"),
        (Holder::Hidden, _) => "a record where you may not look".into(),
        (Holder::Unknown, _) => "another record".into(),
    };
    match case.fields.as_slice() {
        [] => format!("it clashes with {with}{rule}"),
        [one] => format!("{} clashes with {with}{rule}", value_of(one)),
        _ => format!("{} clash with {with}{rule}", with_values(case)),
    }
}

fn bad_value(case: &Case) -> String {
    if ["428C9", "42601"].contains(&case.code.as_str()) {
        let what = match case.fields.is_empty() {
            true => "a field".to_owned(),
            false => labels(case),
        };
        return format!("{what} is filled by the server and cannot be set");
    }
    let Some(field) = case.fields.first() else {
        return match case.code.as_str() {
            "22012" => "a calculation inside the database divides by zero".into(),
            _ => {
                "a value does not fit its field, or a calculation inside the database failed".into()
            }
        };
    };
    let (label, kind, value) = (labels(case), &field.type_name, value_of(field));
    match case.code.as_str() {
        "22001" => format!("{label} is too long for {kind}"),
        "22003" | "22008" => format!("{value} is out of the range of {kind}"),
        "22021" | "22P05" => format!("{label} holds a character that this database cannot store"),
        "22012" => format!("a calculation with {label} divides by zero"),
        _ if case.fields.len() > 1 => format!("one of {label} does not fit its type"),
        _ => format!("{value} is not a value of {kind}"),
    }
}

fn raised(case: &Case) -> String {
    let said = case.said.trim();
    let failed = case.code.starts_with("42");
    match (said.is_empty(), failed) {
        (true, _) => "a rule of the database refused it and says no reason".into(),
        (false, true) => format!("a rule of the database failed: {said}"),
        (false, false) => format!("a rule of the database says: {said}"),
    }
}

fn in_brackets(rule: Option<&String>) -> String {
    rule.map_or(String::new(), |rule| format!(" ({rule})"))
}

/// A field with what was typed in it: `price -1`.
fn value_of(field: &Named) -> String {
    match field.typed.as_deref() {
        Some("") => format!("empty {}", field.label),
        Some(typed) => format!("{} {typed}", field.label),
        None => field.label.clone(),
    }
}

fn labels(case: &Case) -> String {
    listed(case.fields.iter().map(|field| field.label.clone()))
}

fn with_values(case: &Case) -> String {
    listed(case.fields.iter().map(value_of))
}

/// Lists parts as a sentence does: `a, b and c`.
fn listed(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    match parts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
