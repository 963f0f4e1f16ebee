//! `update`: the only place where state changes. Takes a message, returns effects; no I/O.

mod across;
pub mod again;
pub mod altered;
pub mod ask;
pub mod beneath;
pub mod claims;
pub mod drafts;
pub mod held;
pub mod keys;
pub mod leave;
pub mod many;
pub mod memory;
mod mouse;
mod named;
pub mod navigate;
pub mod overlay;
pub mod palette;
pub mod password;
pub mod proof;
pub mod replies;
pub mod start;
pub mod tenants;
pub mod terminal;
pub mod timers;
pub mod waiting;
pub mod watch;
pub mod writing;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::App;
use super::context::Link;
use super::effect::Effect;
use super::forms::external;
use super::layout;
use super::looking;
use super::message::Message;
use super::notice::{Mood, Notice};
use super::outbox::{Asker, Outbox};
use crate::input::event::Event;

impl App {
    /// Takes one message and returns what is to be done; `now` is the seat's clock.
    pub fn update(&mut self, message: Message, now: Timestamp) -> Vec<Effect> {
        self.context.now = now;
        let mut effects = Vec::new();
        match message {
            Message::Started(start) => start::begin(self, start, &mut effects),
            Message::Event(event) => take_event(self, event, &mut effects),
            Message::Answered { query, reply } => {
                self.pace.answered(query, now);
                replies::take(self, query, *reply, &mut effects);
            }
            Message::Heard(heard) => self.notices.heard.extend(heard),
            Message::Wake(timer) => timers::woke(self, timer, &mut effects),
            Message::DraftsRead(drafts) => drafts::read(self, drafts, &mut effects),
            Message::TextsLeft(texts) => drafts::left(self, texts),
            Message::DraftMet { id, fate } => drafts::met(self, &id, fate, &mut effects),
            Message::DraftKept(id) => many::kept(self, &id, &mut effects),
            Message::DraftFailed(fault) => again::failed(self, fault),
            Message::MemoryRead(recalled) => memory::read(self, *recalled, &mut effects),
            Message::MemoryFailed(why) => memory::failed(self, &why),
            Message::YoursKept(result) => drafts::kept(self, result),
            Message::DraftsSafe => {
                self.context.draft_fault = None;
                // Where all is saved by now, that is what counts.
                if self.forms.is_changed() {
                    self.tell(Mood::Done, "Drafts are written again; all is kept");
                }
            }
            Message::SignInHints(hints) => self.context.sign_in_hints = hints,
            Message::ProfileSaved(result) => match result {
                Ok(text) => self.tell(Mood::Done, text),
                Err(text) => self.tell(Mood::Failed, text),
            },
            Message::TextEdited(result) => ask::with(self, Asker::House, &mut effects, |h| {
                external::returned(h.forms, result, h.cx, h.out);
            }),
            Message::RowsTold { query, rows } => writing::told(self, query, rows),
            Message::Exported(result) => ask::with(self, Asker::Audit, &mut effects, |h| {
                match h.screens.audit.is_writing() {
                    true => h.screens.audit.exported(result, h.out),
                    false => looking::written(result, h.out),
                }
            }),
            Message::NotSuspended => {
                self.tell(Mood::Warning, "There is no shell here to go back to");
            }
            Message::Terminal(told) => terminal::take(self, told),
            Message::Leave(reason) => leave::at_once(self, reason, &mut effects),
        }
        self.context.run_here = self.screens.bulk.draft().cloned();
        self.measure(&mut effects);
        claims::follow(self, &mut effects);
        timers::tell_activity(self, &mut effects);
        again::follow(self, &mut effects);
        watch::follow(self, &mut effects);
        waiting::follow(self, &mut effects);
        effects
    }

    /// Tells the screens how much room the place has now.
    fn measure(&mut self, effects: &mut Vec<Effect>) {
        let lost = matches!(self.context.link, Link::Lost { .. });
        let pane = self.sessions_pane.is_some() && self.context.ended.is_none();
        let room = layout::room(self.context.size, lost, pane);
        if room != self.context.room {
            self.context.room = room;
            self.screens.tables.arrange(&self.context);
            self.screens.editor.resized(&self.context);
            let mut out = self.outbox(Asker::Browser);
            self.screens.browser.resized(&self.context, &mut out);
            self.carry_out(out, effects);
        }
    }

    /// Tells a line in the status line and the log.
    pub fn tell(&mut self, mood: Mood, text: impl Into<String>) {
        self.notices.tell(self.context.now, Notice::new(mood, text));
    }

    /// Makes the outbox for an asker.
    fn outbox(&self, asker: Asker) -> Outbox {
        Outbox::new(asker, self.next_query, self.next_request, self.context.seed)
    }

    /// Drops the keys that were typed for a screen which cannot be opened.
    fn drop_held(&mut self) {
        let keys = self.held.take().map_or(0, |held| held.keys.len());
        if keys > 0 {
            self.tell(Mood::Warning, "What was typed meanwhile was dropped");
        }
    }

    /// Carries out what a screen asked for.
    fn carry_out(&mut self, outbox: Outbox, effects: &mut Vec<Effect>) {
        (self.next_query, self.next_request) = outbox.counters();
        for (query, _) in &outbox.asked {
            self.pace.asked(*query, self.context.now);
        }
        self.questions.extend(outbox.asked);
        for effect in &outbox.effects {
            if let Effect::Cancel(query) = effect {
                self.questions.remove(query);
                self.pace.forget(*query);
                self.sensitive.remove(query);
            }
            proof::keep(self, effect);
            drafts::keep(self, effect);
            memory::keep(self, effect);
        }
        effects.extend(outbox.effects);
        for notice in outbox.notices {
            self.notices.tell(self.context.now, notice);
        }
        if outbox.drop_held {
            self.drop_held();
        }
        if let Some(query) = outbox.hold {
            let keys = self.held.take().map_or(Vec::new(), |held| held.keys);
            self.held = Some(super::Held { query, keys });
        }
        if let Some(overlay) = outbox.overlay {
            self.overlay = Some(overlay);
            self.question_seen = false;
        }
        if let Some((settings, password)) = outbox.connect {
            start::connect(self, settings, password, effects);
        }
        if let Some(go) = outbox.go {
            navigate::go(self, go, effects);
        }
        if !outbox.type_again.is_empty() {
            held::type_again(self, &outbox.type_again, effects);
        }
    }
}

fn take_event(app: &mut App, event: Event, effects: &mut Vec<Effect>) {
    match event {
        Event::Key(key) => keys::press(app, key, effects),
        Event::Paste(text) => keys::paste(app, &text, effects),
        Event::PasteCut => app.tell(Mood::Warning, "The paste was too long; its end was dropped"),
        Event::Resize(size) => {
            app.context.size = size;
        }
        Event::Mouse(used) => mouse::take(app, used, effects),
        Event::FocusIn | Event::FocusOut | Event::Answered => {}
        Event::HangUp => {
            leave::at_once(app, super::message::LeaveReason::HungUp, effects);
        }
    }
}
