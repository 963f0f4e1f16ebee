//! The trail as the owner of the database reads it: everything, page by page, nothing withheld.

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio_postgres::{Client, Row};

use super::{OwnerError, as_owner};
use crate::domain::audit::AuditFilter;

/// How many entries are read at once.
const PAGE: i32 = 500;

/// The names of an entry's fields, in the order of [`TrailRow::fields`].
pub const COLUMNS: [&str; 17] = [
    "at",
    "who",
    "action",
    "table",
    "record",
    "new_record",
    "version",
    "columns",
    "old",
    "new",
    "note",
    "from",
    "login",
    "session",
    "request",
    "transaction",
    "entry",
];

/// One entry of the trail.
#[derive(Clone, Debug)]
pub struct TrailRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub verb: String,
    /// The record's version afterwards.
    pub version: Option<i64>,
    /// The table's name then.
    pub table: Option<String>,
    /// The record.
    pub key: Option<Vec<String>>,
    /// What the record is called since.
    pub new_key: Option<Vec<String>>,
    /// The columns that changed.
    pub columns: Vec<String>,
    /// The values before, as JSON.
    pub old: Option<String>,
    /// The values afterwards, as JSON.
    pub new: Option<String>,
    /// Details.
    pub note: Option<String>,
    /// Who, when it was an account.
    pub username: Option<String>,
    /// From where.
    pub station: Option<String>,
    /// The database's login.
    pub db_user: String,
    /// The session.
    pub session: Option<i64>,
    /// The save.
    pub request: Option<String>,
    /// The transaction.
    pub transaction: String,
}

/// Hands every entry that a filter finds to `take`, the newest first, until it says that it is enough;
/// the entries of one tenant after those of another.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn each(
    client: &Client,
    filter: &AuditFilter,
    most: u64,
    mut take: impl FnMut(&TrailRow) -> bool,
) -> Result<(), OwnerError> {
    let tenants = as_owner(client, async || {
        let ask = "select tenant_id from rowhouse_private.tenant order by 1";
        Ok(client.query(ask, &[]).await?)
    })
    .await?;
    let mut left = most;
    for tenant in &tenants {
        let mut from: (Option<Timestamp>, Option<i64>) = (None, None);
        loop {
            let rows = page(client, tenant.get(0), filter, from).await?;
            for row in rows.iter().filter(|row| row.get::<_, &str>(2) != "end") {
                if left == 0 || !take(&read(row)) {
                    return Ok(());
                }
                left -= 1;
            }
            let end = rows.last();
            from = end.map_or((None, None), |row| (row.get(1), row.get(0)));
            if from.1.is_none() {
                break;
            }
        }
    }
    Ok(())
}

async fn page(
    client: &Client,
    tenant: i64,
    filter: &AuditFilter,
    from: (Option<Timestamp>, Option<i64>),
) -> Result<Vec<Row>, OwnerError> {
    let verbs = filter.verbs().map(<[&str]>::to_vec);
    let since = filter.since.as_ref().map(|moment| moment.at);
    let until = filter.until.as_ref().map(|moment| moment.at);
    as_owner(client, async || {
        Ok(client
            .query(
                "select id, at, kind, verb, version, table_name, record_key, new_key, columns, old_values,
                        new_values, note, username, station, db_user, session_id, request_id, xact
                   from rowhouse_private.audit_of($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    &tenant,
                    &filter.person,
                    &filter.table,
                    &filter.key,
                    &verbs,
                    &since,
                    &until,
                    &from.0,
                    &from.1,
                    &PAGE,
                ],
            )
            .await?)
    })
    .await
}

fn read(row: &Row) -> TrailRow {
    TrailRow {
        id: row.get(0),
        at: row.get(1),
        verb: row.get(3),
        version: row.get(4),
        table: row.get(5),
        key: row.get(6),
        new_key: row.get(7),
        columns: row.get::<_, Option<Vec<String>>>(8).unwrap_or_default(),
        old: row.get(9),
        new: row.get(10),
        note: row.get(11),
        username: row.get(12),
        station: row.get(13),
        db_user: row.get(14),
        session: row.get(15),
        request: row.get(16),
        transaction: row.get(17),
    }
}

impl TrailRow {
    /// Names who did it: the account, or the database's login.
    pub fn who(&self) -> &str {
        self.username.as_deref().unwrap_or(&self.db_user)
    }

    /// Its fields as texts.
    pub fn fields(&self) -> [String; 17] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key =
            |key: &Option<Vec<String>>| key.as_ref().map_or(String::new(), |key| key.join(" · "));
        let number =
            |number: Option<i64>| number.map_or(String::new(), |number| number.to_string());
        [
            self.at.to_string(),
            self.username.clone().unwrap_or_default(),
            self.verb.clone(),
            text(&self.table),
            key(&self.key),
            key(&self.new_key),
            number(self.version),
            self.columns.join(", "),
            text(&self.old),
            text(&self.new),
            text(&self.note),
            text(&self.station),
            self.db_user.clone(),
            number(self.session),
            text(&self.request),
            self.transaction.clone(),
            self.id.to_string(),
        ]
    }

    /// The same as an object.
    pub fn as_json(&self) -> Json {
        let values = |text: &Option<String>| -> Json {
            let read = text.as_deref().map(serde_json::from_str);
            read.and_then(Result::ok).unwrap_or(Json::Null)
        };
        json!({
            "entry": self.id, "at": self.at.to_string(), "who": self.username, "action": self.verb,
            "table": self.table, "record": self.key, "new_record": self.new_key, "version": self.version,
            "columns": self.columns, "old": values(&self.old), "new": values(&self.new),
            "note": self.note, "from": self.station, "login": self.db_user, "session": self.session,
            "request": self.request, "transaction": self.transaction,
        })
    }
}
