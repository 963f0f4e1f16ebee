//! Signing in with a proof instead of a password, choosing a password, signing out.
//!
//! The password never leaves this process, and the token never leaves this module's callers but as
//! a bind parameter.

pub(super) mod me;
mod prove;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use tokio_postgres::Row;

use super::contract::login::SignedIn;
use super::contract::{Fault, LoginReply, LoginRequest};
use super::database::ClientInfo;
use super::open::{Open, Session};
use super::row;
use super::tx::{self, Param, Statement};
use crate::auth::{self, AuthError, Challenge, Params, Proof, Verifier};
use crate::domain::account;
use crate::runtime::clock::random;

/// Answers a request about signing in or out.
pub(super) async fn perform(
    open: &Open,
    client: &ClientInfo,
    request: LoginRequest,
) -> Result<LoginReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::Other {
            message: "this database has no Rowhouse accounts: the PostgreSQL role is the person"
                .into(),
        });
    }
    match request {
        LoginRequest::SignIn { username, password } => {
            sign_in(
                open,
                client,
                &username,
                Typed {
                    password,
                    old: None,
                },
            )
            .await
        }
        LoginRequest::TakeOver {
            username,
            code,
            old,
        } => {
            let typed = Typed {
                password: code,
                old: Some(old),
            };
            sign_in(open, client, &username, typed).await
        }
        LoginRequest::Prove { password } => prove::prove(open, password).await,
        LoginRequest::ChoosePassword { password, .. } => {
            store(open, password).await?;
            open.shapes.clear();
            who_am_i(open).await.map(LoginReply::PasswordChosen)
        }
        LoginRequest::ChangePassword { password } => {
            store(open, password).await?;
            Ok(LoginReply::PasswordChanged)
        }
        LoginRequest::SignOut { reason } => sign_out(open, &reason).await,
    }
}

/// What the third call said.
struct Verdict {
    status: String,
    token: Option<String>,
    signature: Option<Vec<u8>>,
    must_change: bool,
    failed_since: u32,
    last_sign_in: Option<Timestamp>,
    wait_s: u32,
    tries_left: Option<u32>,
    cost: Params,
}

/// What was typed to sign in.
struct Typed {
    password: SecretString,
    /// The password of an older program, beside the code.
    old: Option<SecretString>,
}

impl Typed {
    /// What is proved: for an account taken over, code and old password together. Slow on purpose.
    fn secret(&self, challenge: &Challenge) -> Result<SecretString, AuthError> {
        match (challenge.legacy(), &self.old) {
            (Some(legacy), Some(old)) => {
                let digest = legacy.digest(old)?;
                Ok(auth::code_and_digest(&self.password, &digest))
            }
            _ => Ok(self.password.clone()),
        }
    }
}

async fn sign_in(
    open: &Open,
    client: &ClientInfo,
    name: &str,
    typed: Typed,
) -> Result<LoginReply, Fault> {
    let username = account::username(name);
    let challenge = challenge(open, &username).await?;
    if challenge.legacy().is_some() && typed.old.is_none() {
        return Ok(LoginReply::NeedsOldPassword {
            code_typed: auth::is_code(&typed.password),
        });
    }
    let (nonce, cost) = (challenge.nonce().to_owned(), challenge.params());
    let name = username.clone();
    let (password, proof) = slowly(move || {
        let password = typed.secret(&challenge)?;
        let proof = auth::proof(&password, &challenge, &name)?;
        Ok((password, proof))
    })
    .await?;
    let verdict = submit_and_finish(open, client, &username, &nonce, &proof).await?;
    let token = match (verdict.status.as_str(), &verdict.token) {
        ("ok", Some(token)) => SecretString::from(token.as_str()),
        (status, _) => return Ok(refused(status, verdict.wait_s, verdict.tries_left)),
    };
    let signature = verdict.signature.as_deref().unwrap_or_default();
    if !proof.server_is_genuine(signature) {
        return Err(not_genuine());
    }
    open.shapes.clear();
    open.set_session(Some(Session {
        token,
        id: None,
        username: username.clone(),
        failed_since: verdict.failed_since,
        last_sign_in: verdict.last_sign_in,
        cost: verdict.cost,
    }));
    match verdict.must_change {
        true => Ok(LoginReply::SignedIn(me::restricted(open, username))),
        false => {
            let signed_in = who_am_i(open).await?;
            prove::upgrade(open, password, cost).await;
            maintain(open).await;
            Ok(LoginReply::SignedIn(signed_in))
        }
    }
}

/// The server accepted a password whose verifier it does not know.
fn not_genuine() -> Fault {
    Fault::Other {
        message: "this server does not know the password it accepted: it is not the server it says it is; \
                  nothing was signed in"
            .into(),
    }
}

/// What is told of a try that was not judged right.
fn refused(status: &str, wait_seconds: u32, tries_left: Option<u32>) -> LoginReply {
    match status {
        "wait" => LoginReply::MustWait {
            seconds: wait_seconds,
        },
        _ => LoginReply::Refused {
            tries_left,
            wait_seconds,
        },
    }
}

async fn challenge(open: &Open, username: &str) -> Result<Challenge, Fault> {
    let ask = Statement::new(
        "select salt, m, t, p, nonce, legacy from rowhouse.login_challenge($1)",
        vec![Param::text(username)],
    );
    let rows = open.alone(vec![ask]).await?;
    let row = row::only(rows.first().map_or(&[], Vec::as_slice))?;
    let params = Params::checked(
        row::column(row, 1)?,
        row::column(row, 2)?,
        row::column(row, 3)?,
    );
    let params = params.map_err(of_auth)?;
    let legacy: Option<&str> = row::column(row, 5)?;
    Challenge::new(row::column(row, 0)?, params, row::column(row, 4)?)
        .and_then(|challenge| challenge.with_legacy(legacy))
        .map_err(of_auth)
}

