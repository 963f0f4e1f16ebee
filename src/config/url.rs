//! Reads connection URLs (`postgresql://user@host:port/database?key=value`); no connecting.

use secrecy::SecretString;

use super::Profile;
use super::foreign;
use super::given::Given;
use super::profile::KEYS;
use crate::domain::nearest::nearest;

/// What the parameters of a URL are called here.
const PARAMETERS: &[(&str, &str)] = &[
    ("host", "server"),
    ("port", "port"),
    ("dbname", "database"),
    ("user", "user"),
    ("sslmode", "tls"),
    ("sslrootcert", "tls_root"),
    ("sslcert", "tls_cert"),
    ("sslkey", "tls_key"),
    ("channel_binding", "channel_binding"),
    ("connect_timeout", "connect_timeout_s"),
    ("way", "way"),
];

/// Reads a URL into a profile and returns the password that it holds.
///
/// # Errors
/// What cannot be read, without any part of the password.
pub fn read(url: &str, into: &mut Profile) -> Result<Option<SecretString>, String> {
    let rest = ["postgresql://", "postgres://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .ok_or("a connection URL begins with postgresql://")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (person, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = match person.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (person, None),
    };
    let (host, port) = host_and_port(place)?;
    for (name, text) in [
        ("server", host),
        ("port", port),
        ("database", database),
        ("user", user),
    ] {
        if !text.is_empty() {
            set(into, name, &decoded(text)?)?;
        }
    }
    let mut password = password.map(decoded).transpose()?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        if name == "password" {
            password = Some(decoded(text)?);
        } else {
            parameter(into, name, &decoded(text)?)?;
        }
    }
    Ok(password
        .filter(|text| !text.is_empty())
        .map(SecretString::from))
}

/// Takes a TLS mode as PostgreSQL's own tools call it.
///
/// # Errors
/// A mode that would fall back to plaintext or is unknown.
pub fn ssl_mode(into: &mut Profile, mode: &str) -> Result<(), String> {
    match mode {
        "disable" => set(into, "tls", "off"),
        // These take any certificate or fall back to plaintext; here a certificate is verified.
        "allow" | "prefer" | "require" => set(into, "tls", "verify-full"),
        "verify-ca" | "verify-full" => set(into, "tls", mode),
        "off" => set(into, "tls", "off"),
        other => Err(format!(
            "sslmode {other} is not one of disable, require, verify-ca, verify-full"
        )),
    }
}

fn parameter(into: &mut Profile, name: &str, text: &str) -> Result<(), String> {
    if name == "sslmode" {
        return ssl_mode(into, text);
    }
    if let Some(verdict) = foreign::parameter(name, text) {
        return verdict;
    }
    match PARAMETERS.iter().find(|(own, _)| *own == name) {
        Some((_, key)) => set(into, key, text),
        None => {
            let known: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
            let near = nearest(name, &known)
                .map_or(String::new(), |near| format!("; the nearest is {near}"));
            Err(format!("the URL's parameter {name} is not known{near}"))
        }
    }
}

fn set(into: &mut Profile, name: &str, text: &str) -> Result<(), String> {
    match KEYS.iter().find(|row| row.name == name) {
        Some(row) => (row.set)(into, Given::Text(text)).map_err(|fault| format!("{name}: {fault}")),
        None => Err(format!("there is no {name}")),
    }
}

/// Splits `host:port` and `[address]:port`.
fn host_and_port(place: &str) -> Result<(&str, &str), String> {
    if place.contains(',') {
        return Err("a URL with several hosts is not supported".into());
    }
    if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or("the address in the URL lacks its ]")?;
        return Ok((host, after.strip_prefix(':').unwrap_or("")));
    }
    Ok(place.rsplit_once(':').unwrap_or((place, "")))
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let pair = after
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.ok_or("a % in the URL is not followed by two hexadecimal digits")?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| "the URL is not UTF-8".into())
}
