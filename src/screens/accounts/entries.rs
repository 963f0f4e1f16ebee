//! What is set for an account: its name, the name that others see, and its roles; no screen.

use crate::domain::people::{RoleLine, Somebody};
use crate::input::line::TextField;

/// What is set for an account.
#[derive(Debug)]
pub struct Entries {
    /// The account that is changed; none for a new one.
    pub of: Option<String>,
    /// Its roles as they were when looked at.
    pub before: Vec<String>,
    /// What the person types to sign in.
    pub username: TextField,
    /// How others see them.
    pub display: TextField,
    /// The roles: name, whether it is given, whether one may give or take it.
    pub roles: Vec<(String, bool, bool)>,
    /// The entry under the cursor.
    pub focus: usize,
    /// Which entry is not right, and why.
    pub fault: Option<(usize, String)>,
}

impl Entries {
    /// Begins a new account, as most are.
    pub fn fresh(roles: &[RoleLine]) -> Self {
        Self {
            of: None,
            before: Vec::new(),
            username: TextField::line(),
            display: TextField::line(),
            roles: boxes(roles, &["technician".to_owned()]),
            focus: 0,
            fault: None,
        }
    }

    /// Begins to change an account.
    pub fn of(one: &Somebody, roles: &[RoleLine]) -> Self {
        let mut display = TextField::line();
        display.insert(&one.display_name);
        Self {
            of: Some(one.username.clone()),
            before: one.roles.clone(),
            display,
            roles: boxes(roles, &one.roles),
            ..Self::fresh(&[])
        }
    }

    /// How many entries stand before the roles.
    pub fn texts(&self) -> usize {
        2 - usize::from(self.of.is_some())
    }

    /// The text under the cursor.
    pub fn text_mut(&mut self) -> Option<&mut TextField> {
        match (self.focus, self.of.is_some()) {
            (0, false) => Some(&mut self.username),
            (0, true) | (1, false) => Some(&mut self.display),
            _ => None,
        }
    }

    /// The role under the cursor.
    pub fn role_mut(&mut self) -> Option<&mut (String, bool, bool)> {
        let at = self.focus.checked_sub(self.texts())?;
        self.roles.get_mut(at)
    }

    /// Moves the cursor, round the ends.
    pub fn step(&mut self, forth: bool) {
        let all = self.texts() + self.roles.len();
        self.focus = (self.focus + if forth { 1 } else { all - 1 }) % all.max(1);
    }

    /// Gives or takes the role under the cursor; a sentence when that is not one's to do.
    pub fn toggle(&mut self) -> Result<(), String> {
        self.fault = None;
        match self.role_mut() {
            Some((_, given, true)) => {
                *given = !*given;
                Ok(())
            }
            Some((name, ..)) => Err(format!("{name} gives more than your own roles do")),
            None => Ok(()),
        }
    }

    /// The names of the roles that are given.
    pub fn given(&self) -> Vec<String> {
        let given = self.roles.iter().filter(|(_, given, _)| *given);
        given.map(|(name, ..)| name.clone()).collect()
    }

    /// Whether anything was typed or chosen in a new account.
    pub fn is_touched(&self) -> bool {
        !self.username.text().is_empty() || !self.display.text().is_empty()
    }
}

fn boxes(roles: &[RoleLine], given: &[String]) -> Vec<(String, bool, bool)> {
    let boxes = roles
        .iter()
        .map(|role| (role.name.clone(), given.contains(&role.name), role.may_give));
    boxes.collect()
}
