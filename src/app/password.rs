//! The dialog in which a person changes their own password: what is typed, twice.

use crate::domain::account::{self, Check};
use crate::input::line::TextField;

/// The dialog that takes a new password.
#[derive(Debug)]
pub struct NewPassword {
    /// The password, and once more.
    pub chosen: [TextField; 2],
    /// Whether the second is under the cursor.
    pub second: bool,
    /// What is still missing, once it was tried.
    pub said: Option<String>,
}

impl Default for NewPassword {
    fn default() -> Self {
        Self {
            chosen: [TextField::secret(), TextField::secret()],
            second: false,
            said: None,
        }
    }
}

impl NewPassword {
    /// The field under the cursor.
    pub fn field(&mut self) -> &mut TextField {
        &mut self.chosen[usize::from(self.second)]
    }

    /// What the password must be like, and what of it is met.
    pub fn checks(&self, username: &str) -> Vec<Check> {
        let [chosen, again] = &self.chosen;
        account::checklist(chosen.text(), again.text(), username)
    }
}
