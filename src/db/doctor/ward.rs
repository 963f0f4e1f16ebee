//! The connection on which the doctor looks: one transaction that is rolled back, a savepoint per
//! check, so that what may not be read leaves the rest.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::super::contract::Fault;
use super::super::dial::{Dial, Options};
use super::super::fault;
use super::super::install::{self, Roles};
use super::checks::{Check, How, Needs};
use super::{Asked, Eyes, Finding, Severity, harmless};
use crate::domain::connection::ConnectionSettings;
use crate::domain::text;

/// What a question came to.
pub(super) type Asking<T> = Result<T, Error>;

/// How long all of it may take; a server that does not answer is not waited for.
const LIMIT: Duration = Duration::from_secs(60);

/// No default of a role, and nobody's objects, change what is asked here.
const BEGIN: &str = "\
begin isolation level read committed;
select set_config('transaction_read_only', 'off', true) where not pg_is_in_recovery();
set local search_path = pg_catalog, pg_temp;
set local statement_timeout = '15s';
set local lock_timeout = '2s';
set local idle_in_transaction_session_timeout = '60s';
set local log_parameter_max_length_on_error = 0";

/// Who we are and what is here.
const WHO: &str = "\
select r.rolsuper,
       pg_has_role(d.datdba, 'usage'),
       pg_has_role('pg_read_all_stats', 'usage'),
       (select substr(o.rolname::text, 1, length(o.rolname::text) - length('_owner'))
          from pg_namespace n join pg_roles o on o.oid = n.nspowner
         where n.nspname = 'rowhouse' and o.rolname::text like '%\\_owner')
  from pg_roles r, pg_database d
 where r.rolname = current_user and d.datname = current_database()";

/// `effective (name, value)`: the settings with which the shared login's sessions begin.
const EFFECTIVE: &str = "\
effective (name, value) as (
    select g.name, coalesce(
        (select substr(x.one, length(g.name) + 2)
           from pg_db_role_setting s cross join lateral unnest(s.setconfig) x (one)
          where x.one ^@ (g.name || '=')
            and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
            and s.setrole in (0, (select oid from pg_roles where rolname = {{client_name}}))
          order by s.setrole <> 0 and s.setdatabase <> 0 desc, s.setrole <> 0 desc,
                   s.setdatabase <> 0 desc limit 1),
        case when g.source in ('user', 'database user') then g.boot_val else g.reset_val end)
      from pg_settings g)";

/// `adopted (oid, name)`: the tables that carry the gate, as every role can see.
const ADOPTED: &str = "\
adopted (oid, name) as (
    select c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where exists (select from pg_policy p
                    where p.polrelid = c.oid and p.polname = 'rowhouse_gate'))";

/// What came of one check.
pub(super) enum Answer {
    /// It looked.
    Looked(Vec<Finding>),
    /// It needs other eyes: whose.
    NotForThese(String),
    /// The server would not answer: why.
    Refused(String),
    /// What it looks at is not here.
    NothingThere,
}

/// A connection that looks.
pub(super) struct Ward {
    client: Client,
    superuser: bool,
    owner: bool,
    statistics: bool,
    /// The memberships that are there only for this transaction.
    taken: Option<Vec<String>>,
    /// The roles of the layer, where it is installed.
    roles: Option<Roles>,
    /// What the person told.
    pub(super) asked: Asked,
    /// The fewest and the most that a client opens.
    pub(super) settings: ConnectionSettings,
    pub(super) pooler: bool,
}

impl Ward {
    /// Connects, and becomes what it may be for reading.
    pub(super) async fn enter(
        settings: &ConnectionSettings,
        password: Option<&SecretString>,
        pooler: bool,
        asked: Asked,
    ) -> Result<Self, Fault> {
        // Without startup options, so that the settings seen are those that the server gives.
        let dial = Dial::new(&Arc::new(settings.clone()), password, Options::Withheld)?;
        let client = dial.connect("rowhouse doctor").await?.client;
        let told = |error: Error| fault::of_statement(&error, None);
        client.batch_execute(BEGIN).await.map_err(told)?;
        let who = client.query_typed_one(WHO, &[]).await.map_err(told)?;
        let prefix: Option<String> = who.get(3);
        let mut ward = Self {
            client,
            superuser: who.get(0),
            owner: who.get(1),
            statistics: who.get(2),
            taken: None,
            roles: prefix.map(Roles::new),
            asked,
            settings: settings.clone(),
            pooler,
        };
        ward.taken = match ward.owner {
            true => ward.become_owner().await,
            false => None,
        };
        ward.owner = ward.taken.is_some();
        Ok(ward)
    }

