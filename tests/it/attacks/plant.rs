//! What is attacked: a plant with adopted tables and people, and a seat that signs in like a client.

use std::cell::Cell;
use std::error::Error;

use rowhouse::auth::{self, Challenge, Params, Proof, Verifier};
use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::adopt;
use rowhouse::db::install::{self, InstallOptions, SCHEMA_VERSION};
use rowhouse::embedded::cluster::{Template, TestCluster, TestDatabase};
use secrecy::SecretString;
use tokio_postgres::{Client, Row};

pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The people of the plant: name, role. Their password is [`password`] of the name.
const PEOPLE: [(&str, &str); 4] = [
    ("marta", "manager"),
    ("theo", "technician"),
    ("tina", "technician"),
    ("gina", "guest"),
];

const TABLES: &str = "
    create table area (id int primary key, name text not null unique);
    insert into area values (1, 'Hall 1'), (2, 'Hall 2');
    create table equipment (bfm text primary key, description text not null, status text not null,
        area int references area, cost numeric(10,2));
    insert into equipment
        select 'BFM-' || lpad(n::text, 3, '0'), 'Pump ' || n, case n % 3 when 0 then 'Down' else 'Active' end,
               1 + n % 2, n * 10.5
          from generate_series(1, 40) n;
    create table shop (id int primary key, shop int not null, secret text not null);
    insert into shop select n, n % 2, 'secret ' || n from generate_series(1, 10) n;
    alter table shop enable row level security;
    create policy own_shop on shop using (shop = current_setting('app.shop', true)::int);
    create table vault (id int primary key, secret text not null);
    insert into vault select n, 'plan ' || n from generate_series(1, 5) n;
    create view cheap as select bfm, cost from equipment where cost < 100;
";

/// A role that may view areas and nothing else.
const GUEST: &str = "
    insert into rowhouse_private.role (tenant_id, role_id, name) values (1, 10, 'guest');
    insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb)
        values (1, 10, 'area'::regclass, 'view');
";

const PLANT: Template = Template {
    name: "plant",
    build: |endpoint| Box::pin(async move { build(&endpoint).await }),
};

/// Makes a plant in an empty database.
pub async fn build(endpoint: &Endpoint) -> Outcome {
    let mut owner = admin::connect(endpoint).await?;
    // The server of the tests has other roles, so hardening is asked for.
    let options = InstallOptions {
        harden: true,
        ..InstallOptions::default()
    };
    install::install(&mut owner, options).await?;
    owner.batch_execute(TABLES).await?;
    let roles = install::installed(&owner).await?.ok_or("not installed")?;
    let ours = roles.owner();
    // A table that a role of ours owns is closed to its owner too, and so are that role's views.
    owner
        .batch_execute(&format!("alter table vault owner to {ours}"))
        .await?;
    let tables = ["area", "equipment", "shop", "vault"].map(str::to_owned);
    let plan = adopt::plan(&owner, &tables, &adopt::Options::default()).await?;
    adopt::apply(&mut owner, &plan).await?;
    let view = format!(
        "create view vault_seen as select id, secret from vault; alter view vault_seen owner to {ours};
         grant select on vault_seen to {}",
        roles.client()
    );
    owner.batch_execute(&view).await?;
    owner.batch_execute(GUEST).await?;
    for (name, role) in PEOPLE {
        let salt = rowhouse::runtime::clock::random();
        let verifier = Verifier::from_password(&password(name), salt, Params::default())?;
        add_account(&owner, name, &[role], &verifier).await?;
    }
    owner
        .execute(
            "update rowhouse_private.credential set one_time = false",
            &[],
        )
        .await?;
    Ok(())
}

/// Makes an account as the database's owner.
pub async fn add_account(
    owner: &Client,
    name: &str,
    roles: &[&str],
    verifier: &Verifier,
) -> Result<i64, tokio_postgres::Error> {
    let display = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let row = owner
        .query_one(
            "select rowhouse_private.owner_account_add($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                &name,
                &display,
                &roles,
                &verifier.salt.as_slice(),
                &verifier.params.m(),
                &verifier.params.t(),
                &verifier.params.p(),
                &verifier.stored_key.as_slice(),
                &verifier.server_key.as_slice(),
            ],
        )
        .await?;
    Ok(row.get(0))
}

