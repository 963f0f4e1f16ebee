//! Accounts taken over from an older program: what that program stored opens nothing, the code alone
//! opens nothing, the old password alone opens nothing, and the answers tell nobody who was taken over.

use rowhouse::auth::{self, Challenge, Stored};
use rowhouse::db::takeover::{self, Source};
use rowhouse::runtime::clock::random;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Client;

use super::plant::{Outcome, Plant, Try, challenge, finish, refusal};

const USERS: &str = "
    create table users (login text primary key, full_name text, password_hash text);
    insert into users values
        ('Opal', 'Opal Ray', encode(sha256('emerald city'), 'hex')),
        ('pete', null, 'pbkdf2:sha256:1000$aBcD1234$'
            || 'b4e0cfa8c6ae1ba0a3b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718'),
        ('theo', 'Another Theo', encode(sha256('x'), 'hex')),
        ('a b', 'No Name', encode(sha256('x'), 'hex')),
        ('quin', 'Plain Text', 'letmein')";

/// Takes over what can be; gives the plant and Opal's code.
async fn taken_over() -> Outcome<(Plant, SecretString)> {
    let plant = Plant::open().await?;
    plant.owner.batch_execute(USERS).await?;
    let source = Source {
        table: "public.users",
        name_column: "login",
        hash_column: "password_hash",
        display_column: Some("full_name"),
        form: Stored::Sha256,
    };
    let found = takeover::read(&plant.owner, &source).await?;
    let done = takeover::take_over(&plant.owner, found, &["technician"]).await?;
    let told: Vec<String> = done
        .iter()
        .map(|one| {
            format!(
                "{}: {}",
                one.username,
                one.code.as_ref().err().map_or("taken over", |why| why)
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "opal: taken over",
            "a b: no account name: letters a to z, digits and . _ @ / -, at most 64",
            "pete: no SHA-256 in hexadecimal",
            "quin: no SHA-256 in hexadecimal",
            "theo: there is an account of this name already",
        ]
    );
    let code = done
        .into_iter()
        .find_map(|one| one.code.ok())
        .ok_or("no code")?;
    Ok((plant, code))
}

/// One try with a secret, whatever it was made of.
async fn attempt(login: &Client, name: &str, secret: &SecretString) -> Outcome<String> {
    let asked = challenge(login, name).await?;
    let proof = auth::proof(secret, &asked, name)?;
    let finish_secret = random::<32>();
    login
        .query(
            "select rowhouse.login_submit($1, $2, $3, $4)",
            &[
                &name,
                &asked.nonce(),
                &proof.proof.as_slice(),
                &auth::finish_hash(&finish_secret).as_slice(),
            ],
        )
        .await?;
    let tried = Try {
        nonce: asked.nonce().to_owned(),
        secret: finish_secret,
        proof,
    };
    match finish(login, &tried).await {
        Ok(done) => Ok(format!("{} {}", done.status, done.must_change)),
        Err(error) => Ok(refusal::<()>(Err(error)).detail),
    }
}

#[tokio::test]
async fn the_hash_alone_opens_nothing() -> Outcome {
    let (plant, code) = taken_over().await?;
    let login = plant.login().await?;
    let hash = "select password_hash from users where login = 'Opal'";
    let hash: String = plant.owner.query_one(hash, &[]).await?.get(0);
    let other = auth::one_time_code(&random());
    let text = |text: &str| SecretString::from(text);
    for (what, secret) in [
        ("the hash", text(&hash)),
        ("the hash and no code", text(&format!("\n{hash}"))),
        (
            "the hash and another code",
            auth::code_and_digest(&other, &hash),
        ),
        ("the old password", text("emerald city")),
        ("the code", text(code.expose_secret())),
        (
            "the code and another password",
            auth::code_and_digest(&code, &hash.replace('a', "b")),
        ),
    ] {
        assert_eq!(
            attempt(&login, "opal", &secret).await?,
            "refused false",
            "{what}"
        );
        plant.advance("1 hour").await?;
    }
    let stored = "select count(*) from rowhouse_private.credential c
                   where c::text like '%' || (select password_hash from users where login = 'Opal') || '%'";
    assert_eq!(
        plant.count(stored).await?,
        0,
        "the hash is kept nowhere of ours"
    );
    let both = auth::code_and_digest(&code, &hash);
    assert_eq!(
        attempt(&login, "opal", &both).await?,
        "ok true",
        "restricted, until a password is chosen"
    );
    plant.advance("14 days").await?;
    assert_eq!(attempt(&login, "opal", &both).await?, "code expired");
    Ok(())
}

/// Names that nobody has answer as those taken over do, and each name always the same.
#[tokio::test]
async fn nobody_learns_which_accounts_are_taken_over() -> Outcome {
    let (plant, _) = taken_over().await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.credential set scheme = 'scrypt:32768:8:1$qwErTyUi12345678'
              where account_id = (select account_id from rowhouse_private.account where username = 'tina')",
        )
        .await?;
    let login = plant.login().await?;
    let mut kinds = std::collections::BTreeMap::new();
    for number in 0..60 {
        let name = format!("nobody{number}");
        let [first, again] = [asked(&login, &name).await?, asked(&login, &name).await?];
        assert_eq!(first.legacy(), again.legacy(), "{name}");
        let kind = first
            .legacy()
            .map_or("none".to_owned(), rowhouse::auth::Legacy::scheme);
        let (kind, salt) = kind.split_once('$').unwrap_or((&kind, ""));
        assert!(
            salt.is_empty() || salt.len() == 16 && salt != "qwErTyUi12345678",
            "{salt}"
        );
        *kinds.entry(kind.to_owned()).or_insert(0) += 1;
    }
    let kinds: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["none", "scrypt:32768:8:1", "sha256"]);
    Ok(())
}

async fn asked(login: &Client, name: &str) -> Outcome<Challenge> {
    let row = login
        .query_one("select legacy from rowhouse.login_challenge($1)", &[&name])
        .await?;
    Ok(challenge(login, name).await?.with_legacy(row.get(0))?)
}
