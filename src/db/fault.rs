//! Every SQLSTATE classified once: what it means to a person, as a Fault; no row data, no SQL.

mod of_tls;

use std::error::Error as StdError;
use std::io::ErrorKind;
use std::time::Duration;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::contract::Fault;
use super::contract::fault::SessionEnd;
use super::tx::Broken;
use crate::domain::connection::ConnectionSettings;
use crate::domain::text;

/// What a statement's error means. `after` is how long it ran, where that is known.
pub(super) fn of_statement(error: &Error, after: Option<Duration>) -> Fault {
    match error.as_db_error() {
        Some(error) => of_server(error, after),
        None if is_driver_side(error) => Fault::Other {
            message: format!("the server's answer was not understood: {error}"),
        },
        None => Fault::ConnectionLost,
    }
}

/// What it means that reading failed: reading changes nothing, whatever a view would do.
pub(super) fn of_reading(broken: Broken) -> Fault {
    match broken {
        Broken::Refused { error, after, .. } => match error.as_db_error() {
            Some(error) if error.code().code() == "25006" => Fault::Other {
                message: format!("reading this would change the database: {}", words(error)),
            },
            _ => of_statement(&error, Some(after)),
        },
        broken => broken.into_fault(),
    }
}

/// What an error while connecting means, and what to try.
pub(super) fn of_connect(error: &Error, settings: &ConnectionSettings) -> Fault {
    if let Some(error) = error.as_db_error() {
        return of_sign_in(error, settings);
    }
    let cause = deepest(error);
    if let Some(tls) = tls_cause(error) {
        return of_tls::fault(tls, settings);
    }
    match error.to_string().as_str() {
        "error performing TLS handshake" => Fault::Tls {
            message: no_tls(settings, &cause),
        },
        "invalid configuration" | "authentication error" => refused_by_driver(&cause, settings),
        _ => of_io(error, &cause, settings),
    }
}

/// What an error of the socket itself means, and what to try.
pub(super) fn of_socket(error: &std::io::Error, settings: &ConnectionSettings) -> Fault {
    let place = place(settings);
    let cause = error.to_string();
    let message = match error.kind() {
        ErrorKind::ConnectionRefused => {
            format!("nothing listens at {place}: does the server run, and is the port right?")
        }
        ErrorKind::NotFound if settings.host.starts_with('/') => {
            format!("there is no socket at {place}: does the server run, and is the port right?")
        }
        ErrorKind::PermissionDenied => format!("this user may not open {place}"),
        ErrorKind::TimedOut => return no_answer(settings),
        _ if cause.starts_with("failed to lookup") => {
            format!("the name {} is not known: check the host", settings.host)
        }
        _ => format!("{place} cannot be reached: {cause}"),
    };
    Fault::Unreachable {
        message: text::line(&message).into_owned(),
    }
}

/// What it means that connecting took longer than allowed.
pub(super) fn no_answer(settings: &ConnectionSettings) -> Fault {
    Fault::Unreachable {
        message: format!(
            "no answer from {} within {} s: is the name right, and does a firewall let port {} \
             through?",
            place(settings),
            settings.connect_timeout.as_secs(),
            settings.port
        ),
    }
}

/// The server's message, made harmless.
pub(super) fn words(error: &DbError) -> String {
    text::line(error.message()).into_owned()
}

fn of_server(error: &DbError, after: Option<Duration>) -> Fault {
    let message = words(error);
    let code = error.code();
    match code.code() {
        "RH401" => session_over(error),
        "RH403" if error.detail() == Some("restricted") => Fault::MustChoosePassword,
        "RH403" if error.detail() == Some("proof") => Fault::ProofNeeded,
        "RH403" => Fault::NotPermitted { message },
        "RH423" => Fault::Held { message },
        "RH426" => Fault::Outdated { message },
        "42501" => Fault::NotPermitted { message },
        "57014" => stopped(after),
        "55P03" => Fault::Locked { holder: None },
        "40001" | "40P01" => Fault::Busy,
        "53300" => Fault::TooManyConnections { message },
        "53400" => state(&format!("a limit of the server was reached: {message}")),
        "53100" => state("the server's disk is full; nothing can be stored until there is room"),
        "53200" => state("the server is out of memory; try again in a while"),
        "57P03" => Fault::Unreachable {
            message: "the server is starting, stopping or recovering; try again in a while".into(),
        },
        "25006" => state("the server takes no changes: it is a standby or read-only"),
        "57P01" | "57P02" | "57P04" | "57P05" | "25P03" => Fault::ConnectionLost,
        "42P01" | "42703" | "42704" | "42883" | "3F000" if !is_inside(error) => Fault::Outdated {
            message: format!("the database is not as this client knows it: {message}"),
        },
        class if class.starts_with("08") => Fault::ConnectionLost,
        _ => Fault::Other { message },
    }
}

/// Whether a function of the database's own met the error, so that it says nothing of what was asked.
pub(super) fn is_inside(error: &DbError) -> bool {
    error
        .where_()
        .is_some_and(|place| !place.contains("rowhouse"))
}

