//! The sample workshop: its tables, rows and people, built through the same code as anybody's
//! database. For the demo and for tapes, which set their clock between two of the steps.

use super::cluster::AnyError;
use crate::auth::Verifier;
use crate::db::admin::{self, Client, Endpoint};
use crate::db::adopt;
use crate::db::install::{InstallOptions, InstallReport, give_back, install, installed, take};
use crate::db::owner::{self, NewAccount, OwnerError};

/// Names the role that owns the database and its tables. It is no superuser, like most owners.
pub const OWNER: &str = "workshop";

/// Names the database.
pub const DATABASE: &str = "workshop";

/// Names all tables, in the order they are adopted.
pub const TABLES: [&str; 11] = [
    "location",
    "supplier",
    "person",
    "equipment",
    "part",
    "equipment_part",
    "procedure",
    "preventive_maintenance",
    "pm_assignment",
    "corrective_maintenance",
    "meter_reading",
];

/// One person of the sample who signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// What they type.
    pub username: &'static str,
    /// How others see them.
    pub display_name: &'static str,
    /// Their one role.
    pub role: &'static str,
}

/// Lists who signs in: a manager and three technicians.
pub const PEOPLE: [Person; 4] = [
    Person {
        username: "manager",
        display_name: "Helen Okafor",
        role: "manager",
    },
    Person {
        username: "mmichaels",
        display_name: "Maria Michaels",
        role: "technician",
    },
    Person {
        username: "jhymel",
        display_name: "Jonas Hymel",
        role: "technician",
    },
    Person {
        username: "rmarikit",
        display_name: "Rosa Marikit",
        role: "technician",
    },
];

const ROWS: [&str; 5] = [
    include_str!("sample/schema.sql"),
    include_str!("sample/people.sql"),
    include_str!("sample/equipment.sql"),
    include_str!("sample/parts.sql"),
    include_str!("sample/maintenance.sql"),
];

const HISTORY: &str = include_str!("sample/history.sql");

/// Builds everything in an empty database, given as superuser: the steps below in their order,
/// and what installing leaves for a superuser to close.
/// `verifiers` are of the people's one-time codes, in the order of [`PEOPLE`].
///
/// # Errors
/// When the server refuses a step.
pub async fn build(superuser: &Endpoint, verifiers: &[Verifier]) -> Result<(), AnyError> {
    let endpoint = hand_over(superuser).await?;
    let mut client = admin::connect(&endpoint).await?;
    let installed = install_layer(&mut client).await?;
    for sql in installed.for_superuser {
        admin::batch(superuser, &sql).await?;
    }
    load(&client).await?;
    adopt_tables(&mut client).await?;
    add_people(&client, verifiers).await?;
    live_through(&client).await
}

/// Gives a database to the sample's owner; the endpoint that comes back is the owner's.
///
/// # Errors
/// When the server refuses.
pub async fn hand_over(superuser: &Endpoint) -> Result<Endpoint, AnyError> {
    let client = admin::connect(superuser).await?;
    admin::make_owner(&client, OWNER).await?;
    let database = admin::quoted(&superuser.database);
    client
        .batch_execute(&format!("alter database {database} owner to {OWNER}"))
        .await?;
    // As every version does from 15 on.
    let old = "select current_setting('server_version_num')::int < 150000";
    if client.query_one(old, &[]).await?.get(0) {
        let public = format!("alter schema public owner to {OWNER}");
        client.batch_execute(&public).await?;
    }
    Ok(superuser.with_user(OWNER))
}

/// Installs the shared layer, as `rowhouse init` does.
///
/// # Errors
/// When installing stops.
pub async fn install_layer(client: &mut Client) -> Result<InstallReport, AnyError> {
    let options = InstallOptions {
        harden: true,
        label: Some("plant".to_owned()),
        ..Default::default()
    };
    let report = install(client, options).await?;
    owner::lend_clock(client, OWNER).await?;
    Ok(report)
}

/// Makes the tables and their rows, the same ones every time.
///
/// # Errors
/// When the server refuses.
pub async fn load(client: &Client) -> Result<(), AnyError> {
    let all = ROWS.join("\n");
    let tables = TABLES.join(", ");
    let all = format!("begin;\n{all}\ncommit;\nanalyze {tables}");
    Ok(client.batch_execute(&all).await?)
}

/// Adopts all tables, as `rowhouse adopt` does.
///
/// # Errors
/// When a plan is refused.
pub async fn adopt_tables(client: &mut Client) -> Result<(), AnyError> {
    let tables = TABLES.map(str::to_owned);
    let roles = installed(client).await?.ok_or(OwnerError::NotInstalled)?;
    let taken = take(client, &roles).await?;
    let plan = adopt::plan(client, &tables, &adopt::Options::default()).await?;
    let adopted = adopt::apply(client, &plan).await;
    give_back(client, &taken).await?;
    Ok(adopted?)
}

/// Makes the people's accounts, each with a one-time code.
///
/// # Errors
/// When the server refuses.
pub async fn add_people(client: &Client, verifiers: &[Verifier]) -> Result<(), AnyError> {
    let roles = PEOPLE.map(|person| [person.role]);
    let accounts: Vec<NewAccount<'_>> = PEOPLE
        .iter()
        .zip(&roles)
        .zip(verifiers)
        .map(|((person, roles), code)| NewAccount {
            tenant: None,
            username: person.username,
            display_name: person.display_name,
            roles,
            code,
        })
        .collect();
    Ok(owner::add(client, &accounts).await?)
}

/// Saves a few records as the workshop's own programs would: BFM-001 is then at version 5.
///
/// # Errors
/// When the server refuses.
pub async fn live_through(client: &Client) -> Result<(), AnyError> {
    Ok(client.batch_execute(HISTORY).await?)
}
