//! What PostgreSQL's own tools let one say about the protection of a connection, and Rowhouse does
//! not take over: each is refused with a sentence, unless it says what is done anyway.

/// One parameter of a URL and its variable.
struct Foreign {
    parameter: &'static str,
    variable: &'static str,
    /// The values that say what is done anyway.
    harmless: &'static [&'static str],
    /// What to do instead.
    instead: &'static str,
}

const FOREIGN: &[Foreign] = &[
    Foreign {
        parameter: "sslnegotiation",
        variable: "PGSSLNEGOTIATION",
        harmless: &["postgres"],
        instead: "TLS is asked for in the way that every server and pooler knows: leave it out",
    },
    Foreign {
        parameter: "gssencmode",
        variable: "PGGSSENCMODE",
        harmless: &["disable", "prefer"],
        instead: "GSSAPI is not spoken here, TLS protects the connection: leave it out",
    },
    Foreign {
        parameter: "sslcrl",
        variable: "PGSSLCRL",
        harmless: &[],
        instead: "lists of revoked certificates are not read: use a root of your own (tls_root) and \
                  certificates that end soon",
    },
    Foreign {
        parameter: "sslcrldir",
        variable: "PGSSLCRLDIR",
        harmless: &[],
        instead: "lists of revoked certificates are not read: use a root of your own (tls_root) and \
                  certificates that end soon",
    },
    Foreign {
        parameter: "ssl_min_protocol_version",
        variable: "PGSSLMINPROTOCOLVERSION",
        harmless: &["TLSv1", "TLSv1.1", "TLSv1.2"],
        instead: "TLS 1.2 and 1.3 are spoken: ask for newer with ssl_min_protocol_version on the server",
    },
    Foreign {
        parameter: "ssl_max_protocol_version",
        variable: "PGSSLMAXPROTOCOLVERSION",
        harmless: &["TLSv1.3"],
        instead: "TLS 1.2 and 1.3 are spoken: leave it out",
    },
    Foreign {
        parameter: "require_auth",
        variable: "PGREQUIREAUTH",
        harmless: &["scram-sha-256"],
        instead: "let pg_hba.conf ask for scram-sha-256 or cert, and leave it out",
    },
    Foreign {
        parameter: "requirepeer",
        variable: "PGREQUIREPEER",
        harmless: &[],
        instead: "who owns a local socket is not asked: put it into a folder that only its owner may \
                  change, and leave it out",
    },
    Foreign {
        parameter: "sslsni",
        variable: "PGSSLSNI",
        harmless: &["1"],
        instead: "the host's name is always said when TLS begins: leave it out",
    },
    Foreign {
        parameter: "sslcertmode",
        variable: "PGSSLCERTMODE",
        harmless: &["allow"],
        instead: "a client certificate is shown when the profile names one (tls_cert, tls_key): leave \
                  it out",
    },
    Foreign {
        parameter: "options",
        variable: "PGOPTIONS",
        harmless: &[],
        instead: "the settings of a session are the program's own: leave it out",
    },
    Foreign {
        parameter: "target_session_attrs",
        variable: "PGTARGETSESSIONATTRS",
        harmless: &["any", "read-write", "primary"],
        instead: "there is one server in a profile: name the primary, and leave it out",
    },
];

/// Judges a parameter of a URL: `None` when it is not one of these.
pub(super) fn parameter(name: &str, value: &str) -> Option<Result<(), String>> {
    let found = FOREIGN.iter().find(|one| one.parameter == name)?;
    Some(judge(found, name, value))
}

/// Judges the variables of PostgreSQL's own tools.
///
/// # Errors
/// The first that asks for what is not done, by name.
pub(super) fn variables(environment: super::Environment<'_>) -> Result<(), String> {
    for one in FOREIGN {
        if let Some(value) = environment(one.variable) {
            judge(one, one.variable, &value)?;
        }
    }
    Ok(())
}

fn judge(one: &Foreign, name: &str, value: &str) -> Result<(), String> {
    match value.is_empty() || one.harmless.contains(&value) {
        true => Ok(()),
        false => Err(format!("{name} is not taken: {}", one.instead)),
    }
}
