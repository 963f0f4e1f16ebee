//! The fixtures that tapes are played on: the sample workshop with a settable clock and passwords
//! that only the player knows. Nothing that `init` or `demo` can run makes these.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use crate::auth::{Params, SALT_BYTES, Stored, Verifier, random_password};
use crate::db;
use crate::db::admin::{self, Endpoint};
use crate::db::adopt;
use crate::db::outside::Owner;
use crate::db::owner::NewAccount;
use crate::db::roles::{self, RoleChange};
use crate::db::takeover::{self, Source};
use crate::db::tenants::{self, TenantChange};
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};
use crate::domain::role::Preset;
use crate::embedded::cluster::{AnyError, Template};
use crate::embedded::sample;
use crate::runtime::clock::random;
use crate::tape::world::World;

/// The sample workshop for tapes.
pub const WORKSHOP: Template = Template {
    name: "workshop",
    build: |at| Box::pin(workshop(at)),
};

/// The same with an account that an older program had: the player knows the one-time code of `opal`
/// by her name, and her old password as `opal.old`.
pub const TAKEN_OVER: Template = Template {
    name: "takenover",
    build: |at| Box::pin(taken_over(at)),
};

/// The same with cranes of two tenants beside it, Hall South and Hall North, `nora` of the other one, and
/// `hanna`, who may look across both.
pub const TWO_TENANTS: Template = Template {
    name: "twotenants",
    build: |at| Box::pin(two_tenants(at)),
};

const CRANES: &str = "
    create table crane (crane_no integer primary key, hall text not null, name text not null unique,
        load_t numeric(5,1), note text);
    comment on table crane is 'Cranes';
    insert into crane values (1, 'south', 'Gantry one', 12.5, null), (2, 'north', 'Old jib', 3.2, 'squeaks'),
        (3, 'south', 'Gantry two', 12.5, null), (4, 'north', 'Portal', 40, null)";

const TAPE: &str = include_str!("../embedded/sample/tape.sql");

/// Returns the template of a fixture that a tape names.
pub fn named(name: &str) -> Option<Template> {
    match name {
        "workshop" => Some(WORKSHOP),
        "taken-over" => Some(TAKEN_OVER),
        "two-tenants" => Some(TWO_TENANTS),
        "empty" => Some(Template::EMPTY),
        _ => None,
    }
}

/// Makes the world of a fixture's database, given as superuser.
///
/// # Errors
/// When the database is not a fixture.
pub async fn world(
    superuser: &Endpoint,
    shown_as: &str,
    draft_folder: std::path::PathBuf,
) -> Result<World, AnyError> {
    let client = admin::connect(superuser).await?;
    let installed =
        admin::texts(&client, "select to_regnamespace('rowhouse_private')::text").await?;
    let is_installed = installed.first().is_some_and(Option::is_some);
    let owner = Owner::new(client);
    let (mut login, mut passwords) = (superuser.user.clone(), BTreeMap::new());
    if is_installed {
        login = owner.client_role().await?;
        for (name, password) in owner.passwords().await? {
            passwords.insert(name, SecretString::from(password));
        }
    }
    Ok(World {
        shown_as: shown_as.to_owned(),
        settings: settings(superuser, &login, is_installed.then_some(Way::Shared)),
        login_password: None,
        plain: Some(settings(superuser, &superuser.user, Some(Way::Plain))),
        passwords,
        owner: Some(owner),
        settable_clock: is_installed,
        draft_folder,
    })
}

fn settings(endpoint: &Endpoint, user: &str, way: Option<Way>) -> ConnectionSettings {
    ConnectionSettings {
        profile: "tape".into(),
        host: endpoint.host.to_string_lossy().into_owned(),
        port: endpoint.port,
        database: endpoint.database.clone(),
        user: user.to_owned(),
        tls: TlsMode::Off,
        password: PasswordSource::None,
        way,
        ..ConnectionSettings::default()
    }
}

async fn workshop(superuser: Endpoint) -> Result<(), AnyError> {
    let endpoint = sample::hand_over(&superuser).await?;
    let mut client = admin::connect(&endpoint).await?;
    let installed = sample::install_layer(&mut client).await?;
    // As hard as the demo: what nobody may there, no tape may need.
    admin::batch(&superuser, &installed.for_superuser.join(";\n")).await?;
    admin::batch(&superuser, TAPE).await?;
    sample::load(&client).await?;
    sample::adopt_tables(&mut client).await?;
    add_people(&superuser, &endpoint).await?;
    sample::live_through(&client).await
}

