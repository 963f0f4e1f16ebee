//! Claims with psql in one's hands: nobody speaks for somebody else, reads what is said to others, or
//! gets past a hard lock.

use rowhouse::db::adopt;

use super::plant::{Outcome, Plant, Seat};

const EQUIPMENT: &str = "'equipment'::regclass";
const KEY: &str = "'equipment'::regclass, array['BFM-001']";
const SAVE: &str = "update equipment set cost = cost + 1 where bfm = 'BFM-001'";

async fn edits(seat: &Seat, mode: &str) -> Result<(), tokio_postgres::Error> {
    let touch = format!(
        "select rowhouse.touch(true, 'form', json_build_array(json_build_object(\
            'table', {EQUIPMENT}::oid, 'key', array['BFM-001'], 'mode', '{mode}', 'dirty', true))::text, null)"
    );
    seat.run(&touch).await.map(|_| ())
}

async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(seat: &Seat, sql: &str) -> Outcome<T> {
    let rows = seat.run(sql).await?;
    Ok(rows.first().ok_or("no row")?.get(0))
}

async fn kinds(seat: &Seat) -> Outcome<Vec<String>> {
    let rows = seat.run("select kind from rowhouse.messages()").await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

#[tokio::test]
async fn nobody_answers_takes_or_releases_for_somebody_else() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    let marta = plant.seat("marta").await?;
    edits(&theo, "edit").await?;
    assert_eq!(
        tina.run(&format!("select * from rowhouse.claim_ask({KEY})"))
            .await?
            .len(),
        1
    );
    assert_eq!(kinds(&theo).await?, ["asked"]);
    for seat in [&tina, &marta] {
        assert!(kinds(seat).await?.is_empty(), "what is said to others");
    }
    let asked = plant
        .count("select message_id from rowhouse_private.message")
        .await?;
    for seat in [&tina, &marta] {
        let answer = format!("select rowhouse.claim_answer({asked}, 'given')");
        assert_eq!(seat.refused(&answer).await.state, "RH403");
    }
    let take = format!("select rowhouse.claim_take({KEY})");
    let release = format!("select rowhouse.claim_release({KEY}, null)");
    assert_eq!(
        tina.refused(&take).await.state,
        "RH409",
        "before the time is over"
    );
    assert_eq!(tina.refused(&release).await.state, "RH403");
    let all = "select rowhouse.claim_release(null, null, 1)";
    assert_eq!(tina.refused(all).await.state, "RH403");
    for table in ["message", "presence"] {
        let direct = format!("select * from rowhouse_private.{table}");
        assert_eq!(tina.refused(&direct).await.state, "42501");
    }
    plant.advance("61 seconds").await?;
    assert_eq!(marta.refused(&take).await.state, "RH409", "who did not ask");
    assert_eq!(one::<i32>(&tina, &take).await?, 1);
    assert_eq!(kinds(&theo).await?, ["taken"]);
    let answer = format!("select rowhouse.claim_answer({asked}, 'done')");
    assert!(!one::<bool>(&theo, &answer).await?, "too late");
    let linked = "select count(*) from rowhouse_trail.entry t join rowhouse_trail.entry l using (request_id) \
                  where t.verb = 'claim taken over' and t.username = 'tina' and l.verb = 'claim lost' \
                    and l.username = 'theo' and l.record_key = '{BFM-001}' and l.kind = 'security'";
    assert_eq!(plant.count(linked).await?, 1);
    // Until the client has the line, its heartbeat does not take the record back.
    edits(&theo, "edit").await?;
    let editing = "select count(*) from rowhouse_private.presence where mode = 'edit'";
    assert_eq!(plant.count(editing).await?, 0);
    theo.run("select rowhouse.touch(true, '', '[]', (select array_agg(message_id) from rowhouse.messages()))")
        .await?;
    assert!(kinds(&theo).await?.is_empty(), "once per session");
    edits(&theo, "edit").await?;
    assert_eq!(plant.count(editing).await?, 1);
    assert_eq!(one::<i32>(&marta, &release).await?, 1);
    assert_eq!(kinds(&theo).await?, ["released"]);
    plant.advance("25 hours").await?;
    plant
        .login()
        .await?
        .batch_execute("select rowhouse.maintain()")
        .await?;
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_private.message")
            .await?,
        0
    );
    Ok(())
}

