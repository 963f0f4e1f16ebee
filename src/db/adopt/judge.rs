//! Why a table cannot be adopted. Pure: from facts to findings.

use super::facts::TableFacts;
use super::quote::ident;
use super::rights::POLICIES;
use super::statements::Choice;
use super::{Finding, Options, Weight};

/// Reasons why the table cannot be adopted at all, before any choice is made.
pub fn refusals(facts: &TableFacts, named: &[String], again: bool) -> Vec<Finding> {
    let kind = wrong_kind(facts);
    if kind.is_some() {
        return kind.into_iter().collect();
    }
    let table = &facts.quoted;
    let leaves = facts.foreign_leaves.join(", ");
    let ours = facts
        .policies
        .iter()
        .any(|policy| POLICIES.contains(&policy.name.as_str()));
    let reasons = [
        (
            facts.system || facts.ours,
            "not-yours",
            format!("{table} belongs to PostgreSQL or to Rowhouse itself"),
        ),
        (
            facts.persistence == 't',
            "temporary",
            format!("{table} is temporary; nobody else sees it"),
        ),
        (
            facts.key().is_none(),
            "no-key",
            format!(
                "{table} has no primary key and no unique index over NOT NULL columns, so a record \
                 cannot be named"
            ),
        ),
        (
            !facts.foreign_leaves.is_empty(),
            "foreign-partition",
            format!("{table} has partitions on a foreign server: {leaves}"),
        ),
        (
            ours && !again,
            "name-taken",
            format!("{table} has policies with our names; take the table back with --undo first"),
        ),
    ];
    let reasons = reasons.into_iter().filter(|(holds, _, _)| *holds);
    reasons
        .map(|(_, code, text)| Finding::new(Weight::Refusal, code, text))
        .chain(inheritance(facts, named))
        .chain(dormant_policies(facts))
        .collect()
}

fn wrong_kind(facts: &TableFacts) -> Option<Finding> {
    let table = &facts.quoted;
    let (code, text) = match facts.kind {
        'r' | 'p' => return None,
        'v' | 'm' => (
            "view",
            format!(
                "{table} is a view; adopt the tables beneath it, its rows have no key of their own"
            ),
        ),
        'f' => (
            "foreign-table",
            format!(
                "{table} lives on a foreign server, where a rollback undoes nothing and no trigger \
                 sees other writers"
            ),
        ),
        _ => ("not-a-table", format!("{table} is not a table")),
    };
    Some(Finding::new(Weight::Refusal, code, text))
}

/// Triggers of a parent do not fire for rows of its children, and one key can name rows of both.
fn inheritance(facts: &TableFacts, named: &[String]) -> Option<Finding> {
    let table = &facts.quoted;
    let missing: Vec<&str> = facts
        .relatives
        .iter()
        .filter(|relative| !named.contains(relative))
        .map(String::as_str)
        .collect();
    let text = match (missing.is_empty(), facts.shared_keys) {
        (true, false) => return None,
        (true, true) => {
            format!("one key of {table} names rows in several of the tables that inherit")
        }
        (false, _) => format!(
            "{table} inherits from or is inherited by {}: triggers of one do not see the other's rows; \
             adopt all of them together",
            missing.join(", ")
        ),
    };
    Some(Finding::new(Weight::Refusal, "inheritance", text))
}

/// Policies that do nothing now would wake when row security is enabled.
fn dormant_policies(facts: &TableFacts) -> Option<Finding> {
    let narrow: Vec<&str> = facts
        .policies
        .iter()
        .filter(|policy| !policy.permissive)
        .map(|policy| policy.name.as_str())
        .collect();
    if facts.row_security || narrow.is_empty() {
        return None;
    }
    let text = format!(
        "{} has restrictive policies that sleep because row security is off ({}); adopting would wake them for other \
         programs",
        facts.quoted,
        narrow.join(", ")
    );
    let drop = narrow
        .iter()
        .map(|name| format!("drop policy {} on {}", ident(name), facts.quoted));
    Some(Finding::new(Weight::Refusal, "sleeping-policy", text).with_remedy(drop))
}

/// What a refusal of the version column would be.
pub fn version_refusal(facts: &TableFacts, options: &Options, choice: &Choice) -> Option<Finding> {
    let no = |code, text: String| Some(Finding::new(Weight::Refusal, code, text));
    let version = choice.version.as_ref()?;
    let table = &facts.quoted;
    if choice.adds_column {
        return match () {
            () if !facts.relatives.is_empty() => no(
                "inherited-column",
                format!(
                    "a column of {table} would be inherited; use --no-column or --version-column"
                ),
            ),
            () if facts.typed => no(
                "typed-table",
                format!("{table} is a typed table, which takes no column; use --no-column"),
            ),
            () if !facts.row_type_columns.is_empty() => no(
                "row-type-column",
                format!(
                    "{} holds rows of {table}, so no column can be added; use --no-column",
                    facts.row_type_columns.join(", ")
                ),
            ),
            () => None,
        };
    }
    let column = facts.column(version)?;
    if options.version_column.is_none() && !choice.again {
        return no(
            "version-taken",
            format!(
                "{table} already has a column {version}; say --version-column {version} if it counts versions, or name \
                 another"
            ),
        );
    }
    if choice.key.contains(version) || column.generated || !column.identity.is_empty() {
        return no(
            "version-column",
            format!("{version} of {table} is a key or computed; it cannot count versions"),
        );
    }
    match column.base.as_str() {
        "bigint" | "integer" => None,
        other => no(
            "version-column",
            format!("{version} of {table} is {other}; versions need integer or bigint"),
        ),
    }
}
