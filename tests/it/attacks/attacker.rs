//! Who attacks, and how an answer reads: a bare connection of the shared login, with or without a
//! session, that tries each statement in both protocols and takes everything back.

use rowhouse::db::install::SCHEMA_VERSION;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::plant::{Outcome, Plant, refusal};

/// A statement, and how its answer must begin.
pub type Attack = (String, &'static str);

/// What is found where an answer is another one.
pub type Findings = Outcome<Vec<String>>;

/// How a transaction is begun by who has a session: with `$1`, the token, and the gate by name.
pub const BY_NAME: &str = "select rowhouse.tx_open('TOKEN', VERSION)";

/// The same where a save is begun at once.
pub const BY_SAVING: &str = "select rowhouse.save_begin('TOKEN', VERSION, '00000000-0000-4000-8000-00000000000d', sha256('x'))";

/// The shared login in somebody's hands.
pub struct Attacker {
    name: &'static str,
    client: Client,
    opening: Option<String>,
}

impl Attacker {
    /// Has the configuration file, and no account.
    pub async fn nobody(plant: &Plant) -> Outcome<Self> {
        Ok(Self {
            name: "nobody",
            client: plant.login().await?,
            opening: None,
        })
    }

    /// Makes a session up.
    pub async fn forger(plant: &Plant) -> Outcome<Self> {
        Ok(Self {
            name: "a forger",
            client: plant.login().await?,
            opening: Some(
                "select set_config('rowhouse.session', '1', true), set_config('app.shop', '1', true)".into(),
            ),
        })
    }

    /// Signed in as one of the people, with psql in their hands.
    pub async fn person(plant: &Plant, name: &'static str) -> Outcome<Self> {
        Self::opened(plant, name, BY_NAME).await
    }

    /// The same, beginning transactions in a way of their own.
    pub async fn opened(plant: &Plant, name: &'static str, opening: &str) -> Outcome<Self> {
        let seat = plant.seat(name).await?;
        let opening = opening
            .replace("TOKEN", &seat.token)
            .replace("VERSION", &SCHEMA_VERSION.to_string());
        Ok(Self {
            name,
            client: seat.client,
            opening: Some(opening),
        })
    }

    /// The answer to a statement: SQLSTATE with the detail or the message, or how many rows.
    pub async fn answer(&self, sql: &str) -> Outcome<String> {
        self.answer_in(sql, true).await
    }

    async fn answer_in(&self, sql: &str, simple: bool) -> Outcome<String> {
        self.client.batch_execute("begin").await?;
        let mut result = match &self.opening {
            Some(opening) => self.client.simple_query(opening).await.map(|_| 0),
            None => Ok(0),
        };
        if result.is_ok() {
            result = match simple {
                true => self.client.simple_query(sql).await.map(|said| count(&said)),
                false => self.client.execute(sql, &[]).await,
            };
        }
        self.client.batch_execute("rollback").await?;
        Ok(match result {
            Ok(rows) => format!("{rows} rows"),
            Err(error) => {
                let said = refusal::<()>(Err(error));
                // Ours say in the detail which refusal it is; PostgreSQL's own name rows there.
                match said.state.starts_with("RH") && !said.detail.is_empty() {
                    true => format!("{} {}", said.state, said.detail),
                    false => format!("{} {}", said.state, said.message),
                }
            }
        })
    }

    /// Tries each statement in both protocols; says where the answer is not the right one.
    pub async fn tries(&self, attacks: &[Attack]) -> Findings {
        let mut findings = Vec::new();
        for (sql, right) in attacks {
            for simple in [true, false] {
                let answer = self.answer_in(sql, simple).await?;
                if !answer.starts_with(right) {
                    let protocol = if simple { "simple" } else { "extended" };
                    findings.push(format!(
                        "{} ({protocol}): {sql}: {answer}, and not {right}",
                        self.name
                    ));
                }
            }
        }
        Ok(findings)
    }
}

fn count(said: &[SimpleQueryMessage]) -> u64 {
    let counts = said.iter().filter_map(|message| match message {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    });
    counts.last().unwrap_or(0)
}
