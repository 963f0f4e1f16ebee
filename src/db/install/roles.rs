//! The roles of an installation: their names, making them, taking and giving back membership.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use super::{InstallError, quote_ident, quote_literal};

/// Roles that own things of ours and never sign in: what each is for.
const OWNERS: [(&str, &str); 4] = [
    (
        "owner",
        "owns the schemas and the functions that clients call",
    ),
    ("auth", "owns accounts, verifiers and sessions"),
    ("trail", "owns the trail"),
    ("search", "owns the search functions"),
];

/// How the comment of every role of ours begins; by it other installations are known.
pub(super) const COMMENT: &str = "Rowhouse: ";

/// The roles of one installation, by their common prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    prefix: String,
}

impl Roles {
    /// Names the roles that begin with a prefix.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
        }
    }

    /// What the names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The shared login's name, unquoted.
    pub fn client_name(&self) -> String {
        self.name("client")
    }

    /// The quoted role that owns the schemas and the API.
    pub fn owner(&self) -> String {
        quote_ident(&self.name("owner"))
    }

    /// The quoted shared login.
    pub fn client(&self) -> String {
        quote_ident(&self.name("client"))
    }

    /// The unquoted name of one of the roles: owner, auth, trail, search, client.
    pub fn name(&self, which: &str) -> String {
        format!("{}_{which}", self.prefix)
    }

    /// Replaces the placeholders of our SQL files: roles as identifiers, `{{client_name}}`,
    /// `{{search_name}}`, `{{prefix}}` and `{{label}}` as literals.
    pub fn fill(&self, sql: &str, label: &str) -> String {
        let mut sql = sql.to_string();
        for which in ["owner", "auth", "trail", "search", "client"] {
            sql = sql.replace(&format!("{{{{{which}}}}}"), &quote_ident(&self.name(which)));
        }
        let owners: Vec<String> = OWNERS
            .iter()
            .map(|(which, _)| quote_literal(&self.name(which)))
            .collect();
        sql.replace("{{client_name}}", &quote_literal(&self.client_name()))
            .replace("{{search_name}}", &quote_literal(&self.name("search")))
            .replace("{{owner_names}}", &owners.join(", "))
            .replace("{{prefix}}", &quote_literal(&self.prefix))
            .replace("{{label}}", &quote_literal(label))
    }

    fn all(&self) -> Vec<String> {
        OWNERS
            .iter()
            .map(|(which, _)| *which)
            .chain(["client"])
            .map(|w| self.name(w))
            .collect()
    }

    /// The SQL that makes one role.
    fn creation(&self, which: &str, purpose: &str) -> String {
        let name = quote_ident(&self.name(which));
        let rights = if which == "client" {
            "login noinherit"
        } else {
            "nologin noinherit"
        };
        format!(
            "create role {name} {rights} nosuperuser nocreatedb nocreaterole;
             comment on role {name} is {};",
            quote_literal(&format!("{COMMENT}{purpose}"))
        )
    }

    /// The SQL for an administrator where the installer may not make roles.
    pub(super) fn for_administrator(&self, installer: &str) -> String {
        let mut lines: Vec<String> = OWNERS
            .iter()
            .chain([&("client", CLIENT_PURPOSE)])
            .map(|(which, purpose)| self.creation(which, purpose))
            .collect();
        let owners: Vec<String> = OWNERS
            .iter()
            .map(|(which, _)| quote_ident(&self.name(which)))
            .collect();
        lines.push(format!(
            "grant {} to {};",
            owners.join(", "),
            quote_ident(installer)
        ));
        lines
            .join("\n")
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

const CLIENT_PURPOSE: &str = "the login that all clients share; owns nothing";

/// What the installer is on this server.
#[derive(Debug, Clone)]
pub(super) struct Installer {
    pub name: String,
    pub may_make_roles: bool,
    pub owns_database: bool,
    pub database: String,
    pub server: i32,
}

impl Installer {
    /// Asks the server who we are.
    pub(super) async fn find(client: &Client) -> Result<Self, InstallError> {
        let row = client
            .query_one(
                "select r.rolname::text, r.rolsuper or r.rolcreaterole,
                        r.rolsuper or pg_has_role(d.datdba, 'usage'), d.datname::text,
                        current_setting('server_version_num')::int
                   from pg_roles r, pg_database d
                  where r.rolname = current_user and d.datname = current_database()",
                &[],
            )
            .await?;
        Ok(Self {
            name: row.get(0),
            may_make_roles: row.get(1),
            owns_database: row.get(2),
            database: row.get(3),
            server: row.get(4),
        })
    }
}

/// The prefix of the installation in this database, when there is one.
pub async fn installed(client: &Client) -> Result<Option<Roles>, tokio_postgres::Error> {
    let rows = client
        .query_typed(
            "select substr(r.rolname::text, 1, length(r.rolname::text) - length('_owner'))
               from pg_namespace n join pg_roles r on r.oid = n.nspowner
              where n.nspname = 'rowhouse' and r.rolname::text like '%\\_owner'
                and to_regclass('rowhouse_private.installation') is not null",
            &[],
        )
        .await?;
    Ok(rows.first().map(|row| Roles::new(row.get::<_, String>(0))))
}

/// Chooses a prefix that no other database of the server uses.
pub(super) async fn free_prefix(
    client: &Client,
    wanted: Option<&str>,
    database: &str,
) -> Result<Roles, InstallError> {
    let own: String = format!("rowhouse_{database}").chars().take(50).collect();
    let candidates = match wanted {
        Some(wanted) => vec![wanted.to_string()],
        None => vec!["rowhouse".to_string(), own],
    };
    for prefix in candidates {
        let roles = Roles::new(prefix);
        let taken: bool = client
            .query_one(
                "select exists (select from pg_shdepend s join pg_roles r on r.oid = s.refobjid
                                 where s.refclassid = 'pg_authid'::regclass
                                   and r.rolname = any ($1)
                                   and s.dbid <> 0
                                   and s.dbid <> (select oid from pg_database
                                                   where datname = current_database()))",
                &[&roles.all()],
            )
            .await?
            .get(0);
        if !taken {
            return Ok(roles);
        }
    }
    Err(InstallError::PrefixTaken {
        prefix: wanted.unwrap_or("rowhouse").to_string(),
    })
}

