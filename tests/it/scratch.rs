//! scratch
use rowhouse::db::install::{self, InstallOptions};
use tokio_postgres::{Client, NoTls};

pub async fn connect(user: &str, db: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(
        &format!("host=/tmp/bnd user={user} dbname={db}"), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[test]
fn installs() {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let admin = connect("postgres", "postgres").await;
        admin.batch_execute("drop database if exists scratch with (force)").await.unwrap();
        admin.batch_execute("create database scratch").await.unwrap();
        let mut c = connect("postgres", "scratch").await;
        let r = install::install(&mut c, InstallOptions::default()).await;
        match r { Ok(r) => println!("{r:#?}"), Err(e) => panic!("{e}\n{e:?}") }
        let r = install::install(&mut c, InstallOptions::default()).await.unwrap();
        println!("{:?} {:#?}", r.applied, r.open_rights);
    });
}
