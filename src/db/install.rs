//! Installing the shared layer into a database: roles, migrations, hardening, asserts, the first
//! manager. Safe to run twice. No command line and no terminal.

mod harden;
mod migrations;
mod restored;
mod roles;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::auth::Verifier;

pub use harden::OpenRight;
pub use migrations::SCHEMA_VERSION;
pub use roles::{Roles, TakeError, give_back, installed, take};

use migrations::MIGRATIONS;
use roles::Installer;

/// The asserts of SECURITY.md 2.8: rows of sentences that should not be there.
const ASSERTS: &str = include_str!("migrations/asserts.sql");

/// What `init` is asked to do beyond installing.
#[derive(Debug, Clone, Default)]
pub struct InstallOptions {
    /// What role names begin with; chosen when `None`.
    pub prefix: Option<String>,
    /// What the header calls this installation; the database's name when `None`.
    pub label: Option<String>,
    /// The shared login's password as a SCRAM verifier ([`crate::auth::scram_verifier`]); `None`
    /// leaves it as it is (peer or trust sockets need none).
    pub client_verifier: Option<String>,
    /// Makes this manager unless an active manager exists already.
    pub first_manager: Option<FirstManager>,
    /// Takes PUBLIC rights away although others use the database, granting them by name first.
    pub harden: bool,
    /// Ends every session and makes new secrets, as after a backup was brought back. Where the tables have
    /// other numbers that is done in any case.
    pub restored: bool,
}

/// The account that can make all others.
#[derive(Debug, Clone)]
pub struct FirstManager {
    /// The name to sign in with.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// The verifier of the one-time code.
    pub code: Verifier,
}

/// What `init` did, for people and programs.
#[derive(Debug, Clone)]
pub struct InstallReport {
    /// The roles of the installation.
    pub roles: Roles,
    /// The database it is in.
    pub database: String,
    /// Numbers of the migrations applied now; empty when there was nothing to do.
    pub applied: Vec<i32>,
    /// The schema's number now.
    pub schema_version: i32,
    /// The adopted tables that were found again after a backup was brought back.
    pub found_again: Vec<String>,
    /// Statements of hardening that were run and hold.
    pub hardened: Vec<String>,
    /// PUBLIC rights that the shared login still inherits.
    pub open_rights: Vec<OpenRight>,
    /// What only a superuser can close, as SQL.
    pub for_superuser: Vec<String>,
    /// The manager made now.
    pub manager: Option<String>,
}

/// Why installing stopped; what was applied before stays and a second run goes on.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Not PostgreSQL 13 or newer.
    #[error("this server is PostgreSQL {0}; 13 is the oldest that works")]
    TooOld(i32),
    /// Neither owner of the database nor superuser.
    #[error("{user} does not own the database {database}: run init as its owner")]
    NotOwner {
        /// Who we are.
        user: String,
        /// Where.
        database: String,
    },
    /// Roles are missing and may not be made.
    #[error("the roles are missing and this role may not make them; an administrator runs:\n{sql}")]
    NeedsRoles {
        /// What the administrator runs.
        sql: String,
    },
    /// The roles exist, and whoever installs may not act for them.
    #[error(
        "this role may not act as those that own the shared layer; an administrator runs:\n{sql}"
    )]
    NotMember {
        /// What the administrator runs.
        sql: String,
    },
    /// The wanted prefix belongs to another database.
    #[error(
        "roles named {prefix}_... belong to another database of this server: use another prefix"
    )]
    PrefixTaken {
        /// The prefix.
        prefix: String,
    },
    /// The database was installed by a newer program.
    #[error(
        "the database has schema {database}, this program knows {program}: use a newer rowhouse"
    )]
    Newer {
        /// Newest migration in the database.
        database: i32,
        /// Newest migration in the program.
        program: i32,
    },
    /// An applied migration is not the one this program has.
    #[error("migration {version} ({name}) in the database is not the one of this program")]
    Changed {
        /// Its number.
        version: i32,
        /// Its name.
        name: &'static str,
    },
    /// A migration failed; nothing of it was kept.
    #[error("migration {version} ({name}) failed: {}", sentence(source))]
    Migration {
        /// Its number.
        version: i32,
        /// Its name.
        name: &'static str,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// The result is not as safe as it must be.
    #[error("the installation is not as it must be:\n{}", .0.join("\n"))]
    Asserts(Vec<String>),
    /// The server said no, or is gone.
    #[error("{}", sentence(.0))]
    Database(#[from] tokio_postgres::Error),
}

impl From<TakeError> for InstallError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::NotMember { sql } => Self::NotMember { sql },
            TakeError::Database(error) => Self::Database(error),
        }
    }
}

/// Installs or updates the shared layer in the database that `client` is connected to.
pub async fn install(
    client: &mut Client,
    options: InstallOptions,
) -> Result<InstallReport, InstallError> {
    let installer = Installer::find(client).await?;
    if installer.server < 130_000 {
        return Err(InstallError::TooOld(installer.server / 10_000));
    }
    if !installer.owns_database {
        return Err(InstallError::NotOwner {
            user: installer.name,
            database: installer.database,
        });
    }
    let label = options
        .label
        .clone()
        .unwrap_or_else(|| installer.database.clone());
    let (roles, mut applied, taken) = found(client, &installer, &options, &label).await?;
    let done = finish(client, &installer, &options, &roles, &label, &mut applied).await;
    // A failed statement may have left its transaction open; membership is given back either way.
    client.batch_execute("rollback").await?;
    give_back(client, &taken).await?;
    done
}

