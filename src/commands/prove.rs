//! `rowhouse prove`: attacks the boundary as it is, behind savepoints, and prints what held. The
//! attacks are in `db::adopt::prove`.

use clap::Subcommand;
use serde_json::json;

use super::owner::{connect, tell, write_json, write_table};
use super::{CommandError, Global};
use crate::db::adopt::prove::{self, Proof, Verdict};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be proved.
#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// That no tenant reads, writes or learns of another's rows: every attack is tried on every adopted
    /// table with two tenants made for it, and all of it is rolled back.
    Isolation,
}

/// Runs the command.
///
/// # Errors
/// An attack that went through, no table with tenants, no connection, or not the owner.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let What::Isolation = args.what;
    let (mut client, _) = connect(global).await?;
    let proofs = prove::isolation(&mut client)
        .await
        .map_err(CommandError::failed)?;
    let count = |verdict| proofs.iter().filter(|one| one.verdict == verdict).count();
    let (held, open, untried) = (
        count(Verdict::Held),
        count(Verdict::Open),
        count(Verdict::NotTried),
    );
    if global.json {
        write_json(
            &json!({ "held": held, "open": open, "not_tried": untried, "attacks": proofs }),
        )?;
    } else {
        let rows: Vec<_> = proofs.iter().map(row).collect();
        write_table(&["", "table", "attack", "answer"], &rows)?;
    }
    if open > 0 {
        return Err(CommandError::Failed(format!(
            "{open} attacks went through, {held} failed, {untried} could not be tried"
        )));
    }
    if !proofs.iter().any(|one| one.attack == prove::SEEN) {
        let what = "nothing is proved: no adopted table with rows has tenants; see rowhouse adopt TABLE --tenant COLUMN";
        return Err(CommandError::Failed(what.into()));
    }
    match global.json {
        true => Ok(()),
        false => tell(&format!(
            "All {held} attacks failed; {untried} could not be tried. Nothing was changed."
        )),
    }
}

fn row(proof: &Proof) -> Vec<String> {
    let word = match proof.verdict {
        Verdict::Held => "held",
        Verdict::Open => "OPEN",
        Verdict::NotTried => "not tried",
    };
    let fields = [word, &proof.table, proof.attack, &proof.said];
    fields.map(str::to_owned).into()
}
