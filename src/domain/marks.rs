//! Marked rows: by their keys, so that they stay marked wherever they stand; no I/O.

use std::collections::HashSet;

use super::record::RecordKey;

/// How many rows can be marked at once.
pub const MOST: usize = 10_000;

/// Marked rows of one table, in the order in which they were marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    keys: Vec<RecordKey>,
    known: HashSet<RecordKey>,
}

impl Marks {
    /// Whether a row is marked.
    pub fn holds(&self, key: &RecordKey) -> bool {
        self.known.contains(key)
    }

    /// How many rows are marked.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys, in the order in which they were marked.
    pub fn keys(&self) -> &[RecordKey] {
        &self.keys
    }

    /// Marks a row; says whether there was room for it.
    pub fn add(&mut self, key: &RecordKey) -> bool {
        if self.known.contains(key) {
            return true;
        }
        if self.keys.len() >= MOST {
            return false;
        }
        self.known.insert(key.clone());
        self.keys.push(key.clone());
        true
    }

    /// Takes a row's mark away.
    pub fn remove(&mut self, key: &RecordKey) {
        self.remove_all(std::slice::from_ref(key));
    }

    /// Takes the marks of rows away, however many, in one go through those that are marked.
    pub fn remove_all(&mut self, keys: &[RecordKey]) {
        let before = self.known.len();
        for key in keys {
            self.known.remove(key);
        }
        if self.known.len() < before {
            let known = &self.known;
            self.keys.retain(|marked| known.contains(marked));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> RecordKey {
        RecordKey(vec![number.to_string()])
    }

    #[test]
    fn marks_are_kept_once_and_in_order() {
        let mut marks = Marks::default();
        for number in [3, 1, 3, 2] {
            assert!(marks.add(&key(number)));
        }
        assert_eq!(marks.keys(), [key(3), key(1), key(2)]);
        marks.remove(&key(1));
        assert!(!marks.holds(&key(1)) && marks.holds(&key(2)));
        assert_eq!(marks.count(), 2);
        assert!(marks.add(&key(4)));
        marks.remove_all(&[key(2), key(9), key(3), key(2)]);
        assert_eq!(marks.keys(), [key(4)]);
        assert!(!marks.holds(&key(3)) && marks.holds(&key(4)));
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let mut marks = Marks::default();
        assert!((0..MOST).all(|number| marks.add(&key(number))));
        assert!(!marks.add(&key(MOST)));
        assert!(marks.add(&key(5)), "it is marked already");
        assert_eq!(marks.count(), MOST);
    }
}
