//! Sessions: ended ones are cut, technicians do not see the list, time ends them by itself.

use super::plant::{Outcome, Plant, Seat, password, refusal, sign_in};

async fn line(manager: &Seat, username: &str) -> Outcome<(i64, String, Option<String>)> {
    let rows = manager
        .run(&format!(
            "select * from rowhouse.sessions() where username = '{username}'"
        ))
        .await?;
    let row = rows.first().ok_or("not listed")?;
    Ok((
        row.get("session_id"),
        row.get("state"),
        row.get("end_reason"),
    ))
}

#[tokio::test]
async fn an_ended_session_is_cut_at_its_next_statement_with_the_reason() -> Outcome {
    let plant = Plant::open().await?;
    let (marta, theo) = (plant.seat("marta").await?, plant.seat("theo").await?);
    theo.begin().await?;
    theo.client.query("select bfm from equipment", &[]).await?;
    let (session, state, _) = line(&marta, "theo").await?;
    assert_eq!(state, "active");
    let end = |reason: &str| format!("select rowhouse.session_end({session}, '{reason}')");
    assert_eq!(marta.refused(&end("")).await.state, "RH422");
    assert!(marta.run(&end("shift is over")).await?[0].get::<_, bool>(0));
    assert!(!marta.run(&end("again")).await?[0].get::<_, bool>(0));
    for statement in [
        "select bfm from equipment",
        "update equipment set status = 'x'",
    ] {
        let cut = refusal(theo.client.query(statement, &[]).await);
        assert_eq!(
            (cut.state.as_str(), cut.detail.as_str()),
            ("RH401", "ended")
        );
        assert_eq!(cut.hint, "shift is over");
        theo.client.batch_execute("rollback; begin").await?;
        theo.client
            .execute(
                "select set_config('rowhouse.session', $1, true)",
                &[&theo.token],
            )
            .await?;
    }
    let opened = refusal(theo.run("select 1").await);
    assert_eq!(
        (opened.state.as_str(), opened.hint.as_str()),
        ("RH401", "shift is over")
    );
    let (_, state, reason) = line(&marta, "theo").await?;
    assert_eq!(
        (state.as_str(), reason.as_deref()),
        ("ended", Some("shift is over"))
    );
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_trail.entry where verb = 'session ended'")
            .await?,
        1
    );
    Ok(())
}

#[tokio::test]
async fn technicians_do_not_see_or_end_sessions() -> Outcome {
    let plant = Plant::open().await?;
    let (marta, theo) = (plant.seat("marta").await?, plant.seat("theo").await?);
    let (session, ..) = line(&marta, "marta").await?;
    for statement in [
        "select * from rowhouse.sessions()".to_string(),
        format!("select rowhouse.session_end({session}, 'x')"),
    ] {
        let refused = theo.refused(&statement).await;
        assert_eq!(
            (refused.state.as_str(), refused.detail.as_str()),
            ("RH403", "permission")
        );
    }
    assert!(marta.run("select 1").await.is_ok());
    Ok(())
}

#[tokio::test]
async fn time_ends_sessions_whether_or_not_anybody_records_it() -> Outcome {
    let plant = Plant::open().await?;
    let (marta, theo) = (plant.seat("marta").await?, plant.seat("theo").await?);
    let claim = "select * from rowhouse.touch(true, 'editor', json_build_array(json_build_object(
        'table', 'equipment'::regclass::oid::text, 'key', array['BFM-001'], 'mode', 'edit', 'dirty', true))::text)";
    theo.run(claim).await?;
    let claims = "select * from rowhouse.presence('equipment'::regclass)";
    let seen = marta.run(claims).await?;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].get::<_, Vec<String>>("record_key"), ["BFM-001"]);
    assert!(seen[0].get::<_, bool>("dirty") && !seen[0].get::<_, bool>("mine"));
    let row = &marta
        .run("select * from rowhouse.sessions() where username = 'theo'")
        .await?[0];
    assert_eq!(
        row.get::<_, Option<String>>("table_name").as_deref(),
        Some("public.equipment")
    );
    assert_eq!(
        (
            row.get::<_, bool>("dirty"),
            row.get::<_, i32>("record_count")
        ),
        (true, 1)
    );
    assert_eq!(
        row.get::<_, Option<String>>("place").as_deref(),
        Some("editor")
    );

    plant.advance("91 seconds").await?;
    marta
        .run("select * from rowhouse.touch(true, 'list', '[]')")
        .await?;
    assert_eq!(line(&marta, "theo").await?.1, "away");
    assert_eq!(
        marta.run(claims).await?.len(),
        0,
        "claims are released within 90 s"
    );
    assert!(theo.run("select 1").await.is_ok(), "away is not ended");

    for _ in 0..14 {
        plant.advance("1 minute").await?;
        marta
            .run("select * from rowhouse.touch(true, 'list', '[]')")
            .await?;
        theo.run("select * from rowhouse.touch(false, 'list', '[]')")
            .await
            .ok();
    }
    let idle = theo.refused("select bfm from equipment").await;
    assert_eq!(
        (idle.state.as_str(), idle.detail.as_str()),
        ("RH401", "idle")
    );
    assert_eq!(line(&marta, "theo").await?.1, "ended");
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_private.session where ended_at is null")
            .await?,
        2
    );
    assert!(marta.run("select rowhouse.maintain()").await?[0].get::<_, bool>(0));
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_private.session where ended_at is null")
            .await?,
        1
    );
    assert_eq!(
        line(&marta, "theo").await?.2.as_deref(),
        Some("idle for too long")
    );
    Ok(())
}

