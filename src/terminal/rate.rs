//! How much a thin line carries in a moment, learnt from how long the terminal took for what was
//! sent. No I/O and no clock.
//!
//! What is sent waits on the way, in buffers that nobody here can look into: a serial driver's, a
//! socket's at the other end. So much and no more is sent before the terminal has answered that it
//! shows it, and what was pressed meanwhile is in what is sent next.

use std::time::Duration;

/// For how long what is sent may keep the line busy: then the next key is seen soon, and asking costs
/// little beside it.
const MOMENT: Duration = Duration::from_millis(150);

/// As little is sent at once all the same: a row, and where the cursor stands.
const LEAST: u64 = 160;

/// Answers to sends whose sizes differ by less say nothing of how long a byte takes.
const TELLING: u64 = 64;

/// So many bytes that took more than twice as long as once before were slowed by the line.
const MANY: u64 = 512;

/// How fast a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes a second.
    carried: Option<u64>,
    /// The quickest answer so far: after how many bytes, and in how many microseconds.
    quickest: Option<(u64, u64)>,
}

impl Rate {
    /// That of a line of so many baud, where it is known: eight bits, a start and a stop a byte.
    pub fn of_baud(baud: Option<u32>) -> Rate {
        Rate {
            carried: baud.map(|baud| u64::from(baud) / 10),
            quickest: None,
        }
    }

    /// Takes note of how long so many bytes took, there and back. What more bytes took longer is the
    /// line, and the rest the way: a faster line is believed at once, a slower one almost.
    pub fn learn(&mut self, bytes: usize, took: Duration) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let took = micros(took).max(1);
        let before = self.quickest.replace((bytes, took));
        let Some((least, shortest)) = before else {
            self.carried = self.carried.or(Some(a_second(bytes, took)));
            return;
        };
        if took >= shortest {
            self.quickest = before;
        }
        let known = self.carried.unwrap_or_default();
        let is_longer = (bytes > least) == (took > shortest);
        let seen = match (bytes.abs_diff(least), took.abs_diff(shortest)) {
            (more, longer) if more < TELLING => match bytes >= MANY && longer > shortest {
                true => a_second(bytes, took),
                false => return,
            },
            (more, longer @ 1..) if is_longer => a_second(more, longer),
            // More bytes came sooner: the line is so fast that the way alone took its time.
            _ => known.saturating_mul(2),
        };
        let slower = known.midpoint(seen).min(seen.saturating_mul(2));
        self.carried = Some(seen.max(slower));
    }

    /// How many bytes may be sent before the terminal has shown them; all, where nothing is known.
    pub fn carries(&self) -> usize {
        let Some(carried) = self.carried else {
            return usize::MAX;
        };
        // The line may be busy with them for a moment beyond the way there and back.
        let way = self.quickest.map_or(0, |(bytes, took)| {
            let line = bytes.saturating_mul(1_000_000) / carried.max(1);
            took.saturating_sub(line)
        });
        let busy = carried.saturating_mul(way + micros(MOMENT)) / 1_000_000;
        usize::try_from(busy.max(LEAST)).unwrap_or(usize::MAX)
    }
}

/// So many bytes in so many microseconds, by the second.
fn a_second(bytes: u64, took: u64) -> u64 {
    bytes.saturating_mul(1_000_000) / took.max(1)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line of so many bytes a second takes, with the way there and back.
    fn takes(bytes: usize, carried: u64, trip: Duration) -> Duration {
        let bytes = u64::try_from(bytes).unwrap();
        trip + Duration::from_micros(bytes * 1_000_000 / carried)
    }

    /// How long the line is busy with what is sent at once, after some of it was sent.
    fn busy(rate: &mut Rate, first: usize, carried: u64, trip: Duration) -> Duration {
        rate.learn(first, takes(first, carried, trip));
        for _ in 0..12 {
            let bytes = rate.carries().min(4_000);
            rate.learn(bytes, takes(bytes, carried, trip));
        }
        takes(rate.carries().min(4_000), carried, Duration::ZERO)
    }

    #[test]
    fn nothing_known_holds_nothing_back() {
        assert_eq!(Rate::of_baud(None).carries(), usize::MAX);
    }

    #[test]
    fn a_line_that_somebody_set_is_known_before_anything_is_sent() {
        assert_eq!(Rate::of_baud(Some(19_200)).carries(), 288);
        assert_eq!(Rate::of_baud(Some(300)).carries(), 160);
    }

    #[test]
    fn a_slow_line_is_busy_for_a_moment_only() {
        for carried in [960, 1_920] {
            let mut rate = Rate::of_baud(None);
            let trip = Duration::from_millis(5);
            let busy = busy(&mut rate, 3_000, carried, trip);
            assert!(busy < MOMENT * 2, "{carried}: {busy:?}");
        }
    }

    #[test]
    fn a_long_way_is_not_taken_for_a_slow_line() {
        // Begins with little, as after a small picture.
        for first in [44, 3_000] {
            let mut rate = Rate::of_baud(None);
            busy(&mut rate, first, 100_000, Duration::from_millis(300));
            assert!(rate.carries() >= 4_000, "{first}: {}", rate.carries());
        }
    }

    #[test]
    fn a_line_that_becomes_slow_is_believed_soon() {
        let mut rate = Rate::of_baud(None);
        busy(&mut rate, 3_000, 1_000_000, Duration::from_millis(1));
        let busy = busy(&mut rate, 3_000, 960, Duration::from_millis(1));
        assert!(busy < MOMENT * 2, "{busy:?}");
    }
}
