//! A server of its own with a hardened installation, and the doctor's look at it. No tests here.

use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::adopt::memory::MADE;
use rowhouse::db::adopt::{self, Options};
use rowhouse::db::doctor::{self, Asked, Diagnosis, Finding};
use rowhouse::db::install::{self, InstallOptions, Roles};
use rowhouse::embedded::cluster::TestCluster;
use tokio_postgres::Client;

use crate::desk::{Got, settings};

/// What is adopted, and a table of other programs beside it.
const TABLES: &str = "
    create table machine (no text primary key, place text, cost numeric(10,2));
    insert into machine select 'M-' || n, 'Hall', n from generate_series(1, 20) n;
    create table ledger (id int primary key, amount numeric);
    create function touch() returns trigger language plpgsql as 'begin return new; end'";

/// The server.
pub struct Ward {
    /// The cluster itself.
    pub cluster: TestCluster,
    /// Where the database is, as superuser.
    pub endpoint: Endpoint,
    /// The superuser.
    pub superuser: Client,
    /// The roles of the installation.
    pub roles: Roles,
}

impl Ward {
    /// Starts it: the database belongs to `owner`, who is no superuser.
    pub async fn open() -> Got<Self> {
        Self::open_with(&[]).await
    }

    /// The same on a server with other settings.
    pub async fn open_with(settings: &[String]) -> Got<Self> {
        let cluster = TestCluster::own_with(settings)?;
        let first = admin::connect(&cluster.endpoint("postgres")).await?;
        admin::make_owner(&first, "owner").await?;
        first
            .batch_execute("create database plant owner owner")
            .await?;
        let endpoint = cluster.endpoint("plant");
        let mut superuser = admin::connect(&endpoint).await?;
        let options = InstallOptions {
            harden: true,
            ..InstallOptions::default()
        };
        let roles = install::install(&mut superuser, options).await?.roles;
        superuser.batch_execute(TABLES).await?;
        // Until PostgreSQL 15 whoever may make roles gives themselves any; later they are given them.
        let version = "select current_setting('server_version_num')::int >= 160000";
        if superuser.query_one(version, &[]).await?.get(0) {
            for which in ["owner", "auth", "trail", "search"] {
                let role = roles.name(which);
                let give =
                    format!("grant \"{role}\" to owner with admin true, inherit false, set false");
                superuser.batch_execute(&give).await?;
            }
        }
        superuser
            .batch_execute(
                "alter table machine owner to owner; alter function touch() owner to owner",
            )
            .await?;
        let plan = adopt::plan(&superuser, &["machine".to_owned()], &Options::default()).await?;
        adopt::apply(&mut superuser, &plan).await?;
        Ok(Self {
            cluster,
            endpoint,
            superuser,
            roles,
        })
    }

    /// What the doctor finds as a role.
    pub async fn examine(&self, user: &str) -> Diagnosis {
        self.examine_team(user, None).await
    }

    /// The same for a team of a size.
    pub async fn examine_team(&self, user: &str, team: Option<u32>) -> Diagnosis {
        doctor::examine(&settings(&self.endpoint, user), None, Asked { team }).await
    }

    /// Runs SQL as the superuser; `{client}`, `{owner}` and `{auth}` are roles of the installation.
    pub async fn run(&self, sql: &str) -> Got<()> {
        Ok(self.superuser.batch_execute(&self.fill(sql)).await?)
    }

    /// Puts the installation's role names in, and the form in which tables are adopted now.
    pub fn fill(&self, sql: &str) -> String {
        ["client", "owner", "auth", "trail"]
            .iter()
            .fold(sql.replace("{made}", &MADE.to_string()), |sql, which| {
                sql.replace(&format!("{{{which}}}"), &self.roles.name(which))
            })
    }
}

/// The findings that should be mended, but for what the server of the tests is: it may forget.
pub fn matter(diagnosis: &Diagnosis) -> Vec<&Finding> {
    let all = diagnosis.findings.iter();
    // What is said of the server's age is another matter on each machine.
    let apart = ["server-forgets", "server-major", "server-late"];
    all.filter(|one| one.matters() && !apart.contains(&one.code))
        .collect()
}
