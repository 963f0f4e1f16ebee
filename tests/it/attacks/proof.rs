//! Row 19 and section 2.2: a terminal left open, or a token stolen, does nothing sensitive without the
//! password; and proving it again is guarded like signing in.

use rowhouse::auth;
use rowhouse::runtime::clock::random;
use secrecy::SecretString;

use super::plant::{Outcome, Plant, Seat, challenge, password, refusal, wrong};

/// What is asked for again; with SQL of a manager's session.
async fn sensitive(plant: &Plant) -> Outcome<Vec<String>> {
    let session = plant
        .count("select min(session_id) from rowhouse_private.session")
        .await?;
    let verifier = "substr(sha256('d'), 1, 16), 19456, 2, 1, sha256('e'), sha256('f')";
    Ok(vec![
        format!("select rowhouse.account_add('mallory', 'X', array['technician'], {verifier})"),
        format!("select rowhouse.account_reset('theo', {verifier})"),
        "select rowhouse.account_unlock('theo')".into(),
        format!("select rowhouse.session_end({session}, 'because')"),
    ])
}

/// Proves a password in an open session; the status.
async fn prove(seat: &Seat, name: &str, password: &SecretString) -> Outcome<String> {
    let asked = challenge(&seat.client, name).await?;
    let proof = auth::proof(password, &asked, name)?;
    let secret = random::<32>();
    let (proof, hash) = (proof.proof, auth::finish_hash(&secret));
    let submit = "select rowhouse.login_submit($1, $2, $3, $4)";
    seat.client
        .query(
            submit,
            &[&name, &asked.nonce(), &proof.as_slice(), &hash.as_slice()],
        )
        .await?;
    let judge = "select status from rowhouse.prove($1, $2, $3)";
    let row = seat
        .client
        .query_one(judge, &[&seat.token, &asked.nonce(), &secret.as_slice()])
        .await?;
    Ok(row.get(0))
}

#[tokio::test]
async fn what_is_sensitive_asks_for_the_password_again() -> Outcome {
    let plant = Plant::open().await?;
    let _theo = plant.seat("theo").await?;
    let (tina, marta) = (plant.seat("tina").await?, plant.seat("marta").await?);
    plant.advance("301 seconds").await?;
    for statement in sensitive(&plant).await? {
        let refused = marta.refused(&statement).await;
        assert_eq!(
            (refused.state.as_str(), refused.detail.as_str()),
            ("RH403", "proof"),
            "{statement}"
        );
    }
    let choose =
        "select rowhouse.password_choose($1, sha256('x'), 19456, 2, 1, sha256('x'), sha256('x'))";
    let refused = refusal(marta.client.query(choose, &[&marta.token]).await);
    assert_eq!(refused.detail, "proof");
    // What is not sensitive goes on.
    assert_eq!(
        marta
            .run("select bfm from equipment where bfm = 'BFM-001'")
            .await?
            .len(),
        1
    );

    assert_eq!(prove(&marta, "marta", &wrong()).await?, "refused");
    assert_eq!(
        marta.refused(&sensitive(&plant).await?[0]).await.detail,
        "proof"
    );
    assert_eq!(
        prove(&marta, "theo", &password("theo")).await?,
        "refused",
        "another's password"
    );
    assert_eq!(prove(&marta, "marta", &password("marta")).await?, "ok");
    for statement in sensitive(&plant).await? {
        marta
            .run(&statement)
            .await
            .map_err(|error| format!("{statement}: {error:?}"))?;
    }
    plant.advance("301 seconds").await?;
    assert_eq!(
        marta.refused(&sensitive(&plant).await?[0]).await.detail,
        "proof"
    );
    let refused = tina.refused(&sensitive(&plant).await?[3]).await;
    assert_eq!(
        refused.detail, "permission",
        "who may not do it at all is told that"
    );
    Ok(())
}

/// A proof is bound to its session, and counts as a try.
#[tokio::test]
async fn proving_is_no_way_to_guess() -> Outcome {
    let plant = Plant::open().await?;
    let marta = plant.seat("marta").await?;
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.push(prove(&marta, "marta", &wrong()).await?);
        plant.advance("20 seconds").await?;
    }
    assert_eq!(seen[..5], ["refused"; 5]);
    assert_eq!(seen[5..], ["wait"; 2]);
    assert_eq!(prove(&marta, "marta", &password("marta")).await?, "wait");
    let judge = "select status from rowhouse.prove($1, $2, $3)";
    let nobody = refusal(
        marta
            .client
            .query(judge, &[&"x", &"y", &[1u8; 32].as_slice()])
            .await,
    );
    assert_eq!(
        (nobody.state.as_str(), nobody.detail.as_str()),
        ("RH401", "unknown")
    );
    let noted = "select count(*) from rowhouse_trail.entry where verb = 'password refused' and username = 'marta'";
    assert_eq!(plant.count(noted).await?, 5);
    // The database's owner is asked nothing, and the wait is taken away by unlocking.
    let unlock = "select rowhouse_private.owner_account_unlock('marta')";
    assert!(plant.owner.query_one(unlock, &[]).await?.get::<_, bool>(0));
    assert_eq!(prove(&marta, "marta", &password("marta")).await?, "ok");
    assert!(!plant.owner.query_one(unlock, &[]).await?.get::<_, bool>(0));
    Ok(())
}
