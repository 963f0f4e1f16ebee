//! The fewest steps from one row of numbers to another, as long as they are not too many.

use std::ops::Range;

/// A run that differs: where in the one, and where in the other.
type Run = (Range<usize>, Range<usize>);

/// Returns the runs in which two rows differ, in order; `None` when more than `most` numbers would
/// have to be removed and added. Greedy, by the number of differences: each round extends the
/// furthest place that is reached on every diagonal with one difference more.
pub(super) fn changes(one: &[u32], other: &[u32], most: usize) -> Option<Vec<Run>> {
    let start = common(one.iter(), other.iter());
    let (a, b) = (&one[start..], &other[start..]);
    let end = common(a.iter().rev(), b.iter().rev());
    let rows = Rows {
        a: &a[..a.len() - end],
        b: &b[..b.len() - end],
    };
    let mut runs = rows.changes(most)?;
    for (one, other) in &mut runs {
        *one = one.start + start..one.end + start;
        *other = other.start + start..other.end + start;
    }
    Some(runs)
}

fn common<'a>(one: impl Iterator<Item = &'a u32>, other: impl Iterator<Item = &'a u32>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).count()
}

struct Rows<'a> {
    a: &'a [u32],
    b: &'a [u32],
}

/// How far `a` is read on each diagonal with so many differences; a diagonal is what `a` is ahead
/// of `b`, and every other one is reached.
struct Round(Vec<Option<usize>>);

impl Round {
    fn at(&self, diagonal: isize) -> Option<usize> {
        let most = isize::try_from(self.0.len()).ok()? - 1;
        let place = diagonal + most;
        if place < 0 || place % 2 != 0 {
            return None;
        }
        self.0
            .get(usize::try_from(place / 2).ok()?)
            .copied()
            .flatten()
    }
}

/// One step: a number of `a` is removed, or one of `b` is added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Removed,
    Added,
}

impl Rows<'_> {
    fn changes(&self, most: usize) -> Option<Vec<Run>> {
        let goal = isize::try_from(self.a.len()).ok()? - isize::try_from(self.b.len()).ok()?;
        let mut rounds: Vec<Round> = Vec::new();
        for differences in 0..=most {
            let span = isize::try_from(differences).ok()?;
            let diagonals = (-span..=span).step_by(2);
            let reached = diagonals.map(|diagonal| {
                let x = match rounds.last() {
                    None => 0,
                    Some(before) => self.step(before, diagonal)?.1,
                };
                Some(x + self.agreed(x, diagonal))
            });
            let round = Round(reached.collect());
            let done = round.at(goal) == Some(self.a.len());
            rounds.push(round);
            if done {
                return Some(self.back(&rounds, goal));
            }
        }
        None
    }

    /// The step by which a diagonal is reached furthest, and where it ends in `a`.
    fn step(&self, before: &Round, diagonal: isize) -> Option<(Step, usize)> {
        let removed = before.at(diagonal - 1).filter(|x| *x < self.a.len());
        let added = before
            .at(diagonal + 1)
            .filter(|x| below(*x, diagonal + 1) < self.b.len());
        match (removed.map(|x| x + 1), added) {
            (Some(x), Some(other)) if other > x => Some((Step::Added, other)),
            (Some(x), _) => Some((Step::Removed, x)),
            (None, Some(x)) => Some((Step::Added, x)),
            (None, None) => None,
        }
    }

    /// How many numbers agree from here on.
    fn agreed(&self, x: usize, diagonal: isize) -> usize {
        let (a, b) = (self.a.get(x..), self.b.get(below(x, diagonal)..));
        common(a.unwrap_or_default().iter(), b.unwrap_or_default().iter())
    }

    /// Walks from the end to the start, and gathers the steps.
    fn back(&self, rounds: &[Round], goal: isize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut diagonal = goal;
        for before in rounds.iter().rev().skip(1) {
            let Some((step, x)) = self.step(before, diagonal) else {
                break;
            };
            let y = below(x, diagonal);
            let (one, other) = match step {
                Step::Removed => (x - 1..x, y..y),
                Step::Added => (x..x, y - 1..y),
            };
            diagonal += if step == Step::Removed { -1 } else { 1 };
            match runs.last_mut() {
                Some(last) if last.0.start == one.end && last.1.start == other.end => {
                    last.0.start = one.start;
                    last.1.start = other.start;
                }
                _ => runs.push((one, other)),
            }
        }
        runs.reverse();
        runs
    }
}

/// How far `b` is read on a diagonal.
fn below(x: usize, diagonal: isize) -> usize {
    x.checked_add_signed(-diagonal).unwrap_or(usize::MAX)
}
