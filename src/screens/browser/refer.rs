//! The records that a condition on a referring column can name: found by key and name as one types, as
//! in a form.

use super::Browser;
use super::ask::ops::{self, Op};
use super::ask::{Ask, Line};
use super::over::Over;
use crate::app::finding::{self, Finding};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, LookupReply, QueryId, Reply};
use crate::domain::reference::{Choice, Reference};
use crate::domain::value::Value;
use crate::input::action::{Action, DialogAction};
use crate::input::event::Key;
use crate::input::line::{Mode, TextField};

/// What a referring column refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refers {
    /// The foreign key, as a position among those of the table.
    reference: usize,
    /// Which of its columns this one is.
    part: usize,
}

impl Browser {
    /// What a column refers to.
    pub(super) fn refers_to(&self, column: usize) -> Option<Refers> {
        let references = &self.shape.as_ref()?.references;
        let mut found = references.iter().enumerate().filter_map(|(number, one)| {
            let part = one.columns.iter().position(|own| *own == column)?;
            Some(Refers {
                reference: number,
                part,
            })
        });
        found.next()
    }

    fn referred(&self) -> Option<&Reference> {
        let Some(Over::Ask(ask)) = &self.over else {
            return None;
        };
        let references = &self.shape.as_ref()?.references;
        references.get(ask.refers?.reference)
    }

    /// The table that is listed, for the title of the list.
    pub(super) fn referred_table(&self) -> Option<String> {
        self.referred().map(|one| one.name.to_string())
    }

    /// Opens the list.
    pub(super) fn open_records(&mut self, out: &mut Outbox) {
        let Some(one) = self.referred() else {
            return out.tell(
                Mood::Told,
                "This lists records of another table; this column refers to none",
            );
        };
        if !one.readable {
            let why = finding::unreadable(&one.name.to_string());
            return out.tell(Mood::Warning, why);
        }
        if let Some(Over::Ask(ask)) = &mut self.over {
            ask.go_where_a_key_fits();
            ask.records = Some(Finding::default());
        }
        self.ask_records(out);
    }

    fn records_mut(&mut self) -> Option<&mut Finding> {
        match &mut self.over {
            Some(Over::Ask(ask)) => ask.records.as_mut(),
            _ => None,
        }
    }

    /// Does what was asked for in the list.
    pub(super) fn act_records(&mut self, action: Action, out: &mut Outbox) {
        let Some(list) = self.records_mut() else {
            return;
        };
        match action {
            Action::Dialog(DialogAction::Up) => list.step(false),
            Action::Dialog(DialogAction::Down) => list.step(true),
            Action::Dialog(DialogAction::Close) => {
                list.stop(out);
                if let Some(Over::Ask(ask)) = &mut self.over {
                    ask.records = None;
                }
            }
            Action::Dialog(DialogAction::Choose) => self.choose_record(out),
            _ => {}
        }
    }

    /// Takes a key that is text in the list.
    pub(super) fn key_in_records(&mut self, key: Key, out: &mut Outbox) {
        if self.records_mut().is_some_and(|list| list.press(key)) {
            self.ask_records(out);
        }
    }

    /// Takes a paste in the list.
    pub(super) fn paste_in_records(&mut self, text: &str, out: &mut Outbox) {
        if let Some(list) = self.records_mut() {
            list.paste(text);
            self.ask_records(out);
        }
    }

    /// Takes the answer to the list's question; says whether it was its.
    pub(super) fn records_answered(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        out: &mut Outbox,
    ) -> bool {
        let why = self
            .referred()
            .map(|one| finding::unreadable(&one.name.to_string()));
        let present = match &self.over {
            Some(Over::Ask(ask)) => vec![ask.low.text().to_owned()],
            _ => Vec::new(),
        };
        let Some(list) = self.records_mut().filter(|list| list.query == Some(query)) else {
            return false;
        };
        match reply {
            Ok(Reply::Lookup(LookupReply::Found(found))) => {
                list.take(found.clone(), Some(&present));
            }
            Ok(_) => {
                out.drop_held();
                out.tell(Mood::Warning, why.unwrap_or_default());
                self.act_records(Action::Dialog(DialogAction::Close), out);
                return true;
            }
            Err(fault) => {
                list.fail(fault.clone());
                out.drop_held();
            }
        }
        if std::mem::take(&mut list.choosing) {
            self.choose_record(out);
        }
        true
    }

