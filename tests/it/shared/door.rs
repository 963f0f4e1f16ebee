//! The client at the door: false servers, costs that are absurd, a higher cost, accounts taken over,
//! the password proved again.

use rowhouse::auth::Stored;
use rowhouse::db::contract::{Fault, LoginReply, LoginRequest, SessionsReply, SessionsRequest};
use rowhouse::db::contract::{Reply, Request};
use rowhouse::db::limits;
use rowhouse::db::takeover::{self, Source};
use rowhouse::domain::session::SessionId;
use secrecy::SecretString;

use crate::desk::{Got, Outcome};

use super::site::{PASSWORD, Site, choose, login, try_password};

/// A server that only plays the part accepts any password; it cannot sign that it knows it.
#[tokio::test]
async fn a_false_server_is_found_out() -> Outcome {
    let site = Site::new().await?;
    site.person("anna").await?;
    site.owner
        .batch_execute(
            "create or replace function rowhouse.login_finish(p_nonce text, p_finish_secret bytea, p_client_json text,
                 out status text, out token text, out server_signature bytea, out must_change boolean,
                 out failed_since integer, out last_sign_in timestamptz, out retry_after_s integer,
                 out tries_left integer, out cost_m integer, out cost_t integer, out cost_p integer)
             language sql as $$ select 'ok', repeat('a', 64), sha256('x'), false, 0, null::timestamptz, 0, 5, 19456, 2, 1 $$",
        )
        .await?;
    let victim = site.stranger().await?;
    let fault = try_password(&victim.database, "anna", PASSWORD).await;
    let told = fault.expect_err("found out").to_string();
    assert!(told.contains("not the server it says it is"), "{told}");
    let next = victim.tables().await.expect_err("nothing was signed in");
    assert!(matches!(next, Fault::SessionOver { .. }), "{next:?}");
    Ok(())
}

/// A cost so low that the proof could be guessed from, or so high that this machine would stand still,
/// is refused before anything is sent.
#[tokio::test]
async fn absurd_costs_are_refused_before_anything_is_sent() -> Outcome {
    for (m, t) in [(8, 1), (19_456, 1), (1_048_577, 2), (1_048_576, 64)] {
        let site = Site::new().await?;
        site.owner
            .batch_execute(&format!(
                "create or replace function rowhouse.login_challenge(p_username text, out salt bytea, out m integer,
                     out t integer, out p integer, out nonce text, out legacy text)
                 language sql as $$ select substr(sha256('x'), 1, 16), {m}, {t}, 1, 'nonce', null::text $$"
            ))
            .await?;
        let anna = site.stranger().await?;
        let told = try_password(&anna.database, "anna", PASSWORD).await;
        let told = told.expect_err("refused").to_string();
        assert!(
            told.contains("absurd cost") && told.contains("nothing was sent"),
            "{told}"
        );
        let sent = site
            .rows("select count(*) from rowhouse_private.attempt")
            .await?;
        assert_eq!(sent, ["0"]);
    }
    Ok(())
}

#[tokio::test]
async fn an_old_password_gets_the_new_cost_at_the_next_sign_in() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let cost = "select m || ' ' || t from rowhouse_private.credential join rowhouse_private.account using (account_id)
                 where username = 'anna'";
    assert_eq!(site.rows(cost).await?, ["19456 2"]);
    limits::cost(&site.owner, [Some(19_500), Some(3), None]).await?;
    let refused = limits::cost(&site.owner, [Some(64), None, None]).await;
    assert!(
        refused
            .expect_err("too little")
            .to_string()
            .contains("Memory is 19456")
    );
    assert_eq!(site.rows(cost).await?, ["19456 2"]);
    for _ in 0..2 {
        let signed = try_password(&site.stranger().await?.database, "anna", PASSWORD).await?;
        assert!(matches!(signed, LoginReply::SignedIn(_)), "{signed:?}");
        assert_eq!(site.rows(cost).await?, ["19500 3"]);
    }
    let kept =
        "select count(*) from rowhouse_trail.entry where verb = 'password kept at a higher cost'";
    assert_eq!(site.rows(kept).await?, ["1"]);
    anna.tables().await?;
    // Whoever chooses one now gets it at once.
    site.person("bert").await?;
    assert_eq!(site.rows(&cost.replace("anna", "bert")).await?, ["19500 3"]);
    Ok(())
}

