//! Enumerating, replaying and stealing at the door (SECURITY.md rows 15 to 18).

use rowhouse::auth::{self, Params, Verifier};
use rowhouse::runtime::clock::random;

use tokio_postgres::Client;

use super::plant::{
    Outcome, Plant, add_account, challenge, finish, password, refusal, sign_in, submit, wrong,
};

#[tokio::test]
async fn the_right_password_opens_a_session_and_only_its_hash_is_kept() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let opened = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!((opened.status.as_str(), opened.must_change), ("ok", false));
    let token = opened.token.ok_or("no token")?;
    assert_eq!(token.len(), 64);
    let dump = plant
        .owner
        .query_one(
            "select (select string_agg(s::text, '') from rowhouse_private.session s)
                 || (select string_agg(a::text, '') from rowhouse_private.attempt a)
                 || (select string_agg(e::text, '') from rowhouse_trail.entry e)",
            &[],
        )
        .await?;
    assert!(!dump.get::<_, String>(0).contains(&token));
    Ok(())
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_read_the_same() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let known = sign_in(&login, "theo", &wrong()).await?;
    let unknown = sign_in(&login, "nobody", &wrong()).await?;
    assert_eq!(format!("{known:?}"), format!("{unknown:?}"));
    assert_eq!((known.status.as_str(), known.tries_left), ("refused", 4));
    for _ in 0..2 {
        let again = [
            challenge(&login, "nobody").await?,
            challenge(&login, "nobody").await?,
        ];
        let shape = again.map(|c| format!("{c:?}").split("nonce").next().map(str::to_owned));
        assert_eq!(shape[0], shape[1], "the salt of a name stays");
    }
    for _ in 0..4 {
        sign_in(&login, "theo", &wrong()).await?;
        sign_in(&login, "nobody", &wrong()).await?;
        plant.advance("20 seconds").await?;
    }
    let known = sign_in(&login, "theo", &password("theo")).await?;
    let unknown = sign_in(&login, "nobody", &wrong()).await?;
    assert_eq!(
        (known.status.as_str(), unknown.status.as_str()),
        ("wait", "wait")
    );
    assert_eq!(known.tries_left, unknown.tries_left);
    Ok(())
}

/// Equal work: for a name that nobody has, the same functions run as often. Counted, not timed,
/// because the machine that tests is busy; measured medians lie within a tenth of each other.
#[tokio::test]
async fn unknown_names_cost_the_same_work() -> Outcome {
    let plant = Plant::open().await?;
    let count = format!(
        "alter role {} set track_functions = 'all'",
        plant.roles.client()
    );
    plant.owner.batch_execute(&count).await?;
    let mut work = Vec::new();
    for name in ["theo", "nobody"] {
        let login = plant.login().await?;
        login.batch_execute("begin").await?;
        challenge(&login, name).await?;
        let asked = functions_called(&login).await?;
        login.batch_execute("commit").await?;
        let tried = submit(&login, name, &wrong()).await?;
        login.batch_execute("begin").await?;
        assert_eq!(finish(&login, &tried).await?.status, "refused");
        work.push((asked, functions_called(&login).await?));
        login.batch_execute("commit").await?;
    }
    let calm = format!("alter role {} reset track_functions", plant.roles.client());
    plant.owner.batch_execute(&calm).await?;
    assert!(
        work[0].0.contains("hmac 2") && work[0].1.contains("tries 3"),
        "{work:?}"
    );
    assert_eq!(work[0], work[1]);
    Ok(())
}

/// The functions that ran in the open transaction, and how often.
async fn functions_called(login: &Client) -> Outcome<String> {
    let sql = "select string_agg(funcname || ' ' || calls, ', ' order by funcname, calls)
                 from pg_stat_xact_user_functions";
    Ok(login.query_one(sql, &[]).await?.get(0))
}

