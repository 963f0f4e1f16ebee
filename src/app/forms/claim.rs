//! A form and its claim: asked for first where the table has hard locks, and what happens to the form
//! when somebody takes the claim away. Nothing typed is touched here.

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go};
use crate::db::contract::{ClaimsRequest, Request};
use crate::domain::claim::Holder;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::domain::text;
use crate::input::action::ClaimsAction;

use super::{At, Form, Forms, Mode, Question, draft, leave, open, wish, words};

/// How a claim was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What to say: `taken over by jhymel`.
    pub how: String,
    /// When.
    pub at: Timestamp,
}

/// Whether the record has to be claimed before it is edited.
pub fn is_needed(form: &Form) -> bool {
    let hard = form.shape.as_ref().is_some_and(|shape| shape.hard_locks);
    hard && form.key.is_some()
}

/// Asks for the claim before editing begins; keys typed meanwhile are held for the form.
pub fn ask(form: &mut Form, out: &mut Outbox) {
    let Some(key) = form.key.clone() else { return };
    let table = form.table;
    out.speak_for(Asker::Form(form.id));
    let query = out.ask_holding(Request::Claims(ClaimsRequest::Claim { table, key }));
    form.asked.push((query, Question::Claim));
}

/// Takes the answer: editing begins, or somebody holds the record.
pub fn answered(form: &mut Form, holder: Option<Holder>, cx: &Context, out: &mut Outbox) {
    let Some(holder) = holder else {
        open::enter_editing(form);
        return wish::grant(form, cx, out);
    };
    form.wish = None;
    out.drop_held();
    let since = cx
        .presence
        .iter()
        .find(|one| Some(&one.key) == form.key.as_ref() && one.hard);
    let since = since.map_or(String::new(), |one| {
        format!(" since {}", words::clock(one.since, cx))
    });
    let label = form.label();
    let key = words::key_of(ClaimsAction::Ask, cx);
    let line = match (holder.same_person, &holder.seat) {
        (true, Some(seat)) => {
            let seat = text::line(seat);
            format!("You hold {label} at {seat}{since}: {key} takes it over")
        }
        (true, None) => {
            format!("You hold {label} at another terminal{since}: {key} takes it over")
        }
        (false, _) => {
            let who = text::line(&holder.username);
            let manages = cx.person().is_some_and(|person| person.may_end_sessions);
            let release = words::key_of(ClaimsAction::Release, cx);
            let release = match manages {
                true => format!(", {release} releases it"),
                false => String::new(),
            };
            format!("{who} holds {label}{since}: {key} asks for it{release}")
        }
    };
    out.tell(Mood::Warning, line);
}

impl Forms {
    /// Somebody took a claim away: the form stays as it is, what is typed is a draft from here on.
    pub fn lose(
        &mut self,
        (table, key): (TableId, &RecordKey),
        lost: &Lost,
        cx: &Context,
        out: &mut Outbox,
    ) {
        for form in self.open.values_mut() {
            let edits = form.mode == Mode::Edit && !form.left;
            if form.table != table || form.key.as_ref() != Some(key) || !edits {
                continue;
            }
            form.draft.unwritten = form.is_changed();
            draft::write(form, cx, out);
            form.lost = Some(lost.clone());
        }
    }

    /// The form that edits a record, if there is one.
    pub fn editing(&self, table: TableId, key: &RecordKey) -> Option<FormId> {
        let edits = |form: &&Form| {
            let same = form.table == table && form.key.as_ref() == Some(key);
            same && form.mode == Mode::Edit && !form.left && form.lost.is_none()
        };
        self.open.values().find(edits).map(|form| form.id)
    }

    /// Lets a record go: its form is left, and what is typed stays as a draft.
    pub fn let_go(&mut self, id: FormId, cx: &Context, out: &mut Outbox) {
        let at = self.at(id);
        let Some(form) = self.open.get_mut(&id) else {
            return;
        };
        out.speak_for(Asker::Form(id));
        form.picker = None;
        form.calendar = None;
        match at {
            At::Form => leave::leave(form, cx, out),
            At::Conflict => {
                form.opened_reading = true;
                leave::leave(form, cx, out);
                out.go(Go::Back);
            }
            At::Elsewhere => {
                draft::write(form, cx, out);
                form.mode = Mode::Read;
            }
        }
    }
}

/// Says in one line that the claim is gone, and what became of what is typed.
pub fn line(lost: &Lost, form: &Form, cx: &Context) -> String {
    let at = words::clock(lost.at, cx);
    let kept = match form.changed_count() {
        0 => "you had typed nothing".to_owned(),
        1 => "your change is a draft, and typing goes on in it".into(),
        n => format!("your {n} changes are a draft, and typing goes on in it"),
    };
    let mut how = lost.how.chars();
    let first: String = how
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{} at {at}: {kept}", how.as_str())
}
