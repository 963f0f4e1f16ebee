//! When each timer of a seat is due; no clock of its own.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::app::effect::Timer;

/// The timers that are set.
#[derive(Debug, Default)]
pub struct Timers {
    due: BTreeMap<Timer, Timestamp>,
}

impl Timers {
    /// Sets a timer, instead of the one set before.
    pub fn set(&mut self, timer: Timer, now: Timestamp, after_ms: u64) {
        let after = SignedDuration::from_millis(i64::try_from(after_ms).unwrap_or(i64::MAX));
        self.due
            .insert(timer, now.checked_add(after).unwrap_or(Timestamp::MAX));
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
    pub fn take_due(&mut self, now: Timestamp) -> Option<Timer> {
        let (&timer, &due) = self.due.iter().min_by_key(|(_, due)| **due)?;
        (due <= now).then(|| {
            self.due.remove(&timer);
            timer
        })
    }

    /// Returns when the next timer is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_in_order_and_once() {
        let at = |ms| Timestamp::from_millisecond(ms).expect("in range");
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
