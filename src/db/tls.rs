//! TLS for connections: roots, verification of certificate and name, client certificates.
//!
//! There is no mode that encrypts without verifying.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::contract::Fault;
use crate::domain::connection::{ConnectionSettings, TlsMode};
use crate::domain::text;

/// Where the server's certificate is kept once it was shown, for telling its names and its end.
pub(super) type Seen = Arc<OnceLock<Vec<u8>>>;

/// Makes the connector that the settings ask for, and names where it keeps the certificate.
///
/// With [`TlsMode::Off`] the connector is never used; the driver is told not to negotiate.
pub(super) fn connector(settings: &ConnectionSettings) -> Result<(MakeRustlsConnect, Seen), Fault> {
    let provider = Arc::new(ring::default_provider());
    let seen = Seen::default();
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(&error.to_string()))?;
    let builder = match settings.tls {
        TlsMode::Off => builder.with_root_certificates(RootCertStore::empty()),
        TlsMode::VerifyFull | TlsMode::VerifyCa => {
            let roots = roots(settings.tls_root.as_deref())?;
            let any_name = settings.tls == TlsMode::VerifyCa;
            let guard = Guard::new(roots, provider, any_name, seen.clone())?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(guard))
        }
    };
    let config = match &settings.tls_client {
        Some((certificate, key)) if settings.tls != TlsMode::Off => {
            let (chain, key) = client_certificate(certificate, key)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                let why = match error.to_string() {
                    why if why.contains("UnsupportedCertVersion") => "it has no extensions \
                        (version 1): have it signed with them (openssl x509 -copy_extensions copy)"
                        .into(),
                    why => why,
                };
                fault(&format!("the client certificate cannot be used: {why}"))
            })?
        }
        _ => builder.with_no_client_auth(),
    };
    Ok((MakeRustlsConnect::new(config), seen))
}

/// The roots of a file, or those of the system.
fn roots(file: Option<&Path>) -> Result<RootCertStore, Fault> {
    let mut store = RootCertStore::empty();
    let Some(file) = file else {
        let found = rustls_native_certs::load_native_certs();
        store.add_parsable_certificates(found.certs);
        if store.is_empty() {
            return Err(fault(
                "this machine has no root certificates: install the package ca-certificates, or \
                 name a file with tls_root",
            ));
        }
        return Ok(store);
    };
    for certificate in certificates(file)? {
        store
            .add(certificate)
            .map_err(|error| fault(&format!("{}: {error}", file.display())))?;
    }
    Ok(store)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file)
        .map_err(|error| fault(&format!("{}: {error}", file.display())))?
        .collect();
    let found = found.map_err(|error| fault(&format!("{}: {error}", file.display())))?;
    if found.is_empty() {
        return Err(fault(&format!("{}: no certificate in it", file.display())));
    }
    Ok(found)
}

fn client_certificate(
    certificate: &Path,
    key: &Path,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Fault> {
    let chain = certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| fault(&format!("{}: {error}", key.display())))?;
    Ok((chain, key))
}

fn fault(message: &str) -> Fault {
    Fault::Tls {
        message: text::line(message).into_owned(),
    }
}

/// Verifies the chain up to the roots and the name, or with `any_name` the chain alone; keeps the
/// certificate it was shown, good or not.
#[derive(Debug)]
struct Guard {
    verifier: Arc<WebPkiServerVerifier>,
    any_name: bool,
    seen: Seen,
}

impl Guard {
    fn new(
        roots: RootCertStore,
        provider: Arc<CryptoProvider>,
        any_name: bool,
        seen: Seen,
    ) -> Result<Self, Fault> {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| fault(&error.to_string()))?;
        Ok(Self {
            verifier,
            any_name,
            seen,
        })
    }
}

impl ServerCertVerifier for Guard {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // Invariant: one server shows one certificate; the first one seen is as good as any.
        let _ = self.seen.set(end_entity.to_vec());
        let verdict = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        // The chain is verified before the name is, so a wrong name means a good chain.
        match verdict {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.any_name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
