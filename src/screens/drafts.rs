//! The list of drafts: edits not yet saved, the latest first, and how each stands against its
//! record now. Looking at a draft changes nothing.

pub mod look;
mod runs;
#[cfg(test)]
mod tests;
pub mod view;
mod whole;
pub mod words;

use std::collections::BTreeMap;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::keep;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::Go;
use crate::domain::draft::{Draft, DraftId};
use crate::domain::outlook::Outlook;
use crate::domain::{scroll, text};
use crate::input::action::{Action, BrowserAction, ConflictAction, ListAction, Scope};
use crate::input::event::Key;

/// The list of drafts.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The line under the cursor.
    selected: usize,
    /// The lines scrolled in the draft that is shown whole, while one is.
    whole: Option<usize>,
    /// How each draft stood when it was looked at last.
    outlooks: BTreeMap<DraftId, Outlook>,
    /// The look that is under way.
    looking: Option<look::Looking>,
    /// Why the last look failed, if it did.
    failed: Option<String>,
    /// The questions how far changes of many rows came.
    asked_runs: Vec<runs::Asked>,
    /// How many rows of each were done.
    came: BTreeMap<DraftId, usize>,
    /// How many drafts are to be told of once it is known how they stand.
    to_tell: usize,
}

impl Drafts {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Drafts, Scope::List, Scope::AppList]
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Browser(BrowserAction::Open) => self.open(cx, out),
            Action::Browser(BrowserAction::DiscardDraft) => self.ask_discard(cx, out),
            Action::Browser(BrowserAction::Reload) => self.arrived(cx, out),
            Action::Browser(BrowserAction::ShowDraft) => self.show_whole(cx),
            Action::Conflict(ConflictAction::KeepYours) => {
                if let Some(draft) = self.current(cx) {
                    keep::keep_draft(draft, cx, out);
                }
            }
            Action::List(action) if self.whole.is_some() => self.step_whole(action, cx),
            Action::List(action) => self.step(action, cx, out),
            _ => {}
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, _key: Key, _cx: &Context, _out: &mut Outbox) {}

    /// Takes a paste.
    pub fn paste(&mut self, _text: &str, _cx: &Context, _out: &mut Outbox) {}

    /// The person came here, or wants to see it as it is now.
    pub fn arrived(&mut self, cx: &Context, out: &mut Outbox) {
        self.whole = None;
        self.selected = self.selected.min(cx.drafts.len().saturating_sub(1));
        if let Some(owner) = cx.draft_owner() {
            out.effect(Effect::ReadDrafts(owner));
        }
    }

    /// Throwing a draft away was confirmed.
    pub fn discard_confirmed(&mut self, id: &DraftId, _cx: &Context, out: &mut Outbox) {
        out.effect(Effect::RemoveDraft(id.clone()));
        out.tell(Mood::Done, "The draft was thrown away");
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let back = Action::List(ListAction::Back);
        if cx.drafts.is_empty() {
            return vec![back];
        }
        vec![
            Action::Browser(BrowserAction::Open),
            Action::Browser(BrowserAction::ShowDraft),
            Action::Conflict(ConflictAction::KeepYours),
            Action::Browser(BrowserAction::DiscardDraft),
            Action::Browser(BrowserAction::Reload),
            back,
        ]
    }

    fn current<'a>(&self, cx: &'a Context) -> Option<&'a Draft> {
        let drafts = in_order(cx);
        let last = drafts.len().saturating_sub(1);
        drafts.get(self.selected.min(last)).copied()
    }

    fn open(&self, cx: &Context, out: &mut Outbox) {
        let Some(draft) = self.current(cx) else {
            return;
        };
        if draft.elsewhere {
            // It may have been left there since the list was read.
            out.effect(Effect::ReadDrafts(draft.owner.clone()));
            return out.tell(Mood::Warning, OPEN_ELSEWHERE);
        }
        let table = text::line(&draft.table.to_string()).into_owned();
        match cx.table_named(&draft.table) {
            Some(found) if draft.rows.is_some() => out.go(Go::ContinueMany {
                table: found.id,
                draft: draft.id.clone(),
            }),
            Some(found) => out.go(Go::Continue {
                table: found.id,
                key: draft.key.clone(),
                draft: draft.id.clone(),
            }),
            None => out.tell(
                Mood::Warning,
                format!("There is no table {table} here, or you may not see it; the draft is kept"),
            ),
        }
    }

    fn ask_discard(&self, cx: &Context, out: &mut Outbox) {
        let Some(draft) = self.current(cx) else {
            return;
        };
        if draft.elsewhere {
            return out.tell(Mood::Warning, OPEN_ELSEWHERE);
        }
        out.overlay(Overlay::Confirm(Confirm {
            title: "Throw this draft away?".into(),
            lines: vec![
                format!(
                    "{} · {}",
                    text::line(&draft.table.to_string()),
                    words::label(draft)
                ),
                words::changed(draft),
                "It cannot be brought back.".into(),
            ],
            yes: "throw away".into(),
            then: Confirmed::DiscardDraft(draft.id.clone()),
            danger: true,
        }));
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(3)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return out.go(Go::Back),
            _ => return,
        };
        self.selected = scroll::step(self.selected, by, cx.drafts.len());
    }
}

/// What is said of a draft that another terminal has.
const OPEN_ELSEWHERE: &str =
    "It is open at another terminal of yours: go on there, or leave the record there first";

/// The drafts as they are listed: the latest first.
fn in_order(cx: &Context) -> Vec<&Draft> {
    let mut drafts: Vec<&Draft> = cx.drafts.iter().collect();
    drafts.sort_by(|one, other| {
        let time = other.typed_at.cmp(&one.typed_at);
        time.then_with(|| one.id.cmp(&other.id))
    });
    drafts
}
