//! A plain connection over a local socket for setting up: as owner or superuser, no pool, no
//! session. The client never uses it.

use std::fmt::Write as _;
use std::path::PathBuf;

use tokio_postgres::{Config, Error, NoTls, SimpleQueryMessage};

pub use tokio_postgres::Client;

/// Says where a database is reached over a local socket, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The folder of the socket.
    pub host: PathBuf,
    /// The port that is part of the socket's name.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The PostgreSQL role.
    pub user: String,
}

impl Endpoint {
    /// Names another database of the same server.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        Self {
            database: database.to_owned(),
            ..self.clone()
        }
    }

    /// Names another role.
    #[must_use]
    pub fn with_user(&self, user: &str) -> Self {
        Self {
            user: user.to_owned(),
            ..self.clone()
        }
    }

    /// Writes the address as psql and every driver take it; it holds no password.
    pub fn url(&self) -> String {
        format!(
            "postgresql:///{}?host={}&port={}&user={}",
            escaped(&self.database),
            escaped(&self.host.to_string_lossy()),
            self.port,
            escaped(&self.user)
        )
    }
}

/// Connects; the connection runs on the current runtime until the client is dropped.
///
/// # Errors
/// When the server refuses.
pub async fn connect(endpoint: &Endpoint) -> Result<Client, Error> {
    let (client, connection) = Config::new()
        .host_path(&endpoint.host)
        .port(endpoint.port)
        .dbname(&endpoint.database)
        .user(&endpoint.user)
        .application_name("rowhouse setup")
        .connect(NoTls)
        .await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a setup connection ended");
        }
    });
    Ok(client)
}

/// Runs statements over a connection of its own.
///
/// # Errors
/// When the server refuses.
pub async fn batch(endpoint: &Endpoint, sql: &str) -> Result<(), Error> {
    connect(endpoint).await?.batch_execute(sql).await
}

/// Asks for the first column of all rows, as text.
///
/// # Errors
/// When the server refuses the query.
pub async fn texts(client: &Client, sql: &str) -> Result<Vec<Option<String>>, Error> {
    let messages = client.simple_query(sql).await?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
        _ => None,
    });
    Ok(rows.collect())
}

/// Makes a login that may own a database and make roles, unless it exists.
///
/// # Errors
/// When the server refuses.
pub async fn make_owner(client: &Client, name: &str) -> Result<(), Error> {
    let exists = "select 1 from pg_roles where rolname = $1";
    if client.query_opt(exists, &[&name]).await?.is_none() {
        client
            .batch_execute(&format!("create role {} login createrole", quoted(name)))
            .await?;
    }
    Ok(())
}

/// Works on the databases of a server, as its superuser.
pub struct Maintenance {
    client: Client,
}

impl Maintenance {
    /// Connects to the database that every server has.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(endpoint: &Endpoint) -> Result<Self, Error> {
        Ok(Self {
            client: connect(&endpoint.with_database("postgres")).await?,
        })
    }

    /// Lists the databases whose name begins so.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn databases(&self, beginning: &str) -> Result<Vec<String>, Error> {
        let names = texts(&self.client, "select datname from pg_database order by 1").await?;
        Ok(names
            .into_iter()
            .flatten()
            .filter(|name| name.starts_with(beginning))
            .collect())
    }

    /// Says whether a database exists.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn exists(&self, name: &str) -> Result<bool, Error> {
        Ok(self
            .databases(name)
            .await?
            .iter()
            .any(|found| found == name))
    }

    /// Makes a copy of a database to which nobody is connected.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn copy(&self, template: &str, name: &str) -> Result<(), Error> {
        let sql = format!(
            "create database {} template {}",
            quoted(name),
            quoted(template)
        );
        self.client.batch_execute(&sql).await
    }

    /// Lets nobody make objects in schema public, as every version does from 15 on.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn close_public(&self, database: &Endpoint) -> Result<(), Error> {
        let old = "select current_setting('server_version_num')::int < 150000";
        if self.client.query_one(old, &[]).await?.get(0) {
            batch(database, "revoke create on schema public from public").await?;
        }
        Ok(())
    }

    /// Gives a database another name; nobody may be connected to it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        let sql = format!("alter database {} rename to {}", quoted(from), quoted(to));
        self.client.batch_execute(&sql).await
    }

    /// Drops a database when there is one, whoever is connected to it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn drop(&self, name: &str) -> Result<(), Error> {
        let sql = format!("drop database if exists {} with (force)", quoted(name));
        self.client.batch_execute(&sql).await
    }

    /// Drops the roles whose name begins so and that nothing depends on any more.
    ///
    /// # Errors
    /// When the server refuses to list them.
    pub async fn drop_unused_roles(&self, beginning: &str) -> Result<(), Error> {
        let names = texts(&self.client, "select rolname from pg_roles").await?;
        for name in names
            .into_iter()
            .flatten()
            .filter(|name| name.starts_with(beginning))
        {
            // Refused where something depends on it: then it is in use.
            let _ = self
                .client
                .batch_execute(&format!("drop role {}", quoted(&name)))
                .await;
        }
        Ok(())
    }

    /// Says whether anybody is connected to a database.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn is_busy(&self, name: &str) -> Result<bool, Error> {
        let busy = texts(&self.client, "select datname from pg_stat_activity").await?;
        Ok(busy.iter().flatten().any(|found| found == name))
    }
}

/// Writes a name as an SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Invariant: writing to a String never fails.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_an_address_every_driver_reads() {
        let endpoint = Endpoint {
            host: PathBuf::from("/tmp/a b"),
            port: 5432,
            database: "plant".to_owned(),
            user: "rowhouse_client".to_owned(),
        };
        let url = endpoint.url();
        assert_eq!(
            url,
            "postgresql:///plant?host=/tmp/a%20b&port=5432&user=rowhouse_client"
        );
        let config: Config = url.parse().unwrap();
        assert_eq!(config.get_dbname(), Some("plant"));
        assert_eq!(config.get_user(), Some("rowhouse_client"));
    }
}
