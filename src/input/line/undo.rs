//! What a text was before its changes; changes of one kind in a row are undone together.

use super::Instead;

/// How many changes can be undone.
const DEEPEST: usize = 200;

/// A text, its cursor, and what stands there instead of a text.
type State = (String, usize, Option<Instead>);

/// What kind of change is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A letter is typed.
    Letter,
    /// A blank is typed; it belongs to the word before it.
    Space,
    /// Something is deleted.
    Delete,
    /// A paste or a new text: always undone by itself.
    Whole,
}

/// What a text was, and what it became again.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    past: Vec<State>,
    future: Vec<State>,
    run: Option<Kind>,
}

impl Undo {
    /// Keeps the state before a change, unless the change goes on with the last one.
    pub fn remember(&mut self, kind: Kind, text: &str, cursor: usize, instead: Option<Instead>) {
        let goes_on = match (self.run, kind) {
            (Some(Kind::Letter | Kind::Space), Kind::Space) => true,
            (Some(last), kind) => last == kind && kind != Kind::Whole,
            (None, _) => false,
        };
        self.run = Some(kind);
        self.future.clear();
        if goes_on {
            return;
        }
        if self.past.len() == DEEPEST {
            self.past.remove(0);
        }
        self.past.push((text.to_string(), cursor, instead));
    }

    /// The next change begins a new run.
    pub fn end_run(&mut self) {
        self.run = None;
    }

    /// Goes one change back from `now`.
    pub fn back(&mut self, now: State) -> Option<State> {
        let before = self.past.pop()?;
        self.future.push(now);
        self.run = None;
        Some(before)
    }

    /// Goes one change forth from `now`.
    pub fn forth(&mut self, now: State) -> Option<State> {
        let after = self.future.pop()?;
        self.past.push(now);
        self.run = None;
        Some(after)
    }
}
