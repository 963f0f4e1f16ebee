//! `rowhouse doctor`: shows the stages of a connection, what was found, and what mends it. Prints
//! what would mend; runs nothing of it.

mod calibrate;

use std::io::{self, IsTerminal};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::owner::{tell, write_json, write_line};
use super::{CommandError, Global};
use crate::db::contract::connect::Mark;
use crate::db::doctor::{self, Asked, Diagnosis, Eyes, Finding, Severity};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// How many people work at the same time; the number of accounts when the owner asks.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    team: Option<u32>,
    /// Measures what the hash of a password costs on this machine, and proposes what it should.
    #[arg(long, conflicts_with_all = ["team", "accepted"])]
    calibrate: bool,
    /// A finding that is known and does not count; may be given several times.
    #[arg(long = "accept", value_name = "FINDING")]
    accepted: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// Findings that matter, or a stage that failed.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    if args.calibrate {
        return calibrate::run(global.json);
    }
    let known = doctor::codes();
    if let Some(unknown) = args
        .accepted
        .iter()
        .find(|one| !known.contains(&one.as_str()))
    {
        let near = crate::domain::nearest::nearest(unknown, &known);
        let near = near.map_or(String::new(), |near| format!("; the nearest is {near}"));
        return Err(CommandError::Usage(format!(
            "there is no finding {unknown}{near}"
        )));
    }
    let chosen = global.connection()?;
    let asked = Asked { team: args.team };
    let mut diagnosis = doctor::examine(&chosen.settings, chosen.password.as_ref(), asked).await;
    if diagnosis.password_missing && io::stdin().is_terminal() {
        let prompt = format!("Password of {}: ", chosen.settings.user);
        let password = SecretString::from(rpassword::prompt_password(prompt)?);
        diagnosis = doctor::examine(&chosen.settings, Some(&password), asked).await;
    }
    for finding in &mut diagnosis.findings {
        if args.accepted.iter().any(|code| code == finding.code) {
            finding.severity = Severity::Note;
        }
    }
    match global.json {
        true => write_json(&value(&diagnosis))?,
        false => narrate(&diagnosis)?,
    }
    match verdict(&diagnosis) {
        Some(what) => Err(CommandError::Failed(what)),
        None => Ok(()),
    }
}

/// What stands in the way of an exit code of 0.
fn verdict(diagnosis: &Diagnosis) -> Option<String> {
    if !diagnosis.connects() {
        let failed = diagnosis.stages.last()?;
        return Some(format!("{}: {}", failed.name, failed.text));
    }
    let matter = diagnosis
        .findings
        .iter()
        .filter(|one| one.matters())
        .count();
    let schema = diagnosis
        .stages
        .iter()
        .find(|one| one.mark == Mark::Bad && one.name == "schema");
    match (matter, schema) {
        (0, None) => None,
        (0, Some(stage)) => Some(format!("{}: {}", stage.name, stage.text)),
        (1, _) => Some("1 finding to mend".into()),
        _ => Some(format!("{matter} findings to mend")),
    }
}

fn narrate(diagnosis: &Diagnosis) -> Result<(), CommandError> {
    for stage in &diagnosis.stages {
        write_line(&format!(
            "{} {:<10} {}",
            stage.mark.sign(),
            stage.name,
            stage.text
        ))?;
    }
    for finding in &diagnosis.findings {
        write_line("")?;
        write_line(&format!(
            "{} {}: {}",
            sign(finding.severity),
            finding.code,
            finding.what
        ))?;
        write_line(&format!("    {}", finding.means))?;
        for line in &finding.fix {
            write_line(&format!("    > {line}"))?;
        }
    }
    if let Eyes::Role = diagnosis.eyes {
        tell(
            "More is seen as the owner of the database or a superuser: rowhouse --url \
             postgresql://owner@server/database doctor",
        )?;
    }
    Ok(())
}

fn sign(severity: Severity) -> char {
    match severity {
        Severity::Serious => '✗',
        Severity::Warning => '!',
        Severity::Note => '·',
    }
}

fn value(diagnosis: &Diagnosis) -> Value {
    let stages = diagnosis.stages.iter().map(|stage| {
        json!({
            "name": stage.name,
            "mark": stage.mark.word(),
            "text": stage.text,
        })
    });
    json!({
        "stages": stages.collect::<Vec<_>>(),
        "findings": diagnosis.findings,
        "seen_as": diagnosis.eyes,
        "to_mend": diagnosis.findings.iter().filter(|one| Finding::matters(one)).count(),
    })
}
