//! The list from which a person who may see all tenants chooses one: what is found, and what is under the
//! cursor.

use crate::domain::account::TenantLine;
use crate::input::line::TextField;

/// What the line that stands for all of them says.
pub const ALL: &str = "all tenants, reading only";

/// The list of tenants.
#[derive(Debug)]
pub struct ChooseTenant {
    /// All of them, by name.
    pub tenants: Vec<TenantLine>,
    /// What is typed to find one.
    pub typed: TextField,
    /// Which of those found is under the cursor.
    pub selected: usize,
    /// Whether none is chosen now.
    pub across: bool,
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// All tenants, reading only.
    All,
    /// One of them.
    One(&'a TenantLine),
}

impl ChooseTenant {
    /// Begins on what is chosen now.
    pub fn new(tenants: Vec<TenantLine>) -> Self {
        let chosen = tenants.iter().position(|tenant| tenant.chosen);
        Self {
            selected: chosen.map_or(0, |place| place + 1),
            across: chosen.is_none(),
            typed: TextField::line(),
            tenants,
        }
    }

    /// What fits what is typed; all of them stand first.
    pub fn found(&self) -> Vec<Choice<'_>> {
        let typed = self.typed.text().trim().to_lowercase();
        let fits = |text: &str| text.to_lowercase().contains(&typed);
        let all = fits(ALL).then_some(Choice::All);
        let named = self.tenants.iter().filter(|tenant| fits(&tenant.name));
        all.into_iter().chain(named.map(Choice::One)).collect()
    }

    /// Moves the cursor by one line.
    pub fn step(&mut self, down: bool) {
        let last = self.found().len().saturating_sub(1);
        self.selected = match down {
            true => (self.selected + 1).min(last),
            false => self.selected.saturating_sub(1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> ChooseTenant {
        let line = |name: &str, chosen| TenantLine {
            name: name.into(),
            closed: None,
            chosen,
        };
        ChooseTenant::new(vec![line("Hall North", false), line("Hall South", true)])
    }

    #[test]
    fn it_begins_on_the_chosen_one_and_finds_by_typing() {
        let mut list = list();
        assert_eq!((list.selected, list.across), (2, false));
        list.step(true);
        assert_eq!(list.selected, 2, "there is no line after the last");
        list.typed.insert("north");
        list.selected = 0;
        assert!(matches!(list.found()[..], [Choice::One(one)] if one.name == "Hall North"));
        list.typed.clear();
        list.typed.insert("READING");
        assert_eq!(list.found(), [Choice::All]);
    }
}
