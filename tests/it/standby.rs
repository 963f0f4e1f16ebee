//! A hot standby: what is there is opened and read, and why nothing is saved is said. In the shared way
//! nobody signs in, because a session is written.

use std::process::Command;

use rowhouse::db::admin;
use rowhouse::db::contract::login::LoginRequest;
use rowhouse::db::contract::{Fault, Request};
use rowhouse::db::doctor::{self, Asked};
use rowhouse::domain::table::ReadOnly;
use rowhouse::embedded::cluster::TestCluster;
use rowhouse::embedded::scratch::Scratch;
use rowhouse::embedded::{Binaries, Durability, Endpoint, Layout, Server};

use crate::attacks::plant::{build, password};
use crate::desk::{Got, Outcome, Seat, first_page, save_of, settings};

/// A server, its standby, and where that has the database.
struct Pair {
    primary: TestCluster,
    _standby: Server,
    _scratch: Scratch,
    endpoint: Endpoint,
}

impl Pair {
    async fn open() -> Got<Self> {
        let primary = TestCluster::own()?;
        let first = admin::connect(&primary.endpoint("postgres")).await?;
        first.batch_execute("create database plant").await?;
        build(&primary.endpoint("plant")).await?;
        let owner = admin::connect(&primary.endpoint("plant")).await?;
        owner
            .batch_execute(
                "create table plainly (id int primary key, note text);
                 insert into plainly select n, 'note ' || n from generate_series(1, 30) n;
                 create role clerk login; grant connect on database plant to clerk;
                 grant usage on schema public to clerk; grant select, update on plainly to clerk",
            )
            .await?;
        let scratch = Scratch::empty()?;
        let data = Layout::new(&scratch).data;
        let at = primary.endpoint("postgres");
        let copied = Command::new(Binaries::installed()?[0].program("pg_basebackup"))
            .args(["-X", "stream", "-c", "fast", "-R", "-U", "postgres", "-h"])
            .arg(&at.host)
            .args(["-p", &at.port.to_string(), "-D"])
            .arg(&data)
            .output()?;
        assert!(copied.status.success(), "{copied:?}");
        // Made by whoever runs the tests; the server runs as the user of the first one.
        let like = format!("--reference={}", primary.layout().data.display());
        let owned = Command::new("chown")
            .arg("-R")
            .arg(&like)
            .arg(&data)
            .output()?;
        assert!(owned.status.success(), "{owned:?}");
        let standby = Server::open_with(&scratch, Durability::Disposable, &[])?;
        let endpoint = standby.endpoint("plant");
        Ok(Self {
            primary,
            _standby: standby,
            _scratch: scratch,
            endpoint,
        })
    }
}

#[tokio::test]
async fn a_standby_is_read_and_says_why_nothing_is_saved() -> Outcome {
    let pair = Pair::open().await?;
    let clerk = Seat::open(settings(&pair.endpoint, "clerk")).await?;
    let shape = clerk.shape("plainly").await?;
    assert_eq!(shape.read_only, Some(ReadOnly::Server));
    let page = clerk.page(first_page(&shape, 20)).await?;
    assert_eq!(page.rows.len(), 20);
    let record = clerk.record(&shape, &["7"]).await?;
    let told = clerk
        .save(save_of(&shape, &record, 1, &[("note", "mine")]))
        .await;
    let words = format!("{told:?}");
    assert!(words.contains("it is a standby or read-only"), "{words}");
    // What the server itself says of the very same on the first one.
    let first = Seat::open(settings(&pair.primary.endpoint("plant"), "clerk")).await?;
    let shape = first.shape("plainly").await?;
    assert_eq!(shape.read_only, None);
    Ok(())
}

#[tokio::test]
async fn nobody_signs_in_on_a_standby_and_is_told_so() -> Outcome {
    let pair = Pair::open().await?;
    let owner = admin::connect(&pair.endpoint).await?;
    let roles = rowhouse::db::install::installed(&owner).await?;
    let login = roles.ok_or("not installed")?.client_name();
    let settings = settings(&pair.endpoint, &login);
    let seat = Seat::open(settings.clone()).await?;
    let told = seat
        .database
        .perform(Request::Login(LoginRequest::SignIn {
            username: "theo".into(),
            password: password("theo"),
        }))
        .await;
    let Err(Fault::ServerState { message }) = &told else {
        panic!("{told:?}");
    };
    assert!(
        message.contains("it is a standby or read-only"),
        "{message}"
    );
    let found = doctor::examine(&settings, None, Asked { team: None }).await;
    let standby = found
        .findings
        .iter()
        .find(|one| one.code == "server-standby");
    assert!(standby.is_some(), "{found:?}");
    Ok(())
}
