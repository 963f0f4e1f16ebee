//! The proof against the server's side of it, computed here a second time.

use super::*;

fn quick() -> Params {
    Params { m: 64, t: 1, p: 1 }
}

fn challenge(salt: &[u8], nonce: &str) -> Challenge {
    Challenge::new(salt.to_vec(), quick(), nonce.into()).unwrap()
}

/// What the database does with a proof.
fn server_accepts(verifier: &Verifier, proof: &Proof, message: &str) -> bool {
    let mask = hmac(&verifier.stored_key, message.as_bytes());
    let key: Vec<u8> = proof.proof.iter().zip(mask).map(|(a, b)| a ^ b).collect();
    let stored: [u8; 32] = Sha256::digest(key).into();
    stored == verifier.stored_key
}

#[test]
fn the_right_password_is_accepted_and_the_server_known() {
    let password = SecretString::from("correct horse battery");
    let verifier = Verifier::from_password(&password, [7; 16], quick()).unwrap();
    let proof = proof(&password, &challenge(&[7; 16], "n1"), "anna").unwrap();
    assert!(server_accepts(
        &verifier,
        &proof,
        "rowhouse-login-v1\nanna\nn1"
    ));
    let signature = hmac(&verifier.server_key, b"rowhouse-login-v1\nanna\nn1");
    assert!(proof.server_is_genuine(&signature));
    assert!(!proof.server_is_genuine(&hmac(&[0; 32], b"rowhouse-login-v1\nanna\nn1")));
    assert!(!proof.server_is_genuine(&[]));
}

#[test]
fn another_password_name_or_nonce_is_not() {
    let password = SecretString::from("correct horse battery");
    let verifier = Verifier::from_password(&password, [7; 16], quick()).unwrap();
    let message = "rowhouse-login-v1\nanna\nn1";
    let wrong = SecretString::from("wrong horse battery");
    for (password, name, nonce) in [
        (&wrong, "anna", "n1"),
        (&password, "bert", "n1"),
        (&password, "anna", "n2"),
    ] {
        let proof = proof(password, &challenge(&[7; 16], nonce), name).unwrap();
        assert!(
            !server_accepts(&verifier, &proof, message),
            "{name} {nonce}"
        );
    }
}

#[test]
fn absurd_parameters_are_refused() {
    for (m, t, p) in [
        ((1 << 20) + 1, 1, 1),
        (1 << 20, 9, 1),
        (-1, 2, 1),
        (19_456, 0, 1),
        (19_456, 2, 0),
        (19_456, 65, 1),
        (64, 1, 16),
        (8, 1, 1),
        (19_455, 2, 1),
        (19_456, 1, 1),
        (i32::MAX, i32::MAX, i32::MAX),
    ] {
        assert!(Params::checked(m, t, p).is_err(), "{m} {t} {p}");
    }
    assert_eq!(Params::checked(19_456, 2, 1).unwrap(), Params::default());
    assert!(Challenge::new(vec![1; 4], quick(), "n".into()).is_err());
    assert!(Challenge::new(vec![1; 16], quick(), String::new()).is_err());
    assert!(Challenge::new(vec![1; 16], quick(), "n".repeat(513)).is_err());
}

#[test]
fn a_code_is_read_however_it_is_typed() {
    let code = one_time_code(&[0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
    assert_eq!(code.expose_secret(), "0123-4567-89ab-cdef");
    assert_eq!(
        one_time_code(&[255; 10]).expose_secret(),
        "zzzz-zzzz-zzzz-zzzz"
    );
    for typed in [
        "0123-4567-89ab-cdef",
        "OL23-4567-89AB-CDEF",
        " 0123 4567 89ab cdef ",
    ] {
        let read = canonical(&SecretString::from(typed));
        assert_eq!(read.expose_secret(), code.expose_secret(), "{typed}");
    }
    for typed in [
        "0123456789abcdef",
        "My Own-Pass Phrase1",
        "0123-4567-89ab-cdeu",
        "äääääääää1",
    ] {
        assert_eq!(canonical(&SecretString::from(typed)).expose_secret(), typed);
    }
}

#[test]
fn the_scram_verifier_is_that_of_rfc_7677() {
    // The exchange of RFC 7677 section 3, seen from its stored side.
    let salt: [u8; 16] = [
        0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa,
        0x81,
    ];
    let text = scram_verifier(&SecretString::from("pencil"), &salt);
    assert_eq!(
        text,
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
         wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    );
    assert_eq!(
        random_password(&[255; 24]).expose_secret(),
        "________________________________"
    );
}

#[test]
fn secrets_do_not_print() {
    let password = SecretString::from("correct horse battery");
    let verifier = Verifier::from_password(&password, [7; 16], quick()).unwrap();
    let proof = proof(&password, &challenge(&[7; 16], "n1"), "anna").unwrap();
    assert_eq!(format!("{proof:?}"), "Proof(..)");
    assert!(!format!("{verifier:?}").contains("stored_key"));
}
