//! A connection tried stage by stage: name, TCP, TLS, sign-in, database, schema, clock, pooler. The connection screen's test and `rowhouse doctor` show the same stages.

use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::net::{TcpStream, lookup_host};

use super::certificate::Certificate;
use super::connect::{self, Entered, Noticed};
use super::contract::Fault;
use super::contract::connect::{Mark, Server, Stage};
use super::dial;
use super::fault;
use super::open::CLIENT_SCHEMA;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::text;
use crate::runtime::clock::Clock;

/// How long before its end a certificate is spoken of.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// From where on two clocks are said to differ; what is between is the way of the question.
const CLOCKS_AGREE: SignedDuration = SignedDuration::from_secs(2);

/// From where on a difference of clocks is worth looking at.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);

/// What came of trying.
pub(super) struct Tried {
    /// The stages in order; the first that failed is the last.
    pub(super) stages: Vec<Stage>,
    /// What stands, or why not.
    pub(super) entered: Result<Entered, Fault>,
}

/// Tries settings stage by stage; the first stage that fails is the last.
pub(super) async fn test(
    settings: ConnectionSettings,
    password: Option<SecretString>,
) -> Vec<Stage> {
    attempt(settings, password).await.stages
}

/// Tries settings stage by stage and keeps what was opened.
pub(super) async fn attempt(settings: ConnectionSettings, password: Option<SecretString>) -> Tried {
    let mut stages = Vec::new();
    if !settings.host.starts_with('/')
        && let Err(fault) = reach(&settings, &mut stages).await
    {
        return Tried {
            stages,
            entered: Err(fault),
        };
    }
    let encrypted = dial::wants_tls(&settings);
    let entered = connect::enter(settings, password).await;
    match &entered {
        Ok(entered) => stages.extend(opened(entered, encrypted)),
        Err(fault) => {
            let past_tls = encrypted && !matches!(fault, Fault::Tls { .. });
            let name = match fault {
                Fault::Tls { .. } => "TLS",
                Fault::LoginRefused { .. } => "sign-in",
                Fault::Unreachable { .. } if stages.is_empty() => "socket",
                Fault::Unreachable { .. } => "database",
                _ => "schema",
            };
            if past_tls {
                stages.push(stage(Mark::Good, "TLS", "the certificate is good"));
            }
            stages.push(failed(name, fault));
        }
    }
    Tried { stages, entered }
}

/// The stages that an open connection went through.
fn opened(entered: &Entered, encrypted: bool) -> Vec<Stage> {
    let (server, noticed) = (&entered.open.server, &entered.noticed);
    let mut stages = Vec::new();
    if encrypted {
        stages.push(certificate(noticed));
    }
    stages.push(stage(Mark::Good, "sign-in", &format!("as {}", server.role)));
    let database = format!("{} on PostgreSQL {}", server.database, server.version);
    stages.push(stage(Mark::Good, "database", &database));
    stages.push(stage(Mark::Good, "schema", &schema(server, noticed)));
    stages.extend(clock(noticed));
    stages.push(pooler(server));
    stages
}

fn certificate(noticed: &Noticed) -> Stage {
    let read = noticed.certificate.as_deref().and_then(Certificate::read);
    let Some(certificate) = read else {
        return stage(Mark::Good, "TLS", "the certificate is good");
    };
    let left = certificate.ends.duration_since(Clock::Real.now());
    let told = format!("a certificate for {}", certificate.told());
    match left < ENDS_SOON {
        true => stage(Mark::Doubtful, "TLS", &format!("{told}: renew it")),
        false => stage(Mark::Good, "TLS", &told),
    }
}

fn schema(server: &Server, noticed: &Noticed) -> String {
    match (server.way, noticed.schema, noticed.layer) {
        (Way::Shared, Some(schema), _) => {
            format!("the shared layer, version {schema} (this program: {CLIENT_SCHEMA})")
        }
        (_, _, true) => "the shared layer is installed; this role is not its login".into(),
        _ => "no shared layer: the plain way, with PostgreSQL's own rights".into(),
    }
}

fn clock(noticed: &Noticed) -> Option<Stage> {
    let (ahead, unsure) = noticed.ahead?;
    let by = ahead.abs();
    let direction = match ahead.is_negative() {
        true => "behind",
        false => "ahead of",
    };
    Some(if by <= CLOCKS_AGREE + unsure {
        stage(Mark::Good, "clock", "as this machine's")
    } else {
        let mark = match by > CLOCKS_DIFFER + unsure {
            true => Mark::Doubtful,
            false => Mark::Good,
        };
        let seconds = by.as_secs();
        let text = format!("the server's is {seconds} s {direction} this machine's");
        stage(mark, "clock", &text)
    })
}

fn pooler(server: &Server) -> Stage {
    let text = match server.pooler {
        true => "one is in between; every transaction carries its own settings",
        false => "none in between",
    };
    stage(Mark::Good, "pooler", text)
}

/// Looks the name up and opens a TCP connection, as far as that goes.
async fn reach(settings: &ConnectionSettings, stages: &mut Vec<Stage>) -> Result<(), Fault> {
    let limit = settings.connect_timeout;
    let place = (settings.host.as_str(), settings.port);
    let found = match tokio::time::timeout(limit, lookup_host(place)).await {
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let mut stop = |name, fault: Fault| {
        stages.push(failed(name, &fault));
        Err(fault)
    };
    if found.is_empty() {
        let message = format!("the name {} is not known: check the host", settings.host);
        let message = text::line(&message).into_owned();
        return stop("name", Fault::Unreachable { message });
    }
    let connected = tokio::time::timeout(limit, TcpStream::connect(found.as_slice())).await;
    let addresses: Vec<String> = found.iter().map(|one| one.ip().to_string()).collect();
    stages.push(stage(Mark::Good, "name", &addresses.join(", ")));
    let fault = match connected {
        Ok(Ok(_)) => {
            let text = format!("port {} answers", settings.port);
            stages.push(stage(Mark::Good, "TCP", &text));
            return Ok(());
        }
        Ok(Err(error)) => fault::of_socket(&error, settings),
        Err(_) => fault::no_answer(settings),
    };
    stages.push(failed("TCP", &fault));
    Err(fault)
}

/// One stage; what is told is made harmless.
pub(super) fn stage(mark: Mark, name: &str, found: &str) -> Stage {
    Stage {
        name: name.into(),
        text: text::line(found).into_owned(),
        mark,
    }
}

fn failed(name: &str, fault: &Fault) -> Stage {
    stage(Mark::Bad, name, &fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ahead: i64, unsure: i64) -> (Mark, String) {
        let noticed = Noticed {
            ahead: Some((
                SignedDuration::from_secs(ahead),
                SignedDuration::from_secs(unsure),
            )),
            ..Noticed::default()
        };
        let stage = clock(&noticed).expect("a stage");
        (stage.mark, stage.text)
    }

    #[test]
    fn a_clock_is_spoken_of_when_it_is_surely_off() {
        assert_eq!(told(1, 0), (Mark::Good, "as this machine's".into()));
        assert_eq!(told(5, 4).1, "as this machine's");
        let behind = "the server's is 30 s behind this machine's";
        assert_eq!(told(-30, 0), (Mark::Good, behind.into()));
        let ahead = "the server's is 300 s ahead of this machine's";
        assert_eq!(told(300, 1), (Mark::Doubtful, ahead.into()));
        assert_eq!(told(61, 5).0, Mark::Good, "the way may have taken the rest");
    }
}
