//! The numbered migrations: their order, their checksums, applying one; no roles, no hardening.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::InstallError;
use super::roles::Roles;

/// One numbered file of SQL, applied in one transaction.
pub(super) struct Migration {
    /// Its number; without gaps from 1.
    pub version: i32,
    /// What it brings.
    pub name: &'static str,
    /// Its text with the placeholders of [`Roles::fill`].
    pub sql: &'static str,
}

/// All migrations, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "foundation",
        sql: include_str!("../migrations/0001_foundation.sql"),
    },
    Migration {
        version: 2,
        name: "accounts",
        sql: include_str!("../migrations/0002_accounts.sql"),
    },
    Migration {
        version: 3,
        name: "gate",
        sql: include_str!("../migrations/0003_gate.sql"),
    },
    Migration {
        version: 4,
        name: "trail",
        sql: include_str!("../migrations/0004_trail.sql"),
    },
    Migration {
        version: 5,
        name: "sign_in",
        sql: include_str!("../migrations/0005_sign_in.sql"),
    },
    Migration {
        version: 6,
        name: "sessions",
        sql: include_str!("../migrations/0006_sessions.sql"),
    },
    Migration {
        version: 7,
        name: "feed",
        sql: include_str!("../migrations/0007_feed.sql"),
    },
    Migration {
        version: 8,
        name: "requests",
        sql: include_str!("../migrations/0008_requests.sql"),
    },
    Migration {
        version: 9,
        name: "account_api",
        sql: include_str!("../migrations/0009_account_api.sql"),
    },
    Migration {
        version: 10,
        name: "adopt",
        sql: include_str!("../migrations/0010_adopt.sql"),
    },
    Migration {
        version: 11,
        name: "through",
        sql: include_str!("../migrations/0011_through.sql"),
    },
    Migration {
        version: 12,
        name: "history",
        sql: include_str!("../migrations/0012_history.sql"),
    },
    Migration {
        version: 13,
        name: "claims",
        sql: include_str!("../migrations/0013_claims.sql"),
    },
    Migration {
        version: 14,
        name: "receipts",
        sql: include_str!("../migrations/0014_receipts.sql"),
    },
    Migration {
        version: 15,
        name: "truth",
        sql: include_str!("../migrations/0015_truth.sql"),
    },
    Migration {
        version: 16,
        name: "dependents",
        sql: include_str!("../migrations/0016_dependents.sql"),
    },
    Migration {
        version: 17,
        name: "holders",
        sql: include_str!("../migrations/0017_holders.sql"),
    },
    Migration {
        version: 18,
        name: "rights",
        sql: include_str!("../migrations/0018_rights.sql"),
    },
    Migration {
        version: 19,
        name: "audit",
        sql: include_str!("../migrations/0019_audit.sql"),
    },
    Migration {
        version: 20,
        name: "search",
        sql: include_str!("../migrations/0020_search.sql"),
    },
    Migration {
        version: 21,
        name: "saving",
        sql: include_str!("../migrations/0021_saving.sql"),
    },
    Migration {
        version: 22,
        name: "door",
        sql: include_str!("../migrations/0022_door.sql"),
    },
    Migration {
        version: 23,
        name: "tenants",
        sql: include_str!("../migrations/0023_tenants.sql"),
    },
    Migration {
        version: 24,
        name: "seal",
        sql: include_str!("../migrations/0024_seal.sql"),
    },
    Migration {
        version: 25,
        name: "runs",
        sql: include_str!("../migrations/0025_runs.sql"),
    },
    Migration {
        version: 26,
        name: "everywhere",
        sql: include_str!("../migrations/0026_everywhere.sql"),
    },
    Migration {
        version: 27,
        name: "cost",
        sql: include_str!("../migrations/0027_cost.sql"),
    },
    Migration {
        version: 28,
        name: "views",
        sql: include_str!("../migrations/0028_views.sql"),
    },
    Migration {
        version: 29,
        name: "rows",
        sql: include_str!("../migrations/0029_rows.sql"),
    },
    Migration {
        version: 30,
        name: "super",
        sql: include_str!("../migrations/0030_super.sql"),
    },
    Migration {
        version: 31,
        name: "restored",
        sql: include_str!("../migrations/0031_restored.sql"),
    },
    Migration {
        version: 32,
        name: "back",
        sql: include_str!("../migrations/0032_back.sql"),
    },
    Migration {
        version: 33,
        name: "identity",
        sql: include_str!("../migrations/0033_identity.sql"),
    },
    Migration {
        version: 34,
        name: "sign_in_cost",
        sql: include_str!("../migrations/0034_sign_in_cost.sql"),
    },
    Migration {
        version: 35,
        name: "rights",
        sql: include_str!("../migrations/0035_rights.sql"),
    },
    Migration {
        version: 36,
        name: "finding",
        sql: include_str!("../migrations/0036_finding.sql"),
    },
    Migration {
        version: 37,
        name: "nulls",
        sql: include_str!("../migrations/0037_nulls.sql"),
    },
    Migration {
        version: 38,
        name: "named_keys",
        sql: include_str!("../migrations/0038_named_keys.sql"),
    },
];