/// The password of one of the people.
pub fn password(name: &str) -> SecretString {
    SecretString::from(format!("correct horse of {name}"))
}

/// A password that nobody has.
pub fn wrong() -> SecretString {
    SecretString::from("a wrong guess entirely")
}

/// A plant of its own for one test.
pub struct Plant {
    _copy: Option<TestDatabase>,
    endpoint: Endpoint,
    /// The superuser.
    pub owner: Client,
    /// The role names.
    pub roles: install::Roles,
    ahead: Cell<String>,
}

impl Plant {
    /// Opens a fresh plant.
    pub async fn open() -> Outcome<Self> {
        Self::on(TestCluster::shared()?).await
    }

    /// Opens a fresh plant on a server of the test's own.
    pub async fn on(cluster: &TestCluster) -> Outcome<Self> {
        let database = cluster.database(&PLANT).await?;
        let mut plant = Self::at(database.endpoint.clone()).await?;
        plant._copy = Some(database);
        Ok(plant)
    }

    /// Opens what [`build`] made, which stays when this goes.
    pub async fn at(endpoint: Endpoint) -> Outcome<Self> {
        let owner = admin::connect(&endpoint).await?;
        // A copy has the rights of a new database, not those of its template.
        let revoke = format!(
            "revoke temporary on database {} from public",
            endpoint.database
        );
        owner.batch_execute(&revoke).await?;
        let roles = install::installed(&owner).await?.ok_or("not installed")?;
        Ok(Self {
            _copy: None,
            endpoint,
            owner,
            roles,
            ahead: Cell::default(),
        })
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        &self.endpoint.database
    }

    /// Where the database is, as superuser.
    pub fn url(&self) -> String {
        self.endpoint.url()
    }

    /// Connects as the shared login, without a session: all that the configuration file gives.
    pub async fn login(&self) -> Outcome<Client> {
        let endpoint = self.endpoint.with_user(&self.roles.client_name());
        Ok(admin::connect(&endpoint).await?)
    }

    /// Where the shared login connects.
    pub fn login_url(&self) -> String {
        let endpoint = self.endpoint.with_user(&self.roles.client_name());
        endpoint.url()
    }

    /// One more connection of the superuser.
    pub async fn another_owner(&self) -> Outcome<Client> {
        Ok(admin::connect(&self.endpoint).await?)
    }

    /// Signs one of the people in.
    pub async fn seat(&self, name: &str) -> Outcome<Seat> {
        let client = self.login().await?;
        let token = sign_in(&client, name, &password(name))
            .await?
            .token
            .ok_or("refused")?;
        Ok(Seat { client, token })
    }

    /// Puts the database's clock forward.
    pub async fn advance(&self, interval: &str) -> Outcome {
        let ahead = self.ahead.take() + &format!(" + interval '{interval}'");
        let set = format!(
            "create or replace function rowhouse_private.now() returns timestamptz
                 language sql volatile parallel safe as $$ select pg_catalog.clock_timestamp(){ahead} $$"
        );
        self.ahead.set(ahead);
        Ok(self.owner.batch_execute(&set).await?)
    }

    /// One number of the owner's.
    pub async fn count(&self, sql: &str) -> Outcome<i64> {
        Ok(self.owner.query_one(sql, &[]).await?.get(0))
    }
}

/// Somebody signed in, with psql in their hands.
pub struct Seat {
    /// The connection of the shared login.
    pub client: Client,
    /// The session's token.
    pub token: String,
}

impl Seat {
    /// Opens a transaction as the client does.
    pub async fn begin(&self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute("rollback; begin").await?;
        self.client
            .query(
                "select rowhouse.tx_open($1, $2)",
                &[&self.token, &SCHEMA_VERSION],
            )
            .await?;
        Ok(())
    }

