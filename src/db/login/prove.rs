//! Proving the password of an open session again, and keeping it at a higher cost where the database
//! asks for one now.

use secrecy::SecretString;

use super::{challenge, not_genuine, refused, slowly, stored, submit};
use crate::auth::{self, Params, Verifier};
use crate::db::contract::{Fault, LoginReply};
use crate::db::open::Open;
use crate::db::row;
use crate::db::tx::{Param, Statement};
use crate::runtime::clock::random;

/// Proves that who sits here knows the password of the session.
pub(super) async fn prove(open: &Open, password: SecretString) -> Result<LoginReply, Fault> {
    let session = open.session().ok_or_else(Open::nobody)?;
    let challenge = challenge(open, &session.username).await?;
    let (nonce, name) = (challenge.nonce().to_owned(), session.username.clone());
    let proof = slowly(move || auth::proof(&password, &challenge, &name)).await?;
    let secret = random();
    let finish = Statement::new(
        "select status, server_signature, retry_after_s, tries_left from rowhouse.prove($1, $2, $3)",
        vec![
            Param::Secret(session.token),
            Param::text(nonce.as_str()),
            Param::Bytes(secret.to_vec()),
        ],
    );
    let submit = submit(&session.username, &nonce, &proof, &secret);
    let answers = open.alone(vec![submit, finish]).await?;
    let row = row::only(answers.get(1).map_or(&[], Vec::as_slice))?;
    let status: String = row::column(row, 0)?;
    if status == "ok" {
        let signature: Option<Vec<u8>> = row::column(row, 1)?;
        return match proof.server_is_genuine(&signature.unwrap_or_default()) {
            true => Ok(LoginReply::Proved),
            false => Err(not_genuine()),
        };
    }
    let number = |place| -> Result<Option<u32>, Fault> {
        let number: Option<i32> = row::column(row, place)?;
        Ok(number.map(i32::unsigned_abs))
    };
    Ok(refused(&status, number(2)?.unwrap_or_default(), number(3)?))
}

/// Keeps the password that was just typed at the cost that new ones have, when it has less. Nobody
/// waits for it in vain: where it fails, the next sign-in does it.
pub(super) async fn upgrade(open: &Open, password: SecretString, has: Params) {
    let Some(session) = open.session() else {
        return;
    };
    let wanted = session.cost;
    let work = |cost: Params| i64::from(cost.m()) * i64::from(cost.t());
    if work(has) >= work(wanted) {
        return;
    }
    let made = slowly(move || Verifier::from_password(&password, random(), wanted)).await;
    let done = match made {
        Ok(verifier) => {
            let sql = "select rowhouse.password_upgrade($1, $2, $3, $4, $5, $6, $7)";
            let store = Statement::new(sql, stored(session.token, &verifier));
            open.alone(vec![store]).await.map(|_| ())
        }
        Err(fault) => Err(fault),
    };
    if let Err(fault) = done {
        tracing::warn!(%fault, "the password was not kept at the higher cost");
    }
}
