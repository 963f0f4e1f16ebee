//! What came of playing a tape: the line that failed, what was expected, and the screen.

use super::picture::Picture;
use crate::domain::diff;

/// Why a tape failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The line in the tape.
    pub line: usize,
    /// What was expected and what was there.
    pub what: String,
    /// The screen at that moment, with whose it is.
    pub screen: Option<(String, Picture)>,
}

/// What a tape that passed did.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The steps played.
    pub steps: usize,
    /// The snapshots that were written, because they were missing or may be updated.
    pub written: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "line {}: {}", self.line, self.what)?;
        if let Some((person, picture)) = &self.screen {
            writeln!(f, "{person}'s screen:\n{picture}")?;
        }
        Ok(())
    }
}

/// Shows two pictures' differing lines, the kept one first.
pub fn differences(kept: &str, now: &str) -> String {
    let mut text = String::new();
    for change in diff::line_by_line(kept, now) {
        for (sign, part) in [('-', &kept[change.old]), ('+', &now[change.new])] {
            for line in part.lines() {
                text.extend([sign]);
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}
