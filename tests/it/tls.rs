//! TLS with real verification, against a door that speaks TLS in front of the server's socket, and
//! against PostgreSQL's own.

mod anything;
mod native;

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rowhouse::db::Database;
use rowhouse::db::contract::connect::{Mark, Stage};
use rowhouse::db::contract::{ConnectReply, ConnectRequest, Fault, Reply, Request};
use rowhouse::domain::connection::{ConnectionSettings, TlsMode};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, client, first_page, open};

/// A root and what it has signed, in files.
pub struct Papers {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Papers {
    /// Makes a root.
    pub fn new() -> Got<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("root.pem"), issuer.pem())?;
        Ok(Self { folder, issuer })
    }

    /// The root's file.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    fn signed(&self, name: &str) -> Got<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
        let params = CertificateParams::new(vec![name.to_owned()])?;
        self.sign(name, params)
    }

    /// Signs a certificate and keeps it and its key in files of a name.
    pub fn sign(
        &self,
        name: &str,
        params: CertificateParams,
    ) -> Got<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let file = |end: &str| self.folder.path().join(format!("{name}.{end}"));
        std::fs::write(file("pem"), certificate.pem())?;
        std::fs::write(file("key"), key.serialize_pem())?;
        let der = PrivateKeyDer::try_from(key.serialize_der())?;
        Ok((certificate.der().clone(), der))
    }

    /// The files of a name: certificate and key.
    pub fn files(&self, name: &str) -> (PathBuf, PathBuf) {
        let file = |end: &str| self.folder.path().join(format!("{name}.{end}"));
        (file("pem"), file("key"))
    }
}

/// Listens for PostgreSQL's request for TLS and answers it with a certificate for a name.
async fn door(desk: &Desk, papers: &Papers, name: &str, ask_client: bool) -> Got<u16> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?;
    let builder = match ask_client {
        true => {
            let mut roots = RootCertStore::empty();
            roots.add(papers.issuer.der().clone())?;
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
        false => builder.with_no_client_auth(),
    };
    let (certificate, key) = papers.signed(name)?;
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(vec![certificate], key)?));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let endpoint = desk.endpoint();
    let socket = endpoint.host.join(format!(".s.PGSQL.{}", endpoint.port));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass(stream, acceptor.clone(), socket.clone()));
        }
    });
    Ok(port)
}

async fn pass(mut stream: TcpStream, acceptor: TlsAcceptor, socket: PathBuf) -> Got<()> {
    let mut request = [0; 8];
    stream.read_exact(&mut request).await?;
    stream.write_all(b"S").await?;
    let mut stream = acceptor.accept(stream).await?;
    let mut server = UnixStream::connect(socket).await?;
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

fn settings(desk: &Desk, port: u16, tls: TlsMode, papers: &Papers) -> ConnectionSettings {
    ConnectionSettings {
        host: "localhost".into(),
        port,
        tls,
        tls_root: Some(papers.root()),
        ..desk.settings(CLERK)
    }
}

/// What a connection that TLS stops says.
pub async fn refused(settings: ConnectionSettings) -> String {
    match open(&Database::new(client()), settings).await {
        Err(Fault::Tls { message }) => message,
        other => panic!("{other:?}"),
    }
}

/// The stages of a connection's test.
pub async fn stages(settings: ConnectionSettings) -> Got<Vec<Stage>> {
    let request = ConnectRequest::Test {
        settings: Box::new(settings),
        password: None,
    };
    let reply = Database::new(client())
        .perform(Request::Connect(request))
        .await?;
    match reply {
        Reply::Connect(ConnectReply::Tested(stages)) => Ok(stages),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_right_certificate_lets_in() -> Outcome {
    let (desk, papers) = (Desk::new().await?, Papers::new()?);
    let port = door(&desk, &papers, "localhost", false).await?;
    let seat = Seat::open(settings(&desk, port, TlsMode::VerifyFull, &papers)).await?;
    assert!(seat.server.tls);
    let shape = seat.shape("machine").await?;
    assert_eq!(seat.page(first_page(&shape, 5)).await?.rows.len(), 5);
    let told = stages(settings(&desk, port, TlsMode::VerifyFull, &papers)).await?;
    let names: Vec<(&str, bool)> = told
        .iter()
        .map(|s| (s.name.as_str(), s.mark == Mark::Good))
        .collect();
    let expected = [
        "name", "TCP", "TLS", "sign-in", "database", "schema", "clock", "pooler",
    ];
    assert_eq!(names, expected.map(|name| (name, true)));
    let shown = "a certificate for localhost, until ";
    assert!(told[2].text.starts_with(shown), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_name_or_issuer_is_refused() -> Outcome {
    let (desk, papers) = (Desk::new().await?, Papers::new()?);
    let port = door(&desk, &papers, "elsewhere.example", false).await?;
    let told = refused(settings(&desk, port, TlsMode::VerifyFull, &papers)).await;
    assert!(told.contains("another name"), "{told}");
    let any_name = Seat::open(settings(&desk, port, TlsMode::VerifyCa, &papers)).await?;
    assert!(any_name.server.tls);
    let others = Papers::new()?;
    for tls in [TlsMode::VerifyFull, TlsMode::VerifyCa] {
        let told = refused(settings(&desk, port, tls, &others)).await;
        assert!(told.contains("tls_root"), "{told}");
    }
    let told = stages(settings(&desk, port, TlsMode::VerifyFull, &others)).await?;
    let last = told.last().expect("a stage");
    assert_eq!((last.name.as_str(), last.mark), ("TLS", Mark::Bad));
    Ok(())
}

#[tokio::test]
async fn a_server_without_tls_hears_nothing_more() -> Outcome {
    let (desk, papers) = (Desk::new().await?, Papers::new()?);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let (heard, mut hears) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 8];
            let mut rest = Vec::new();
            if stream.read_exact(&mut request).await.is_ok()
                && stream.write_all(b"N").await.is_ok()
                && stream.read_to_end(&mut rest).await.is_ok()
            {
                let _ = heard.send(rest);
            }
        }
    });
    let told = refused(settings(&desk, port, TlsMode::VerifyFull, &papers)).await;
    assert!(told.contains("offers no TLS"), "{told}");
    assert_eq!(hears.recv().await, Some(Vec::new()));
    Ok(())
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_one_is_asked_for() -> Outcome {
    let (desk, papers) = (Desk::new().await?, Papers::new()?);
    let port = door(&desk, &papers, "localhost", true).await?;
    let without = settings(&desk, port, TlsMode::VerifyFull, &papers);
    assert!(
        open(&Database::new(client()), without.clone())
            .await
            .is_err()
    );
    papers.signed("anna")?;
    let with = ConnectionSettings {
        tls_client: Some(papers.files("anna")),
        ..without
    };
    assert!(Seat::open(with).await?.server.tls);
    Ok(())
}

#[tokio::test]
async fn plaintext_stays_on_this_machine() -> Outcome {
    let desk = Desk::new().await?;
    let far = ConnectionSettings {
        host: "192.0.2.1".into(),
        port: 5432,
        tls: TlsMode::Off,
        ..desk.settings(CLERK)
    };
    let told = refused(far).await;
    assert!(told.contains("allow_plaintext"), "{told}");
    Ok(())
}
