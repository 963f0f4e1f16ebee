//! Guessing, enumerating, replaying and stealing at the door (SECURITY.md rows 13 to 18).

use std::time::{Duration, Instant};

use rowhouse::auth::{self, Params, Verifier};
use rowhouse::runtime::clock::random;
use secrecy::SecretString;

use super::plant::{
    Outcome, Plant, add_account, challenge, finish, password, refusal, sign_in, submit,
};

fn wrong() -> SecretString {
    SecretString::from("a wrong guess entirely")
}

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

/// Equal work: the same statements run for names that nobody has. Ratios with a wide margin, because
/// the machine is shared; the medians lie within a tenth of each other.
#[tokio::test]
async fn unknown_names_cost_the_same_work() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute("update rowhouse_private.policy set tries_here = 100000")
        .await?;
    let login = plant.login().await?;
    let mut challenges = [Vec::new(), Vec::new()];
    let mut finishes = [Vec::new(), Vec::new()];
    for round in 0..60 {
        for (which, name) in ["theo", "nobody"].into_iter().enumerate() {
            let began = Instant::now();
            let asked = challenge(&login, name).await?;
            challenges[which].push(began.elapsed());
            let secret = random::<32>();
            let hash = auth::finish_hash(&secret);
            let submit = "select rowhouse.login_submit($1, $2, $3, $4)";
            login
                .query(
                    submit,
                    &[
                        &name,
                        &asked.nonce(),
                        &[7u8; 32].as_slice(),
                        &hash.as_slice(),
                    ],
                )
                .await?;
            let began = Instant::now();
            let judge = "select status from rowhouse.login_finish($1, $2, '')";
            let row = login
                .query_one(judge, &[&asked.nonce(), &secret.as_slice()])
                .await?;
            finishes[which].push(began.elapsed());
            let status: String = row.get(0);
            assert!(
                status == "refused" || round > 0 && status == "wait",
                "{status}"
            );
            plant
                .owner
                .batch_execute("update rowhouse_private.attempt set at = at - interval '1 hour'")
                .await?;
        }
    }
    for times in [&mut challenges, &mut finishes] {
        let [known, unknown] = times.each_mut().map(|times| median(times));
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        eprintln!("known {known:?}, unknown {unknown:?}");
        assert!(
            (0.6..1.6).contains(&ratio),
            "known {known:?}, unknown {unknown:?}"
        );
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test]
async fn a_guess_that_is_rolled_back_is_never_judged() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    for savepoint in [false, true] {
        login.batch_execute("begin").await?;
        if savepoint {
            login.batch_execute("savepoint guess").await?;
        }
        let tried = submit(&login, "theo", &password("theo")).await?;
        if savepoint {
            login.batch_execute("release savepoint guess").await?;
        }
        let judged = refusal(finish(&login, &tried).await);
        assert_eq!(judged.state, "RH422");
        assert!(judged.message.contains("must be committed"), "{judged:?}");
        login.batch_execute("rollback").await?;
        assert!(
            refusal(finish(&login, &tried).await)
                .message
                .contains("not known")
        );
    }
    Ok(())
}

/// Rolling back the verdict does not buy guesses either: unjudged tries count as failed ones.
#[tokio::test]
async fn a_verdict_that_is_rolled_back_counts() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let mut judged = 0;
    for _ in 0..12 {
        let tried = submit(&login, "theo", &wrong()).await?;
        login.batch_execute("begin").await?;
        judged += i32::from(finish(&login, &tried).await?.status == "refused");
        login.batch_execute("rollback").await?;
        plant.advance("20 seconds").await?;
    }
    assert_eq!(judged, 5);
    assert_eq!(
        sign_in(&login, "theo", &password("theo")).await?.status,
        "wait"
    );
    Ok(())
}

/// Many guesses at once, under old snapshots, judged in any order: never more than the limit.
#[tokio::test]
async fn parallel_guesses_are_not_more_guesses() -> Outcome {
    let plant = Plant::open().await?;
    let mut guesses = Vec::new();
    for number in 0..15 {
        let login = plant.login().await?;
        let tried = submit(&login, "theo", &wrong()).await?;
        let reader = plant.login().await?;
        if number % 2 == 0 {
            reader
                .batch_execute(
                    "begin isolation level repeatable read; select 1 from rowhouse.about()",
                )
                .await?;
        }
        guesses.push((reader, tried));
    }
    guesses.reverse();
    let verdicts = guesses.iter().map(|(reader, tried)| finish(reader, tried));
    let verdicts = futures_util::future::join_all(verdicts).await;
    let judged = verdicts
        .iter()
        .flatten()
        .filter(|done| done.status == "refused")
        .count();
    assert!(judged <= 5, "{judged} of 15 were judged");
    Ok(())
}

#[tokio::test]
async fn waits_grow_and_end_by_the_databases_clock() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let refused = sign_in(&login, "theo", &wrong()).await?;
        assert_eq!(refused.status, "refused");
        waits.push(refused.retry_after_s);
        plant
            .advance(&format!("{} seconds", refused.retry_after_s.min(60)))
            .await?;
    }
    assert_eq!(waits[..4], [0, 0, 4, 8], "{waits:?}");
    assert!((800..=900).contains(&waits[4]), "{waits:?}");
    let early = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!(
        early.status, "wait",
        "not even the right password is judged"
    );
    let listed = plant
        .owner
        .query_one(
            "select locked_until > rowhouse_private.now() from rowhouse_private.owner_account_list()
              where username = 'theo'",
            &[],
        )
        .await?;
    assert!(listed.get::<_, bool>(0));
    plant.advance("15 minutes").await?;
    let late = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!((late.status.as_str(), late.failed_since), ("ok", 5));
    let next = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!(next.failed_since, 0);
    Ok(())
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