/// The one account of the fixture whose one-time code was not used yet.
const NEWCOMER: &str = "nwilliams";

/// Everybody of the sample with a password chosen already, and a newcomer with a one-time code.
async fn add_people(superuser: &Endpoint, endpoint: &Endpoint) -> Result<(), AnyError> {
    let client = admin::connect(endpoint).await?;
    let owner = Owner::new(admin::connect(superuser).await?);
    let mut verifiers = Vec::new();
    let mut passwords = Vec::new();
    for _ in sample::PEOPLE {
        let (password, verifier) = secret()?;
        passwords.push(password);
        verifiers.push(verifier);
    }
    sample::add_people(&client, &verifiers).await?;
    for (person, password) in sample::PEOPLE.iter().zip(&passwords) {
        owner
            .remember_password(person.username, password.expose_secret())
            .await?;
        owner.choose_password(person.username).await?;
    }
    let (code, verifier) = secret()?;
    let newcomer = NewAccount {
        tenant: None,
        username: NEWCOMER,
        display_name: "Nate Williams",
        roles: &["technician"],
        code: &verifier,
    };
    db::owner::add(&client, &[newcomer]).await?;
    Ok(owner
        .remember_password(NEWCOMER, code.expose_secret())
        .await?)
}

async fn taken_over(superuser: Endpoint) -> Result<(), AnyError> {
    workshop(superuser.clone()).await?;
    let client = admin::connect(&superuser).await?;
    let old = random_password(&random());
    let users = format!(
        "create table old_users (login text primary key, password_hash text not null);
         insert into old_users values ('opal', encode(sha256('{}'), 'hex'))",
        old.expose_secret()
    );
    client.batch_execute(&users).await?;
    let source = Source {
        table: "old_users",
        name_column: "login",
        hash_column: "password_hash",
        display_column: None,
        form: Stored::Sha256,
    };
    let found = takeover::read(&client, &source).await?;
    let done = takeover::take_over(&client, found, &["technician"]).await?;
    let owner = Owner::new(client);
    owner
        .remember_password("opal.old", old.expose_secret())
        .await?;
    for one in done {
        owner
            .remember_password(&one.username, one.code?.expose_secret())
            .await?;
    }
    Ok(())
}

async fn two_tenants(superuser: Endpoint) -> Result<(), AnyError> {
    workshop(superuser.clone()).await?;
    let mut client = admin::connect(&superuser).await?;
    client.batch_execute(CRANES).await?;
    let south = TenantChange {
        rename: Some("Hall South"),
        value: Some("south"),
        until: None,
    };
    tenants::edit(&client, "default", south).await?;
    tenants::add(&client, "Hall North", Some("north"), None).await?;
    let preset = Preset::named("super-admin").ok_or("no preset")?;
    let head = RoleChange {
        name: "head",
        new: true,
        given: &preset.grants(&[])?,
        may: &preset
            .abilities
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>(),
        ..RoleChange::default()
    };
    roles::change(&client, &head).await?;
    let split = adopt::Options {
        tenant: Some("hall".into()),
        ..adopt::Options::default()
    };
    let plan = adopt::plan(&client, &["crane".to_owned()], &split).await?;
    adopt::apply(&mut client, &plan).await?;
    let owner = Owner::new(admin::connect(&superuser).await?);
    for (username, display_name, role, tenant) in [
        ("nora", "Nora Berg", "technician", Some("Hall North")),
        ("hanna", "Hanna Lund", "head", None),
    ] {
        let (password, code) = secret()?;
        let account = NewAccount {
            username,
            display_name,
            tenant,
            roles: &[role],
            code: &code,
        };
        db::owner::add(&client, &[account]).await?;
        owner
            .remember_password(username, password.expose_secret())
            .await?;
        owner.choose_password(username).await?;
    }
    Ok(())
}

/// A random password and its verifier.
fn secret() -> Result<(SecretString, Verifier), AnyError> {
    let password = random_password(&random());
    let salt: [u8; SALT_BYTES] = random();
    let verifier = Verifier::from_password(&password, salt, Params::default())?;
    Ok((password, verifier))
}
