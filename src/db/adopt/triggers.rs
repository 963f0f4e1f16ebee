//! The triggers of an adopted table. Text only, nothing is run here.
//!
//! PostgreSQL fires triggers of one kind by name: ours that refuse come first, ours that count and
//! record come last, after whatever other programs' triggers did to the row.

use super::facts::TableFacts;
use super::quote::{ident, literal};
use super::roles::Roles;
use super::statements::{Choice, version_function_name};
use super::{tenants, trail};

/// Begins the names of the triggers that come before all others.
const FIRST: &str = "!rowhouse";
/// Begins the names of the triggers that come after all others.
pub const LAST: &str = "~rowhouse";

/// Asks what roles give on a table where they limit columns or rows.
pub const RIGHTS: &str = "!rowhouse_rights";

/// Works out defaults anew of columns that a person may not give.
pub const DEFAULTS: &str = "!rowhouse_defaults";

/// One row trigger.
struct Trigger {
    name: String,
    event: String,
    when: Option<String>,
    function: String,
}

/// The statements that make them.
pub fn create(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let table = &facts.quoted;
    let mut list = Vec::new();
    for trigger in row_triggers(facts, roles, choice) {
        let name = ident(&trigger.name);
        let when = trigger
            .when
            .map_or(String::new(), |when| format!(" when {when}"));
        list.push(format!(
            "create trigger {name} {} on {table} for each row{when} execute function {}",
            trigger.event, trigger.function
        ));
        if facts.subscribed {
            list.push(format!("alter table {table} enable always trigger {name}"));
        }
    }
    let truncate = ident(&format!("{LAST}_truncate"));
    list.extend(truncated(facts).flat_map(|table| {
        let made = format!(
            "create trigger {truncate} after truncate on {table} \
             for each statement execute function rowhouse_trail.record_truncate()"
        );
        let always = format!("alter table {table} enable always trigger {truncate}");
        [made].into_iter().chain(facts.subscribed.then_some(always))
    }));
    list
}

/// The statements that remove them.
pub fn drop(facts: &TableFacts, choice: &Choice) -> Vec<String> {
    let mut names = vec![
        format!("{FIRST}_key"),
        RIGHTS.to_owned(),
        DEFAULTS.to_owned(),
        tenants::TRIGGER.to_owned(),
        format!("{LAST}_trail"),
    ];
    if choice.version.is_some() {
        names.push(format!("{FIRST}_version"));
        names.push(format!("{LAST}_version"));
        names.push(format!("{LAST}_version_new"));
    }
    if facts.is_partitioned() {
        names.push(format!("{LAST}_moving"));
    }
    let rows = names
        .iter()
        .map(|name| format!("drop trigger if exists {} on {}", ident(name), facts.quoted));
    let truncate = ident(&format!("{LAST}_truncate"));
    let statements =
        truncated(facts).map(|table| format!("drop trigger if exists {truncate} on {table}"));
    rows.chain(statements).collect()
}

fn row_triggers(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<Trigger> {
    let mut list = Vec::new();
    if let Some(version) = &choice.version {
        list.extend(version_triggers(facts, roles, version));
    }
    list.push(key_trigger(roles, choice));
    if choice.limits.limited {
        list.push(Trigger {
            name: DEFAULTS.to_owned(),
            event: "before insert".into(),
            when: Some(roles.is_client()),
            function: "rowhouse_private.keep_defaults()".into(),
        });
        list.push(Trigger {
            name: RIGHTS.to_owned(),
            event: "before insert or update or delete".into(),
            when: Some(roles.is_client()),
            function: "rowhouse_private.check_rights()".into(),
        });
    }
    if choice.tenant.is_some() {
        list.push(Trigger {
            name: tenants::TRIGGER.to_owned(),
            event: "before insert or update or delete".into(),
            when: Some(roles.is_client()),
            function: format!("{}()", tenants::function_name(facts.oid)),
        });
    }
    if facts.is_partitioned() {
        list.push(moving_trigger(choice));
    }
    list.push(Trigger {
        name: format!("{LAST}_trail"),
        event: "after insert or update or delete".into(),
        when: None,
        function: format!("{}()", trail::row_function_name(facts)),
    });
    list
}

/// Refuse our login that names the column; count updates; never let an insert begin below one.
fn version_triggers(facts: &TableFacts, roles: &Roles, version: &str) -> [Trigger; 3] {
    let column = ident(version);
    let count = format!("{}()", version_function_name(facts));
    [
        Trigger {
            name: format!("{FIRST}_version"),
            event: format!("before update of {column}"),
            when: Some(roles.is_client()),
            function: format!("rowhouse_private.refuse_version({})", literal(version)),
        },
        Trigger {
            name: format!("{LAST}_version"),
            event: "before update".into(),
            when: None,
            function: count.clone(),
        },
        Trigger {
            name: format!("{LAST}_version_new"),
            event: "before insert".into(),
            when: Some(format!("(new.{column} is null or new.{column} < 1)")),
            function: count,
        },
    ]
}

/// Ask, when our login changes what foreign keys follow, whether it may change those tables too.
fn key_trigger(roles: &Roles, choice: &Choice) -> Trigger {
    let followed: Vec<String> = choice
        .key
        .iter()
        .chain(&choice.followed)
        .map(|name| ident(name))
        .collect();
    Trigger {
        name: format!("{FIRST}_key"),
        event: format!("before update of {}", followed.join(", ")),
        when: Some(format!(
            "({} and {})",
            roles.is_client(),
            changed(&followed)
        )),
        function: "rowhouse_private.check_key_change()".into(),
    }
}

/// Note a row whose key changes: it may be moving to another partition.
fn moving_trigger(choice: &Choice) -> Trigger {
    let version = choice.version.as_deref().unwrap_or_default();
    let arguments: Vec<String> = std::iter::once(version)
        .chain(choice.key.iter().map(String::as_str))
        .map(literal)
        .collect();
    let key: Vec<String> = choice.key.iter().map(|name| ident(name)).collect();
    Trigger {
        name: format!("{LAST}_moving"),
        event: "before update".into(),
        when: Some(changed(&key)),
        function: format!("rowhouse_trail.stash_move({})", arguments.join(", ")),
    }
}

fn changed(columns: &[String]) -> String {
    let parts: Vec<String> = columns
        .iter()
        .map(|column| format!("old.{column} is distinct from new.{column}"))
        .collect();
    format!("({})", parts.join(" or "))
}

/// Statement triggers are not handed down, so leaves get their own.
fn truncated(facts: &TableFacts) -> impl Iterator<Item = &String> {
    std::iter::once(&facts.quoted).chain(&facts.leaves)
}
