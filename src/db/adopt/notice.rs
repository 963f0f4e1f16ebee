//! What other programs could notice of an adoption, what leaks, and what is worth knowing. Pure:
//! from facts to findings.

use super::facts::{BoundRole, Child, TableFacts};
use super::quote::ident;
use super::statements::Choice;
use super::triggers::LAST;
use super::{Finding, Weight};

/// What other programs could notice, and what is worth knowing.
pub fn notices(facts: &TableFacts, choice: &Choice) -> Vec<Finding> {
    let mut list = Vec::new();
    if !facts.owned_by_me {
        let text = format!(
            "{} belongs to {}; connect as a member of that role",
            facts.quoted, facts.owner
        );
        list.push(Finding::new(Weight::Refusal, "not-owner", text));
    }
    if choice.adds_column {
        list.extend(added_column(facts, choice));
    }
    list.extend(row_security(facts, choice));
    list.extend(rights(facts));
    list.extend(surroundings(facts));
    if choice.through {
        let whose = if facts.owner_is_superuser {
            ", a superuser"
        } else {
            ""
        };
        let text = format!(
            "people write {} through a function with the rights of {}{whose}; its triggers then have them",
            facts.quoted, facts.owner
        );
        list.push(Finding::new(Weight::Leak, "through-owner", text));
    }
    list
}

/// What holds for all tables of a plan alike, said once.
pub fn in_common(adopted: &[(&TableFacts, Choice)], client: &str) -> Vec<Finding> {
    let mut column = String::new();
    let mut grown = Vec::new();
    let mut sequences = Vec::new();
    for (facts, choice) in adopted {
        if let (true, Some(version)) = (choice.adds_column, &choice.version) {
            column = version.clone();
            grown.push(facts.quoted.as_str());
        }
        sequences.extend(facts.sequences.iter().map(String::as_str));
    }
    let mut list = Vec::new();
    if !grown.is_empty() {
        let text = format!(
            "adding {column} to {}: a program that runs COPY ... FROM without a column list, or compares whole \
             rows, notices; --no-column avoids it",
            grown.join(", ")
        );
        list.push(Finding::new(Weight::Breaks, "column-list", text));
    }
    if !sequences.is_empty() {
        let text = format!("{client} may draw numbers from {}", sequences.join(", "));
        list.push(Finding::new(Weight::Note, "sequence", text));
    }
    list
}

fn added_column(facts: &TableFacts, choice: &Choice) -> Vec<Finding> {
    let table = &facts.quoted;
    let version = choice.version.as_deref().unwrap_or_default();
    let breaks = |code, text: String| Finding::new(Weight::Breaks, code, text);
    let mut list = Vec::new();
    if !facts.row_type_users.is_empty() {
        list.push(breaks(
            "row-type",
            format!(
                "these take or return rows of {table} and must list the new column: {}",
                facts.row_type_users.join(", ")
            ),
        ));
    }
    if !facts.publications.is_empty() {
        list.push(breaks(
            "publication",
            format!(
                "{table} is published by {}; add {version} on the subscribers first, or replication stops",
                facts.publications.join(", ")
            ),
        ));
    }
    list
}

fn row_security(facts: &TableFacts, choice: &Choice) -> Vec<Finding> {
    let table = &facts.quoted;
    let mut list = Vec::new();
    let names = |pick: fn(&BoundRole) -> bool| {
        let names: Vec<&str> = facts
            .bound_roles
            .iter()
            .filter(|role| pick(role))
            .map(|role| role.name.as_str())
            .collect();
        names.join(", ")
    };
    if !facts.row_security {
        let writers = names(|role| role.writes);
        if !writers.is_empty() {
            list.push(Finding::new(
                Weight::Breaks,
                "copy-from",
                format!(
                    "PostgreSQL refuses COPY {table} FROM to roles under row security: {writers}"
                ),
            ));
        }
        let readers = names(|role| role.reads);
        if !readers.is_empty() {
            list.push(Finding::new(
                Weight::Breaks,
                "dump",
                format!("pg_dump by these roles needs --enable-row-security or BYPASSRLS from now on: {readers}"),
            ));
        }
    }
    if choice.force && !facts.forced {
        list.push(Finding::new(
            Weight::Breaks,
            "force",
            format!(
                "row security will bind {} too: its pg_dump and COPY FROM of {table} stop working",
                facts.owner
            ),
        ));
    }
    if facts.row_security && !choice.again {
        list.push(Finding::new(
            Weight::Note,
            "own-policies",
            format!("{table} keeps its own policies; our login is bound by them and by ours"),
        ));
    }
    list
}