#[tokio::test]
async fn twelve_hours_are_the_end_however_busy() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    for _ in 0..71 {
        plant.advance("10 minutes").await?;
        theo.run("select * from rowhouse.touch(true, 'list', '[]')")
            .await?;
    }
    plant.advance("11 minutes").await?;
    let over = theo.refused("select 1").await;
    assert_eq!(
        (over.state.as_str(), over.detail.as_str()),
        ("RH401", "expired")
    );
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_ones_own_session_only() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let second = sign_in(&theo.client, "theo", &password("theo"))
        .await?
        .token
        .ok_or("refused")?;
    theo.run("select rowhouse.sign_out('quit')").await?;
    let out = theo.refused("select 1").await;
    assert_eq!((out.state.as_str(), out.hint.as_str()), ("RH401", "quit"));
    let second = Seat {
        client: theo.client,
        token: second,
    };
    assert_eq!(
        second
            .run("select username from rowhouse.me()")
            .await?
            .len(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn the_feed_and_the_outcome_of_saves_follow_the_boundary() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, gina) = (plant.seat("theo").await?, plant.seat("gina").await?);
    let start: String = theo
        .run("select cursor from rowhouse.feed(null, 10)")
        .await?[0]
        .get(0);
    let id = "11111111-2222-3333-4444-555555555555";
    let save = format!(
        "with s as (update equipment set status = 'Retired' where bfm = 'BFM-002'
                    returning bfm, rowhouse_version)
         select rowhouse.save_done('{id}', count(*)::int, array_agg(bfm), max(rowhouse_version)) from s"
    );
    let open = format!("select rowhouse.save_open('{id}', 'hash')");
    theo.begin().await?;
    theo.client.query(&open, &[]).await?;
    theo.client.query(&save, &[]).await?;
    theo.client.batch_execute("commit").await?;

    let again = theo.refused(&open).await;
    assert_eq!(again.state, "RH208");
    assert!(
        again.detail.contains(r#""rows": 1"#) && again.detail.contains("BFM-002"),
        "{again:?}"
    );
    assert_eq!(
        theo.refused(&open.replace("'hash'", "'other'")).await.state,
        "RH409"
    );
    assert_eq!(
        gina.refused(&open).await.state,
        "RH409",
        "bound to the account"
    );
    let outcome = &theo
        .run(&format!("select * from rowhouse.save_outcome('{id}')"))
        .await?[0];
    assert!(outcome.get::<_, bool>("known"));
    assert_eq!(outcome.get::<_, i32>("rows"), 1);
    let asked = &gina
        .run(&format!("select * from rowhouse.save_outcome('{id}')"))
        .await?[0];
    assert!(
        !asked.get::<_, bool>("known"),
        "another's outcome is not told"
    );
    let void = id.replace('1', "9");
    let asked = &theo
        .run(&format!("select * from rowhouse.save_outcome('{void}')"))
        .await?[0];
    assert!(!asked.get::<_, bool>("known"));
    assert_eq!(
        theo.refused(&open.replace(id, &void)).await.state,
        "RH409",
        "it cannot come late"
    );

    let feed = format!("select * from rowhouse.feed('{start}', 10)");
    let seen = theo.run(&feed).await?;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].get::<_, Option<Vec<String>>>("record_key"),
        Some(vec!["BFM-002".to_string()])
    );
    assert_eq!(seen[0].get::<_, Option<bool>>("mine"), Some(true));
    let blind = gina.run(&feed).await?;
    assert_eq!(blind.len(), 1);
    assert_eq!(
        blind[0].get::<_, Option<Vec<String>>>("record_key"),
        None,
        "not hers to read"
    );
    let cursor: String = seen[0].get("cursor");
    let next = theo
        .run(&format!("select * from rowhouse.feed('{cursor}', 10)"))
        .await?;
    assert_eq!(
        (next.len(), next[0].get::<_, Option<String>>("verb")),
        (1, None)
    );
    let foreign = theo
        .run("select * from rowhouse.feed('elsewhere/1:1:', 10)")
        .await?;
    assert_eq!(
        foreign[0].get::<_, Option<String>>("verb").as_deref(),
        Some("truncate")
    );
    assert_eq!(
        theo.refused(
            "select * from rowhouse.feed((select epoch from rowhouse.about()) || '/x', 1)"
        )
        .await
        .state,
        "RH422"
    );
    // The call that opens and begins at once judges the token that it is given.
    let begin = |token: &str| {
        let newest = rowhouse::db::install::SCHEMA_VERSION;
        format!(
            "select rowhouse.save_begin({token}, {newest}, '{}', 'hash')",
            id.replace('1', "7")
        )
    };
    for token in ["null", "''", "'made up'"] {
        assert_eq!(theo.refused(&begin(token)).await.state, "RH401", "{token}");
    }
    // What was not begun in the transaction is not completed in it, whatever is set by hand.
    let unknown =
        "select rowhouse.save_done('71111111-2222-3333-4444-555555555555', 1, null, null)";
    assert_eq!(theo.refused(unknown).await.state, "RH422");
    // A second row is an error inside the statement, and undoes the first.
    let id = id.replace('1', "6");
    theo.begin().await?;
    let open = format!("select rowhouse.save_open('{id}', 'hash')");
    theo.client.query(&open, &[]).await?;
    let both = format!(
        "update equipment set status = 'Both' where bfm in ('BFM-001', 'BFM-002')
         returning rowhouse.save_done('{id}', 1, array[bfm], rowhouse_version)"
    );
    let refused = theo.client.query(&both, &[]).await;
    let state = refused.err().and_then(|error| error.code().cloned());
    assert_eq!(
        state.as_ref().map(tokio_postgres::error::SqlState::code),
        Some("RH422")
    );
    theo.client.batch_execute("rollback").await?;
    let many = "select rowhouse.save_done('11111111-2222-3333-4444-555555555555', 2, null, null)";
    assert_eq!(theo.refused(many).await.state, "RH422");
    Ok(())
}

