//! Checks an archive of the trail from its file alone: every entry against the links that seal it, and
//! the links against each other.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::CommandError;
use super::super::owner::{tell, write_json, write_line};
use super::verify::{flaw_value, in_words};
use crate::db::seal::chain::{Hash, Link, from_hex, hash, hex};
use crate::db::seal::check::Flaw;

/// What was found in an archive.
#[derive(Debug, Default)]
pub struct Read {
    /// The months, by name.
    pub months: Vec<String>,
    /// How many entries fit.
    pub intact: u64,
    /// What does not fit.
    pub flaws: Vec<Flaw>,
    /// The last digest of each tenant.
    pub tips: Vec<(i64, Hash)>,
    /// Whether the digest that was expected is among the links.
    pub anchored: bool,
    /// How many links there are.
    pub links: u64,
    /// The SHA-256 of the file, which the trail notes when it is written.
    pub sha256: String,
    whole: Sha256,
    spans: Vec<(Timestamp, Timestamp)>,
    entries: HashMap<(i64, i64), (Timestamp, Hash)>,
    last: Option<Link>,
    /// How many entries and links the end of the file names; `None` before it came.
    end: Option<(u64, u64)>,
    lines: u64,
}

/// Checks a file and tells what was found.
pub fn verify(path: &Path, expected: Option<&Hash>, json: bool) -> Result<(), CommandError> {
    let read = read(path, expected)?;
    let anchored = expected.is_none() || read.anchored;
    if json {
        let tips: Vec<Value> = read
            .tips
            .iter()
            .map(|(tenant, digest)| json!({ "tenant": tenant, "digest": hex(digest) }))
            .collect();
        write_json(&json!({
            "intact": read.flaws.is_empty() && anchored, "expected_found": anchored,
            "months": read.months, "entries": read.intact, "links": read.links, "tips": tips,
            "sha256": read.sha256,
            "flaws": read.flaws.iter().map(flaw_value).collect::<Vec<_>>(),
        }))?;
    } else {
        tell(&format!(
            "{}: {} entries are as they were sealed, in {} links",
            read.months.join(", "),
            read.intact,
            read.links
        ))?;
        for flaw in &read.flaws {
            write_line(&in_words(flaw))?;
        }
        tell(&format!("  SHA-256 of the file {}", read.sha256))?;
        for (tenant, digest) in &read.tips {
            write_line(&format!("digest {} of tenant {tenant}", hex(digest)))?;
        }
    }
    match (read.flaws.len(), anchored) {
        (0, true) => Ok(()),
        (0, false) => Err(CommandError::Failed(
            "the digest that was expected is not among the links of this file".into(),
        )),
        (flaws, _) => Err(CommandError::Failed(format!(
            "the archive does not fit its seal: {flaws} {}",
            if flaws == 1 { "flaw" } else { "flaws" }
        ))),
    }
}

/// Reads a file to its end.
///
/// # Errors
/// When it cannot be read, is none of ours, or is cut.
pub fn read(path: &Path, expected: Option<&Hash>) -> Result<Read, CommandError> {
    let name = path.display();
    let failed = |what: String| CommandError::Failed(format!("{name}: {what}"));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut read = Read::default();
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| failed(error.to_string()))?;
        read.lines += 1;
        read.whole.update(line.as_bytes());
        read.whole.update(b"\n");
        let at = read.lines;
        read.take(&line, expected)
            .ok_or_else(|| failed(format!("line {at} is none of an archive")))?;
    }
    read.sha256 = hex(&read.whole.clone().finalize());
    match read.end {
        None => Err(failed("the end of the file is missing".into())),
        Some((_, links)) if links != read.links => {
            Err(failed("links are missing from the file".into()))
        }
        Some(_) => {
            read.finish();
            Ok(read)
        }
    }
}

impl Read {
    /// Takes a line; `None` when it is none of ours.
    fn take(&mut self, line: &str, expected: Option<&Hash>) -> Option<()> {
        let json: Value = serde_json::from_str(line).ok()?;
        if self.lines == 1 {
            return self.head(&json);
        }
        if let Some(link) = json.get("link") {
            let link = link_of(link)?;
            self.anchored |= Some(&link.digest) == expected;
            self.link(link);
        } else if let Some(end) = json.get("end") {
            self.end = Some((end["entries"].as_u64()?, end["links"].as_u64()?));
        } else {
            let key = (json["tenant_id"].as_i64()?, json["id"].as_i64()?);
            let at: Timestamp = json["at"].as_str()?.parse().ok()?;
            if let Some((at, _)) = self.entries.insert(key, (at, hash(line))) {
                self.flaws.push(Flaw::Inserted { id: key.1, at });
            }
        }
        Some(())
    }

    fn head(&mut self, json: &Value) -> Option<()> {
        if json["rowhouse_archive"].as_u64()? != 1 {
            return None;
        }
        for month in json["months"].as_array()? {
            let time = |name: &str| month[name].as_str()?.parse::<Timestamp>().ok();
            self.months.push(month["name"].as_str()?.to_owned());
            self.spans.push((time("from")?, time("before")?));
        }
        Some(())
    }

    fn link(&mut self, link: Link) {
        self.links += 1;
        if !link.fits() {
            self.flaws.push(Flaw::Link { no: link.no });
        }
        let before = self.last.as_ref().filter(|last| last.tenant == link.tenant);
        let follows = |before: &Link| link.no == before.no + 1 && link.previous == before.digest;
        if !before.is_none_or(follows) {
            self.flaws.push(Flaw::Break { no: link.no });
        }
        for ((id, at), sealed) in link.ids.iter().zip(&link.ats).zip(&link.hashes) {
            if !self.spans.iter().any(|(from, to)| from <= at && at < to) {
                continue;
            }
            match self.entries.remove(&(link.tenant, *id)) {
                Some((_, found)) if found == *sealed => self.intact += 1,
                Some((now, _)) => self.flaws.push(Flaw::Edited {
                    id: *id,
                    at: *at,
                    now: format!("its time is {now}"),
                }),
                None => self.flaws.push(Flaw::Removed { id: *id, at: *at }),
            }
        }
        match self.tips.last_mut() {
            Some((tenant, digest)) if *tenant == link.tenant => *digest = link.digest,
            _ => self.tips.push((link.tenant, link.digest)),
        }
        self.last = Some(link);
    }

    /// What no link knows was put in.
    fn finish(&mut self) {
        let mut rest: Vec<_> = self.entries.drain().collect();
        rest.sort_unstable_by_key(|(key, _)| *key);
        let inserted = rest.into_iter();
        self.flaws
            .extend(inserted.map(|((_, id), (at, _))| Flaw::Inserted { id, at }));
    }
}

fn link_of(json: &Value) -> Option<Link> {
    let digest = |name: &str| from_hex(json[name].as_str()?);
    let mut link = Link {
        tenant: json["tenant"].as_i64()?,
        no: json["no"].as_i64()?,
        segment: i32::try_from(json["segment"].as_i64()?).ok()?,
        ids: Vec::new(),
        ats: Vec::new(),
        hashes: Vec::new(),
        previous: digest("previous")?,
        digest: digest("digest")?,
    };
    for entry in json["entries"].as_array()? {
        link.ids.push(entry[0].as_i64()?);
        link.ats.push(entry[1].as_str()?.parse().ok()?);
        link.hashes.push(from_hex(entry[2].as_str()?)?);
    }
    Some(link)
}
