//! PUBLIC rights that the shared login inherits: taken away where the database is ours alone,
//! listed (never revoked) where others use it, unless the owner says so.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::roles::{COMMENT, Installer};
use super::{InstallError, Roles, quote_ident};

/// A right that everybody has, and so the shared login too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRight {
    /// Such as `CONNECT`.
    pub right: String,
    /// Such as `database shop`.
    pub object: String,
    /// Roles that would lose it.
    pub dependents: Vec<String>,
    /// Grants it to them by name, then takes it from PUBLIC.
    pub sql: Vec<String>,
    /// Only a superuser (or the object's owner) can.
    pub superuser: bool,
}

/// What came of hardening.
#[derive(Debug, Default)]
pub(super) struct Hardening {
    pub done: Vec<String>,
    pub open: Vec<OpenRight>,
    pub for_superuser: Vec<String>,
}

/// Defaults of the shared login in this database; some of them only a superuser may give.
const LOGIN_SETTINGS: [&str; 4] = [
    "idle_in_transaction_session_timeout = '30s'",
    "log_parameter_max_length_on_error = 0",
    "log_parameter_max_length = 0",
    "temp_file_limit = '1GB'",
];

/// One right of PUBLIC as the catalog has it: right, object, `GRANT`'s words for it, and whether
/// the installer may revoke it.
const PUBLIC_RIGHTS: &str = "
    select a.privilege_type::text, 'database ' || d.datname, 'database ' || quote_ident(d.datname),
           pg_has_role(d.datdba, 'usage')
      from pg_database d,
           lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
     where d.datname = current_database() and a.grantee = 0
    union all
    select a.privilege_type::text, 'schema ' || n.nspname, 'schema ' || quote_ident(n.nspname),
           pg_has_role(n.nspowner, 'usage')
      from pg_namespace n, lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
     where a.grantee = 0 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select a.privilege_type::text, 'language ' || l.lanname, 'language ' || quote_ident(l.lanname),
           pg_has_role(l.lanowner, 'usage')
      from pg_language l, lateral aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
     where a.grantee = 0 and l.lanpltrusted
    union all
    select 'EXECUTE', 'function ' || p.oid::regprocedure::text,
           case p.prokind when 'p' then 'procedure ' else 'function ' end
               || p.oid::regprocedure::text,
           pg_has_role(p.proowner, 'usage')
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
           lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     where a.grantee = 0
       and (n.nspname !~ '^(pg_|information_schema$)' and p.prokind <> 'a'
            and has_schema_privilege('public', n.oid, 'usage')
            and not exists (select from pg_depend e where e.classid = 'pg_proc'::regclass
                               and e.objid = p.oid and e.deptype = 'e')
            or n.nspname = 'pg_catalog' and p.proname in ('lo_create', 'lo_creat', 'lo_from_bytea',
               'lo_put', 'lo_open', 'lowrite', 'lo_truncate', 'lo_truncate64', 'lo_unlink',
               'pg_stat_get_activity', 'pg_cancel_backend', 'pg_terminate_backend'))
    order by 2, 1";

/// Hardens where that takes nothing from anybody, or where the owner wants it; lists the rest.
pub(super) async fn harden(
    client: &Client,
    installer: &Installer,
    roles: &Roles,
    wanted: bool,
) -> Result<Hardening, InstallError> {
    let dependents = dependents(client, installer).await?;
    let alone = dependents.is_empty() && !has_objects(client).await?;
    let mut hardening = Hardening::default();
    login_limits(client, installer, roles, &mut hardening).await?;
    if alone || wanted {
        for right in open_rights(client, installer, roles, &dependents).await? {
            if !right.superuser {
                client.batch_execute(&right.sql.join("; ")).await?;
                hardening.done.extend(right.sql);
            }
        }
    }
    // Read back: a REVOKE without the right only warns.
    hardening.open = open_rights(client, installer, roles, &dependents).await?;
    for right in hardening.open.iter().filter(|right| right.superuser) {
        hardening.for_superuser.extend(right.sql.iter().cloned());
    }
    let open = &hardening.open;
    hardening
        .done
        .retain(|sql| !open.iter().any(|right| right.sql.contains(sql)));
    Ok(hardening)
}

