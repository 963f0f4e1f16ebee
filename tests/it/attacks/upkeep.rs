//! What the database keeps in order by itself: limits by address, time the server was down, the
//! trail's partitions, secrets after a restore.

use super::plant::{Outcome, Plant, password, refusal, sign_in};

/// A stranger's failures from elsewhere do not lock a colleague out, until there are too many.
#[tokio::test]
async fn limits_are_per_name_and_address_before_they_are_per_name() -> Outcome {
    let plant = Plant::open().await?;
    let fail = |times: u32, address: &str| {
        format!(
            "insert into rowhouse_private.attempt
                 (nonce, name_key, address, at, finish_hash, outcome, judged_at)
             select gen_random_uuid(), rowhouse_private.keyed('salt', 'attempt theo'), '{address}',
                    now() - n * interval '10 seconds', sha256('x'), 'refused', now()
               from generate_series(1, {times}) n"
        )
    };
    let waits = async |address: &str, name: &str| -> Outcome<i32> {
        let sql = "select wait_s from rowhouse_private.tries(rowhouse_private.keyed('salt', 'attempt ' || $2),
                       $1, null, null, now(), 1)";
        Ok(plant.owner.query_one(sql, &[&address, &name]).await?.get(0))
    };
    plant.owner.batch_execute(&fail(5, "10.0.0.1")).await?;
    assert!(waits("10.0.0.1", "theo").await? > 600);
    assert_eq!(waits("10.0.0.2", "theo").await?, 0);
    assert_eq!(waits("10.0.0.1", "tina").await?, 0);
    let theo = plant.login().await?;
    assert_eq!(
        sign_in(&theo, "theo", &password("theo")).await?.status,
        "ok"
    );

    for host in 2..7 {
        plant
            .owner
            .batch_execute(&fail(5, &format!("10.0.0.{host}")))
            .await?;
    }
    assert!(
        waits("10.0.0.99", "theo").await? > 0,
        "30 for one name from anywhere"
    );
    plant
        .owner
        .batch_execute("update rowhouse_private.policy set tries_address = 5")
        .await?;
    assert_eq!(
        waits("10.0.0.1", "nobody").await?,
        60,
        "too many names from one address"
    );
    plant
        .owner
        .batch_execute("update rowhouse_private.policy set address_limits = false")
        .await?;
    assert_eq!(
        waits("10.0.0.1", "nobody").await?,
        0,
        "an address that people share"
    );
    Ok(())
}

#[tokio::test]
async fn time_in_which_the_server_was_down_is_not_idle_time() -> Outcome {
    let plant = Plant::open().await?;
    let until = async |seen: &str, active: &str| -> Outcome<String> {
        let sql = format!(
            "with s as (select pg_postmaster_start_time() as up)
             select (rowhouse_private.live_until('infinity', up - interval '{seen}', up - interval '{active}',
                         '15 minutes', now() + interval '1 second') - up)::text from s"
        );
        Ok(plant.owner.query_one(&sql, &[]).await?.get(0))
    };
    assert_eq!(until("10 hours", "10 hours 5 minutes").await?, "00:10:00");
    assert_eq!(
        until("10 hours", "10 hours 15 minutes").await?,
        "00:00:00",
        "it was over before"
    );
    let seen_since =
        "select (rowhouse_private.live_until('infinity', t, t, '15 minutes', t) - t)::text
                        from (select now() as t) x";
    let seen_since: String = plant.owner.query_one(seen_since, &[]).await?.get(0);
    assert_eq!(seen_since, "00:15:00");
    Ok(())
}

