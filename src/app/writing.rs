//! The dialog that asks which rows go to which file: what is chosen and typed. No rows, no file.

use crate::domain::export::Form;
use crate::input::line::{Mode, TextField};

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Those that are marked.
    Marked,
    /// Those that are shown, filtered and sorted as they are.
    Shown,
    /// All of the table, by key.
    Whole,
    /// The one under the cursor.
    Row,
}

/// The dialog.
#[derive(Debug)]
pub struct WriteRows {
    /// What can be written, in words.
    pub choices: Vec<(What, String)>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// Whether all columns are written, and not only those shown, as they are shown.
    pub all_columns: bool,
    /// How many columns are shown, and how many there are.
    pub columns: (usize, usize),
    /// The name of the file.
    pub file: TextField,
    /// What is wrong with it.
    pub said: Option<String>,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which rows.
    pub what: What,
    /// Whether all columns.
    pub all_columns: bool,
    /// The file.
    pub file: String,
    /// How it is written.
    pub form: Form,
}

impl WriteRows {
    /// Opens the dialog; a form is proposed by the file's name.
    pub fn new(choices: Vec<(What, String)>, columns: (usize, usize), file: &str) -> Self {
        Self {
            choices,
            chosen: 0,
            all_columns: false,
            columns,
            file: TextField::new(Mode::Line, file),
            said: None,
        }
    }

    /// Chooses the line above or below.
    pub fn step(&mut self, down: bool) {
        let last = self.choices.len().saturating_sub(1);
        self.chosen = match down {
            true => (self.chosen + 1).min(last),
            false => self.chosen.saturating_sub(1),
        };
    }

    /// The form that the name asks for.
    pub fn form(&self) -> Option<Form> {
        Form::of(self.file.text().trim())
    }

    /// What was chosen, or what is wrong with it.
    ///
    /// # Errors
    /// A sentence.
    pub fn wanted(&self) -> Result<Wanted, String> {
        let Some((what, _)) = self.choices.get(self.chosen) else {
            return Err("There is nothing to write".into());
        };
        let form = self
            .form()
            .ok_or("The name must end with .csv, .tsv, .json or .jsonl")?;
        let file = self.file.text().trim().to_owned();
        if file.trim_end_matches(form.name()).ends_with("/.")
            || file.starts_with('.') && file.len() == form.name().len() + 1
        {
            return Err("The file needs a name before its ending".into());
        }
        Ok(Wanted {
            what: *what,
            all_columns: self.all_columns,
            file,
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_the_form_and_must() {
        let choices = vec![(What::Shown, "these".into()), (What::Whole, "all".into())];
        let mut dialog = WriteRows::new(choices, (2, 3), "a.jsonl");
        dialog.step(true);
        dialog.step(true);
        let wanted = dialog.wanted().expect("all is said");
        assert_eq!((wanted.what, wanted.form), (What::Whole, Form::Lines));
        dialog.file.set("a.doc");
        assert!(dialog.wanted().expect_err("no form").contains(".csv"));
        dialog.file.set("here/.csv");
        assert!(dialog.wanted().expect_err("no name").contains("a name"));
    }
}