#[tokio::test]
async fn what_one_may_not_view_or_change_cannot_be_claimed() -> Outcome {
    let plant = Plant::open().await?;
    let gina = plant.seat("gina").await?;
    edits(&gina, "edit").await?;
    let presence = "select count(*) from rowhouse_private.presence";
    assert_eq!(plant.count(presence).await?, 0, "not viewed");
    for function in ["claim", "claim_ask", "claim_take"] {
        let call = format!("select * from rowhouse.{function}({KEY})");
        assert_eq!(gina.refused(&call).await.state, "RH403", "{function}");
        let call = format!("select * from rowhouse.{function}('area'::regclass, array['1'])");
        assert_eq!(
            gina.refused(&call).await.state,
            "RH403",
            "{function} of what is only viewed"
        );
    }
    let looks = format!("select * from rowhouse.claimed({EQUIPMENT})");
    assert_eq!(gina.refused(&looks).await.state, "RH403");
    assert_eq!(
        gina.refused("select * from rowhouse.session_claims()")
            .await
            .state,
        "RH403"
    );
    gina.run(
        "select rowhouse.touch(true, '', json_build_array(json_build_object('table', 'area'::regclass::oid, \
            'key', array['1'], 'mode', 'edit', 'dirty', true))::text, null)",
    )
    .await?;
    let views = "select count(*) from rowhouse_private.presence where mode = 'view'";
    assert_eq!(plant.count(views).await?, 1, "who may not change reads");
    let theo = plant.seat("theo").await?;
    let missing = format!("select * from rowhouse.claim({EQUIPMENT}, array['BFM-999'])");
    assert_eq!(theo.refused(&missing).await.state, "RH403");
    for key in ["array['a', 'b']", "array[null]::text[]", "null"] {
        let call = format!("select * from rowhouse.claim({EQUIPMENT}, {key})");
        assert_eq!(theo.refused(&call).await.state, "RH422", "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_hard_lock_holds_against_everybody_else() -> Outcome {
    let plant = Plant::open().await?;
    adopt::set_locks(&mut plant.another_owner().await?, "equipment", true).await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    tina.run(SAVE).await?;
    let held = "select count(*) from rowhouse_private.presence";
    assert_eq!(
        plant.count(held).await?,
        0,
        "a save alone holds only for its length"
    );

    // Two claim at once: one gets it.
    let claim = format!("select held from rowhouse.claim({KEY})");
    theo.begin().await?;
    assert!(
        theo.client
            .query_one(claim.as_str(), &[])
            .await?
            .get::<_, bool>(0)
    );
    let (second, committed) = tokio::join!(
        one::<bool>(&tina, &claim),
        theo.client.batch_execute("commit")
    );
    committed?;
    assert!(!second?);

    let refusal = tina.refused(SAVE).await;
    assert_eq!(
        (refusal.state.as_str(), refusal.message.as_str()),
        ("RH423", "theo holds this record")
    );
    let delete = format!(
        "select rowhouse.record_delete({KEY}, rowhouse_version, xmin::text) \
                          from equipment where bfm = 'BFM-001'"
    );
    assert_eq!(tina.refused(&delete).await.state, "RH423");
    edits(&tina, "edit").await?;
    assert_eq!(
        tina.refused(SAVE).await.state,
        "RH423",
        "saying that one edits is no claim"
    );
    theo.run(SAVE).await?;
    plant.owner.batch_execute(SAVE).await?;

    // The same person at another terminal has to take it over.
    let other = plant.seat("theo").await?;
    assert!(!one::<bool>(&other, &claim).await?);
    assert_eq!(other.refused(SAVE).await.state, "RH423");
    assert_eq!(
        one::<i32>(&other, &format!("select rowhouse.claim_take({KEY})")).await?,
        1
    );
    other.run(SAVE).await?;
    assert_eq!(
        theo.refused(SAVE).await.message,
        "you hold this record at bench/pts/1"
    );

    // Whoever is away lets it go, and does not have it when they come back.
    plant.advance("91 seconds").await?;
    assert!(one::<bool>(&tina, &claim).await?);
    edits(&other, "edit").await?;
    assert_eq!(other.refused(SAVE).await.message, "tina holds this record");
    tina.run(SAVE).await?;
    tina.run("select rowhouse.sign_out('')").await?;
    other.run(SAVE).await?;

    let triggers = "select count(*) from pg_trigger where tgname = '!rowhouse_claim'";
    assert_eq!(plant.count(triggers).await?, 1);
    adopt::set_locks(&mut plant.another_owner().await?, "equipment", false).await?;
    assert_eq!(plant.count(triggers).await?, 0);
    Ok(())
}

#[tokio::test]
async fn every_call_may_come_over_another_connection() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    // A pooler hands out whatever connection is free, and no notification ever comes.
    let elsewhere = |token: &str| {
        let token = token.to_owned();
        let plant = &plant;
        async move {
            let client = plant.login().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Seat { client, token })
        }
    };
    edits(&elsewhere(&theo.token).await?, "edit").await?;
    let ask = format!("select * from rowhouse.claim_ask({KEY})");
    assert_eq!(elsewhere(&tina.token).await?.run(&ask).await?.len(), 1);
    assert_eq!(kinds(&elsewhere(&theo.token).await?).await?, ["asked"]);
    let asked = plant
        .count("select message_id from rowhouse_private.message")
        .await?;
    let answer = format!("select rowhouse.claim_answer({asked}, 'later')");
    assert!(one::<bool>(&elsewhere(&theo.token).await?, &answer).await?);
    assert!(
        !one::<bool>(&elsewhere(&theo.token).await?, &answer).await?,
        "more time once only"
    );
    assert_eq!(kinds(&elsewhere(&tina.token).await?).await?, ["later"]);
    let looks = format!("select mode from rowhouse.claimed({EQUIPMENT}) where not mine");
    assert_eq!(
        one::<String>(&elsewhere(&tina.token).await?, &looks).await?,
        "edit"
    );
    Ok(())
}

