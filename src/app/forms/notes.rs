//! What is said under a field while it is typed in: what words mean, what is rounded, where JSON
//! breaks off. Nothing here refuses anything.

use crate::app::context::Context;
use crate::domain::fits;
use crate::domain::table::ColumnKind;
use crate::domain::when;

use super::{Form, check, dates};

/// The longest JSON that is looked through at every key, in bytes.
const LONGEST_JSON: usize = 100_000;

/// A line under a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it says.
    pub text: String,
    /// Whether the field cannot be saved like that.
    pub wrong: bool,
}

/// Returns what is to be said of a field that was typed in.
pub fn of(form: &Form, column: usize, cx: &Context) -> Option<Note> {
    let field = form.fields.get(column)?;
    let about = form.column(column)?;
    if field.locked.is_some() || !field.is_touched() || field.text.is_empty() {
        return None;
    }
    let said = |text| Some(Note { text, wrong: false });
    let text = field.text.text();
    if let Some(meaning) = dates::meaning(form, column, cx) {
        return said(format!("= {}", meaning.told));
    }
    match about.facts.base.as_str() {
        "timestamptz" => said(format!("= {}", when::local(text, &cx.zone)?)),
        "numeric" => {
            let stored = fits::rounded(about.facts.modifier, text)?;
            said(format!("is stored rounded: {stored}"))
        }
        _ if about.kind == ColumnKind::Json && text.len() <= LONGEST_JSON => {
            let fault = check::json_fault(text)?;
            Some(Note {
                text: fault.what,
                wrong: true,
            })
        }
        _ => None,
    }
}
