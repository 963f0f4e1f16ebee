//! PostgreSQL's own TLS: a private server that listens with a certificate of its own, lets people in
//! by theirs, and what each thing that is wrong says.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rcgen::{CertificateParams, DnType, date_time_ymd};
use rowhouse::auth::scram_verifier;
use rowhouse::db::contract::Fault;
use rowhouse::db::contract::connect::Mark;
use rowhouse::db::{Database, admin, doctor};
use rowhouse::domain::connection::{ConnectionSettings, TlsMode};
use rowhouse::embedded::cluster::TestCluster;
use rustls::pki_types::ServerName;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_postgres::Client;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::anything::looking;
use super::{Papers, refused};
use crate::desk::{Got, Outcome, client, open};

const PASSWORD: &str = "the password of anna's role";

/// Every server of these tests listens at an address of its own, on the usual port.
static NEXT: AtomicU8 = AtomicU8::new(1);

/// A server that speaks TLS.
struct Host {
    cluster: TestCluster,
    superuser: Client,
    papers: Papers,
    address: String,
}

impl Host {
    /// Starts one with a certificate for its address, and the way in as these lines say.
    async fn new(rules: &str) -> Got<Self> {
        let pid = std::process::id().to_be_bytes();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = format!("127.{}.{}.{number}", pid[2].max(1), pid[3]);
        let cluster = TestCluster::own_with(&[format!("listen_addresses={address}")])?;
        let superuser = admin::connect(&cluster.endpoint("postgres")).await?;
        let papers = Papers::new()?;
        let host = Self {
            cluster,
            superuser,
            papers,
            address,
        };
        let params = CertificateParams::new(vec![host.address.clone()])?;
        host.papers.sign("server", params)?;
        let hba = host.data().join("pg_hba.conf");
        let before = fs::read_to_string(&hba)?;
        fs::write(
            &hba,
            format!("{}\n{before}", rules.replace("ADDRESS", "127.0.0.0/8")),
        )?;
        // Every device has a certificate of its own, and all of them the one shared login.
        let devices = "devices /^laptop-[0-9]+$ carl\n";
        fs::write(host.data().join("pg_ident.conf"), devices)?;
        host.shows("server").await?;
        let verifier = scram_verifier(&PASSWORD.into(), &[5; 16]);
        let roles = format!(
            "create role anna login password '{verifier}'; create role bert login; create role carl login"
        );
        host.superuser.batch_execute(&roles).await?;
        Ok(host)
    }

    fn data(&self) -> PathBuf {
        self.cluster.layout().data
    }

    /// Has the server show a certificate of the papers from now on.
    async fn shows(&self, name: &str) -> Outcome {
        let (certificate, key) = self.papers.files(name);
        for (from, to) in [
            (certificate, "server.crt"),
            (key, "server.key"),
            (self.papers.root(), "root.crt"),
        ] {
            let place = self.data().join(to);
            let owner = fs::metadata(self.data())?;
            fs::copy(from, &place)?;
            fs::set_permissions(&place, fs::Permissions::from_mode(0o600))?;
            chown(&place, Some(owner.uid()), Some(owner.gid()))?;
        }
        for set in ["ssl = on", "ssl_ca_file = 'root.crt'"] {
            self.superuser
                .batch_execute(&format!("alter system set {set}"))
                .await?;
        }
        self.superuser
            .batch_execute("select pg_reload_conf()")
            .await?;
        // The postmaster reads it a moment after it was told.
        crate::desk::until(async || {
            let shown = self.shown().await;
            let read = fs::read(self.data().join("server.crt")).ok();
            shown.is_some() && shown == read.and_then(|pem| der(&pem))
        })
        .await;
        Ok(())
    }

    /// The certificate that the server shows now, whatever is wrong with it.
    async fn shown(&self) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect((self.address.as_str(), 5432))
            .await
            .ok()?;
        ask_for_tls(&mut stream).await.ok()?;
        let seen = looking().ok()?;
        let name = ServerName::try_from(self.address.clone()).ok()?;
        let stream = TlsConnector::from(seen).connect(name, stream).await.ok()?;
        let shown = stream.get_ref().1.peer_certificates()?.first()?.to_vec();
        Some(shown)
    }

    fn settings(&self, user: &str) -> ConnectionSettings {
        ConnectionSettings {
            host: self.address.clone(),
            port: 5432,
            database: "postgres".into(),
            user: user.into(),
            tls: TlsMode::VerifyFull,
            tls_root: Some(self.papers.root()),
            ..ConnectionSettings::default()
        }
    }

    /// Signs a client certificate for a common name, and names its files.
    fn client(&self, name: &str, ends: i32) -> Got<(PathBuf, PathBuf)> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = date_time_ymd(ends, 1, 1);
        let file = format!("client-{name}-{ends}");
        self.papers.sign(&file, params)?;
        Ok(self.papers.files(&file))
    }
}

