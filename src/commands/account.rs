//! `rowhouse account`: lists, makes, changes and resets accounts as the owner of the database.

mod import;

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::owner::{connect, new_code, reveal, tell, write_json, write_line, write_table};
use super::{CommandError, Global};
use crate::db::Client;
use crate::db::limits;
use crate::db::owner::{self, AccountRow, NewAccount};
use crate::db::tenants;
use crate::domain::account::{is_username, username};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done with accounts.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists the accounts.
    List,
    /// Makes an account and prints its one-time code.
    Add {
        /// The name to sign in with: letters a to z, digits and . _ @ / -
        name: String,
        /// The name that others see; the sign-in name when not given.
        #[arg(long, value_name = "NAME")]
        display: Option<String>,
        /// A role; may be given several times.
        #[arg(long = "role", value_name = "ROLE", default_value = "technician")]
        roles: Vec<String>,
        /// The tenant whose rows they work on; the first one when not given.
        #[arg(long, value_name = "NAME")]
        tenant: Option<String>,
    },
    /// Takes accounts of an older program over: a one-time code each, used together with the old
    /// password.
    Import(import::Args),
    /// Forgets the failed tries of an account, so that it need not wait.
    Unlock {
        /// The account's name.
        name: String,
    },
    /// Shows or sets what guessing a new password costs; older ones follow at the next sign-in.
    Cost {
        /// Memory in KiB.
        #[arg(long, value_name = "KIB")]
        memory: Option<i32>,
        /// Passes over the memory.
        #[arg(long, value_name = "N")]
        passes: Option<i32>,
        /// Lanes.
        #[arg(long, value_name = "N")]
        lanes: Option<i32>,
    },
    /// Gives an account other roles, or another name that others see.
    Edit {
        /// The account's name.
        name: String,
        /// The name that others see.
        #[arg(long, value_name = "NAME")]
        display: Option<String>,
        /// A role, in place of those it has; may be given several times.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// Another tenant, with its roles of the same names unless some are named; ends its sessions.
        #[arg(long, value_name = "NAME")]
        tenant: Option<String>,
    },
    /// Lets an account sign in no more, and ends its sessions.
    Deactivate {
        /// The account's name.
        name: String,
    },
    /// Lets an account sign in again.
    Activate {
        /// The account's name.
        name: String,
    },
    /// Gives an account a new one-time code, ends its sessions and forgets its failed tries.
    Reset {
        /// The account's name.
        name: String,
    },
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or what the database says.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let (client, _) = connect(global).await?;
    match args.what {
        What::List => list(&client, global.json).await,
        What::Add {
            name,
            display,
            roles,
            tenant,
        } => {
            let shown = display.as_deref();
            add(
                &client,
                &name,
                shown,
                &roles,
                tenant.as_deref(),
                global.json,
            )
            .await
        }
        What::Import(args) => import::run(&client, global, args).await,
        What::Unlock { name } => unlock(&client, &username(&name), global.json).await,
        What::Cost {
            memory,
            passes,
            lanes,
        } => cost(&client, [memory, passes, lanes], global.json).await,
        What::Edit {
            name,
            display,
            roles,
            tenant,
        } => {
            let edited = Edited {
                display: display.as_deref(),
                roles: (!roles.is_empty()).then_some(roles.as_slice()),
                tenant: tenant.as_deref(),
            };
            edit(&client, &username(&name), edited, global.json).await
        }
        What::Deactivate { name } => set_active(&client, &name, false, global.json).await,
        What::Activate { name } => set_active(&client, &name, true, global.json).await,
        What::Reset { name } => {
            let name = username(&name);
            let (code, verifier) = new_code()?;
            owner::reset(&client, &name, &verifier)
                .await
                .map_err(CommandError::failed)?;
            told(&name, &code, global.json)
        }
    }
}

async fn add(
    client: &Client,
    name: &str,
    display: Option<&str>,
    roles: &[String],
    tenant: Option<&str>,
    json: bool,
) -> Result<(), CommandError> {
    let name = username(name);
    if !is_username(&name) {
        return Err(CommandError::Usage(format!(
            "{name:?} is no account name: letters a to z, digits and . _ @ / -, at most 64"
        )));
    }
    let (code, verifier) = new_code()?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let account = NewAccount {
        username: &name,
        display_name: display.unwrap_or(&name),
        tenant,
        roles: &roles,
        code: &verifier,
    };
    owner::add(client, &[account])
        .await
        .map_err(CommandError::failed)?;
    told(&name, &code, json)
}

