//! Reaching a server: opening it for use, and testing settings stage by stage.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::{TcpStream, lookup_host};

use super::contract::Fault;
use super::contract::connect::{Server, Stage};
use super::dial::{self, Dial, Options};
use super::fault;
use super::open::{CLIENT_SCHEMA, Open};
use super::pool::Pool;
use super::row;
use super::tx::{self, Statement};
use crate::domain::account::Person;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::text;

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
                 and pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))";

/// The oldest server version that is spoken to.
const OLDEST: i32 = 130_000;

/// Opens a database for use.
pub(super) async fn open(
    settings: ConnectionSettings,
    password: Option<SecretString>,
) -> Result<Open, Fault> {
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
    Ok(open)
}

/// Tries settings stage by stage; the first stage that fails is the last.
pub(super) async fn test(
    settings: ConnectionSettings,
    password: Option<SecretString>,
) -> Vec<Stage> {
    let mut stages = Vec::new();
    if !settings.host.starts_with('/') {
        match reach(&settings).await {
            Ok(reached) => stages.extend(reached),
            Err(reached) => return reached,
        }
    }
    let encrypted = dial::wants_tls(&settings);
    match open(settings, password).await {
        Ok(open) => {
            if encrypted {
                stages.push(passed("TLS", "the certificate is good"));
            }
            stages.push(passed("sign-in", &format!("as {}", open.server.role)));
            stages.push(passed("database", &open.server.database));
            stages.push(passed(
                "schema",
                match open.server.way {
                    Way::Shared => "the shared layer is installed",
                    Way::Plain => "no shared layer: the plain way, with PostgreSQL's own rights",
                },
            ));
        }
        Err(fault) => {
            let reached = |past_tls: bool| match past_tls && encrypted {
                true => vec![passed("TLS", "the certificate is good")],
                false => Vec::new(),
            };
            let (before, name) = match &fault {
                Fault::Tls { .. } => (reached(false), "TLS"),
                Fault::LoginRefused { .. } => (reached(true), "sign-in"),
                Fault::Unreachable { .. } if stages.is_empty() => (Vec::new(), "socket"),
                Fault::Unreachable { .. } => (reached(true), "database"),
                _ => (reached(true), "schema"),
            };
            stages.extend(before);
            stages.push(failed(name, &fault));
        }
    }
    stages
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
    let pool = Pool::new(dial, "rowhouse".into());
    let limit = settings.connect_timeout;
    let mut link = pool.get().await?;
    let rows = tx::run_alone(
        &mut link,
        &[Statement::new(WHO_IS_THERE, Vec::new())],
        limit,
    )
    .await
    .map_err(tx::Broken::into_fault)?;
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
    })
}

async fn about(link: &mut super::pool::Link, limit: std::time::Duration) -> Result<About, Fault> {
    let ask = Statement::new(
        "select installation, schema_version, min_client, label from rowhouse.about()",
        Vec::new(),
    );
    let rows =
        tx::run_alone(link, &[ask], limit)
            .await
            .map_err(|broken| match broken.into_fault() {
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
    }
}

/// Looks the name up and opens a TCP connection, as far as that goes.
async fn reach(settings: &ConnectionSettings) -> Result<Vec<Stage>, Vec<Stage>> {
    let limit = settings.connect_timeout;
    let place = (settings.host.as_str(), settings.port);
    let found = match tokio::time::timeout(limit, lookup_host(place)).await {
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    if found.is_empty() {
        let text = format!("the name {} is not known: check the host", settings.host);
        return Err(vec![Stage {
            passed: false,
            ..passed("name", &text)
        }]);
    }
    let addresses: Vec<String> = found.iter().map(|one| one.ip().to_string()).collect();
    let mut stages = vec![passed("name", &addresses.join(", "))];
    match tokio::time::timeout(limit, TcpStream::connect(found.as_slice())).await {
        Ok(Ok(_)) => stages.push(passed("TCP", &format!("port {} answers", settings.port))),
        Ok(Err(error)) => {
            stages.push(failed("TCP", &fault::of_socket(&error, settings)));
            return Err(stages);
        }
        Err(_) => {
            stages.push(failed("TCP", &fault::no_answer(settings)));
            return Err(stages);
        }
    }
    Ok(stages)
}

fn passed(name: &str, found: &str) -> Stage {
    Stage {
        name: name.into(),
        text: text::line(found).into_owned(),
        passed: true,
    }
}

fn failed(name: &str, fault: &Fault) -> Stage {
    Stage {
        name: name.into(),
        text: fault.to_string(),
        passed: false,
    }
}
