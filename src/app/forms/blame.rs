//! Beside each field of a record that is read: who gave it its value, and when. Read again when the
//! record is another by then; no drawing.

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::past;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, Reply, Request};
use crate::domain::glyph;
use crate::domain::history::Blame;
use crate::domain::record::Guard;

use super::{Form, Mode, Question, words};

/// The widest that who and when get.
const WIDEST: usize = 32;

/// Who gave the fields their values, as it is shown.
#[derive(Debug, Default)]
pub struct Blamed {
    /// One for each field of which it was recorded.
    pub lines: Loadable<Vec<Blame>>,
    /// The record that was blamed.
    of: Guard,
}

/// Shows it, or hides it again.
pub fn toggle(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if form.blame.take().is_some() {
        return;
    }
    if !cx.is_shared() {
        return out.tell(Mood::Warning, past::NEEDS_LAYER);
    }
    ask(form, out);
}

/// Asks again where the record is another by now.
pub fn follow(form: &mut Form, out: &mut Outbox) {
    let guard = form.base.ready().map(|base| &base.guard);
    let outdated = form
        .blame
        .as_ref()
        .is_some_and(|blamed| !blamed.lines.is_waiting() && Some(&blamed.of) != guard);
    if outdated {
        ask(form, out);
    }
}

/// Takes the answer.
pub fn take(form: &mut Form, reply: Result<Reply, Fault>, out: &mut Outbox) {
    match reply {
        Ok(Reply::History(HistoryReply::BlameLoaded(lines))) => {
            if let Some(blamed) = &mut form.blame {
                blamed.lines = Loadable::Ready(lines);
            }
        }
        Ok(_) => form.blame = None,
        Err(fault) => {
            form.blame = None;
            if fault != Fault::Cancelled {
                out.tell_problem(&Problem::from(fault));
            }
        }
    }
}

/// Says of a field who gave it its value, and when.
pub fn line(form: &Form, column: usize, cx: &Context) -> Option<String> {
    let lines = lines(form)?;
    let name = &form.column(column)?.name;
    let found = lines.iter().find(|blame| blame.column == *name);
    Some(found.map_or("not recorded".into(), |blame| told(blame, cx)))
}

/// The cells that it takes at the right of the values at this width.
pub fn room(form: &Form, width: u16, cx: &Context) -> usize {
    let Some(lines) = lines(form) else {
        return 0;
    };
    let widest = lines.iter().map(|blame| glyph::width(&told(blame, cx)));
    let widest = widest.max().unwrap_or(0).max("not recorded".len());
    2 + widest.min(WIDEST).min(usize::from(width) / 3)
}

fn lines(form: &Form) -> Option<&Vec<Blame>> {
    let blamed = form.blame.as_ref().filter(|_| form.mode == Mode::Read)?;
    blamed.lines.ready()
}

fn told(blame: &Blame, cx: &Context) -> String {
    let (who, at) = (past::who(&blame.author), words::clock(blame.at, cx));
    format!("{who} {at}")
}

fn ask(form: &mut Form, out: &mut Outbox) {
    let (Some(key), Some(base)) = (form.key.clone(), form.base.ready()) else {
        return;
    };
    let of = base.guard.clone();
    let table = form.table;
    let request = Request::History(HistoryRequest::LoadBlame { table, key });
    let query = out.ask_as(Asker::Form(form.id), request);
    form.asked.push((query, Question::Blame));
    // What was there stays until the answer comes.
    let before = form.blame.take().and_then(|blamed| match blamed.lines {
        Loadable::Ready(lines) => Some(lines),
        _ => None,
    });
    let lines = before.map_or(Loadable::Waiting(query), Loadable::Ready);
    form.blame = Some(Blamed { lines, of });
}
