//! Rows 14 to 16 with connections from two addresses: who fails from one does not lock a colleague out
//! at another; waits do not grow by trying during them; and names that nobody has take the same time.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use rowhouse::auth::finish_hash;
use rowhouse::embedded::cluster::TestCluster;
use rowhouse::runtime::clock::random;
use tokio::net::TcpSocket;
use tokio_postgres::{Client, Config, NoTls};

use super::plant::{Outcome, Plant, password, sign_in, wrong};

/// Every server of these tests listens at an address of its own.
static NEXT: AtomicU8 = AtomicU8::new(100);

/// A plant on a server that listens, where addresses of this machine count like any other. Nothing
/// that `init` installs counts them.
async fn listening() -> Outcome<(TestCluster, Plant, String)> {
    let pid = std::process::id().to_be_bytes();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let address = format!("127.{}.{}.{number}", pid[2].max(1), pid[3]);
    let cluster = TestCluster::own_with(&[format!("listen_addresses={address}")])?;
    let hba = cluster.layout().data.join("pg_hba.conf");
    let before = std::fs::read_to_string(&hba)?;
    std::fs::write(&hba, format!("host all all 127.0.0.0/8 trust\n{before}"))?;
    let plant = Plant::on(&cluster).await?;
    plant
        .owner
        .batch_execute(
            "create or replace function rowhouse_private.client_address() returns text
                 language sql stable parallel safe as $$ select host(inet_client_addr()) $$;
             select pg_reload_conf()",
        )
        .await?;
    Ok((cluster, plant, address))
}

/// The shared login from an address of this machine. The postmaster reads its rules a moment after it
/// was told.
async fn from(plant: &Plant, server: &str, source: &str) -> Outcome<Client> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let socket = TcpSocket::new_v4()?;
        socket.bind(format!("{source}:0").parse()?)?;
        let stream = socket.connect(format!("{server}:5432").parse()?).await?;
        let mut config = Config::new();
        config
            .user(plant.roles.client_name())
            .dbname(plant.database());
        match config.connect_raw(stream, NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                return Ok(client);
            }
            Err(error) if Instant::now() > deadline => return Err(error.into()),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_stranger_elsewhere_locks_nobody_out() -> Outcome {
    let (_cluster, plant, server) = listening().await?;
    let stranger = from(&plant, &server, "127.0.0.1").await?;
    let theo = from(&plant, &server, "127.0.0.2").await?;
    for _ in 0..5 {
        let refused = sign_in(&stranger, "theo", &wrong()).await?;
        assert_eq!(refused.status, "refused");
        plant.advance("9 seconds").await?;
    }
    let shut = sign_in(&stranger, "theo", &wrong()).await?;
    assert_eq!(shut.status, "wait");
    // Tries that are not judged make the wait no longer, however many.
    for _ in 0..3 {
        plant.advance("1 minute").await?;
        let again = sign_in(&stranger, "theo", &wrong()).await?;
        assert_eq!(again.status, "wait");
    }
    let later = sign_in(&stranger, "theo", &wrong()).await?;
    let shorter = shut.retry_after_s - later.retry_after_s;
    assert!((175..=200).contains(&shorter), "{shut:?} {later:?}");
    // From elsewhere the door is open, and tells what happened.
    let open = sign_in(&theo, "theo", &password("theo")).await?;
    assert_eq!((open.status.as_str(), open.failed_since), ("ok", 5));
    // That does not open it for the stranger.
    assert_eq!(sign_in(&stranger, "theo", &wrong()).await?.status, "wait");
    Ok(())
}

#[tokio::test]
async fn who_tries_many_names_from_one_address_waits_there_alone() -> Outcome {
    let (_cluster, plant, server) = listening().await?;
    let sprayer = from(&plant, &server, "127.0.0.1").await?;
    let tina = from(&plant, &server, "127.0.0.2").await?;
    plant
        .owner
        .batch_execute("update rowhouse_private.policy set tries_address = 8")
        .await?;
    for number in 0..8 {
        let tried = sign_in(&sprayer, &format!("somebody{number}"), &wrong()).await?;
        assert_eq!(tried.status, "refused", "{number}");
    }
    assert_eq!(
        sign_in(&sprayer, "tina", &password("tina")).await?.status,
        "wait"
    );
    assert_eq!(
        sign_in(&tina, "tina", &password("tina")).await?.status,
        "ok"
    );
    plant
        .owner
        .batch_execute("update rowhouse_private.policy set address_limits = false")
        .await?;
    assert_eq!(
        sign_in(&sprayer, "tina", &password("tina")).await?.status,
        "ok"
    );
    Ok(())
}

/// As it is installed, connections of this machine share no address: limits by name hold alone.
#[tokio::test]
async fn addresses_that_are_shared_are_no_addresses() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    sign_in(&login, "theo", &wrong()).await?;
    let kept = "select count(*) from rowhouse_private.attempt where address is not null";
    assert_eq!(plant.count(kept).await?, 0);
    Ok(())
}

/// Row 16: the database takes as long for names that nobody has. Tries in turn, of which the fastest tenth
/// tells: the others tell how busy the machine is. What runs is counted elsewhere.
#[tokio::test]
async fn unknown_names_take_the_same_time() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.policy set tries_here = 1000000, tries_account = 1000000",
        )
        .await?;
    let login = plant.login().await?;
    let names = ["theo", "nobody"];
    let mut took = [[vec![], vec![]], [vec![], vec![]]];
    for _ in 0..250 {
        for (at, name) in names.iter().enumerate() {
            let begun = Instant::now();
            let asked = login
                .query_one("select nonce from rowhouse.login_challenge($1)", &[name])
                .await?;
            took[0][at].push(begun.elapsed());
            let secret = random::<32>();
            let (proof, hash) = (random::<32>(), finish_hash(&secret));
            let nonce: String = asked.get(0);
            login
                .query(
                    "select rowhouse.login_submit($1, $2, $3, $4)",
                    &[name, &nonce, &proof.as_slice(), &hash.as_slice()],
                )
                .await?;
            let begun = Instant::now();
            login
                .query_one(
                    "select status from rowhouse.login_finish($1, $2, '')",
                    &[&nonce, &secret.as_slice()],
                )
                .await?;
            took[1][at].push(begun.elapsed());
            // Waits would end the judging.
            let forget = "delete from rowhouse_private.attempt";
            plant.owner.batch_execute(forget).await?;
        }
    }
    for (what, took) in ["challenge", "finish"].iter().zip(&mut took) {
        let [known, unknown] = took;
        let (known, unknown) = (fast(known), fast(unknown));
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!(
            (0.75..1.35).contains(&ratio),
            "{what}: {known:?} against {unknown:?}"
        );
    }
    Ok(())
}

fn fast(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 10]
}
