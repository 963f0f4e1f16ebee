//! Which keys ask for which action: the table's defaults, a preset, and what the configuration
//! rebinds.

use std::collections::{HashMap, HashSet};

use super::action::{Action, Scope, rows};
use super::event::Key;
use super::keys::Keys;
use super::preset::Preset;

#[cfg(test)]
mod tests;

/// Keys of every scope.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: HashMap<(Scope, Keys), Action>,
    /// What begins a binding of several keys.
    begins: HashSet<(Scope, Keys)>,
    /// The bindings by action, the easiest first.
    keys: HashMap<Action, Vec<(Scope, Keys)>>,
}

/// A binding from the configuration: the keys that replace an action's defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    /// The action's name.
    pub action: String,
    /// Its new keys; none unbinds it.
    pub keys: Vec<Keys>,
}

/// What the keys pressed so far ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// An action.
    Action(Action),
    /// Something that takes more keys.
    Begun,
    /// Nothing.
    Nothing,
}

/// What a key would do after those pressed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Following {
    /// The key.
    pub key: Key,
    /// What it asks for; none where more keys follow.
    pub action: Option<Action>,
}

/// Why a set of bindings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No action has this name.
    #[error("there is no action called {0}")]
    UnknownAction(String),
    /// Two actions of one scope have the same keys.
    #[error("{keys} is bound to both {one} and {other} in scope {scope}")]
    Clash {
        /// The keys.
        keys: Keys,
        /// The scope.
        scope: &'static str,
        /// One action.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// The keys of one action begin those of another, which could never be pressed.
    #[error("{keys} is bound to {one} in scope {scope}, and begins {longer} of {other}")]
    Begins {
        /// The keys.
        keys: Keys,
        /// The keys that they begin.
        longer: Keys,
        /// The scope.
        scope: &'static str,
        /// The action of the keys.
        one: &'static str,
        /// That of the longer ones.
        other: &'static str,
    },
    /// What cannot be taken back would be asked for by the same key again.
    #[error("{keys} repeats one key, which is too easily done for {action}: give it another")]
    Repeats {
        /// The keys.
        keys: Keys,
        /// The action.
        action: &'static str,
    },
}

impl Keymap {
    /// Makes the keymap of the table with the configuration's rebindings.
    ///
    /// With `flow_control` ctrl-s and ctrl-q stay with the terminal (XON/XOFF).
    ///
    /// # Errors
    /// An unknown action, or keys with two meanings in one scope.
    pub fn new(rebindings: &[Rebinding], flow_control: bool) -> Result<Self, KeymapError> {
        Self::of(Preset::Default, rebindings, flow_control)
    }

    /// The same with a preset between the table and the configuration.
    ///
    /// # Errors
    /// As [`Keymap::new`].
    pub fn of(
        preset: Preset,
        rebindings: &[Rebinding],
        flow_control: bool,
    ) -> Result<Self, KeymapError> {
        for rebinding in rebindings {
            if !rows().any(|row| row.name == rebinding.action) {
                return Err(KeymapError::UnknownAction(rebinding.action.clone()));
            }
        }
        let mut made = Self::empty();
        for row in rows() {
            let own = rebindings.iter().find(|own| own.action == row.name);
            let names = preset.keys(row.name).unwrap_or(row.keys);
            let keys: Vec<Keys> = match own {
                Some(own) => own.keys.clone(),
                None => names.iter().filter_map(|name| name.parse().ok()).collect(),
            };
            let stays = |keys: &Keys| !(flow_control && is_flow_control(keys));
            for keys in keys.into_iter().filter(stays) {
                if row.action.is_dangerous() && keys.is_repeat() {
                    let action = row.name;
                    return Err(KeymapError::Repeats { keys, action });
                }
                for scope in row.scopes {
                    made.bind(*scope, keys.clone(), row.action)?;
                }
            }
        }
        made.check()?;
        Ok(made)
    }

