//! The plain database of the tests with the shared layer on it, and people who sign in. No tests.

use rowhouse::auth::{Params, Verifier};
use rowhouse::db::admin::Endpoint;
use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::{LoginReply, LoginRequest, Reply, Request};
use rowhouse::db::install::{self, InstallOptions};
use rowhouse::db::owner::{self, NewAccount};
use rowhouse::db::{Database, admin};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::embedded::cluster::{Template, TestCluster, TestDatabase};
use secrecy::SecretString;
use tokio_postgres::Client;

use crate::desk::{self, Got, Seat};

/// Everybody's one-time code.
pub const CODE: &str = "k7mq-3fxa-9p2d-wn8c";

/// Everybody's password.
pub const PASSWORD: &str = "a long enough passphrase";

/// The plain database with the shared layer on it.
pub const SHARED: Template = Template {
    name: "shared",
    build: |endpoint| {
        Box::pin(async move {
            admin::batch(&endpoint, include_str!("../desk/schema.sql")).await?;
            let mut client = admin::connect(&endpoint).await?;
            let options = InstallOptions {
                harden: true,
                ..InstallOptions::default()
            };
            install::install(&mut client, options).await?;
            let tables = ["machine", "everything", "parted"].map(str::to_owned);
            let plan = adopt::plan(&client, &tables, &Options::default()).await?;
            adopt::apply(&mut client, &plan).await?;
            let options = Options {
                no_column: true,
                ..Options::default()
            };
            let plan = adopt::plan(&client, &["unique_only".to_owned()], &options).await?;
            adopt::apply(&mut client, &plan).await?;
            let code = code()?;
            let account = |username, display_name, roles| NewAccount {
                tenant: None,
                username,
                display_name,
                roles,
                code: &code,
            };
            let accounts = [
                account("boss", "Berta Boss", &["manager"][..]),
                account("anna", "Anna Zürn", &["technician"][..]),
                account("bert", "Bert Ohm", &["technician"][..]),
            ];
            owner::add(&client, &accounts).await?;
            Ok(())
        })
    },
};

/// What is stored of everybody's code.
pub fn code() -> Got<Verifier> {
    let made = Verifier::from_password(&CODE.into(), [7; 16], Params::default());
    Ok(made?)
}

/// One test's database.
pub struct Site {
    database: TestDatabase,
    /// As superuser: another program.
    pub owner: Client,
    login: String,
}

impl Site {
    /// Copies the template.
    pub async fn new() -> Got<Self> {
        Self::on(TestCluster::shared()?).await
    }

    /// Copies the template on a server of the test's own.
    pub async fn on(cluster: &TestCluster) -> Got<Self> {
        let database = cluster.database(&SHARED).await?;
        let owner = admin::connect(&database.endpoint).await?;
        let roles = install::installed(&owner).await?.ok_or("not installed")?;
        Ok(Self {
            login: roles.client_name(),
            database,
            owner,
        })
    }

    /// Where the database is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.database.endpoint
    }

    /// Settings of the shared login.
    pub fn settings(&self) -> ConnectionSettings {
        desk::settings(&self.database.endpoint, &self.login)
    }

    /// The shared login's name.
    pub fn login(&self) -> String {
        self.login.clone()
    }

    /// Somebody connected, not yet signed in.
    pub async fn stranger(&self) -> Got<Seat> {
        Seat::open(self.settings()).await
    }

    /// Somebody signed in with a password.
    pub async fn person(&self, username: &str) -> Got<Seat> {
        let seat = self.stranger().await?;
        sign_in(&seat.database, username).await?;
        Ok(seat)
    }

    /// Lets tables take part.
    pub async fn adopt(&mut self, tables: &[&str]) -> Got<()> {
        let tables: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
        let plan = adopt::plan(&self.owner, &tables, &Options::default()).await?;
        adopt::apply(&mut self.owner, &plan).await?;
        Ok(())
    }

    /// Asks for rows as the owner, fields joined by a bar.
    pub async fn rows(&self, sql: &str) -> Got<Vec<String>> {
        desk::rows(&self.owner, sql).await
    }
}

/// Signs in with the password, choosing it with the code when that is still waiting.
pub async fn sign_in(database: &Database, username: &str) -> Got<LoginReply> {
    let with_password = try_password(database, username, PASSWORD).await?;
    if matches!(with_password, LoginReply::SignedIn(_)) {
        return Ok(with_password);
    }
    let with_code = try_password(database, username, CODE).await?;
    assert!(matches!(&with_code, LoginReply::SignedIn(s) if s.must_choose_password));
    choose(database, username).await
}

/// Replaces the one-time code by the password.
pub async fn choose(database: &Database, username: &str) -> Got<LoginReply> {
    login(
        database,
        LoginRequest::ChoosePassword {
            username: username.into(),
            password: PASSWORD.into(),
        },
    )
    .await
}

/// Tries to sign in.
pub async fn try_password(database: &Database, username: &str, password: &str) -> Got<LoginReply> {
    login(
        database,
        LoginRequest::SignIn {
            username: username.into(),
            password: SecretString::from(password),
        },
    )
    .await
}

/// A request about signing in or out.
pub async fn login(database: &Database, request: LoginRequest) -> Got<LoginReply> {
    match database.perform(Request::Login(request)).await? {
        Reply::Login(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}