#[tokio::test]
async fn partitions_are_made_ahead_and_the_rest_has_a_place() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let months =
        "select count(*) from pg_inherits where inhparent = 'rowhouse_trail.entry'::regclass";
    assert_eq!(
        plant.count(months).await?,
        5,
        "this month, three ahead and the rest"
    );
    plant.advance("5 months").await?;
    let theo = {
        let token = sign_in(&theo.client, "theo", &password("theo"))
            .await?
            .token;
        super::plant::Seat {
            client: theo.client,
            token: token.ok_or("refused")?,
        }
    };
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_trail.entry_rest")
            .await?,
        1
    );
    assert!(theo.run("select rowhouse.maintain()").await?[0].get::<_, bool>(0));
    // The month that the rest already has rows of stays there; the three after it are made.
    assert_eq!(plant.count(months).await?, 8);
    assert!(
        !theo
            .run("update equipment set status = 'later' where bfm = 'BFM-001' returning bfm")
            .await?
            .is_empty()
    );
    let truncate = "select count(*) from pg_class c join pg_inherits i on i.inhrelid = c.oid
                     where i.inhparent = 'rowhouse_trail.entry'::regclass
                       and not exists (select from pg_trigger t where t.tgrelid = c.oid
                                          and t.tgname = 'append_only_truncate')";
    assert_eq!(
        plant.count(truncate).await?,
        0,
        "every partition refuses TRUNCATE"
    );
    Ok(())
}

#[tokio::test]
async fn a_restore_ends_sessions_and_voids_cursors_and_challenges() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let cursor: String = theo
        .run("select cursor from rowhouse.feed(null, 1)")
        .await?[0]
        .get(0);
    let nonce = "select nonce from rowhouse.login_challenge('theo')";
    let nonce: String = theo.client.query_one(nonce, &[]).await?.get(0);
    plant
        .owner
        .execute("select rowhouse_private.owner_new_epoch('restored')", &[])
        .await?;
    let cut = theo.refused("select 1").await;
    assert_eq!(
        (cut.state.as_str(), cut.hint.as_str()),
        ("RH401", "restored")
    );
    let late = "select rowhouse.login_submit('theo', $1, sha256('x'), sha256('y'))";
    let late = refusal(theo.client.query(late, &[&nonce]).await);
    assert!(late.message.contains("not valid any more"), "{late:?}");
    let again = plant.seat("theo").await?;
    let anew = again
        .run(&format!("select verb from rowhouse.feed('{cursor}', 1)"))
        .await?;
    assert_eq!(
        anew[0].get::<_, Option<String>>(0).as_deref(),
        Some("truncate")
    );
    Ok(())
}

/// Outcomes of saves are kept for a while, and of one person only so many: the newest.
#[tokio::test]
async fn outcomes_of_saves_are_kept_for_a_while_and_within_bounds() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, at)
             select 1, gen_random_uuid(), a.account_id, '', now() - n * interval '1 second'
               from rowhouse_private.account a, generate_series(1, 50010) n where a.username = 'theo';
             insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, at)
             select 1, gen_random_uuid(), a.account_id, '', now() - n * interval '1 day'
               from rowhouse_private.account a, generate_series(26, 35) n where a.username = 'tina'",
        )
        .await?;
    let kept = async |name: &str| -> Outcome<i64> {
        let sql = "select count(*) from rowhouse_private.request r
                     join rowhouse_private.account a using (account_id) where a.username = $1";
        Ok(plant.owner.query_one(sql, &[&name]).await?.get(0))
    };
    let trim = "select rowhouse_private.trim_requests(1, account_id)
                  from rowhouse_private.account where username = 'theo'";
    plant.owner.query(trim, &[]).await?;
    assert!((50_000..=50_001).contains(&kept("theo").await?));
    assert_eq!(kept("tina").await?, 10);
    let upkeep = "select rowhouse.maintain()";
    assert!(plant.owner.query_one(upkeep, &[]).await?.get::<_, bool>(0));
    assert_eq!(kept("tina").await?, 4, "26 to 29 days old");
    let forget = "select rowhouse_private.forget_requests(now() + interval '3 days')";
    plant.owner.query(forget, &[]).await?;
    assert_eq!(kept("tina").await?, 1, "26 days and three more");
    Ok(())
}
