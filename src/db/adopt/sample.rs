//! The statements that write one record as it is, for trying. Text only, nothing is run here.

use super::TablePlan;
use super::quote::{ident, literal, text_array};

/// One record as the owner sees it, enough to write it again.
pub struct Sample {
    /// Its key.
    pub key: Vec<String>,
    /// Its version.
    pub version: Option<i64>,
    /// Its transaction number.
    pub xmin: String,
    /// Columns our login may write.
    pub columns: Vec<String>,
    /// Those among them that get a value of their own when left out.
    pub filled: Vec<String>,
    /// Their values, as text.
    pub values: Vec<Option<String>>,
}

/// The test that finds the sample.
pub fn by_key(table: &TablePlan, sample: &Sample) -> String {
    let parts = table.key.iter().zip(&sample.key);
    let parts: Vec<String> = parts
        .map(|(name, value)| format!("{} = {}", ident(name), literal(value)))
        .collect();
    parts.join(" and ")
}

/// Inserts the sample again; columns that fill themselves do so where they are keys.
pub fn insert(table: &TablePlan, sample: &Sample) -> String {
    let (names, values): (Vec<&String>, Vec<&Option<String>>) = sample
        .columns
        .iter()
        .zip(&sample.values)
        .filter(|(name, _)| !(table.key.contains(name) && sample.filled.contains(name)))
        .unzip();
    if table.through {
        return through(table, sample, "insert", &names, &values);
    }
    if names.is_empty() {
        return format!("insert into {} default values", table.table);
    }
    let names: Vec<String> = names.into_iter().map(|name| ident(name)).collect();
    let values: Vec<String> = values.into_iter().map(value).collect();
    format!(
        "insert into {} ({}) values ({})",
        table.table,
        names.join(", "),
        values.join(", ")
    )
}

/// Writes every column of the sample as it is.
pub fn update(table: &TablePlan, sample: &Sample) -> String {
    if sample.columns.is_empty() {
        return "select 1".to_owned();
    }
    if table.through {
        let values: Vec<&Option<String>> = sample.values.iter().collect();
        return through(
            table,
            sample,
            "update",
            &sample.columns.iter().collect::<Vec<_>>(),
            &values,
        );
    }
    let sets: Vec<String> = sample
        .columns
        .iter()
        .zip(&sample.values)
        .map(|(name, text)| format!("{} = {}", ident(name), value(text)))
        .collect();
    format!(
        "update {} set {} where {}",
        table.table,
        sets.join(", "),
        by_key(table, sample)
    )
}

/// Deletes the sample.
pub fn delete(table: &TablePlan, sample: &Sample) -> String {
    if table.through {
        return through(table, sample, "delete", &[], &[]);
    }
    format!(
        "select rowhouse.record_delete({}, {}, {}, {})",
        table.oid,
        text_array(&sample.key),
        version(sample),
        literal(&sample.xmin)
    )
}

/// The same through the function of the table's owner.
fn through(
    table: &TablePlan,
    sample: &Sample,
    verb: &str,
    names: &[&String],
    values: &[&Option<String>],
) -> String {
    let values: Vec<String> = values.iter().map(|text| value(text)).collect();
    format!(
        "select * from rowhouse.record_write({}, '{verb}', {}, {}, {}, {}, array[{}]::text[], '{{}}', {})",
        table.oid,
        text_array(&sample.key),
        version(sample),
        literal(&sample.xmin),
        text_array(names),
        values.join(", "),
        text_array(&table.key)
    )
}

fn value(text: &Option<String>) -> String {
    text.as_ref()
        .map_or("null".to_owned(), |text| literal(text))
}

fn version(sample: &Sample) -> String {
    sample
        .version
        .map_or("null".to_owned(), |number| number.to_string())
}