/// The second and third call, each its own transaction, in one round trip.
async fn submit_and_finish(
    open: &Open,
    client: &ClientInfo,
    username: &str,
    nonce: &str,
    proof: &Proof,
) -> Result<Verdict, Fault> {
    let secret = random();
    let told = json!({
        "host": client.host, "tty": client.tty, "version": client.version, "pid": client.pid,
    });
    let submit = submit(username, nonce, proof, &secret);
    let finish = Statement::new(
        "select status, token, server_signature, must_change, failed_since, last_sign_in, \
                retry_after_s, tries_left, cost_m, cost_t, cost_p \
         from rowhouse.login_finish($1, $2, $3)",
        vec![
            Param::text(nonce),
            Param::Bytes(secret.to_vec()),
            Param::text(told.to_string()),
        ],
    );
    let answers = open.alone(vec![submit, finish]).await?;
    verdict(row::only(answers.get(1).map_or(&[], Vec::as_slice))?)
}

/// The second call: records the answer.
fn submit(username: &str, nonce: &str, proof: &Proof, secret: &[u8; 32]) -> Statement {
    Statement::new(
        "select rowhouse.login_submit($1, $2, $3, $4)",
        vec![
            Param::text(username),
            Param::text(nonce),
            Param::Bytes(proof.proof.to_vec()),
            Param::Bytes(auth::finish_hash(secret).to_vec()),
        ],
    )
}

fn verdict(row: &Row) -> Result<Verdict, Fault> {
    let number = |place| -> Result<Option<u32>, Fault> {
        let number: Option<i32> = row::column(row, place)?;
        Ok(number.map(i32::unsigned_abs))
    };
    let part = |place| -> Result<i32, Fault> {
        Ok(row::column::<Option<i32>>(row, place)?.unwrap_or_default())
    };
    Ok(Verdict {
        // What an odd server asks for is not done; new passwords then cost what they always did.
        cost: Params::checked(part(8)?, part(9)?, part(10)?).unwrap_or_default(),
        status: row::column(row, 0)?,
        token: row::raw(row, 1)?,
        signature: row::column(row, 2)?,
        must_change: row::column::<Option<bool>>(row, 3)?.unwrap_or_default(),
        failed_since: number(4)?.unwrap_or_default(),
        last_sign_in: row::column(row, 5)?,
        wait_s: number(6)?.unwrap_or_default(),
        tries_left: number(7)?,
    })
}

/// Stores a new password at the cost that the database asks for.
async fn store(open: &Open, password: SecretString) -> Result<(), Fault> {
    let session = open.session().ok_or_else(Open::nobody)?;
    let cost = session.cost;
    let verifier = slowly(move || Verifier::from_password(&password, random(), cost)).await?;
    let params = stored(session.token, &verifier);
    let sql = "select rowhouse.password_choose($1, $2, $3, $4, $5, $6, $7)";
    open.alone(vec![Statement::new(sql, params)]).await?;
    Ok(())
}

/// A token and a verifier, as the functions that store one take them.
fn stored(token: SecretString, verifier: &Verifier) -> Vec<Param> {
    vec![
        Param::Secret(token),
        Param::Bytes(verifier.salt.to_vec()),
        Param::int4(verifier.params.m()),
        Param::int4(verifier.params.t()),
        Param::int4(verifier.params.p()),
        Param::Bytes(verifier.stored_key.to_vec()),
        Param::Bytes(verifier.server_key.to_vec()),
    ]
}

async fn sign_out(open: &Open, reason: &str) -> Result<LoginReply, Fault> {
    let Some(session) = open.session() else {
        return Ok(LoginReply::SignedOut);
    };
    // Not through the gate: a session that may only choose a password ends this way too.
    let statements = [
        Statement::new(
            "select set_config('rowhouse.session', $1, true)",
            vec![Param::Secret(session.token)],
        ),
        Statement::new("select rowhouse.sign_out($1)", vec![Param::text(reason)]),
    ];
    let ended = open
        .ungated(&statements)
        .await
        .map_err(tx::Broken::into_fault);
    open.set_session(None);
    open.shapes.clear();
    ended.map(|_| LoginReply::SignedOut)
}

/// Does what somebody has to do now and then: records the sessions that ended by time, makes the
/// trail's partitions ahead, and seals what was committed. Whoever signs in does it, and whoever stays
/// from time to time; each in a transaction of its own, so that one that is slow holds up no other.
pub(super) async fn maintain(open: &Open) {
    for work in ["select rowhouse.maintain()", "select rowhouse.seal()"] {
        if let Err(broken) = open.write(&[Statement::new(work, Vec::new())]).await {
            tracing::warn!(fault = %broken.into_fault(), work, "maintenance failed");
        }
    }
}

async fn who_am_i(open: &Open) -> Result<SignedIn, Fault> {
    let answers = open.read(vec![me::ask()]).await?;
    me::know(open, row::only(answers.first().map_or(&[], Vec::as_slice))?)
}

/// Runs what is slow on purpose on a thread where it holds nobody up.
async fn slowly<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AuthError> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(of_auth),
        Err(_) => Err(Fault::Other {
            message: "the password could not be processed".into(),
        }),
    }
}

fn of_auth(error: AuthError) -> Fault {
    Fault::Other {
        message: error.to_string(),
    }
}
