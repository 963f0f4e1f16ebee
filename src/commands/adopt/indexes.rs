//! `rowhouse adopt --indexes`: shows which indexes searching and sorting would gain by, what they
//! take, and builds them when asked. The deciding is in `db::adopt::indexes`.

use serde_json::json;

use super::super::owner::{tell, write_json, write_line};
use super::super::{CommandError, Global};
use super::{Args, agreed, wrong};
use crate::db::Client;
use crate::db::adopt::indexes::{self, Offers};

/// Shows, asks and builds.
pub(super) async fn run(global: &Global, client: &Client, args: &Args) -> Result<(), CommandError> {
    let mut all = Vec::new();
    for table in &args.tables {
        all.push(indexes::offers(client, table).await.map_err(wrong)?);
    }
    if !global.json {
        all.iter().try_for_each(show)?;
    }
    let count: usize = all.iter().map(|offers| offers.indexes.len()).sum();
    let act = count > 0 && !args.plan && (args.yes || agreed(&format!("Build {count} indexes"))?);
    if act {
        for offers in &all {
            build(global, client, offers).await?;
        }
    }
    if global.json {
        return write_json(&json!({ "built": act, "offers": all }));
    }
    match (act, args.plan || count == 0) {
        (true, _) => tell("Built."),
        (false, true) => Ok(()),
        (false, false) => Err(CommandError::Failed("nothing was changed".into())),
    }
}

async fn build(global: &Global, client: &Client, offers: &Offers) -> Result<(), CommandError> {
    indexes::prepare(client, offers)
        .await
        .map_err(CommandError::failed)?;
    for offer in &offers.indexes {
        if !global.json {
            tell(&format!("building {} ...", offer.name))?;
        }
        indexes::build(client, offer)
            .await
            .map_err(CommandError::failed)?;
    }
    Ok(())
}

fn show(offers: &Offers) -> Result<(), CommandError> {
    write_line(&format!("{}:", offers.table))?;
    if !offers.words {
        write_line(
            "  text cannot be indexed here: the server has no pg_trgm (its contrib package)",
        )?;
    }
    if offers.indexes.is_empty() {
        write_line("  has all the indexes that searching and sorting use")?;
    }
    if let Some(sql) = &offers.first {
        write_line(&format!("  {sql};"))?;
    }
    for offer in &offers.indexes {
        let size = match offer.bytes {
            ..1_000_000 => "under 1 MB".to_owned(),
            bytes => format!("about {} MB", bytes / 1_000_000),
        };
        write_line(&format!(
            "  {:<28} {size}, about {} s",
            offer.gain, offer.seconds
        ))?;
        write_line(&format!("    {};", offer.sql))?;
    }
    Ok(())
}