fn rights(facts: &TableFacts) -> Vec<Finding> {
    let table = &facts.quoted;
    let mut list = Vec::new();
    let words = public_words(facts);
    if !words.is_empty() {
        let text = format!(
            "PUBLIC holds {words} on {table}, and so does our login, past the column rights"
        );
        let mut finding =
            Finding::new(Weight::Refusal, "public-rights", text).with_remedy(close_public(facts));
        finding.accept = Some(format!("public:{table}"));
        list.push(finding);
    }
    list
}

/// The rights of PUBLIC that reach past column rights.
fn public_words(facts: &TableFacts) -> String {
    let strong = [
        "INSERT",
        "UPDATE",
        "DELETE",
        "TRUNCATE",
        "REFERENCES",
        "TRIGGER",
    ];
    let held: Vec<&str> = strong
        .into_iter()
        .filter(|right| facts.public_rights.contains(*right))
        .collect();
    held.join(", ").to_lowercase()
}

fn close_public(facts: &TableFacts) -> Vec<String> {
    let (words, table) = (public_words(facts), &facts.quoted);
    let given = facts
        .public_users
        .iter()
        .map(|user| format!("grant {words} on {table} to {}", ident(user)));
    given
        .chain([format!("revoke {words} on {table} from public")])
        .collect()
}

/// Gives PUBLIC back what closing took.
pub fn reopen_public(facts: &TableFacts) -> Vec<String> {
    let (words, table) = (public_words(facts), &facts.quoted);
    if words.is_empty() {
        return Vec::new();
    }
    let given = facts
        .public_users
        .iter()
        .map(|user| format!("revoke {words} on {table} from {}", ident(user)));
    [format!("grant {words} on {table} to public")]
        .into_iter()
        .chain(given)
        .collect()
}

fn surroundings(facts: &TableFacts) -> Vec<Finding> {
    let table = &facts.quoted;
    let note = |code, text: String| Finding::new(Weight::Note, code, text);
    let mut list: Vec<Finding> = late_triggers(facts).into_iter().collect();
    if !facts.rules.is_empty() {
        let rules = facts.rules.join(", ");
        list.push(note(
            "rules",
            format!("rules rewrite statements on {table}: {rules}"),
        ));
    }
    list.extend(
        facts
            .children
            .iter()
            .filter_map(|child| cascade(facts, child)),
    );
    if let Some(extension) = &facts.extension {
        let text = format!(
            "{table} belongs to extension {extension}; pg_dump does not carry what is changed on it"
        );
        list.push(note("extension", text));
    }
    if facts.persistence == 'u' {
        list.push(note(
            "unlogged",
            format!("{table} is unlogged; a crash empties it"),
        ));
    }
    if facts.subscribed {
        let text =
            format!("a subscription writes {table}; our triggers fire for it too (ENABLE ALWAYS)");
        list.push(note("subscription", text));
    }
    if facts.primary_key.is_none() {
        let key = facts.key().unwrap_or_default().join(", ");
        let text = format!("{table} has no primary key; records are named by ({key})");
        list.push(note("unique-key", text));
    }
    list
}

fn late_triggers(facts: &TableFacts) -> Option<Finding> {
    let late: Vec<&str> = facts
        .triggers
        .iter()
        .filter(|trigger| trigger.before_update_row)
        .map(|trigger| trigger.name.as_str())
        .filter(|name| *name > LAST && !name.starts_with(LAST))
        .collect();
    let text = format!(
        "these triggers of {} run after our version trigger and could undo it: {}",
        facts.quoted,
        late.join(", ")
    );
    (!late.is_empty()).then(|| Finding::new(Weight::Leak, "trigger-order", text))
}

fn cascade(facts: &TableFacts, child: &Child) -> Option<Finding> {
    let does = match child.on_delete {
        'c' => "deletes",
        'n' | 'd' => "changes",
        _ => return None,
    };
    let text = format!(
        "deleting from {} also {does} rows of {}; it needs that permission too",
        facts.quoted, child.name
    );
    Some(Finding::new(Weight::Note, "cascade", text))
}
