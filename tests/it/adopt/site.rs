//! A database that other programs use, with Rowhouse installed: what the tests of adopting start
//! from. No tests here.

use std::error::Error;
use std::process::Command;

use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::adopt::{self, AdoptError, Options, Plan};
use rowhouse::db::install::{self, InstallOptions, Roles};
use rowhouse::embedded::Binaries;
use rowhouse::embedded::cluster::{Template, TestCluster, TestDatabase};
use tokio_postgres::{Client, SimpleQueryMessage};

/// What every test returns.
pub type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// The token of the session that [`Site::new`] opens for a technician.
const TOKEN: &str = "a token that only tests know";

const WORKSHOP: Template = Template {
    name: "adopting",
    build: |endpoint| {
        Box::pin(async move {
            admin::batch(&endpoint, include_str!("schema.sql")).await?;
            let mut client = admin::connect(&endpoint).await?;
            install::install(&mut client, InstallOptions::default()).await?;
            client.batch_execute(&session()).await?;
            Ok(())
        })
    },
};

fn session() -> String {
    format!(
        "insert into rowhouse_private.account (username, display_name) values ('anna', 'Anna Zürn');
         insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
             select 1, account_id, 2 from rowhouse_private.account;
         insert into rowhouse_private.session (tenant_id, account_id, token_hash, restricted, started_at,
                 proved_at, last_seen_at, last_active_at, idle_limit, expires_at, client)
             select 1, account_id, sha256('{TOKEN}'), false, now(), now(), now(), now(), '10 hours',
                    now() + interval '10 hours', '{{\"host\":\"bench 3\"}}'
               from rowhouse_private.account"
    )
}

/// One test's database and a connection as its owner.
pub struct Site {
    database: TestDatabase,
    /// As superuser, who owns everything here: another program.
    pub owner: Client,
    /// The roles of the installation.
    pub roles: Roles,
}

impl Site {
    /// Copies the template.
    pub async fn new() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let database = TestCluster::shared()?.database(&WORKSHOP).await?;
        let owner = admin::connect(&database.endpoint).await?;
        let roles = install::installed(&owner).await?.ok_or("not installed")?;
        Ok(Self {
            database,
            owner,
            roles,
        })
    }

    /// Plans and applies without special wishes.
    pub async fn adopt(&mut self, tables: &[&str]) -> Result<Plan, AdoptError> {
        self.adopt_with(tables, Options::default()).await
    }

    /// Plans and applies.
    pub async fn adopt_with(
        &mut self,
        tables: &[&str],
        options: Options,
    ) -> Result<Plan, AdoptError> {
        let plan = self.plan_with(tables, options).await?;
        adopt::apply(&mut self.owner, &plan).await?;
        Ok(plan)
    }

    /// Only plans.
    pub async fn plan_with(&self, tables: &[&str], options: Options) -> Result<Plan, AdoptError> {
        let tables: Vec<String> = tables.iter().map(|&name| name.to_owned()).collect();
        adopt::plan(&self.owner, &tables, &options).await
    }

    /// Connects as a role.
    pub async fn connect(&self, user: &str) -> Result<Client, tokio_postgres::Error> {
        admin::connect(&self.endpoint(user)).await
    }

    /// Connects as the shared login.
    pub async fn person(&self) -> Result<Person, tokio_postgres::Error> {
        Ok(Person {
            client: self.connect(&self.roles.client_name()).await?,
        })
    }

    /// Rows of a query as the owner, fields joined by a bar.
    pub async fn rows(&self, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        rows(&self.owner, sql).await
    }

    /// The trail, newest last: verb, key, version, columns, old and new values.
    pub async fn trail(&self) -> Result<Vec<String>, tokio_postgres::Error> {
        self.rows(
            "select verb, record_key, version, columns, old_values, new_values \
               from rowhouse_trail.entry where kind = 'record' order by id",
        )
        .await
    }

    /// The schema as pg_dump tells it, without what changes from run to run.
    pub fn dump(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        let program = Binaries::installed()?[0].program("pg_dump");
        let output = Command::new(program)
            .args([
                "--schema-only",
                "--exclude-schema=rowhouse*",
                &self.database.endpoint.url(),
            ])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(text
            .lines()
            .filter(|line| !line.contains("restrict "))
            .collect::<Vec<_>>()
            .join("\n"))
    }

    /// Where the database is, as superuser.
    pub fn url(&self) -> String {
        self.database.endpoint.url()
    }

    fn endpoint(&self, user: &str) -> Endpoint {
        self.database.endpoint.with_user(user)
    }
}

/// Panics with the lines that differ; two whole dumps would hide them.
pub fn assert_same(before: &str, after: &str) {
    let lost: Vec<&str> = before
        .lines()
        .filter(|line| !after.lines().any(|other| other == *line))
        .collect();
    let new: Vec<&str> = after
        .lines()
        .filter(|line| !before.lines().any(|other| other == *line))
        .collect();
    assert!(before == after, "lost: {lost:#?}\nnew: {new:#?}");
}

/// The shared login in somebody's hands.
pub struct Person {
    /// The bare connection.
    pub client: Client,
}

impl Person {
    /// Runs one statement in a transaction of the signed-in technician; its rows, or the SQLSTATE
    /// and the message.
    pub async fn try_run(&self, sql: &str) -> Result<Vec<String>, String> {
        let told = |error: tokio_postgres::Error| match error.as_db_error() {
            Some(said) => format!("{} {}", said.code().code(), said.message()),
            None => error.to_string(),
        };
        let open = format!(
            "begin; select rowhouse.tx_open('{TOKEN}', {})",
            install::SCHEMA_VERSION
        );
        self.client.batch_execute(&open).await.map_err(told)?;
        let done = rows(&self.client, sql).await.map_err(told);
        let end = if done.is_ok() { "commit" } else { "rollback" };
        self.client.batch_execute(end).await.map_err(told)?;
        done
    }

    /// The same where it must go well.
    pub async fn run(&self, sql: &str) -> Vec<String> {
        self.try_run(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

/// Rows of a query, fields joined by a bar, NULL as a dash.
pub async fn rows(client: &Client, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let messages = client.simple_query(sql).await?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let fields: Vec<&str> = (0..row.len()).map(|n| row.get(n).unwrap_or("-")).collect();
            Some(fields.join("|"))
        }
        _ => None,
    });
    Ok(rows.collect())
}