async fn end(site: &crate::desk::Seat, session: i64) -> Result<Reply, Fault> {
    let request = SessionsRequest::EndSession {
        session: SessionId(session),
        reason: "because".into(),
    };
    site.database.perform(Request::Sessions(request)).await
}

#[tokio::test]
async fn the_password_is_proved_again_in_the_same_session() -> Outcome {
    let site = Site::new().await?;
    let (boss, _anna) = (site.person("boss").await?, site.person("anna").await?);
    let session = site
        .rows("select max(session_id) from rowhouse_private.session where not restricted")
        .await?[0]
        .parse()?;
    site.owner
        .batch_execute(
            "update rowhouse_private.session set proved_at = proved_at - interval '6 minutes'",
        )
        .await?;
    assert!(matches!(end(&boss, session).await, Err(Fault::ProofNeeded)));
    let prove = |password: &str| LoginRequest::Prove {
        password: SecretString::from(password),
    };
    let wrong = login(&boss.database, prove("not the password")).await?;
    assert!(
        matches!(
            wrong,
            LoginReply::Refused {
                tries_left: Some(4),
                ..
            }
        ),
        "{wrong:?}"
    );
    let right = login(&boss.database, prove(PASSWORD)).await?;
    assert!(matches!(right, LoginReply::Proved), "{right:?}");
    let ended = end(&boss, session).await?;
    assert!(
        matches!(
            ended,
            Reply::Sessions(SessionsReply::SessionEnded { was_open: true, .. })
        ),
        "{ended:?}"
    );
    Ok(())
}

#[tokio::test]
async fn an_account_of_an_older_program_comes_in_once_with_code_and_old_password() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "create table members (name text, pw text);
             insert into members values ('opal', encode(sha256('emerald city'), 'hex'))",
        )
        .await?;
    let source = Source {
        table: "members",
        name_column: "name",
        hash_column: "pw",
        display_column: None,
        form: Stored::Sha256,
    };
    let found = takeover::read(&site.owner, &source).await?;
    let mut done = takeover::take_over(&site.owner, found, &["technician"]).await?;
    let code = done.remove(0).code?;
    let opal = site.stranger().await?;
    for (typed, is_code) in [("emerald city", false), ("k7mq-3fxa-9p2d-wn8c", true)] {
        let asked = try_password(&opal.database, "opal", typed).await?;
        assert!(
            matches!(asked, LoginReply::NeedsOldPassword { code_typed } if code_typed == is_code),
            "{asked:?}"
        );
    }
    let come = async |old: &str| -> Got<LoginReply> {
        let request = LoginRequest::TakeOver {
            username: "opal".into(),
            code: code.clone(),
            old: SecretString::from(old),
        };
        login(&opal.database, request).await
    };
    assert!(matches!(come("emerald").await?, LoginReply::Refused { .. }));
    let first = come("emerald city").await?;
    assert!(
        matches!(&first, LoginReply::SignedIn(s) if s.must_choose_password),
        "{first:?}"
    );
    choose(&opal.database, "opal").await?;
    opal.tables().await?;
    assert!(
        matches!(come("emerald city").await?, LoginReply::Refused { .. }),
        "once"
    );
    let again = try_password(&opal.database, "opal", PASSWORD).await?;
    assert!(
        matches!(&again, LoginReply::SignedIn(s) if !s.must_choose_password),
        "{again:?}"
    );
    Ok(())
}
