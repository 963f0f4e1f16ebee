//! Keys pressed one after the other that ask for one thing: mostly one, sometimes a few. No bindings.

use std::fmt;
use std::str::FromStr;

use super::event::Key;
use super::event::name::UnknownKey;

/// One key, or a few in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keys(Vec<Key>);

/// Nobody remembers more.
const MOST: usize = 4;

impl Keys {
    /// Makes the keys of a slice; none of none.
    pub fn of(keys: &[Key]) -> Option<Keys> {
        (1..=MOST)
            .contains(&keys.len())
            .then(|| Keys(keys.to_vec()))
    }

    /// The keys in order.
    pub fn as_slice(&self) -> &[Key] {
        &self.0
    }

    /// Whether it is one key pressed several times.
    pub fn is_repeat(&self) -> bool {
        self.0.len() > 1 && self.0.iter().all(|key| *key == self.0[0])
    }
}

impl From<Key> for Keys {
    fn from(key: Key) -> Keys {
        Keys(vec![key])
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, key) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(" ")?;
            }
            key.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Keys {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Keys, UnknownKey> {
        // A blank alone was always the name of a key.
        if text == " " {
            return Ok(Keys(vec![text.parse()?]));
        }
        let keys: Result<Vec<Key>, UnknownKey> = text.split_whitespace().map(str::parse).collect();
        Keys::of(&keys?).ok_or_else(|| UnknownKey {
            text: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn keys_are_written_and_read_alike() {
        for text in ["g", "g g", "ctrl-x ctrl-s", "space", "Z Q"] {
            assert_eq!(text.parse::<Keys>().unwrap().to_string(), text);
        }
        assert!("g nokey".parse::<Keys>().is_err());
        assert!("".parse::<Keys>().is_err());
        assert!("a b c d e".parse::<Keys>().is_err());
    }

    #[test]
    fn only_the_same_key_again_is_a_repeat() {
        let repeats = |text: &str| text.parse::<Keys>().unwrap().is_repeat();
        assert!(repeats("d d") && repeats("D D D"));
        assert!(!repeats("d") && !repeats("d D") && !repeats("g d"));
    }
}
