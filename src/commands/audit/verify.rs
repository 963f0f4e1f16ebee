//! `rowhouse audit verify`: holds the trail, or an archive of it, against its seal.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::owner::{connect, tell, write_json, write_line};
use super::super::{CommandError, Global};
use super::file;
use crate::db::seal;
use crate::db::seal::Checked;
use crate::db::seal::chain::{Hash, from_hex, hex};
use crate::db::seal::check::Flaw;

/// What `verify` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A digest that was kept outside the database: it must be in the chain.
    #[arg(long, value_name = "DIGEST")]
    expect: Option<String>,
    /// An archive instead of the database; needs no connection.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or a trail that does not fit its seal.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let expected = match &args.expect {
        Some(text) => Some(from_hex(text).ok_or_else(|| {
            CommandError::Usage("a digest has 64 signs, 0 to 9 and a to f".into())
        })?),
        None => None,
    };
    if let Some(path) = &args.file {
        return file::verify(path, expected.as_ref(), global.json);
    }
    let (client, _) = connect(global).await?;
    let checked = seal::verify(&client, expected.as_ref())
        .await
        .map_err(CommandError::failed)?;
    report(&checked, expected.as_ref(), global.json)
}

fn report(checked: &[Checked], expected: Option<&Hash>, json: bool) -> Result<(), CommandError> {
    let flaws: usize = checked.iter().map(|one| one.check.flaws.len()).sum();
    let anchored = expected.is_none() || checked.iter().any(|one| one.anchored.is_some());
    if json {
        let tenants: Vec<Value> = checked.iter().map(value).collect();
        write_json(
            &json!({ "intact": flaws == 0 && anchored, "expected_found": anchored,
            "tenants": tenants }),
        )?;
    } else {
        for one in checked {
            tell_one(one)?;
        }
    }
    match (flaws, anchored) {
        (0, true) => Ok(()),
        (0, false) => Err(CommandError::Failed(
            "the digest that was expected is not in the chain: the chain was made anew, or the database \
             was restored to a state from before"
                .into(),
        )),
        (flaws, _) => Err(CommandError::Failed(format!(
            "the trail does not fit its seal: {flaws} {}",
            if flaws == 1 { "flaw" } else { "flaws" }
        ))),
    }
}

fn tell_one(one: &Checked) -> Result<(), CommandError> {
    let check = &one.check;
    let links = check.last.map_or(0, |(no, _)| no);
    tell(&format!(
        "{}: {} entries are as they were sealed, in {links} links",
        one.name, check.intact
    ))?;
    if check.archived > 0 {
        let archived = check.archived;
        tell(&format!(
            "  {archived} more were archived and dropped: verify their files with --file"
        ))?;
    }
    if check.unsealed > 0 {
        let since = check
            .unsealed_since
            .map_or(String::new(), |at| at.to_string());
        let unsealed = check.unsealed;
        tell(&format!(
            "  {unsealed} are not sealed yet, the earliest of {since}: rowhouse audit seal"
        ))?;
    }
    if check.segments > 1 {
        let segments = check.segments;
        tell(&format!(
            "  the numbering of transactions began {segments} times: after the first, by a restore"
        ))?;
    }
    if let Some((no, since)) = one.anchored {
        tell(&format!(
            "  the expected digest is that of link {no}; {since} entries were sealed since"
        ))?;
    }
    let backdated = check.backdated();
    for one in backdated.iter().take(10) {
        tell(&format!(
            "  note: entry {} says {}, but was written after one of {}: the clock was set back, or it \
             is backdated",
            one.id, one.at, one.after
        ))?;
    }
    for flaw in &check.flaws {
        write_line(&in_words(flaw))?;
    }
    if let Some((_, digest)) = check.last {
        write_line(&format!("digest {}", hex(&digest)))?;
    }
    Ok(())
}

/// Says what does not fit.
pub(super) fn in_words(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Edited { id, at, now } => format!("entry {id} of {at} was edited: {now}"),
        Flaw::Removed { id, at } => format!("entry {id} of {at} was removed"),
        Flaw::Inserted { id, at } => format!("entry {id} of {at} was inserted afterwards"),
        Flaw::Link { no } => format!("link {no} of the seal was edited"),
        Flaw::Break { no } => {
            format!(
                "link {no} of the seal does not follow the one before: links were removed or made anew"
            )
        }
    }
}

/// The same for machines.
pub(super) fn flaw_value(flaw: &Flaw) -> Value {
    match flaw {
        Flaw::Edited { id, at, now } => {
            json!({ "flaw": "edited", "entry": id, "at": at.to_string(), "now": now })
        }
        Flaw::Removed { id, at } => json!({ "flaw": "removed", "entry": id, "at": at.to_string() }),
        Flaw::Inserted { id, at } => {
            json!({ "flaw": "inserted", "entry": id, "at": at.to_string() })
        }
        Flaw::Link { no } => json!({ "flaw": "link edited", "link": no }),
        Flaw::Break { no } => json!({ "flaw": "chain broken", "link": no }),
    }
}

fn value(one: &Checked) -> Value {
    let check = &one.check;
    let backdated: Vec<Value> = check
        .backdated()
        .iter()
        .map(|one| {
            json!({ "entry": one.id, "at": one.at.to_string(), "after": one.after.to_string() })
        })
        .collect();
    json!({
        "tenant": one.tenant,
        "name": one.name,
        "intact": check.intact,
        "archived": check.archived,
        "unsealed": check.unsealed,
        "unsealed_since": check.unsealed_since.map(|at| at.to_string()),
        "links": check.last.map(|(no, _)| no),
        "digest": check.last.map(|(_, digest)| hex(&digest)),
        "segments": check.segments,
        "expected_link": one.anchored.map(|(no, _)| no),
        "sealed_since_expected": one.anchored.map(|(_, since)| since),
        "backdated": backdated,
        "flaws": check.flaws.iter().map(flaw_value).collect::<Vec<_>>(),
    })
}