#[tokio::test]
async fn a_recorded_answer_is_worthless() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let asked = challenge(&login, "theo").await?;
    let proof = auth::proof(&password("theo"), &asked, "theo")?;
    let secret = random::<32>();
    let hash = auth::finish_hash(&secret);
    let submit = "select rowhouse.login_submit($1, $2, $3, $4)";
    let send = |name: &'static str, nonce: String| {
        let (login, proof) = (&login, &proof);
        async move {
            login
                .query(
                    submit,
                    &[&name, &nonce, &proof.proof.as_slice(), &hash.as_slice()],
                )
                .await
        }
    };
    let nonce = asked.nonce().to_owned();
    let forged = format!("9{}", &nonce[1..]);
    for (name, nonce) in [
        ("tina", nonce.clone()),
        ("theo", forged),
        ("theo", "x".into()),
    ] {
        let refused = refusal(send(name, nonce).await);
        assert!(
            refused.message.contains("not valid any more"),
            "{refused:?}"
        );
    }
    send("theo", nonce.clone()).await?;
    let twice = refusal(send("theo", nonce.clone()).await);
    assert!(twice.message.contains("answered already"), "{twice:?}");

    let judge = "select status, token from rowhouse.login_finish($1, $2, '')";
    let stolen = refusal(login.query(judge, &[&nonce, &[1u8; 32].as_slice()]).await);
    assert!(stolen.message.contains("not known"), "{stolen:?}");
    let row = login
        .query_one(judge, &[&nonce, &secret.as_slice()])
        .await?;
    assert_eq!(row.get::<_, &str>(0), "ok");
    let again = refusal(login.query(judge, &[&nonce, &secret.as_slice()]).await);
    assert!(again.message.contains("judged already"), "{again:?}");

    let old = challenge(&login, "theo").await?;
    plant.advance("121 seconds").await?;
    let refused = refusal(send("theo", old.nonce().to_owned()).await);
    assert!(
        refused.message.contains("not valid any more"),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_one_time_code_opens_only_the_choosing_of_a_password() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let code = auth::one_time_code(&random());
    let verifier = Verifier::from_password(&code, random(), Params::default())?;
    add_account(&plant.owner, "nora", &["technician"], &verifier).await?;

    // Interrupted twice: between submit and finish, and after finish.
    submit(&login, "nora", &code).await?;
    let first = sign_in(&login, "nora", &code).await?;
    assert!(first.must_change);
    let first = first.token.ok_or("no token")?;
    let open = "select rowhouse.tx_open($1, 10)";
    let shut = refusal(login.query(open, &[&first]).await);
    assert_eq!(
        (shut.state.as_str(), shut.detail.as_str()),
        ("RH403", "restricted")
    );
    login
        .execute(
            "select set_config('rowhouse.session', $1, false)",
            &[&first],
        )
        .await?;
    for statement in [
        "select bfm from equipment",
        "select * from rowhouse.me()",
        "select * from rowhouse.my_tables()",
        "select * from rowhouse.feed(null, 1)",
        "update equipment set status = 'x'",
    ] {
        let shut = refusal(login.query(statement, &[]).await);
        assert_eq!(
            (shut.state.as_str(), shut.detail.as_str()),
            ("RH403", "restricted"),
            "{statement}"
        );
    }

    let second = sign_in(&login, "nora", &code).await?;
    let second = second
        .token
        .ok_or("the code opens again after an interruption")?;
    let chosen = Verifier::from_password(&password("nora"), random(), Params::default())?;
    let choose = "select rowhouse.password_choose($1, $2, $3, $4, $5, $6, $7)";
    let (m, t, p) = (chosen.params.m(), chosen.params.t(), chosen.params.p());
    let keys = (
        chosen.salt.as_slice(),
        chosen.stored_key.as_slice(),
        chosen.server_key.as_slice(),
    );
    let weak = login
        .query(choose, &[&second, &keys.0, &64, &t, &p, &keys.1, &keys.2])
        .await;
    assert_eq!(refusal(weak).state, "RH422");
    login
        .query(choose, &[&second, &keys.0, &m, &t, &p, &keys.1, &keys.2])
        .await?;
    login.query(open, &[&second]).await?;
    let other = refusal(login.query(open, &[&first]).await);
    assert_eq!(
        (other.state.as_str(), other.hint.as_str()),
        ("RH401", "the password was changed")
    );
    assert_eq!(
        sign_in(&login, "nora", &code).await?.status,
        "refused",
        "the code is spent"
    );
    assert_eq!(
        sign_in(&login, "nora", &password("nora")).await?.status,
        "ok"
    );
    let again = login
        .query(choose, &[&second, &keys.0, &m, &t, &p, &keys.1, &keys.2])
        .await;
    assert!(refusal(again).message.contains("new salt"));
    plant.advance("6 minutes").await?;
    let stale = login
        .query(choose, &[&second, &keys.0, &m, &t, &p, &keys.1, &keys.2])
        .await;
    assert_eq!(refusal(stale).detail, "proof");
    Ok(())
}

/// Whoever leaves a token in a connection gives away their own session and takes nobody's.
#[tokio::test]
async fn a_token_left_behind_signs_nobody_else_in() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let tina = sign_in(&theo.client, "tina", &password("tina")).await?;
    let tina = tina.token.ok_or("no token")?;
    theo.client
        .execute(
            "select set_config('rowhouse.session', $1, false)",
            &[&theo.token],
        )
        .await?;
    theo.client.batch_execute("begin").await?;
    theo.client
        .query("select rowhouse.tx_open($1, 10)", &[&tina])
        .await?;
    let me = theo
        .client
        .query_one("select username from rowhouse.me()", &[])
        .await?;
    assert_eq!(me.get::<_, &str>(0), "tina");
    theo.client.batch_execute("commit").await?;
    let login = refusal(
        theo.client
            .query("select rowhouse.tx_open('', 10)", &[])
            .await,
    );
    assert_eq!(login.state, "RH401");
    let poison = format!(
        "alter role {} set rowhouse.session = '{}'",
        plant.roles.client(),
        theo.token
    );
    assert_eq!(
        refusal(theo.client.batch_execute(&poison).await).state,
        "42501"
    );
    Ok(())
}
