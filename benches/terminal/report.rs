//! What was measured, as lines with what is promised of each. No measuring here.

use std::fmt;
use std::time::Duration;

/// One figure.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub figure: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The most that is promised, where something is.
    pub most: Option<f64>,
    /// What else is to be known of it.
    pub about: String,
}

/// All figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The figures, in the order they were measured.
    pub lines: Vec<Line>,
}

impl Report {
    /// Adds a figure with what it may be at the most.
    pub fn limit(&mut self, what: impl Into<String>, figure: f64, unit: &'static str, most: f64) {
        self.add(what, figure, unit, Some(most), String::new());
    }

    /// Adds a figure of which nothing is promised.
    pub fn note(&mut self, what: impl Into<String>, figure: f64, unit: &'static str) {
        self.add(what, figure, unit, None, String::new());
    }

    /// Adds how long something took: the median, and the quickest beside it.
    pub fn times(&mut self, what: impl Into<String>, mut took: Vec<Duration>, most_ms: f64) {
        took.sort();
        let quickest = took.first().copied().unwrap_or_default();
        let about = format!("quickest of {}: {:.1}", took.len(), ms(quickest));
        let middle = took.get(took.len() / 2).copied().unwrap_or_default();
        self.add(what, ms(middle), "ms", Some(most_ms), about);
    }

    fn add(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        unit: &'static str,
        most: Option<f64>,
        about: String,
    ) {
        self.lines.push(Line {
            what: what.into(),
            figure,
            unit,
            most,
            about,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            write!(f, "{:<56} {:>9.2} {:<6}", line.what, line.figure, line.unit)?;
            if let Some(most) = line.most {
                let word = if line.figure <= most {
                    "kept"
                } else {
                    "MISSED"
                };
                write!(f, " at most {most:>6}: {word:<6}")?;
            }
            writeln!(f, " {}", line.about)?;
        }
        Ok(())
    }
}

/// In milliseconds.
pub fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// The middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
