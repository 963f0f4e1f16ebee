//! `rowhouse doctor`: tries the connection stage by stage, then looks for what weakens the boundary
//! and says how each finding is mended. It reads, and changes nothing: what it needs to be for
//! reading is taken in a transaction that is rolled back.

mod around;
mod budget;
mod checks;
mod doorway;
mod drift;
mod hardening;
mod logging;
mod login;
mod reach;
mod server;
mod tables;
mod tenants;
mod upkeep;
mod ward;

use secrecy::SecretString;
use serde::Serialize;

use super::contract::Fault;
use super::contract::connect::{Mark, Stage};
use super::stages::{self, stage};
use crate::domain::connection::ConnectionSettings;
use crate::domain::text;

use checks::{CHECKS, GROUPS};
pub use checks::{codes, question};
use ward::{Answer, Ward};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; a residual that is accepted, or nobody's fault.
    Note,
    /// It should be mended.
    Warning,
    /// The boundary does not hold, or a secret is written where it must not be.
    Serious,
}

/// Something found that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Names the check.
    pub code: &'static str,
    /// The stage it belongs to.
    pub stage: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found.
    pub what: String,
    /// What that means.
    pub means: &'static str,
    /// What mends it, line by line: SQL or a line of a configuration.
    pub fix: Vec<String>,
}

impl Finding {
    /// Whether it should be mended.
    pub fn matters(&self) -> bool {
        self.severity > Severity::Note
    }
}

/// With whose eyes the database was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Eyes {
    /// Nobody's: no connection stands.
    None,
    /// A role that is not the owner: the shared login, as a rule.
    Role,
    /// The database's owner.
    Owner,
    /// A superuser.
    Superuser,
}

/// Everything that was found.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The stages of the connection, then one per group of checks.
    pub stages: Vec<Stage>,
    /// The findings, the heaviest first.
    pub findings: Vec<Finding>,
    /// With whose eyes.
    pub eyes: Eyes,
    /// Whether a password is what is missing.
    pub password_missing: bool,
}

impl Diagnosis {
    /// Whether the connection itself stands.
    pub fn connects(&self) -> bool {
        self.eyes != Eyes::None
    }
}

/// What is asked besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// How many people work at the same time.
    pub team: Option<u32>,
}

/// Tries a connection and looks at what it leads to.
pub async fn examine(
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
    asked: Asked,
) -> Diagnosis {
    let tried = stages::attempt(settings.clone(), password.cloned()).await;
    let password_missing = matches!(
        &tried.entered,
        Err(Fault::LoginRefused {
            password_missing: true,
            ..
        })
    );
    let mut diagnosis = Diagnosis {
        findings: of_stages(&tried.stages),
        stages: tried.stages,
        eyes: Eyes::None,
        password_missing,
    };
    // A schema that does not fit the program stops people, not the doctor.
    let stands = match &tried.entered {
        Ok(entered) => Some(entered.open.server.pooler),
        Err(Fault::Outdated { .. }) => Some(false),
        Err(_) => None,
    };
    let Some(pooler) = stands else {
        return diagnosis;
    };
    drop(tried.entered);
    match Ward::enter(settings, password, pooler, asked).await {
        Ok(ward) => ward.look(&mut diagnosis).await,
        Err(fault) => diagnosis
            .stages
            .push(stage(Mark::Bad, "checks", &fault.to_string())),
    }
    diagnosis.findings.sort_by(|a, b| {
        let weight = |one: &Finding| std::cmp::Reverse(one.severity);
        (weight(a), a.code, &a.what).cmp(&(weight(b), b.code, &b.what))
    });
    diagnosis
}

/// The findings that the connection's own stages are.
fn of_stages(stages: &[Stage]) -> Vec<Finding> {
    let doubtful = stages.iter().filter(|stage| stage.mark == Mark::Doubtful);
    let finding = |stage: &Stage| {
        let (code, name, means, fix) = match stage.name.as_str() {
            "TLS" => (
                "certificate-ends",
                "TLS",
                "when it has ended, nobody can connect",
                "ssl_cert_file = 'the new certificate', then select pg_reload_conf()",
            ),
            _ => (
                "clock-offset",
                "clock",
                "times on the screen are the server's; certificates are judged by this machine's",
                "timedatectl set-ntp true, on the machine whose clock is wrong",
            ),
        };
        Finding {
            code,
            stage: name,
            severity: Severity::Warning,
            what: stage.text.clone(),
            means,
            fix: vec![fix.into()],
        }
    };
    doubtful.map(finding).collect()
}

impl Ward {
    /// Runs every check, group by group.
    async fn look(&self, diagnosis: &mut Diagnosis) {
        diagnosis.eyes = self.eyes();
        for group in GROUPS {
            let (mut found, mut looked, mut unseen) = (Vec::new(), 0, Vec::new());
            for check in CHECKS.iter().flat_map(|part| part.iter()) {
                if check.stage != *group {
                    continue;
                }
                match self.check(check).await {
                    Answer::Looked(findings) => {
                        looked += 1;
                        found.extend(findings);
                    }
                    Answer::NotForThese(whose) => unseen.push(whose),
                    Answer::Refused(why) => unseen.push(why),
                    Answer::NothingThere => {}
                }
            }
            diagnosis
                .stages
                .extend(summary(group, &found, looked, &unseen));
            diagnosis.findings.extend(found);
        }
        self.leave().await;
    }
}

/// One line about a group of checks; nothing where there was nothing to look at.
fn summary(group: &str, found: &[Finding], looked: usize, unseen: &[String]) -> Option<Stage> {
    let heaviest = found.iter().map(|finding| finding.severity).max();
    let mark = match heaviest {
        Some(Severity::Serious) => Mark::Bad,
        Some(Severity::Warning) => Mark::Doubtful,
        Some(Severity::Note) | None => Mark::Good,
    };
    let mut words = Vec::new();
    let matter = found.iter().filter(|finding| finding.matters()).count();
    match (looked, matter, found.len() - matter) {
        (0, ..) => {}
        (_, 0, 0) => words.push("nothing found".into()),
        (_, 0, notes) => words.push(counted(notes, "note")),
        (_, matter, 0) => words.push(counted(matter, "finding")),
        (_, matter, notes) => {
            words.push(format!(
                "{}, {}",
                counted(matter, "finding"),
                counted(notes, "note")
            ));
        }
    }
    let mut unseen: Vec<&str> = unseen.iter().map(String::as_str).collect();
    unseen.sort_unstable();
    unseen.dedup();
    if !unseen.is_empty() {
        words.push(format!("more is seen {}", unseen.join(" and ")));
    }
    (!words.is_empty()).then(|| stage(mark, group, &words.join("; ")))
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// Makes lines of text from the database harmless.
fn harmless(lines: &str) -> Vec<String> {
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| text::line(line).into_owned())
        .collect()
}
