//! What there is to attack, as the catalog of one test's database tells it. No attacks here.

use super::attacker::Findings;
use super::plant::Plant;

/// Texts of a query of the owner's.
pub async fn texts(plant: &Plant, sql: &str) -> Findings {
    let sql = sql.replace("LOGIN", &format!("'{}'", plant.roles.client_name()));
    let rows = plant.owner.query(&sql, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Tables of others on which the shared login may read something.
pub async fn tables(plant: &Plant) -> Findings {
    let found = texts(
        plant,
        "select c.oid::regclass::text from pg_class c
          where c.relkind in ('r', 'p', 'f') and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            and has_any_column_privilege(LOGIN, c.oid, 'select, insert, update') order by 1",
    )
    .await?;
    match found.len() {
        0..4 => Err(format!("tables to attack are missing: {found:?}").into()),
        _ => Ok(found),
    }
}

/// A select, an update and an insert of a table, as far as the shared login's columns go.
pub async fn statements(plant: &Plant, table: &str) -> Findings {
    let built = format!(
        "select unnest(array[
             format('select %s from {table}', string_agg(quote_ident(attname), ', ')),
             format('update {table} set %1$I = %1$I || ''!''', max(attname) filter (
                 where atttypid = 'text'::regtype and has_column_privilege(LOGIN, attrelid, attnum, 'update'))),
             format('insert into {table} (%s) select %1$s from {table}', string_agg(quote_ident(attname), ', ')
                 filter (where has_column_privilege(LOGIN, attrelid, attnum, 'insert')))])
           from pg_attribute
          where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped
            and has_column_privilege(LOGIN, attrelid, attnum, 'select')"
    );
    texts(plant, &built).await
}
