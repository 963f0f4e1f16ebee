//! Reads a server's certificate: for which names it is, and until when. Verifies nothing.

use jiff::Timestamp;
use x509_cert::Certificate as Parsed;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::domain::text;

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    /// The names and addresses it is for, made harmless.
    pub(super) names: Vec<String>,
    /// When it ends.
    pub(super) ends: Timestamp,
}

impl Certificate {
    /// Reads the bytes that the server showed; `None` where they are no certificate.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let parsed = Parsed::from_der(der).ok()?;
        let validity = parsed.tbs_certificate.validity;
        let seconds = i64::try_from(validity.not_after.to_unix_duration().as_secs()).ok()?;
        let named = parsed.tbs_certificate.get::<SubjectAltName>().ok()?;
        let mut names: Vec<String> = named
            .iter()
            .flat_map(|(_, names)| names.0.iter().filter_map(name))
            .collect();
        if names.is_empty() {
            names.push(text::line(&parsed.tbs_certificate.subject.to_string()).into_owned());
        }
        Some(Self {
            names,
            ends: Timestamp::from_second(seconds).ok()?,
        })
    }

    /// What it is for and until when, in one line.
    pub(super) fn told(&self) -> String {
        let until = self.ends.strftime("%Y-%m-%d");
        format!("{}, until {until}", self.names.join(", "))
    }
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(text::line(name.as_str()).into_owned()),
        GeneralName::IpAddress(bytes) => address(bytes.as_bytes()),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}
