//! The database from outside, as its owner: for tapes that change something behind the clients'
//! backs, look at what is stored, and set the fixture's clock. The client never uses it.

use jiff::Timestamp;
use secrecy::SecretString;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::domain::connection::ConnectionSettings;

/// The database's owner.
pub struct Owner {
    client: Client,
}

impl Owner {
    /// Takes a connection of the owner.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Connects as the owner.
    ///
    /// # Errors
    /// Why it could not be reached.
    pub async fn connect(
        settings: &ConnectionSettings,
        password: Option<&SecretString>,
    ) -> Result<Self, super::contract::Fault> {
        Ok(Self::new(
            super::connect_once(settings, password, "rowhouse tape").await?,
        ))
    }

    /// Runs statements.
    ///
    /// # Errors
    /// The server's message.
    pub async fn run(&self, sql: &str) -> Result<(), String> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| told(&error))
    }

    /// Asks for one value as text; NULL is the word `null`.
    ///
    /// # Errors
    /// The server's message, or that it is not one row.
    pub async fn value(&self, sql: &str) -> Result<String, String> {
        let messages = self
            .client
            .simple_query(sql)
            .await
            .map_err(|error| told(&error))?;
        let mut rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("null").to_owned()),
            _ => None,
        });
        match (rows.next(), rows.next()) {
            (Some(value), None) => Ok(value),
            (None, _) => Err("the query gives no row".into()),
            (Some(_), Some(_)) => Err("the query gives more than one row".into()),
        }
    }

    /// Sets the fixture's clock.
    ///
    /// # Errors
    /// When the database is no fixture.
    pub async fn set_clock(&self, at: Timestamp) -> Result<(), String> {
        self.run(&format!(
            "update rowhouse_private.tape_clock set at = '{at}'"
        ))
        .await
    }

    /// Returns the name of the shared login.
    ///
    /// # Errors
    /// When the shared layer is not installed.
    pub async fn client_role(&self) -> Result<String, String> {
        self.value("select role_prefix || '_client' from rowhouse_private.installation")
            .await
    }

    /// Returns the fixture's passwords, by person.
    ///
    /// # Errors
    /// When the database is no fixture.
    pub async fn passwords(&self) -> Result<Vec<(String, String)>, String> {
        let sql = "select username, password from rowhouse_private.tape_password";
        let rows = self
            .client
            .query_typed(sql, &[])
            .await
            .map_err(|error| told(&error))?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Keeps a person's password or code for the player of tapes.
    ///
    /// # Errors
    /// When the database is no fixture.
    pub async fn remember_password(&self, username: &str, password: &str) -> Result<(), String> {
        let sql = "insert into rowhouse_private.tape_password values ($1, $2)";
        let values: [(&(dyn ToSql + Sync), Type); 2] =
            [(&username, Type::TEXT), (&password, Type::TEXT)];
        let done = self.client.execute_typed(sql, &values).await;
        done.map(|_| ()).map_err(|error| told(&error))
    }

    /// Makes a person's one-time code of a fixture their chosen password.
    ///
    /// # Errors
    /// When the database is no fixture.
    pub async fn choose_password(&self, username: &str) -> Result<(), String> {
        let sql = "update rowhouse_private.credential c set one_time = false, expires_at = null
                   from rowhouse_private.account a
                   where a.account_id = c.account_id and a.username = $1";
        let done = self
            .client
            .execute_typed(sql, &[(&username, Type::TEXT)])
            .await;
        done.map(|_| ()).map_err(|error| told(&error))
    }

    /// Sets hard locks on an adopted table.
    ///
    /// # Errors
    /// Why it could not be done.
    pub async fn lock_table(&mut self, table: &str) -> Result<(), String> {
        let done = super::adopt::set_locks(&mut self.client, table, true).await;
        done.map_err(|error| error.to_string())
    }

    /// Has the tables hold people to what roles limit.
    ///
    /// # Errors
    /// The server's message.
    pub async fn hold_people(&mut self) -> Result<(), String> {
        let done = super::adopt::refresh(&mut self.client).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    /// Cuts the connections of everybody else to this database.
    ///
    /// # Errors
    /// The server's message.
    pub async fn cut_others(&self) -> Result<(), String> {
        self.run(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await
    }
}

fn told(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