/// The schema that this program was built for; what a client says in `rowhouse.tx_open`.
pub const SCHEMA_VERSION: i32 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// The key of the advisory lock that holds installers apart.
const LOCK: i64 = 0x526f_7768_6f75_7365;

impl Migration {
    fn checksum(&self) -> String {
        Sha256::digest(self.sql)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Opens an installing transaction: alone, and never waiting long behind other programs.
pub(super) async fn begin(client: &Client) -> Result<(), InstallError> {
    client
        .batch_execute(&format!(
            "begin; set local lock_timeout = '10s'; set local statement_timeout = '120s';
             set local client_min_messages = warning; select pg_advisory_xact_lock({LOCK})"
        ))
        .await?;
    Ok(())
}

/// Applies one migration inside the open transaction and writes it into the history.
pub(super) async fn apply(
    client: &Client,
    roles: &Roles,
    label: &str,
    migration: &Migration,
) -> Result<(), InstallError> {
    let sql = roles.fill(migration.sql, label);
    client
        .batch_execute(&sql)
        .await
        .map_err(|error| InstallError::Migration {
            version: migration.version,
            name: migration.name,
            source: error,
        })?;
    client
        .batch_execute(&format!("reset role; set local role {}", roles.owner()))
        .await?;
    client
        .execute(
            "insert into rowhouse_private.schema_history (version, name, checksum)
             values ($1, $2, $3)",
            &[&migration.version, &migration.name, &migration.checksum()],
        )
        .await?;
    client
        .execute(
            "update rowhouse_private.installation set schema_version = $1",
            &[&migration.version],
        )
        .await?;
    client.batch_execute("reset role").await?;
    Ok(())
}

/// Reads the history and returns what is still to apply; refuses a history that is not ours.
pub(super) async fn pending(
    client: &Client,
    roles: &Roles,
) -> Result<Vec<&'static Migration>, InstallError> {
    client
        .batch_execute(&format!("set local role {}", roles.owner()))
        .await?;
    let history = client
        .query(
            "select version, checksum from rowhouse_private.schema_history order by 1",
            &[],
        )
        .await?;
    client.batch_execute("reset role").await?;
    for row in &history {
        let (version, checksum): (i32, String) = (row.get(0), row.get(1));
        let Some(known) = MIGRATIONS
            .iter()
            .find(|migration| migration.version == version)
        else {
            return Err(InstallError::Newer {
                database: version,
                program: SCHEMA_VERSION,
            });
        };
        if known.checksum() != checksum {
            return Err(InstallError::Changed {
                version,
                name: known.name,
            });
        }
    }
    let newest = history.last().map_or(0, |row| row.get::<_, i32>(0));
    Ok(MIGRATIONS
        .iter()
        .filter(|migration| migration.version > newest)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_without_gaps() {
        let versions: Vec<i32> = MIGRATIONS
            .iter()
            .map(|migration| migration.version)
            .collect();
        assert_eq!(versions, (1..=SCHEMA_VERSION).collect::<Vec<_>>());
    }
}
