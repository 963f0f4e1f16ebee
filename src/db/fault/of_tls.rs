//! What an error of TLS means to a person, and the way out; one sentence for each.

use rustls::{AlertDescription as Alert, CertificateError as Bad, Error};

use super::Fault;
use crate::domain::connection::ConnectionSettings;
use crate::domain::text;

/// Tells an error of TLS.
pub(super) fn fault(error: &Error, settings: &ConnectionSettings) -> Fault {
    let host = &settings.host;
    let message = match error {
        Error::InvalidCertificate(bad) => of_certificate(bad, host),
        Error::AlertReceived(alert) => of_alert(*alert, settings),
        Error::PeerIncompatible(_) => format!(
            "{host} and this program have no version of TLS in common: the server must speak TLS \
             1.2 or 1.3"
        ),
        Error::InvalidMessage(_) => format!(
            "what answers at {host} does not speak TLS: is the port right, and is it PostgreSQL?"
        ),
        other => format!("TLS with {host} failed: {other}"),
    };
    Fault::Tls {
        message: text::line(&message).into_owned(),
    }
}

/// What is wrong with the server's certificate.
fn of_certificate(bad: &Bad, host: &str) -> String {
    match bad {
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => format!(
            "the certificate of {host} is for another name{}: use the name on it, or tls = \
             \"verify-ca\"",
            names(bad)
        ),
        Bad::UnknownIssuer | Bad::BadSignature => format!(
            "nobody that this machine trusts has signed the certificate of {host}: name the \
             root's file with tls_root"
        ),
        Bad::Expired | Bad::ExpiredContext { .. } => {
            format!("the certificate of {host} has expired; or this machine's clock is wrong")
        }
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet; or this machine's clock is wrong")
        }
        Bad::Revoked => format!("the certificate of {host} was revoked: ask who runs the server"),
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => format!(
            "the certificate of {host} is not made for servers: make one with the extended usage \
             serverAuth"
        ),
        other if other.to_string().contains("CaUsedAsEndEntity") => format!(
            "the certificate of {host} is an authority's own (CA:TRUE), not a server's: make a root, \
             let it sign one for the server, and name the root with tls_root"
        ),
        other => format!("the certificate of {host} is not good: {other}"),
    }
}

/// The names that a certificate is for, where the verifier tells them.
fn names(bad: &Bad) -> String {
    match bad {
        Bad::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            let plain = |name: &String| {
                let name = name.split_once('"').map_or(name.as_str(), |(_, rest)| rest);
                name.trim_end_matches(['"', ')']).to_owned()
            };
            let all: Vec<String> = presented.iter().map(plain).collect();
            format!(" ({})", all.join(", "))
        }
        _ => String::new(),
    }
}

/// What the server did not like; as a rule the client's certificate.
fn of_alert(alert: Alert, settings: &ConnectionSettings) -> String {
    let host = &settings.host;
    let shown = settings.tls_client.is_some();
    match alert {
        Alert::CertificateRequired => {
            format!("{host} asks for a client certificate: name one with tls_cert and tls_key")
        }
        Alert::UnknownCA | Alert::BadCertificate | Alert::DecryptError if shown => format!(
            "{host} does not know who signed the client certificate: it must come from the root in \
             its ssl_ca_file"
        ),
        Alert::CertificateExpired if shown => {
            "the client certificate has expired: have a new one signed".into()
        }
        Alert::CertificateRevoked if shown => {
            "the client certificate was revoked: have a new one signed".into()
        }
        Alert::ProtocolVersion => format!(
            "{host} and this program have no version of TLS in common: the server must speak TLS \
             1.2 or 1.3"
        ),
        Alert::HandshakeFailure if !shown => format!(
            "{host} ended the TLS handshake: it may ask for a client certificate (tls_cert, tls_key)"
        ),
        other => format!("{host} ended TLS: {other:?}"),
    }
}