    /// Takes the record under the cursor; one that is still on its way is waited for, and so are the
    /// keys that follow.
    fn choose_record(&mut self, out: &mut Outbox) {
        let Some(Over::Ask(ask)) = &mut self.over else {
            return;
        };
        let Some(list) = &mut ask.records else { return };
        if let Some(query) = list.query {
            list.choosing = true;
            out.hold = Some(query);
            return;
        }
        match list.here().cloned() {
            Some(choice) => ask.take_record(&choice),
            None => out.drop_held(),
        }
    }

    fn ask_records(&mut self, out: &mut Outbox) {
        let Some(one) = self.referred() else { return };
        let (table, key) = (one.table, one.theirs.clone());
        if let Some(list) = self.records_mut() {
            list.stop(out);
            list.ask(table, key, out);
        }
    }
}

impl Ask {
    /// The column refers to other records: a key is the likeliest to be asked for.
    pub(super) fn refer(&mut self, refers: Option<Refers>) {
        self.refers = refers;
        if refers.is_none() {
            return;
        }
        let own = self
            .lines
            .get(self.at)
            .cloned()
            .filter(|_| self.changes.is_some());
        let keyed = [Op::Is, Op::OneOf, Op::IsNot].map(Line::Test);
        let (mut first, others): (Vec<Line>, Vec<Line>) = std::mem::take(&mut self.lines)
            .into_iter()
            .partition(|line| keyed.contains(line));
        first.sort_by_key(|line| keyed.iter().position(|one| one == line));
        self.lines = first.into_iter().chain(others).collect();
        let at = self
            .lines
            .iter()
            .position(|line| Some(line) == own.as_ref());
        self.at = at.unwrap_or(0);
    }

    /// Goes to a test that takes a key, where the one under the cursor does not.
    fn go_where_a_key_fits(&mut self) {
        let fits = matches!(
            self.op(),
            Some(Op::Is | Op::IsNot | Op::OneOf | Op::Between | Op::Less | Op::More)
        );
        let is = Line::Test(Op::Is);
        if let (false, Some(at)) = (fits, self.lines.iter().position(|line| *line == is)) {
            self.at = at;
            self.error = None;
        }
    }

    /// Writes the key of a record where the cursor is; of several, one more.
    fn take_record(&mut self, choice: &Choice) {
        self.records = None;
        let Some(key) = self.refers.and_then(|refers| choice.key.get(refers.part)) else {
            return;
        };
        let names = finding::names(choice);
        self.called = (!names.is_empty()).then(|| (key.clone(), names));
        let several = self.op() == Some(Op::OneOf);
        let field = match self.in_high {
            true => &mut self.high,
            false => &mut self.low,
        };
        let before = field.text().trim_end().trim_end_matches(',').to_owned();
        let text = match (several, before.is_empty()) {
            (true, false) => format!("{before}, {}", ops::in_list(&Value::text(key))),
            (true, true) => ops::in_list(&Value::text(key)),
            (false, _) => key.clone(),
        };
        *field = TextField::new(Mode::Line, &text);
        self.error = None;
    }

    /// What the record is called that was chosen, while its key is what is typed.
    pub(super) fn called(&self) -> Option<String> {
        let (key, names) = self.called.as_ref()?;
        let here = [self.low.text(), self.high.text()];
        let is = here
            .iter()
            .any(|text| text == key || text.ends_with(&format!(", {key}")));
        is.then(|| format!("{key}  {names}"))
    }
}
