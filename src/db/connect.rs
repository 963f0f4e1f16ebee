//! Reaching a server and opening it for use: who is there, which way, through a pooler or not.

use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::contract::Fault;
use super::contract::connect::Server;
use super::dial::{self, Dial, Options};
use super::open::{CLIENT_SCHEMA, Open};
use super::pool::Pool;
use super::row;
use super::tx::{self, Statement};
use crate::domain::account::Person;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::text;
use crate::runtime::clock::Clock;

/// What is asked of a server first.
const WHO_IS_THERE: &str = "\
select current_database()::text,
       current_user::text,
       current_setting('server_version'),
       current_setting('server_version_num')::int4,
       coalesce(current_setting('rowhouse.direct', true), '') = 'on',
       exists (select
               from pg_catalog.pg_proc p
               join pg_catalog.pg_namespace n on n.oid = p.pronamespace
               where n.nspname = 'rowhouse' and p.proname = 'login_challenge'
                 and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                 and pg_catalog.has_function_privilege(p.oid, 'EXECUTE')),
       pg_catalog.clock_timestamp(),
       pg_catalog.to_regnamespace('rowhouse') is not null";

/// The oldest server version that is spoken to.
const OLDEST: i32 = 130_000;

/// An open database, and what was noticed on the way.
pub(super) struct Entered {
    pub(super) open: Open,
    pub(super) noticed: Noticed,
}

/// What opening a database shows besides.
#[derive(Clone, Debug, Default)]
pub(super) struct Noticed {
    /// The server's certificate, where TLS protects the connection.
    pub(super) certificate: Option<Vec<u8>>,
    /// How far the server's clock is ahead of this machine's, and how far off that may be.
    pub(super) ahead: Option<(SignedDuration, SignedDuration)>,
    /// Whether the shared layer is installed, whoever may use it.
    pub(super) layer: bool,
    /// The version of the layer, where this role may ask.
    pub(super) schema: Option<i32>,
}

/// Opens a database for use.
pub(super) async fn open(
    settings: ConnectionSettings,
    password: Option<SecretString>,
) -> Result<Open, Fault> {
    Ok(enter(settings, password).await?.open)
}

/// Opens a database and tells what was noticed.
pub(super) async fn enter(
    settings: ConnectionSettings,
    password: Option<SecretString>,
) -> Result<Entered, Fault> {
    let settings = Arc::new(settings);
    let found = match greet(&settings, password.as_ref(), Options::Sent).await {
        // A pooler refused the startup options, or swallowed them.
        Err(Fault::ConnectionLost) => {
            greet(&settings, password.as_ref(), Options::Withheld).await?
        }
        found => found?,
    };
    let found = match found.direct {
        false if found.options == Options::Sent => {
            greet(&settings, password.as_ref(), Options::Withheld).await?
        }
        _ => found,
    };
    let server = server(&settings, &found)?;
    let open = Open::new(settings.as_ref().clone(), server, found.options, found.pool);
    open.set_session(None);
    let noticed = found.noticed;
    Ok(Entered { open, noticed })
}

/// What the first questions found.
struct Found {
    pool: Pool,
    options: Options,
    database: String,
    role: String,
    version: String,
    number: i32,
    direct: bool,
    shared: bool,
    about: Option<About>,
    noticed: Noticed,
}

/// What the shared layer says of itself.
struct About {
    installation: String,
    schema_version: i32,
    min_client: i32,
    label: String,
}

async fn greet(
    settings: &Arc<ConnectionSettings>,
    password: Option<&SecretString>,
    options: Options,
) -> Result<Found, Fault> {
    let dial = Dial::new(settings, password, options)?;
    let certificate = dial.certificate().clone();
    let pool = Pool::new(dial, "rowhouse".into());
    let limit = settings.connect_timeout;
    let mut link = pool.get().await?;
    let who = [Statement::new(WHO_IS_THERE, Vec::new())];
    let asked = Instant::now();
    let rows = tx::run_alone(&mut link, &who, limit)
        .await
        .map_err(tx::Broken::into_fault)?;
    let answered = (asked.elapsed(), Clock::Real.now());
    let first = row::only(rows.first().map_or(&[], Vec::as_slice))?;
    let shared = match settings.way {
        Some(way) => way == Way::Shared,
        None => row::column(first, 5)?,
    };
    let about = match shared {
        true => Some(about(&mut link, limit).await?),
        false => None,
    };
    let (database, role, version) = (
        row::shown(first, 0)?,
        row::shown(first, 1)?,
        row::shown(first, 2)?,
    );
    let (number, direct) = (row::column(first, 3)?, row::column(first, 4)?);
    let noticed = Noticed {
        certificate: certificate.get().cloned(),
        ahead: ahead(row::time(first, 6)?, answered),
        layer: row::column(first, 7)?,
        schema: about.as_ref().map(|about| about.schema_version),
    };
    drop(link);
    Ok(Found {
        pool,
        options,
        database,
        role,
        version,
        number,
        direct,
        shared,
        about,
        noticed,
    })
}