    fn bind(&mut self, scope: Scope, keys: Keys, action: Action) -> Result<(), KeymapError> {
        if let Some(other) = self.bindings.insert((scope, keys.clone()), action) {
            return Err(KeymapError::Clash {
                keys,
                scope: scope.name(),
                one: other.name(),
                other: action.name(),
            });
        }
        let all = keys.as_slice();
        let begins = (1..all.len()).filter_map(|count| Keys::of(&all[..count]));
        self.begins.extend(begins.map(|begin| (scope, begin)));
        self.keys.entry(action).or_default().push((scope, keys));
        Ok(())
    }

    /// Looks whether the keys of one action begin those of another.
    fn check(&self) -> Result<(), KeymapError> {
        let mut all: Vec<&(Scope, Keys)> = self.bindings.keys().collect();
        // The first fault is the same at every start.
        all.sort();
        for (scope, longer) in all {
            let all = longer.as_slice();
            for keys in (1..all.len()).filter_map(|count| Keys::of(&all[..count])) {
                let at = (*scope, keys);
                if let Some(one) = self.bindings.get(&at) {
                    let other = self.bindings[&(*scope, longer.clone())];
                    return Err(KeymapError::Begins {
                        keys: at.1,
                        longer: longer.clone(),
                        scope: scope.name(),
                        one: one.name(),
                        other: other.name(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Returns what the keys pressed so far ask for, looking from the innermost scope outwards.
    /// Where text is typed, a key that is text asks for nothing.
    pub fn pressed(&self, scopes: &[Scope], keys: &[Key]) -> Pressed {
        let is_text = scopes.iter().any(|scope| scope.is_text());
        let types = is_text && keys.first().is_some_and(|key| key.text().is_some());
        let Some(keys) = Keys::of(keys).filter(|_| !types) else {
            return Pressed::Nothing;
        };
        for scope in scopes {
            let at = (*scope, keys.clone());
            if let Some(action) = self.bindings.get(&at) {
                return Pressed::Action(*action);
            }
            if self.begins.contains(&at) {
                return Pressed::Begun;
            }
        }
        Pressed::Nothing
    }

    /// Returns the action that one key asks for, looking from the innermost scope outwards.
    pub fn action(&self, scopes: &[Scope], key: Key) -> Option<Action> {
        match self.pressed(scopes, &[key]) {
            Pressed::Action(action) => Some(action),
            Pressed::Begun | Pressed::Nothing => None,
        }
    }

    /// Returns what can follow the keys pressed so far.
    pub fn following(&self, scopes: &[Scope], keys: &[Key]) -> Vec<Following> {
        let mut found: Vec<Following> = Vec::new();
        for scope in scopes {
            let longer = self.bindings.iter().filter(|((own, longer), _)| {
                own == scope
                    && longer.as_slice().len() > keys.len()
                    && longer.as_slice().starts_with(keys)
            });
            let mut here: Vec<Following> = longer
                .map(|((_, longer), action)| {
                    let all = longer.as_slice();
                    let action = (all.len() == keys.len() + 1).then_some(*action);
                    Following {
                        key: all[keys.len()],
                        action,
                    }
                })
                .collect();
            here.retain(|one| found.iter().all(|known| known.key != one.key));
            found.extend(here);
        }
        found.sort_by_key(|one| one.key);
        found.dedup_by_key(|one| one.key);
        found
    }

    /// Returns the keys of an action in some scopes, the easiest first.
    pub fn keys(&self, action: Action, scopes: &[Scope]) -> Vec<Keys> {
        let mut keys: Vec<Keys> = Vec::new();
        for (scope, own) in self.keys.get(&action).into_iter().flatten() {
            if scopes.contains(scope) && !keys.contains(own) {
                keys.push(own.clone());
            }
        }
        keys
    }

    fn empty() -> Self {
        Self {
            bindings: HashMap::new(),
            begins: HashSet::new(),
            keys: HashMap::new(),
        }
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // Invariant: the table's own defaults do not clash; a test builds them.
        Self::new(&[], false).unwrap_or_else(|_| Self::empty())
    }
}

fn is_flow_control(keys: &Keys) -> bool {
    keys.as_slice()
        .iter()
        .any(|key| matches!(key.to_string().as_str(), "ctrl-s" | "ctrl-q"))
}