async fn unlock(client: &Client, name: &str, json: bool) -> Result<(), CommandError> {
    let waited = limits::unlock(client, name)
        .await
        .map_err(CommandError::failed)?;
    if json {
        return write_json(&json!({ "username": name, "was_locked": waited }));
    }
    tell(&match waited {
        true => format!("{name} may sign in at once"),
        false => format!("{name} had not to wait"),
    })
}

async fn cost(client: &Client, set: [Option<i32>; 3], json: bool) -> Result<(), CommandError> {
    let cost = limits::cost(client, set)
        .await
        .map_err(CommandError::failed)?;
    if json {
        return write_json(&json!({ "memory": cost.m, "passes": cost.t, "lanes": cost.p }));
    }
    write_line(&format!(
        "a new password costs {} KiB of memory, {} passes and {} lanes per guess",
        cost.m, cost.t, cost.p
    ))
}

/// What an account gets; what is none stays.
struct Edited<'a> {
    display: Option<&'a str>,
    roles: Option<&'a [String]>,
    tenant: Option<&'a str>,
}

async fn edit(
    client: &Client,
    name: &str,
    edited: Edited<'_>,
    json: bool,
) -> Result<(), CommandError> {
    let Edited {
        display,
        roles,
        tenant,
    } = edited;
    if display.is_none() && roles.is_none() && tenant.is_none() {
        return Err(CommandError::Usage(
            "nothing to change: name --role, --display or --tenant".into(),
        ));
    }
    match tenant {
        // The roles are those of the new tenant.
        Some(tenant) => tenants::move_account(client, name, tenant, roles, display).await,
        None => owner::edit(client, name, display, roles).await,
    }
    .map_err(CommandError::failed)?;
    match json {
        true => write_json(&json!({ "username": name, "changed": true })),
        false => tell(&format!("{name} is changed.")),
    }
}

async fn set_active(
    client: &Client,
    name: &str,
    active: bool,
    json: bool,
) -> Result<(), CommandError> {
    let name = username(name);
    let changed = owner::set_active(client, &name, active)
        .await
        .map_err(CommandError::failed)?;
    if json {
        return write_json(&json!({ "username": name, "active": active, "changed": changed }));
    }
    tell(&match (changed, active) {
        (true, true) => format!("{name} may sign in again."),
        (true, false) => format!("{name} can sign in no more; sessions were ended."),
        (false, true) => format!("{name} may sign in already."),
        (false, false) => format!("{name} is deactivated already."),
    })
}

/// Tells the code; it is nowhere else.
fn told(name: &str, code: &SecretString, json: bool) -> Result<(), CommandError> {
    if json {
        return write_json(&json!({ "username": name, "code": code.expose_secret() }));
    }
    reveal(&format!("one-time code of {name}"), code)
}

async fn list(client: &Client, json: bool) -> Result<(), CommandError> {
    let accounts = owner::accounts(client)
        .await
        .map_err(CommandError::failed)?;
    if json {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|account| {
                json!({
                    "username": account.username,
                    "display_name": account.display_name,
                    "roles": account.roles,
                    "active": account.active,
                    "state": if account.password_chosen { "password" } else { "code" },
                    "last_sign_in": account.last_sign_in.map(|at| at.to_string()),
                    "locked_until": account.locked_until.map(|at| at.to_string()),
                })
            })
            .collect();
        return write_json(&json!(accounts));
    }
    let rows: Vec<_> = accounts.iter().map(row).collect();
    write_table(
        &["name", "shown as", "roles", "state", "last sign-in"],
        &rows,
    )
}

fn row(account: &AccountRow) -> Vec<String> {
    let state = match (
        account.active,
        account.locked_until,
        account.password_chosen,
    ) {
        (false, ..) => "deactivated".to_owned(),
        (_, Some(until), _) => format!("locked until {until:.0}"),
        (_, _, true) => "password chosen".to_owned(),
        (_, _, false) => "code waiting".to_owned(),
    };
    vec![
        account.username.clone(),
        account.display_name.clone(),
        account.roles.join(", "),
        state,
        account
            .last_sign_in
            .map_or("never".to_owned(), |at| format!("{at:.0}")),
    ]
}