#[tokio::test]
async fn who_may_not_see_a_record_learns_nothing_of_who_is_on_it() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    edits(&theo, "edit").await?;
    let looks = format!("select * from rowhouse.claimed({EQUIPMENT})");
    assert_eq!(tina.run(&looks).await?.len(), 1);
    let own = "create policy own on equipment as restrictive using (bfm <> 'BFM-001')";
    plant.owner.batch_execute(own).await?;
    assert!(tina.run(&looks).await?.is_empty());
    for function in ["claim", "claim_ask", "claim_take"] {
        let call = format!("select * from rowhouse.{function}({KEY})");
        assert_eq!(tina.refused(&call).await.state, "RH403", "{function}");
    }
    edits(&tina, "edit").await?;
    let claims = "select count(*) from rowhouse_private.presence";
    assert_eq!(plant.count(claims).await?, 1, "that of before the policy");
    Ok(())
}

#[tokio::test]
async fn nobody_claims_or_writes_without_end() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "insert into equipment (bfm, description, status)
             select 'NEW-' || n, 'n', 'Active' from generate_series(1, 100) n",
        )
        .await?;
    adopt::set_locks(&mut plant.another_owner().await?, "equipment", true).await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("theo").await?);
    let mut held = 0;
    for number in 1..=70 {
        let claim = format!("select held from rowhouse.claim({EQUIPMENT}, '{{NEW-{number}}}')");
        match theo.run(&claim).await {
            Ok(_) => held += 1,
            Err(error) => assert_eq!(error.code().map(|code| code.code()), Some("RH409")),
        }
    }
    assert_eq!(held, 64);
    // One's own two terminals take a record from each other.
    theo.run("select rowhouse.touch(true, 'x', '[]', null)")
        .await?;
    let take = format!("select rowhouse.claim_take({KEY})");
    let mut refused = 0;
    for _ in 0..40 {
        for seat in [&theo, &tina] {
            refused += usize::from(seat.run(&take).await.is_err());
        }
    }
    assert!(refused >= 19, "{refused}");
    let lines = plant
        .count("select count(*) from rowhouse_private.message")
        .await?;
    assert_eq!(lines, 60);
    plant.advance("61 seconds").await?;
    theo.run(&take).await?;
    Ok(())
}

/// Who waits for whom is told to the client that waits.
#[tokio::test]
async fn nobody_asks_who_holds_up_another_client() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    let name = "set application_name = 'rowhouse/NAME/7'";
    theo.client
        .batch_execute(&name.replace("NAME", "theo"))
        .await?;
    tina.client
        .batch_execute(&name.replace("NAME", "tina"))
        .await?;
    let pid: i32 = theo
        .client
        .query_one("select pg_backend_pid()", &[])
        .await?
        .get(0);
    let holder = plant.another_owner().await?;
    holder.batch_execute(&format!("begin; {SAVE}")).await?;
    let beside = Seat {
        client: plant.login().await?,
        token: theo.token.clone(),
    };
    beside
        .client
        .batch_execute(&name.replace("NAME", "theo"))
        .await?;
    let ask = format!("select program from rowhouse.lock_holders({pid})");
    let waiting = theo.run(SAVE);
    let asking = async {
        while beside.run(&ask).await?.is_empty() {}
        let others = tina.run(&ask).await?;
        holder.batch_execute("commit").await?;
        Ok::<_, tokio_postgres::Error>(others.len())
    };
    let (saved, others) = tokio::join!(waiting, asking);
    saved?;
    assert_eq!(others?, 0);
    Ok(())
}