    /// Runs one statement in a transaction of its own, opened as the client does.
    pub async fn run(&self, sql: &str) -> Result<Vec<Row>, tokio_postgres::Error> {
        let rows = match self.begin().await {
            Ok(()) => self.client.query(sql, &[]).await,
            Err(error) => Err(error),
        };
        let end = if rows.is_ok() { "commit" } else { "rollback" };
        self.client.batch_execute(end).await?;
        rows
    }

    /// The SQLSTATE with which a statement fails.
    pub async fn refused(&self, sql: &str) -> Refusal {
        refusal(self.run(sql).await)
    }
}

/// How a statement failed: SQLSTATE, message, detail; empty when it did not.
#[derive(Debug, Default, PartialEq)]
pub struct Refusal {
    pub state: String,
    pub message: String,
    pub detail: String,
    pub hint: String,
}

/// Reads how a statement failed.
pub fn refusal<T>(result: Result<T, tokio_postgres::Error>) -> Refusal {
    let Err(error) = result else {
        return Refusal::default();
    };
    let Some(said) = error.as_db_error() else {
        return Refusal {
            message: error.to_string(),
            ..Refusal::default()
        };
    };
    Refusal {
        state: said.code().code().to_owned(),
        message: said.message().to_owned(),
        detail: said.detail().unwrap_or_default().to_owned(),
        hint: said.hint().unwrap_or_default().to_owned(),
    }
}

/// What `login_finish` answered.
#[derive(Debug)]
pub struct Finished {
    pub status: String,
    pub token: Option<String>,
    pub must_change: bool,
    pub failed_since: i32,
    pub retry_after_s: i32,
    pub tries_left: i32,
}

/// A try between submit and finish.
pub struct Try {
    pub nonce: String,
    pub secret: [u8; 32],
    pub proof: Proof,
}

/// Asks for a challenge.
pub async fn challenge(client: &Client, name: &str) -> Outcome<Challenge> {
    let row = client
        .query_one("select * from rowhouse.login_challenge($1)", &[&name])
        .await?;
    let params = Params::checked(row.get("m"), row.get("t"), row.get("p"))?;
    Ok(Challenge::new(row.get("salt"), params, row.get("nonce"))?)
}

/// Answers a challenge, which records the try.
pub async fn submit(client: &Client, name: &str, password: &SecretString) -> Outcome<Try> {
    let challenge = challenge(client, name).await?;
    let proof = auth::proof(password, &challenge, name)?;
    let secret = rowhouse::runtime::clock::random();
    client
        .query(
            "select rowhouse.login_submit($1, $2, $3, $4)",
            &[
                &name,
                &challenge.nonce(),
                &proof.proof.as_slice(),
                &auth::finish_hash(&secret).as_slice(),
            ],
        )
        .await?;
    Ok(Try {
        nonce: challenge.nonce().to_owned(),
        secret,
        proof,
    })
}

/// Has a recorded try judged.
pub async fn finish(client: &Client, tried: &Try) -> Result<Finished, tokio_postgres::Error> {
    let row = client
        .query_one(
            "select * from rowhouse.login_finish($1, $2, $3)",
            &[
                &tried.nonce,
                &tried.secret.as_slice(),
                &r#"{"host":"bench","tty":"pts/1","pid":"7"}"#,
            ],
        )
        .await?;
    if let Some(signature) = row.get::<_, Option<Vec<u8>>>("server_signature") {
        assert!(
            tried.proof.server_is_genuine(&signature),
            "the server knows the verifier"
        );
    }
    Ok(Finished {
        status: row.get("status"),
        token: row.get("token"),
        must_change: row.get::<_, Option<bool>>("must_change").unwrap_or(false),
        failed_since: row.get::<_, Option<i32>>("failed_since").unwrap_or(0),
        retry_after_s: row.get("retry_after_s"),
        tries_left: row.get("tries_left"),
    })
}

/// The whole sign-in.
pub async fn sign_in(client: &Client, name: &str, password: &SecretString) -> Outcome<Finished> {
    let tried = submit(client, name, password).await?;
    Ok(finish(client, &tried).await?)
}