/// A change committed late, by a transaction begun early, is not missed.
#[tokio::test]
async fn the_feed_has_no_gaps() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, tina) = (plant.seat("theo").await?, plant.seat("tina").await?);
    theo.begin().await?;
    theo.client
        .execute(
            "update equipment set status = 'early' where bfm = 'BFM-003'",
            &[],
        )
        .await?;
    let cursor: String = tina
        .run("select cursor from rowhouse.feed(null, 10)")
        .await?[0]
        .get(0);
    tina.run("update equipment set status = 'other' where bfm = 'BFM-004'")
        .await?;
    let first = tina
        .run(&format!("select * from rowhouse.feed('{cursor}', 10)"))
        .await?;
    assert_eq!(
        first[0].get::<_, Option<Vec<String>>>("record_key"),
        Some(vec!["BFM-004".into()])
    );
    let cursor: String = first[0].get("cursor");
    theo.client.batch_execute("commit").await?;
    let second = tina
        .run(&format!("select * from rowhouse.feed('{cursor}', 10)"))
        .await?;
    assert_eq!(
        second[0].get::<_, Option<Vec<String>>>("record_key"),
        Some(vec!["BFM-003".into()])
    );
    assert_eq!(second[0].get::<_, Option<bool>>("mine"), Some(false));
    Ok(())
}