/// Roles other than us, the superusers and Rowhouse's own: programs that may use this database.
async fn dependents(client: &Client, installer: &Installer) -> Result<Vec<String>, InstallError> {
    let rows = client
        .query(
            "select r.rolname::text from pg_roles r
              where not r.rolsuper and r.rolname !~ '^pg_' and r.rolname <> $1
                and r.oid <> (select datdba from pg_database where datname = current_database())
                and coalesce(shobj_description(r.oid, 'pg_authid'), '') not like $2
              order by 1",
            &[&installer.name, &format!("{COMMENT}%")],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Whether anything of others lives in this database.
async fn has_objects(client: &Client) -> Result<bool, InstallError> {
    let row = client
        .query_one(
            "select exists (
                 select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname !~ '^(pg_|information_schema$|rowhouse)'
                 union all
                 select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where n.nspname !~ '^(pg_|information_schema$|rowhouse)'
                 union all
                 select from pg_namespace n
                  where n.nspname !~ '^(pg_|information_schema$|rowhouse|public$)')",
            &[],
        )
        .await?;
    Ok(row.get(0))
}

async fn open_rights(
    client: &Client,
    installer: &Installer,
    roles: &Roles,
    dependents: &[String],
) -> Result<Vec<OpenRight>, InstallError> {
    let rows = client.query(PUBLIC_RIGHTS, &[]).await?;
    let rights = rows.iter().map(|row| {
        let (right, object): (String, String) = (row.get(0), row.get(1));
        let (words, owned): (String, bool) = (row.get(2), row.get(3));
        let mut keep: Vec<String> = dependents.iter().map(|role| quote_ident(role)).collect();
        keep.extend(own_needs(&right, &object, installer, roles));
        let mut sql = Vec::new();
        if !keep.is_empty() {
            sql.push(format!("grant {right} on {words} to {}", keep.join(", ")));
        }
        sql.push(format!("revoke {right} on {words} from public"));
        OpenRight {
            right,
            object,
            dependents: dependents.to_vec(),
            sql,
            superuser: !owned,
        }
    });
    Ok(rights.collect())
}

/// Who of ours needs a right that PUBLIC loses.
fn own_needs(right: &str, object: &str, installer: &Installer, roles: &Roles) -> Vec<String> {
    let owners = ["owner", "auth", "trail", "search"].map(|which| quote_ident(&roles.name(which)));
    match (right, object.split_once(' ').map(|(kind, _)| kind)) {
        ("CONNECT", _) => vec![roles.client(), quote_ident(&installer.name)],
        ("TEMPORARY", _) => vec![quote_ident(&installer.name)],
        ("USAGE", Some("language")) => owners
            .into_iter()
            .chain([quote_ident(&installer.name)])
            .collect(),
        ("EXECUTE", _) if object.contains("function pg_stat_get_activity(") => {
            vec![quote_ident(&roles.name("auth"))]
        }
        ("USAGE", Some("schema")) => vec![quote_ident(&installer.name)],
        _ => Vec::new(),
    }
}

/// Settings of the shared login that keep its parameters out of the log and its files small.
async fn login_limits(
    client: &Client,
    installer: &Installer,
    roles: &Roles,
    hardening: &mut Hardening,
) -> Result<(), InstallError> {
    for setting in LOGIN_SETTINGS {
        let login = roles.client();
        let database = quote_ident(&installer.database);
        let sql = format!("alter role {login} in database {database} set {setting}");
        match client.batch_execute(&sql).await {
            Ok(()) => hardening.done.push(sql),
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                hardening.for_superuser.push(sql);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
