//! TLS for connections: roots, verification of certificate and name, client certificates.
//!
//! There is no mode that encrypts without verifying.

use std::path::Path;
use std::sync::Arc;

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

/// Makes the connector that the settings ask for.
///
/// With [`TlsMode::Off`] the connector is never used; the driver is told not to negotiate.
pub(super) fn connector(settings: &ConnectionSettings) -> Result<MakeRustlsConnect, Fault> {
    let provider = Arc::new(ring::default_provider());
    let roots = match settings.tls {
        TlsMode::Off => RootCertStore::empty(),
        TlsMode::VerifyFull | TlsMode::VerifyCa => roots(settings.tls_root.as_deref())?,
    };
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| fault(&error.to_string()))?;
    let builder = match settings.tls {
        TlsMode::VerifyCa => builder
            .dangerous()
            .with_custom_certificate_verifier(AnyName::new(roots, provider)?),
        TlsMode::VerifyFull | TlsMode::Off => builder.with_root_certificates(roots),
    };
    let config = match &settings.tls_client {
        Some((certificate, key)) if settings.tls != TlsMode::Off => {
            let (chain, key) = client_certificate(certificate, key)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                fault(&format!("the client certificate cannot be used: {error}"))
            })?
        }
        _ => builder.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
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

/// Verifies the chain up to the roots, and accepts any name on the certificate.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl AnyName {
    fn new(roots: RootCertStore, provider: Arc<CryptoProvider>) -> Result<Arc<Self>, Fault> {
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map(|verifier| Arc::new(Self(verifier)))
            .map_err(|error| fault(&error.to_string()))
    }
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The chain is verified before the name is, so a wrong name means a good chain.
        match self
            .0
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