fn der(pem: &[u8]) -> Option<Vec<u8>> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    Some(CertificateDer::from_pem_slice(pem).ok()?.to_vec())
}

async fn ask_for_tls(stream: &mut TcpStream) -> Outcome {
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).await?;
    let mut answer = [0];
    stream.read_exact(&mut answer).await?;
    match answer == *b"S" {
        true => Ok(()),
        false => Err("no TLS".into()),
    }
}

async fn login(settings: ConnectionSettings, password: Option<&str>) -> Result<(), Fault> {
    use rowhouse::db::contract::{ConnectRequest, Request};
    let request = ConnectRequest::Open {
        settings: Box::new(settings),
        password: password.map(SecretString::from),
    };
    let database = Database::new(client());
    database
        .perform(Request::Connect(request))
        .await
        .map(|_| ())
}

async fn login_refused(settings: ConnectionSettings, password: Option<&str>) -> String {
    match login(settings, password).await {
        Err(Fault::LoginRefused { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_per_person_lets_in_and_nothing_else_does() -> Outcome {
    let host = Host::new("hostssl all anna ADDRESS scram-sha-256 clientcert=verify-full\nhostssl all bert ADDRESS cert\nhostssl all carl ADDRESS cert map=devices").await?;
    let bert = ConnectionSettings {
        tls_client: Some(host.client("bert", 2099)?),
        ..host.settings("bert")
    };
    let server = open(&Database::new(client()), bert.clone()).await?;
    assert!(server.tls && server.role == "bert");
    for (device, is_in) in [("laptop-7", true), ("laptop-x", false)] {
        let carl = ConnectionSettings {
            tls_client: Some(host.client(device, 2099)?),
            ..host.settings("carl")
        };
        assert_eq!(login(carl, None).await.is_ok(), is_in, "{device}");
    }
    // With this rule the password alone is not enough, nor is the certificate.
    let told = login_refused(host.settings("anna"), Some(PASSWORD)).await;
    assert!(told.contains("tls_cert and tls_key"), "{told}");
    let anna = ConnectionSettings {
        tls_client: Some(host.client("anna", 2099)?),
        ..host.settings("anna")
    };
    login(anna.clone(), Some(PASSWORD)).await?;
    let told = login_refused(anna.clone(), Some("a wrong one")).await;
    assert!(told.contains("password"), "{told}");
    let others = ConnectionSettings {
        user: "anna".into(),
        ..bert.clone()
    };
    let told = login_refused(others, Some(PASSWORD)).await;
    assert!(told.contains("is for another role"), "{told}");
    let others = ConnectionSettings {
        user: "bert".into(),
        ..anna
    };
    let told = login_refused(others, None).await;
    assert!(told.contains("not for the role bert"), "{told}");
    // What the server does not take of a certificate.
    let expired = ConnectionSettings {
        tls_client: Some(host.client("bert", 2020)?),
        ..host.settings("bert")
    };
    let told = refused(expired).await;
    assert!(
        told.contains("the client certificate has expired"),
        "{told}"
    );
    let strangers = Papers::new()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "bert");
    strangers.sign("bert", params)?;
    let stranger = ConnectionSettings {
        tls_client: Some(strangers.files("bert")),
        ..host.settings("bert")
    };
    let told = refused(stranger).await;
    assert!(told.contains("ssl_ca_file"), "{told}");
    // Without TLS nobody is let in, and it is said why.
    let plain = ConnectionSettings {
        tls: TlsMode::Off,
        ..host.settings("anna")
    };
    let told = login_refused(plain, Some(PASSWORD)).await;
    assert!(told.contains("only under TLS"), "{told}");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_servers_certificate_is_said() -> Outcome {
    let host = Host::new("hostssl all all ADDRESS trust").await?;
    login(host.settings("anna"), None).await?;
    let with = |change: &dyn Fn(&mut CertificateParams)| -> Got<CertificateParams> {
        let mut params = CertificateParams::new(vec![host.address.clone()])?;
        change(&mut params);
        Ok(params)
    };
    for (name, params, words) in [
        (
            "elsewhere",
            CertificateParams::new(vec!["db.example.org".to_owned()])?,
            "for another name (db.example.org)",
        ),
        (
            "expired",
            with(&|params| params.not_after = date_time_ymd(2020, 1, 1))?,
            "has expired",
        ),
        (
            "early",
            with(&|params| params.not_before = date_time_ymd(2098, 1, 1))?,
            "not valid yet",
        ),
        (
            "authority",
            with(&|params| {
                params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            })?,
            "an authority's own",
        ),
    ] {
        host.papers.sign(name, params)?;
        host.shows(name).await?;
        let told = refused(host.settings("anna")).await;
        assert!(told.contains(words), "{name}: {told}");
    }
    let soon = with(&|params| {
        let days = std::time::Duration::from_secs(5 * 86_400);
        params.not_after = (std::time::SystemTime::now() + days).into();
    })?;
    host.papers.sign("soon", soon)?;
    host.shows("soon").await?;
    let found = doctor::examine(&host.settings("anna"), None, doctor::Asked::default()).await;
    let tls = found
        .stages
        .iter()
        .find(|one| one.name == "TLS")
        .expect("a stage");
    assert_eq!(tls.mark, Mark::Doubtful, "{tls:?}");
    assert!(
        found
            .findings
            .iter()
            .any(|one| one.code == "certificate-ends"),
        "{found:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_door_in_the_middle_with_a_good_certificate_gets_no_further() -> Outcome {
    let host = Host::new("hostssl all all ADDRESS scram-sha-256").await?;
    login(host.settings("anna"), Some(PASSWORD)).await?;
    // It has a certificate for the name, from the very root that the client trusts.
    let (certificate, key) = host.papers.sign(
        "door",
        CertificateParams::new(vec!["127.0.0.1".to_owned()])?,
    )?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    let (acceptor, listener) = (
        TlsAcceptor::from(Arc::new(config)),
        TcpListener::bind(("127.0.0.1", 0)).await?,
    );
    let port = listener.local_addr()?.port();
    let (address, connector) = (host.address.clone(), TlsConnector::from(looking()?));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (acceptor, connector, address) =
                (acceptor.clone(), connector.clone(), address.clone());
            tokio::spawn(async move {
                let mut request = [0; 8];
                stream.read_exact(&mut request).await?;
                stream.write_all(b"S").await?;
                let mut inside = acceptor.accept(stream).await?;
                let mut onward = TcpStream::connect((address.as_str(), 5432)).await?;
                ask_for_tls(&mut onward).await?;
                let name = ServerName::try_from(address)?;
                let mut onward = connector.connect(name, onward).await?;
                copy_bidirectional(&mut inside, &mut onward).await?;
                Outcome::Ok(())
            });
        }
    });
    let through = ConnectionSettings {
        host: "127.0.0.1".into(),
        port,
        ..host.settings("anna")
    };
    // The password is bound to the certificate that the client saw, which is not the server's.
    let told = login(through.clone(), Some(PASSWORD)).await;
    let Err(Fault::LoginRefused { message, .. }) = &told else {
        panic!("{told:?}");
    };
    assert!(message.contains("channel binding"), "{message}");
    let hba = host.data().join("pg_hba.conf");
    fs::write(
        &hba,
        "local all all trust\nhostssl all all 127.0.0.0/8 trust\n",
    )?;
    host.superuser
        .batch_execute("select pg_reload_conf()")
        .await?;
    crate::desk::until(async || login(through.clone(), None).await.is_ok()).await;
    Ok(())
}

#[tokio::test]
async fn where_it_is_required_a_password_that_is_not_bound_is_not_enough() -> Outcome {
    let rules = "hostssl all anna ADDRESS scram-sha-256\nhostssl all bert ADDRESS trust\n\
                 hostssl all carl ADDRESS password";
    let host = Host::new(rules).await?;
    let verifier = scram_verifier(&PASSWORD.into(), &[6; 16]);
    let give = format!("alter role carl password '{verifier}'");
    host.superuser.batch_execute(&give).await?;
    let bound = |user: &str| ConnectionSettings {
        bound_password: true,
        ..host.settings(user)
    };
    login(bound("anna"), Some(PASSWORD)).await?;
    for user in ["bert", "carl"] {
        login(host.settings(user), Some(PASSWORD)).await?;
        let told = login_refused(bound(user), Some(PASSWORD)).await;
        assert!(
            told.contains("does not bind the password") && !told.contains(PASSWORD),
            "{told}"
        );
    }
    Ok(())
}
