//! The table of checks: what each is called, where it belongs, whose eyes it needs, and how it
//! looks. The checks themselves are in the files beside this one.

use std::pin::Pin;

use super::ward::{Asking, Ward};
use super::{Finding, Severity};
use super::{
    around, budget, doorway, drift, hardening, logging, login, reach, server, tables, tenants,
    upkeep,
};

/// One check.
pub(super) struct Check {
    /// Names it, and its findings.
    pub code: &'static str,
    /// The stage it belongs to; one of [`GROUPS`].
    pub stage: &'static str,
    /// How much a finding weighs, unless its row says otherwise.
    pub severity: Severity,
    /// Whose eyes it needs.
    pub needs: Needs,
    /// What a finding means.
    pub means: &'static str,
    /// How it looks.
    pub how: How,
}

/// Whose eyes a check needs, and what must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Any role, any database.
    Anybody,
    /// Any role, where the shared layer is.
    Layer,
    /// The owner of the layer.
    Owner,
    /// Who may read the statistics of others.
    Statistics,
    /// A superuser.
    Superuser,
}

/// How a check looks.
pub(super) enum How {
    /// One question. Each row is a finding: what was found, what mends it (one line each), and a
    /// weight of its own (`note`, `warning`, `serious`) or nothing.
    Sql(&'static str),
    /// More than one question.
    Code(for<'a> fn(&'a Ward, &'static Check) -> Looking<'a>),
}

/// A check at work.
pub(super) type Looking<'a> = Pin<Box<dyn Future<Output = Asking<Vec<Finding>>> + Send + 'a>>;

/// The stages of checks, in the order in which they are shown.
pub(super) const GROUPS: &[&str] = &[
    "server",
    "logging",
    "login",
    "hardening",
    "way in",
    "around",
    "tables",
    "triggers",
    "trail",
    "budget",
];

/// All checks, file by file.
pub(super) const CHECKS: &[&[Check]] = &[
    server::CHECKS,
    logging::CHECKS,
    login::CHECKS,
    hardening::CHECKS,
    doorway::CHECKS,
    around::CHECKS,
    reach::CHECKS,
    tables::CHECKS,
    drift::CHECKS,
    tenants::CHECKS,
    upkeep::CHECKS,
    budget::CHECKS,
];

/// The names of all checks, for tests and documentation.
pub fn codes() -> Vec<&'static str> {
    let all = CHECKS.iter().flat_map(|part| part.iter());
    all.map(|check| check.code).collect()
}

/// The question of a check that is one question, as it is written: for trying it with other times
/// and versions than a test can have.
pub fn question(code: &str) -> Option<&'static str> {
    let mut all = CHECKS.iter().flat_map(|part| part.iter());
    match all.find(|check| check.code == code)?.how {
        How::Sql(sql) => Some(sql),
        How::Code(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own_and_a_stage() {
        let mut names = codes();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        for check in CHECKS.iter().flat_map(|part| part.iter()) {
            assert!(GROUPS.contains(&check.stage), "{}", check.code);
            assert!(
                !check.means.is_empty() && !check.means.ends_with('.'),
                "{}",
                check.code
            );
        }
    }
}