fn session_over(error: &DbError) -> Fault {
    let why = match error.detail() {
        Some("ended") => SessionEnd::Ended {
            reason: text::line(error.hint().unwrap_or_default()).into_owned(),
        },
        Some("idle") => SessionEnd::Idle,
        Some("expired") => SessionEnd::Expired,
        _ => SessionEnd::Unknown,
    };
    Fault::SessionOver { why }
}

/// 57014 has one code for two causes; a statement stopped early was cancelled by somebody.
fn stopped(after: Option<Duration>) -> Fault {
    match after {
        Some(after) if after < Duration::from_secs(1) => Fault::Cancelled,
        _ => Fault::TooSlow,
    }
}

fn state(message: &str) -> Fault {
    Fault::ServerState {
        message: message.to_owned(),
    }
}

fn of_sign_in(error: &DbError, settings: &ConnectionSettings) -> Fault {
    let user = &settings.user;
    let code = error.code();
    let message = match code.code() {
        // The server does not tell the one from the other.
        "28P01" if settings.tls_client.is_some() => format!(
            "the password of the role {user} was refused, or the client certificate is for another \
             role: type it again, or name the right tls_cert"
        ),
        "28P01" => format!("the password of the role {user} was refused: type it again"),
        "28000" if words(error).contains("no encryption") => format!(
            "the server lets the role {user} in only under TLS: set tls = \"verify-full\" in the \
             profile"
        ),
        "28000" if words(error).contains("client certificate") => format!(
            "the server asks the role {user} for a client certificate: name one with tls_cert and \
             tls_key"
        ),
        "28000" if words(error).starts_with("certificate authentication failed") => format!(
            "the client certificate is not for the role {user}: its common name must be that, or \
             pg_ident.conf map it"
        ),
        "28000" => format!(
            "the server does not let the role {user} in ({}): ask for a line in pg_hba.conf, or \
             try another role or TLS",
            words(error)
        ),
        "3D000" => {
            return Fault::Unreachable {
                message: format!(
                    "there is no database {} on {}: check its name",
                    settings.database,
                    place(settings)
                ),
            };
        }
        _ => return of_server(error, None),
    };
    Fault::LoginRefused {
        message: text::line(&message).into_owned(),
        password_missing: false,
    }
}

fn no_tls(settings: &ConnectionSettings, cause: &str) -> String {
    let what = match cause {
        "server does not support TLS" => format!("{} offers no TLS", place(settings)),
        _ => format!("TLS with {} failed ({cause})", place(settings)),
    };
    let advice = match settings.is_local() {
        true => "set tls = \"off\" for this machine, or turn on ssl in postgresql.conf",
        false => "turn on ssl in postgresql.conf; nothing was sent",
    };
    text::line(&format!("{what}: {advice}")).into_owned()
}

fn refused_by_driver(cause: &str, settings: &ConnectionSettings) -> Fault {
    let missing = cause == "password missing";
    Fault::LoginRefused {
        message: match cause {
            "password missing" => format!("the role {} needs a password", settings.user),
            // The driver's only words with a channel in them.
            _ if settings.bound_password && cause.contains("channel binding") => format!(
                "{} does not bind the password of {} to the TLS connection, which channel_binding = \
                 \"require\" asks for: pg_hba.conf must say scram-sha-256",
                settings.host, settings.user
            ),
            _ => format!("signing in as {} failed: {cause}", settings.user),
        },
        password_missing: missing,
    }
}

fn of_io(error: &Error, cause: &str, settings: &ConnectionSettings) -> Fault {
    match causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()) {
        Some(error) => of_socket(error, settings),
        None => Fault::Unreachable {
            message: text::line(&format!("{} cannot be reached: {cause}", place(settings)))
                .into_owned(),
        },
    }
}

/// Where it connects to, as the person wrote it.
fn place(settings: &ConnectionSettings) -> String {
    match settings.host.starts_with('/') {
        true => format!("{}/.s.PGSQL.{}", settings.host, settings.port),
        false => format!("{}:{}", settings.host, settings.port),
    }
}

fn is_driver_side(error: &Error) -> bool {
    !error.is_closed() && io_kind(error).is_none()
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| {
        let error: &'a (dyn StdError + 'static) = *error;
        error.source()
    })
}

fn deepest(error: &Error) -> String {
    causes(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn io_kind(error: &Error) -> Option<ErrorKind> {
    causes(error).find_map(|cause| Some(cause.downcast_ref::<std::io::Error>()?.kind()))
}

/// rustls hides its error inside an I/O error.
fn tls_cause(error: &Error) -> Option<&rustls::Error> {
    causes(error).find_map(|cause| {
        let inside = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
        inside.downcast_ref::<rustls::Error>()
    })
}

/// Whether a refused unit may simply be tried again: others were in the way, or the server ended
/// the connection before anything was committed.
pub(super) fn is_transient(code: Option<&SqlState>) -> bool {
    code.is_some_and(|code| {
        let code = code.code();
        matches!(
            code,
            "40001" | "40P01" | "57P01" | "57P02" | "57P05" | "25P03"
        )
    })
}
