//! The private server: start, join, end with the last client, fresh databases; real processes.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Instant;

use rowhouse::auth::{Params, Verifier};
use rowhouse::db::{admin, owner};
use rowhouse::embedded::cluster::{AnyError, Template, TestCluster};
use rowhouse::embedded::{Durability, Server, sample};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::SecretString;

type Outcome = Result<(), AnyError>;

const NUMBERED: Template = Template {
    name: "numbered",
    build: |endpoint| {
        Box::pin(async move {
            admin::batch(
                &endpoint,
                "create table t as select generate_series(1, 20) as n",
            )
            .await?;
            Ok(())
        })
    },
};

#[tokio::test]
async fn gives_every_test_a_copy_of_its_template() -> Outcome {
    let cluster = TestCluster::shared()?;
    let (one, two) = tokio::try_join!(cluster.database(&NUMBERED), cluster.database(&NUMBERED))?;
    assert_ne!(one.endpoint.database, two.endpoint.database);
    admin::batch(&one.endpoint, "delete from t").await?;
    let two = admin::connect(&two.endpoint).await?;
    let count = admin::texts(&two, "select count(*) from t").await?;
    assert_eq!(count, [Some("20".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn furnishes_the_sample_workshop() -> Outcome {
    let cluster = TestCluster::shared()?;
    let database = cluster.database(&Template::EMPTY).await?;
    let verifiers = sample::PEOPLE.map(|person| {
        let secret = SecretString::from(format!("the code of {}", person.username));
        Verifier::from_password(&secret, [7; 16], Params::default()).unwrap()
    });
    let began = Instant::now();
    sample::build(&database.endpoint, &verifiers).await?;
    eprintln!("sample built in {:?}", began.elapsed());
    let client = admin::connect(&database.endpoint).await?;
    let versions = "select rowhouse_version from equipment order by bfm_no limit 4";
    let versions = admin::texts(&client, versions).await?;
    let versions: Vec<&str> = versions.iter().flatten().map(String::as_str).collect();
    assert_eq!(versions, ["5", "3", "2", "1"]);
    let untouched = "select version from procedure order by procedure_no limit 1";
    assert_eq!(
        admin::texts(&client, untouched).await?,
        [Some("6".to_owned())]
    );
    let owner = admin::connect(&database.endpoint.with_user(sample::OWNER)).await?;
    let accounts = owner::accounts(&owner).await?;
    let names: Vec<&str> = accounts
        .iter()
        .map(|account| account.username.as_str())
        .collect();
    assert_eq!(names, ["jhymel", "manager", "mmichaels", "rmarikit"]);
    assert!(
        accounts
            .iter()
            .all(|account| account.active && !account.password_chosen)
    );
    Ok(())
}

#[tokio::test]
async fn joins_ends_with_the_last_and_keeps_its_data() -> Outcome {
    let cluster = TestCluster::own()?;
    admin::batch(&cluster.endpoint("postgres"), "create table kept (n int)").await?;
    let root = cluster.layout().root;
    let joined = Server::open(&root, Durability::Disposable)?;
    assert!(!joined.started());
    let alone = Server::reset(&root, &[]).unwrap_err().to_string();
    assert!(alone.contains("in use by another client"), "{alone}");
    let _folder = cluster.let_go()?;
    admin::batch(&joined.endpoint("postgres"), "insert into kept values (1)").await?;
    joined.close()?;
    assert!(!root.join("data/postmaster.pid").exists());

    let began = Instant::now();
    let again = Server::open(&root, Durability::Disposable)?;
    assert!(again.started());
    let client = admin::connect(&again.endpoint("postgres")).await?;
    let kept = admin::texts(&client, "select n from kept").await?;
    eprintln!("second start and first answer: {:?}", began.elapsed());
    assert_eq!(kept, [Some("1".to_owned())]);
    drop(client);
    again.close()?;
    Server::reset(&root, &[])?;
    assert!(!root.join("data").exists());
    Ok(())
}

#[test]
fn starts_anew_after_the_server_or_its_watch_was_killed() -> Outcome {
    let cluster = TestCluster::own()?;
    let root = cluster.layout().root;
    let postmaster = |root: &Path| -> Result<Pid, AnyError> {
        let text = std::fs::read_to_string(root.join("data/postmaster.pid"))?;
        let pid = text.lines().next().ok_or("an empty pid file")?.parse()?;
        Pid::from_raw(pid).ok_or_else(|| "no pid".into())
    };
    kill_process(postmaster(&root)?, Signal::KILL)?;
    let (never, _open) = UnixStream::pair()?;
    assert!(cluster.server().wait(never)?, "its clients learn of it");
    let second = Server::open(&root, Durability::Disposable)?;
    assert!(second.started(), "the killed server was not joined");

    // The reader of the FIFO does its part without the shell that waits for the server.
    let before = postmaster(&root)?;
    kill_process(second.watch_pid().ok_or("no watch")?, Signal::KILL)?;
    let third = Server::open(&root, Durability::Disposable)?;
    assert_eq!(postmaster(&root)?, before);
    drop(second);
    let _folder = cluster.let_go()?;
    third.close()?;
    assert!(postmaster(&root).is_err(), "the server ended");
    Ok(())
}

#[test]
fn joins_or_starts_whatever_the_moment() -> Outcome {
    let cluster = TestCluster::own()?;
    let root = cluster.layout().root;
    let _folder = cluster.let_go()?;
    // Each round one client leaves while two come: they find the server running, ending or gone.
    let mut held = Server::open(&root, Durability::Disposable)?;
    for _ in 0..6 {
        let open = || Server::open(&root, Durability::Disposable);
        let (one, two) = thread::scope(|scope| {
            let (one, two) = (scope.spawn(open), scope.spawn(open));
            drop(held);
            (one.join(), two.join())
        });
        let (one, two) = (one.map_err(|_| "panic")??, two.map_err(|_| "panic")??);
        UnixStream::connect(two.layout().socket())?;
        drop(one);
        held = two;
        UnixStream::connect(held.layout().socket())?;
    }
    held.close()?;
    Ok(())
}