/// Makes the roles that do not exist yet; names the SQL where the installer may not.
pub(super) async fn make(
    client: &Client,
    roles: &Roles,
    installer: &Installer,
) -> Result<(), InstallError> {
    let existing: Vec<String> = client
        .query(
            "select rolname::text from pg_roles where rolname = any ($1)",
            &[&roles.all()],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let missing: Vec<_> = OWNERS
        .iter()
        .chain([&("client", CLIENT_PURPOSE)])
        .filter(|(which, _)| !existing.contains(&roles.name(which)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !installer.may_make_roles {
        return Err(InstallError::NeedsRoles {
            sql: roles.for_administrator(&installer.name),
        });
    }
    for (which, purpose) in missing {
        client
            .batch_execute(&roles.creation(which, purpose))
            .await?;
    }
    Ok(())
}

/// Why the owners cannot be acted for.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Whoever may let us lives elsewhere: who made the roles, or a superuser.
    #[error(
        "this role may not act as those that own the shared layer; an administrator runs:\n{sql}"
    )]
    NotMember {
        /// What the administrator runs.
        sql: String,
    },
    /// The server said no to something else, or is gone.
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
}

/// Lets the installer act as the owners; returns the memberships to give back at the end.
///
/// # Errors
/// [`TakeError::NotMember`] where the installer may not let itself, as from PostgreSQL 16 on when somebody
/// else made the roles; otherwise what the server said.
pub async fn take(client: &Client, roles: &Roles) -> Result<Vec<String>, TakeError> {
    // Typed questions: behind a pooler a prepared one may be somebody else's.
    let me = client
        .query_typed_one(
            "select current_setting('server_version_num')::int, current_user::text",
            &[],
        )
        .await?;
    let (server, user): (i32, String) = (me.get(0), me.get(1));
    let right = if server >= 160_000 { "set" } else { "member" };
    let owners: Vec<String> = OWNERS.iter().map(|(which, _)| roles.name(which)).collect();
    let missing: Vec<String> = client
        .query_typed(
            "select r.rolname::text from pg_roles r
              where r.rolname::text = any ($1) and not pg_has_role(r.oid, $2)",
            &[(&owners, Type::TEXT_ARRAY), (&right, Type::TEXT)],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let options = if server >= 160_000 {
        " with set true, inherit true"
    } else {
        ""
    };
    for role in &missing {
        let role = quote_ident(role);
        let granted = client
            .batch_execute(&format!("grant {role} to current_user{options}"))
            .await;
        match granted {
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                let all: Vec<String> = missing.iter().map(|name| quote_ident(name)).collect();
                return Err(TakeError::NotMember {
                    sql: format!("grant {} to {};", all.join(", "), quote_ident(&user)),
                });
            }
            granted => granted?,
        }
    }
    Ok(missing)
}

/// Gives back what [`take`] took.
pub async fn give_back(client: &Client, taken: &[String]) -> Result<(), tokio_postgres::Error> {
    for role in taken {
        client
            .batch_execute(&format!("revoke {} from current_user", quote_ident(role)))
            .await?;
    }
    Ok(())
}
