//! How long sessions live, by the server's clock and computed when read: over a restart, under limits
//! that the owner sets, and each of one person's for itself.

use rowhouse::db::admin;
use rowhouse::db::limits;
use rowhouse::embedded::cluster::TestCluster;
use rowhouse::embedded::server::{Durability, Server};

use super::plant::{Outcome, Plant, Seat, build, password, sign_in};

/// A token is a row: a restart ends nothing, and time counts on from what was seen last.
#[tokio::test]
async fn a_restart_of_the_server_ends_no_session_and_idle_time_counts_on() -> Outcome {
    let cluster = TestCluster::own()?;
    let superuser = admin::connect(&cluster.endpoint("postgres")).await?;
    superuser.batch_execute("create database lasting").await?;
    build(&cluster.endpoint("lasting")).await?;
    let plant = Plant::at(cluster.endpoint("lasting")).await?;
    let token = plant.seat("theo").await?.token;
    drop((plant, superuser));
    let scratch = cluster.let_go()?;
    let server = Server::open(&scratch, Durability::Disposable)?;

    let plant = Plant::at(server.endpoint("lasting")).await?;
    let theo = Seat {
        client: plant.login().await?,
        token,
    };
    assert_eq!(theo.run("select bfm from equipment").await?.len(), 40);
    plant.advance("14 minutes").await?;
    theo.run("select 1").await?;
    plant.advance("2 minutes").await?;
    let idle = theo.refused("select 1").await;
    assert_eq!(
        (idle.state.as_str(), idle.detail.as_str()),
        ("RH401", "idle")
    );
    drop(theo);
    drop(plant);
    server.close()?;
    Ok(())
}

/// A heartbeat without keys keeps a session from being away, and not from being idle.
#[tokio::test]
async fn a_sign_of_life_is_no_activity() -> Outcome {
    let plant = Plant::open().await?;
    let (marta, theo) = (plant.seat("marta").await?, plant.seat("theo").await?);
    let state = "select state from rowhouse.sessions() where username = 'theo'";
    let mut states = Vec::new();
    for _ in 0..17 {
        plant.advance("1 minute").await?;
        let beat = |active| format!("select * from rowhouse.touch({active}, 'list', '[]')");
        theo.run(&beat(false)).await.ok();
        marta.run(&beat(true)).await?;
        states.push(marta.run(state).await?[0].get::<_, String>(0));
    }
    states.dedup();
    assert_eq!(states, ["active", "idle", "ended"]);
    Ok(())
}

#[tokio::test]
async fn limits_that_the_owner_sets_hold_for_sessions_that_begin_then() -> Outcome {
    let plant = Plant::open().await?;
    let before = plant.seat("theo").await?;
    let set = limits::sessions(&plant.owner, [Some(1_800.0), Some(3_600.0), Some(60.0)]).await?;
    assert_eq!((set.idle, set.absolute, set.away), (1_800, 3_600, 60));
    let after = plant.seat("tina").await?;
    plant.advance("20 minutes").await?;
    assert_eq!(
        before.refused("select 1").await.detail,
        "idle",
        "15 minutes, as it began"
    );
    after
        .run("select * from rowhouse.touch(true, 'list', '[]')")
        .await?;
    plant.advance("25 minutes").await?;
    after
        .run("select * from rowhouse.touch(true, 'list', '[]')")
        .await?;
    plant.advance("16 minutes").await?;
    assert_eq!(after.refused("select 1").await.detail, "expired");
    let noted =
        "select count(*) from rowhouse_trail.entry where kind = 'security' and verb like '%limit%'";
    assert!(plant.count(noted).await? > 0, "the trail has it");
    Ok(())
}

/// Two sessions of one person are two lines, and one is ended without the other.
#[tokio::test]
async fn one_persons_sessions_are_told_apart() -> Outcome {
    let plant = Plant::open().await?;
    let (marta, first) = (plant.seat("marta").await?, plant.seat("theo").await?);
    let second = Seat {
        client: plant.login().await?,
        token: sign_in(&first.client, "theo", &password("theo"))
            .await?
            .token
            .ok_or("refused")?,
    };
    let lines =
        "select session_id, mine from rowhouse.sessions() where username = 'theo' order by 1";
    let listed = marta.run(lines).await?;
    let ids: Vec<i64> = listed.iter().map(|row| row.get(0)).collect();
    assert_eq!(ids.len(), 2);
    let own = second
        .run(
            &lines
                .replace("rowhouse.sessions()", "rowhouse.me()")
                .replace(", mine", ""),
        )
        .await?;
    assert_eq!(own[0].get::<_, i64>(0), ids[1], "each knows its own number");
    marta
        .run(&format!(
            "select rowhouse.session_end({}, 'left open')",
            ids[0]
        ))
        .await?;
    assert_eq!(first.refused("select 1").await.hint, "left open");
    second.run("select bfm from equipment").await?;
    Ok(())
}
