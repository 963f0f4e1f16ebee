//! What was measured, as lines that say what is compared with what. No measuring here.

use std::fmt;

/// One figure.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The figure itself, with its unit.
    pub figure: String,
    /// What it was compared with, and that figure.
    pub against: String,
    /// The first by the second, where they are compared.
    pub ratio: Option<f64>,
    /// What is promised of the ratio.
    pub promised: Option<Promise>,
}

/// What a ratio is held against.
#[derive(Clone, Copy, Debug)]
pub enum Promise {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
}

impl Promise {
    /// Whether a ratio is as promised.
    pub fn is_kept(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }
}

/// All figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The figures, in the order they were measured.
    pub lines: Vec<Line>,
}

impl Report {
    /// Adds a comparison.
    pub fn compare(
        &mut self,
        what: impl Into<String>,
        ours: (String, f64),
        against: &str,
        theirs: (String, f64),
        promised: Option<Promise>,
    ) {
        self.lines.push(Line {
            what: what.into(),
            figure: ours.0,
            against: format!("{against} {}", theirs.0),
            ratio: Some(ours.1 / theirs.1),
            promised,
        });
    }

    /// Adds a figure that is compared with nothing.
    pub fn note(&mut self, what: impl Into<String>, figure: String, about: &str) {
        self.lines.push(Line {
            what: what.into(),
            figure,
            against: about.to_owned(),
            ratio: None,
            promised: None,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            write!(f, "{:<46} {:>12}", line.what, line.figure)?;
            if let Some(ratio) = line.ratio {
                write!(f, "  {ratio:>5.2} x {}", line.against)?;
            } else {
                write!(f, "          {}", line.against)?;
            }
            if let (Some(promise), Some(ratio)) = (line.promised, line.ratio) {
                let word = match promise.is_kept(ratio) {
                    true => "kept",
                    false => "MISSED",
                };
                let promise = match promise {
                    Promise::AtLeast(least) => format!("at least {least}"),
                    Promise::AtMost(most) => format!("at most {most}"),
                };
                write!(f, "  ({promise}: {word})")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The middle one.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
