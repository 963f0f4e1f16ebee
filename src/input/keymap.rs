//! Which key asks for which action: the table's defaults, and what the configuration rebinds.

use std::collections::HashMap;

use super::action::{Action, Scope, rows};
use super::event::Key;

/// Keys of every scope.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: HashMap<(Scope, Key), Action>,
}

/// A binding from the configuration: the keys that replace an action's defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    /// The action's name.
    pub action: String,
    /// Its new keys; none unbinds it.
    pub keys: Vec<Key>,
}

/// Why a set of bindings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No action has this name.
    #[error("there is no action called {0}")]
    UnknownAction(String),
    /// Two actions of one scope have the same key.
    #[error("{key} is bound to both {one} and {other} in scope {scope}")]
    Clash {
        /// The key.
        key: Key,
        /// The scope.
        scope: &'static str,
        /// One action.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
}

impl Keymap {
    /// Makes the keymap of the table with the configuration's rebindings.
    ///
    /// With `flow_control` ctrl-s and ctrl-q stay with the terminal (XON/XOFF).
    ///
    /// # Errors
    /// An unknown action, or a key with two meanings in one scope.
    pub fn new(rebindings: &[Rebinding], flow_control: bool) -> Result<Self, KeymapError> {
        for rebinding in rebindings {
            if !rows().any(|row| row.name == rebinding.action) {
                return Err(KeymapError::UnknownAction(rebinding.action.clone()));
            }
        }
        let mut bindings: HashMap<(Scope, Key), Action> = HashMap::new();
        for row in rows() {
            let rebound = rebindings
                .iter()
                .find(|rebinding| rebinding.action == row.name);
            let keys: Vec<Key> = match rebound {
                Some(rebinding) => rebinding.keys.clone(),
                None => row
                    .keys
                    .iter()
                    .filter_map(|name| name.parse().ok())
                    .collect(),
            };
            for key in keys
                .into_iter()
                .filter(|key| !(flow_control && is_flow_control(*key)))
            {
                for scope in row.scopes {
                    if let Some(other) = bindings.insert((*scope, key), row.action) {
                        return Err(KeymapError::Clash {
                            key,
                            scope: scope.name(),
                            one: other.name(),
                            other: row.name,
                        });
                    }
                }
            }
        }
        Ok(Self { bindings })
    }

    /// Returns the action that a key asks for, looking from the innermost scope outwards.
    pub fn action(&self, scopes: &[Scope], key: Key) -> Option<Action> {
        scopes
            .iter()
            .find_map(|scope| self.bindings.get(&(*scope, key)).copied())
    }

    /// Returns the keys of an action in a scope, the easiest first.
    pub fn keys(&self, action: Action, scopes: &[Scope]) -> Vec<Key> {
        let mut keys: Vec<Key> = self
            .bindings
            .iter()
            .filter(|((scope, _), bound)| **bound == action && scopes.contains(scope))
            .map(|((_, key), _)| *key)
            .collect();
        let order = |key: &Key| {
            let name = key.to_string();
            let defaults = action.row().map_or(&[][..], |row| row.keys);
            defaults
                .iter()
                .position(|default| *default == name)
                .unwrap_or(usize::MAX)
        };
        keys.sort_by_key(|key| (order(key), *key));
        keys.dedup();
        keys
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // Invariant: the table's own defaults do not clash; a test builds them.
        Self::new(&[], false).unwrap_or(Self {
            bindings: HashMap::new(),
        })
    }
}

fn is_flow_control(key: Key) -> bool {
    matches!(key.to_string().as_str(), "ctrl-s" | "ctrl-q")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_do_not_clash_and_every_key_parses() {
        Keymap::new(&[], false).expect("no clash");
        for row in rows() {
            for name in row.keys {
                let key: Key = name
                    .parse()
                    .unwrap_or_else(|_| panic!("{name} in {}", row.name));
                assert_eq!(key.to_string(), *name);
            }
        }
    }

    #[test]
    fn forbidden_keys_are_not_defaults() {
        let forbidden = [
            "ctrl-a", "ctrl-b", "ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m", "ctrl-z", "ctrl-[", "f10",
            "f11",
        ];
        for row in rows() {
            for key in row.keys {
                assert!(
                    !forbidden.contains(key),
                    "{key} is a default of {}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn text_scopes_bind_no_printable_key() {
        for row in rows() {
            if row.scopes.iter().any(|scope| scope.is_text()) {
                for key in row.keys {
                    assert!(
                        key.chars().count() > 1 && *key != "space",
                        "{key} in {}",
                        row.name
                    );
                }
            }
        }
    }
}