/// The first transaction: the roles and the first migration, so that no second installer can take
/// the same role names for another database in between.
async fn found(
    client: &Client,
    installer: &Installer,
    options: &InstallOptions,
    label: &str,
) -> Result<(Roles, Vec<i32>, Vec<String>), InstallError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match found_once(client, installer, options, label).await {
            Err(InstallError::Database(error) | InstallError::Migration { source: error, .. })
                if tries < 5 && is_race(&error) =>
            {
                client.batch_execute("rollback").await?;
            }
            Err(error) => {
                client.batch_execute("rollback").await?;
                return Err(error);
            }
            Ok(founded) => return Ok(founded),
        }
    }
}

async fn found_once(
    client: &Client,
    installer: &Installer,
    options: &InstallOptions,
    label: &str,
) -> Result<(Roles, Vec<i32>, Vec<String>), InstallError> {
    migrations::begin(client).await?;
    if let Some(roles) = installed(client).await? {
        let taken = take(client, &roles).await?;
        client.batch_execute("commit").await?;
        return Ok((roles, Vec::new(), taken));
    }
    let roles = roles::free_prefix(client, options.prefix.as_deref(), &installer.database).await?;
    roles::make(client, &roles, installer).await?;
    let taken = take(client, &roles).await?;
    migrations::apply(client, &roles, label, &MIGRATIONS[0]).await?;
    client.batch_execute("commit").await?;
    Ok((roles, vec![MIGRATIONS[0].version], taken))
}

async fn finish(
    client: &Client,
    installer: &Installer,
    options: &InstallOptions,
    roles: &Roles,
    label: &str,
    applied: &mut Vec<i32>,
) -> Result<InstallReport, InstallError> {
    migrations::begin(client).await?;
    let pending = migrations::pending(client, roles).await?;
    client.batch_execute("commit").await?;
    for migration in pending {
        migrations::begin(client).await?;
        migrations::apply(client, roles, label, migration).await?;
        client.batch_execute("commit").await?;
        applied.push(migration.version);
    }
    let found_again = restored::find_tables(client, roles, options.restored).await?;
    let hardening = harden::harden(client, installer, roles, options.harden).await?;
    if let Some(verifier) = &options.client_verifier {
        let (client_role, verifier) = (roles.client(), quote_literal(verifier));
        client
            .batch_execute(&format!("alter role {client_role} password {verifier}"))
            .await?;
    }
    owner_commands(client, roles).await?;
    let manager = first_manager(client, options).await?;
    check(client, roles).await?;
    Ok(InstallReport {
        roles: roles.clone(),
        database: installer.database.clone(),
        applied: std::mem::take(applied),
        schema_version: SCHEMA_VERSION,
        found_again,
        hardened: hardening.done,
        open_rights: hardening.open,
        for_superuser: hardening.for_superuser,
        manager,
    })
}

/// Lets the database's owner call the functions of the command line, and nothing else of ours.
async fn owner_commands(client: &Client, roles: &Roles) -> Result<(), InstallError> {
    let sql = roles.fill(
        "begin; set local role {{owner}};
         do $do$ begin
             execute 'grant usage on schema rowhouse_private to '
                 || (select datdba::regrole::text from pg_database
                      where datname = current_database());
         end $do$;
         set local role {{auth}};
         do $do$
         declare
             owner text := (select datdba::regrole::text from pg_database
                             where datname = current_database());
             f text;
         begin
             for f in select p.oid::regprocedure::text from pg_proc p
                       where p.pronamespace = 'rowhouse_private'::regnamespace
                         and p.proname ^@ 'owner_' loop
                 execute format('grant execute on function %s to %s', f, owner);
             end loop;
         end $do$; commit",
        "",
    );
    client.batch_execute(&sql).await?;
    Ok(())
}

/// Makes the first manager unless there is one.
async fn first_manager(
    client: &Client,
    options: &InstallOptions,
) -> Result<Option<String>, InstallError> {
    let Some(manager) = &options.first_manager else {
        return Ok(None);
    };
    let exists: bool = client
        .query_one("select rowhouse_private.owner_has_manager()", &[])
        .await?
        .get(0);
    if exists {
        return Ok(None);
    }
    let code = &manager.code;
    client
        .execute(
            "select rowhouse_private.owner_account_add($1, $2, array['manager'], $3, $4, $5, $6,
                                                       $7, $8)",
            &[
                &manager.username,
                &manager.display_name,
                &code.salt.as_slice(),
                &code.params.m(),
                &code.params.t(),
                &code.params.p(),
                &code.stored_key.as_slice(),
                &code.server_key.as_slice(),
            ],
        )
        .await?;
    Ok(Some(manager.username.clone()))
}

/// Runs the asserts; every row is a sentence about something that must not be.
pub async fn check(client: &Client, roles: &Roles) -> Result<(), InstallError> {
    let owner = roles.owner();
    client
        .batch_execute(&format!("begin read only; set local role {owner}"))
        .await?;
    let rows = client.query(&roles.fill(ASSERTS, ""), &[]).await;
    client.batch_execute("rollback").await?;
    let rows = rows?;
    if rows.is_empty() {
        return Ok(());
    }
    Err(InstallError::Asserts(
        rows.iter().map(|row| row.get(0)).collect(),
    ))
}

/// Writes a name as an SQL identifier.
pub(crate) fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes a text as an SQL literal, whatever `standard_conforming_strings` says.
pub(crate) fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Somebody else made the same thing at the same moment.
fn is_race(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [
            SqlState::DUPLICATE_OBJECT,
            SqlState::UNIQUE_VIOLATION,
            SqlState::DUPLICATE_SCHEMA,
        ]
        .contains(code)
    })
}

/// What the server said, without the driver's prefix.
fn sentence(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => match said.where_() {
            Some(place) => format!(
                "{} ({})",
                said.message(),
                place.lines().next().unwrap_or("")
            ),
            None => said.message().to_string(),
        },
        None => error.to_string(),
    }
}