/// How far the server's clock is ahead, by a question that took so long and was answered then.
fn ahead(
    theirs: Timestamp,
    (took, ours): (std::time::Duration, Timestamp),
) -> Option<(SignedDuration, SignedDuration)> {
    let half = SignedDuration::try_from(took / 2).ok()?;
    Some((theirs.duration_since(ours) + half, half))
}

async fn about(link: &mut super::pool::Link, limit: std::time::Duration) -> Result<About, Fault> {
    let ask = || {
        let sql = "select installation, schema_version, min_client, label from rowhouse.about()";
        Statement::new(sql, Vec::new())
    };
    // In the same round trip the server gets ready for the sign-in, on the connection that it comes by:
    // who types a name need not wait for it. Where it cannot (an older layer has no such function), that
    // is in nobody's way: what is there to say is said next.
    let ready = Statement::new("select rowhouse.ready()", Vec::new());
    let rows = match tx::run_alone(link, &[ask(), ready], limit).await {
        Err(broken) if broken.code().is_some() => tx::run_alone(link, &[ask()], limit).await,
        rows => rows,
    };
    let rows = rows.map_err(|broken| match broken.into_fault() {
        Fault::Outdated { .. } => no_shared_layer(),
        fault => fault,
    })?;
    let first = row::only(rows.first().map_or(&[], Vec::as_slice))?;
    Ok(About {
        installation: row::shown(first, 0)?,
        schema_version: row::column(first, 1)?,
        min_client: row::column(first, 2)?,
        label: row::shown(first, 3)?,
    })
}

fn no_shared_layer() -> Fault {
    Fault::Outdated {
        message: "this database has no shared layer, or this role may not use it: run rowhouse \
                  init as its owner, or set way = \"plain\""
            .into(),
    }
}

fn server(settings: &ConnectionSettings, found: &Found) -> Result<Server, Fault> {
    if found.number < OLDEST {
        return Err(Fault::Outdated {
            message: format!(
                "the server is PostgreSQL {}; Rowhouse needs 13 or newer",
                found.version
            ),
        });
    }
    if let Some(about) = &found.about {
        check_age(about)?;
    }
    let place = match settings.host.starts_with('/') {
        true => "local".to_owned(),
        false => settings.host.clone(),
    };
    let about = found.about.as_ref();
    Ok(Server {
        way: match found.shared {
            true => Way::Shared,
            false => Way::Plain,
        },
        database: found.database.clone(),
        label: about
            .map(|about| about.label.clone())
            .filter(|label| !label.is_empty())
            .unwrap_or_else(|| text::line(&place).into_owned()),
        identity: about.map_or_else(
            || format!("{}:{}/{}", settings.host, settings.port, found.database),
            |about| about.installation.clone(),
        ),
        version: found.version.clone(),
        tls: dial::wants_tls(settings),
        role: found.role.clone(),
        pooler: found.options == Options::Withheld,
        time_zone: dial::TIME_ZONE.into(),
        person: (!found.shared).then(|| person(&found.role)),
    })
}

fn check_age(about: &About) -> Result<(), Fault> {
    let message = if about.min_client > CLIENT_SCHEMA {
        "this client is too old for the database: install a newer rowhouse"
    } else if about.schema_version < CLIENT_SCHEMA {
        "the database's shared layer is older than this client: run rowhouse init again as its \
         owner"
    } else {
        return Ok(());
    };
    Err(Fault::Outdated {
        message: message.into(),
    })
}

/// In the plain way the PostgreSQL role is the person.
fn person(role: &str) -> Person {
    Person {
        username: role.to_owned(),
        display_name: role.to_owned(),
        roles: Vec::new(),
        tenant: None,
        may_see_sessions: false,
        may_end_sessions: false,
        may_manage_accounts: false,
        may_see_audit: false,
        may_choose_tenant: false,
    }
}