    /// Takes the membership that reading needs, for this transaction alone; what it took, when it
    /// has it.
    async fn become_owner(&self) -> Option<Vec<String>> {
        let roles = self.roles.as_ref()?;
        self.client.batch_execute("savepoint own").await.ok()?;
        match install::take(&self.client, roles).await {
            Ok(taken) => Some(taken),
            Err(_) => {
                // Invariant: where even this fails, the checks fail and say so.
                let _ = self.client.batch_execute("rollback to own").await;
                None
            }
        }
    }

    /// With whose eyes it looks.
    pub(super) fn eyes(&self) -> Eyes {
        match (self.superuser, self.owner) {
            (true, _) => Eyes::Superuser,
            (_, true) => Eyes::Owner,
            _ => Eyes::Role,
        }
    }

    /// The roles of the layer; checks that need them are not run without.
    pub(super) fn roles(&self) -> Roles {
        self.roles.clone().unwrap_or_else(|| Roles::new("rowhouse"))
    }

    /// Whether it looks as the layer's owner.
    pub(super) fn is_owner(&self) -> bool {
        self.owner
    }

    /// Runs one check.
    pub(super) async fn check(&self, check: &'static Check) -> Answer {
        match check.needs {
            Needs::Anybody => {}
            _ if self.roles.is_none() => return Answer::NothingThere,
            Needs::Layer => {}
            Needs::Owner if !self.owner => return missing("as the owner"),
            Needs::Statistics if !self.statistics => return missing("with pg_read_all_stats"),
            Needs::Superuser if !self.superuser => return missing("as a superuser"),
            Needs::Owner | Needs::Statistics | Needs::Superuser => {}
        }
        let looked = match &check.how {
            How::Sql(sql) => self.ask(check, sql).await,
            How::Code(look) => look(self, check).await,
        };
        match looked {
            Ok(found) => Answer::Looked(found),
            Err(error) => Answer::Refused(format!(
                "when this is answered: {}",
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), fault::words)
            )),
        }
    }

    /// Asks a question whose rows are findings.
    async fn ask(&self, check: &'static Check, sql: &str) -> Asking<Vec<Finding>> {
        let rows = self.rows(sql, &[]).await?;
        Ok(rows.iter().map(|row| finding(check, row)).collect())
    }

    /// Asks, with a savepoint around it; `{{client_name}}` and the like are filled in.
    pub(super) async fn rows(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Asking<Vec<Row>> {
        let sql = sql
            .replace("{{effective}}", EFFECTIVE)
            .replace("{{adopted}}", ADOPTED)
            .replace("{{taken}}", &self.taken());
        let sql = self.roles().fill(&sql, "");
        self.client.batch_execute("savepoint ask").await?;
        let answer = self.client.query_typed(&sql, params).await;
        let end = match answer {
            Ok(_) => "release ask",
            Err(_) => "rollback to ask",
        };
        let ended = self.client.batch_execute(end).await;
        let rows = answer?;
        ended.map(|()| rows)
    }

    /// The memberships that are there only for this transaction, as an array of SQL.
    fn taken(&self) -> String {
        let taken = self.taken.iter().flatten();
        let taken: Vec<String> = taken.map(|role| install::quote_literal(role)).collect();
        format!("array[{}]::text[]", taken.join(", "))
    }

    /// The connection, inside its transaction.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Does something whose every trace, and whose failing, is taken back.
    pub(super) async fn guarded<T>(&self, work: impl AsyncFnOnce() -> Asking<T>) -> Asking<T> {
        self.client.batch_execute("savepoint guarded").await?;
        let done = work().await;
        let back = "rollback to guarded; release guarded";
        let ended = self.client.batch_execute(back).await;
        let done = done?;
        ended.map(|()| done)
    }

    /// Ends the transaction without a trace.
    pub(super) async fn leave(&self) {
        // Invariant: the connection closes right after, which ends it too.
        let _ = tokio::time::timeout(LIMIT, self.client.batch_execute("rollback")).await;
    }
}

fn missing(whose: &str) -> Answer {
    Answer::NotForThese(whose.to_owned())
}

fn finding(check: &'static Check, row: &Row) -> Finding {
    let told = |place: usize| -> String {
        row.try_get::<_, Option<String>>(place)
            .ok()
            .flatten()
            .unwrap_or_default()
    };
    let severity = match (row.len() > 2).then(|| told(2)).as_deref() {
        Some("note") => Severity::Note,
        Some("warning") => Severity::Warning,
        Some("serious") => Severity::Serious,
        _ => check.severity,
    };
    made(check, severity, &told(0), &told(1))
}

/// Makes a finding of a check; what it tells is made harmless.
pub(super) fn made(check: &'static Check, severity: Severity, what: &str, fix: &str) -> Finding {
    Finding {
        code: check.code,
        stage: check.stage,
        severity,
        what: text::line(what).into_owned(),
        means: check.means,
        fix: harmless(fix),
    }
}
