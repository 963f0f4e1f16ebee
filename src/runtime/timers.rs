//! When each timer of a seat is due, by a steady clock: setting the machine's clock delays none. No
//! clock of its own.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::app::effect::Timer;

/// The timers that are set.
#[derive(Debug, Default)]
pub struct Timers {
    due: BTreeMap<Timer, SignedDuration>,
}

impl Timers {
    /// Sets a timer, instead of the one set before.
    pub fn set(&mut self, timer: Timer, now: SignedDuration, after_ms: u64) {
        let after = SignedDuration::from_millis(i64::try_from(after_ms).unwrap_or(i64::MAX));
        self.due.insert(timer, now.saturating_add(after));
    }

    /// Forgets a timer.
    pub fn unset(&mut self, timer: Timer) {
        self.due.remove(&timer);
    }

    /// Whether a timer is set.
    pub fn is_set(&self, timer: Timer) -> bool {
        self.due.contains_key(&timer)
    }

    /// Takes the timer that has been due longest, if any is due.
    pub fn take_due(&mut self, now: SignedDuration) -> Option<Timer> {
        let (&timer, &due) = self.due.iter().min_by_key(|(_, due)| **due)?;
        (due <= now).then(|| {
            self.due.remove(&timer);
            timer
        })
    }

    /// Returns when the next timer is due.
    pub fn next(&self) -> Option<SignedDuration> {
        self.due.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::clock::{Clock, Steady};

    #[test]
    fn the_machines_clock_moves_no_timer() {
        let steady = Steady::new(Clock::Real);
        let (mut timers, began) = (Timers::default(), steady.now());
        // The wall clock says tens of years; what timers go by begins with the seat.
        assert!(began < SignedDuration::from_hours(1), "{began}");
        timers.set(Timer::Drafts, began, 0);
        assert_eq!(timers.take_due(steady.now()), Some(Timer::Drafts));
    }

    #[test]
    fn timers_come_in_order_and_once() {
        let at = SignedDuration::from_millis;
        let mut timers = Timers::default();
        timers.set(Timer::Heartbeat, at(0), 30);
        timers.set(Timer::Feed, at(0), 10);
        timers.set(Timer::Feed, at(0), 20);
        assert_eq!(timers.take_due(at(15)), None);
        assert_eq!(timers.next(), Some(at(20)));
        assert_eq!(timers.take_due(at(40)), Some(Timer::Feed));
        assert_eq!(timers.take_due(at(40)), Some(Timer::Heartbeat));
        assert_eq!(timers.take_due(at(40)), None);
    }
}
