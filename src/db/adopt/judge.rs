//! What the owner should know before a table is adopted: refusals with their reasons, what other
//! programs could notice, what leaks. Pure: from facts to findings.

use super::facts::TableFacts;
use super::quote::ident;
use super::rights::POLICIES;
use super::roles::Roles;
use super::statements::{Choice, LAST};
use super::{Finding, Options, Weight};

/// Reasons why the table cannot be adopted at all, before any choice is made.
pub fn refusals(facts: &TableFacts, named: &[String], again: bool) -> Vec<Finding> {
    let table = &facts.quoted;
    let no = |code, text: String| Finding::new(Weight::Refusal, code, text);
    let mut list = Vec::new();
    match facts.kind {
        'r' | 'p' => {}
        'v' | 'm' => list.push(no(
            "view",
            format!("{table} is a view; adopt the tables beneath it, its rows have no key of their own"),
        )),
        'f' => list.push(no(
            "foreign-table",
            format!("{table} lives on a foreign server, where a rollback undoes nothing and no trigger sees other writers"),
        )),
        _ => list.push(no("not-a-table", format!("{table} is not a table"))),
    }
    if !list.is_empty() {
        return list;
    }
    if facts.system || facts.ours {
        list.push(no(
            "not-yours",
            format!("{table} belongs to PostgreSQL or to Rowhouse itself"),
        ));
    }
    if facts.persistence == 't' {
        list.push(no(
            "temporary",
            format!("{table} is temporary; nobody else sees it"),
        ));
    }
    if facts.key().is_none() {
        list.push(no(
            "no-key",
            format!(
                "{table} has no primary key and no unique index over NOT NULL columns, so a record cannot be named"
            ),
        ));
    }
    if !facts.foreign_leaves.is_empty() {
        list.push(no(
            "foreign-partition",
            format!(
                "{table} has partitions on a foreign server: {}",
                facts.foreign_leaves.join(", ")
            ),
        ));
    }
    let missing: Vec<&str> = facts
        .relatives
        .iter()
        .map(String::as_str)
        .filter(|relative| !named.iter().any(|name| name == relative))
        .collect();
    if !missing.is_empty() {
        list.push(no(
            "inheritance",
            format!(
                "{table} inherits from or is inherited by {}: one key could name rows of both, and triggers of one do \
                 not see the other; adopt all of them together",
                missing.join(", ")
            ),
        ));
    }
    list.extend(dormant_policies(facts));
    if !again
        && facts
            .policies
            .iter()
            .any(|policy| POLICIES.contains(&policy.name.as_str()))
    {
        list.push(no(
            "name-taken",
            format!(
                "{table} already has policies with our names; take the table back with --undo first"
            ),
        ));
    }
    list
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

/// What other programs could notice, and what is worth knowing.
pub fn notices(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<Finding> {
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
    list.extend(rights(facts, roles));
    list.extend(surroundings(facts));
    list
}

fn added_column(facts: &TableFacts, choice: &Choice) -> Vec<Finding> {
    let table = &facts.quoted;
    let version = choice.version.as_deref().unwrap_or_default();
    let breaks = |code, text: String| Finding::new(Weight::Breaks, code, text);
    let mut list = vec![breaks(
        "column-list",
        format!(
            "{version} is added to {table}: a program that runs COPY {table} FROM without a column list, or compares \
             whole rows, notices; --no-column avoids it"
        ),
    )];
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
    let names = |pick: fn(&super::facts::BoundRole) -> bool| {
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

fn rights(facts: &TableFacts, roles: &Roles) -> Vec<Finding> {
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
    for sequence in &facts.sequences {
        list.push(Finding::new(
            Weight::Note,
            "sequence",
            format!(
                "{} may draw numbers from {sequence} (a default of {table} does)",
                roles.client
            ),
        ));
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
    let mut list = Vec::new();
    let late: Vec<&str> = facts
        .triggers
        .iter()
        .filter(|trigger| {
            trigger.before_update_row
                && trigger.name.as_str() > LAST
                && !trigger.name.starts_with(LAST)
        })
        .map(|trigger| trigger.name.as_str())
        .collect();
    if !late.is_empty() {
        list.push(Finding::new(
            Weight::Leak,
            "trigger-order",
            format!(
                "these triggers of {table} run after our version trigger and could undo it: {}",
                late.join(", ")
            ),
        ));
    }
    if !facts.rules.is_empty() {
        list.push(Finding::new(
            Weight::Note,
            "rules",
            format!(
                "rules rewrite statements on {table}: {}",
                facts.rules.join(", ")
            ),
        ));
    }
    for child in &facts.children {
        let does = match child.on_delete {
            'c' => "deletes",
            'n' | 'd' => "changes",
            _ => continue,
        };
        list.push(Finding::new(
            Weight::Note,
            "cascade",
            format!(
                "deleting from {table} also {does} rows of {}; it needs that permission too",
                child.name
            ),
        ));
    }
    if let Some(extension) = &facts.extension {
        list.push(Finding::new(
            Weight::Note,
            "extension",
            format!("{table} belongs to extension {extension}; pg_dump does not carry what is changed on it"),
        ));
    }
    if facts.persistence == 'u' {
        list.push(Finding::new(
            Weight::Note,
            "unlogged",
            format!("{table} is unlogged; a crash empties it"),
        ));
    }
    if facts.subscribed {
        list.push(Finding::new(
            Weight::Note,
            "subscription",
            format!("a subscription writes {table}; our triggers fire for it too (ENABLE ALWAYS)"),
        ));
    }
    if facts.primary_key.is_none() {
        list.push(Finding::new(
            Weight::Note,
            "unique-key",
            format!(
                "{table} has no primary key; records are named by ({})",
                facts.key().unwrap_or_default().join(", ")
            ),
        ));
    }
    list
}
