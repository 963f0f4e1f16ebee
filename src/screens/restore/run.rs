//! Storing it, all in one transaction under one number, and what came of each record.

use super::{Phase, Restore, words};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::problem::Problem;
use crate::db::contract::many::{One, Returned};
use crate::db::contract::records::Save;
use crate::db::contract::{Fault, ManyReply, ManyRequest, Reply, Request};
use crate::domain::back::{Act, Part, Standing, count};
use crate::domain::record::RequestId;
use crate::domain::text;

impl Restore {
    /// Sends all that is to come back.
    pub(super) fn start(&mut self, _cx: &Context, out: &mut Outbox) {
        if self.phase != Phase::Ready || self.due() == 0 {
            return;
        }
        out.tell(Mood::Told, format!("Begun: {}", words::asked(self)));
        let number = out.run_id();
        self.number = Some(number);
        self.send(number, out);
    }

    /// Asks again what became of it; the number is the same.
    pub fn resume(&mut self, out: &mut Outbox) {
        if let (Phase::Unsure, Some(number)) = (&self.phase, self.number) {
            self.send(number, out);
        }
    }

    fn send(&mut self, number: RequestId, out: &mut Outbox) {
        let sent = self.sent();
        let places: Vec<Option<usize>> = (0..self.parts.len())
            .map(|at| sent.iter().position(|one| *one == at))
            .collect();
        let parts = sent.iter().map(|at| {
            let part = &self.parts[*at];
            let needs = part.needs.iter().filter_map(|need| places[*need]);
            (one(part, number), needs.collect())
        });
        let request = ManyRequest::BringBack {
            request: number,
            parts: parts.collect(),
        };
        let query = out.ask_as(Asker::Restoring, Request::Many(request));
        self.phase = Phase::Running(query);
        self.whole = None;
    }

    /// The positions of those that are to come back.
    fn sent(&self) -> Vec<usize> {
        let comes = |at: &usize| self.parts[*at].standing == Standing::Comes;
        (0..self.parts.len()).filter(comes).collect()
    }

    /// Takes the truth about all of them.
    pub(super) fn came(&mut self, reply: Result<Reply, Fault>, _cx: &Context, out: &mut Outbox) {
        match reply {
            Ok(Reply::Many(ManyReply::BroughtBack(all))) => self.over(all, out),
            Err(
                fault @ (Fault::OutcomeUnknown
                | Fault::SessionOver { .. }
                | Fault::MustChoosePassword),
            ) => {
                self.phase = Phase::Unsure;
                let problem = Problem::from(fault);
                out.tell_problem(&problem.kept("what would come back stays on its screen"));
            }
            // Nothing was stored: it can be asked for again.
            Err(fault) => {
                self.phase = Phase::Ready;
                out.tell_problem(&Problem::from(fault).kept("nothing was brought back"));
            }
            Ok(_) => self.phase = Phase::Unsure,
        }
    }

    fn over(&mut self, all: Vec<Returned>, out: &mut Outbox) {
        let sent = self.sent();
        for (at, came) in sent.iter().zip(all) {
            self.parts[*at].standing = match came {
                Returned::Back(key) => {
                    Standing::Back(key.filter(|key| *key != self.parts[*at].remains.key))
                }
                Returned::Refused(why) => Standing::Refused(why),
                Returned::Nothing => {
                    Standing::Refused("no row came of it: a rule of the database dropped it".into())
                }
                Returned::Needs(other) => {
                    let needed = sent.get(other).and_then(|at| self.parts.get(*at));
                    let name = needed.map_or(String::new(), |one| one.remains.key.to_string());
                    let name = text::line(&name);
                    Standing::Refused(format!("it needs {name}, not back"))
                }
            };
        }
        self.phase = Phase::Over;
        self.selected = 0;
        // What asks for attention comes first.
        self.parts.sort_by_key(|part| match part.standing {
            Standing::Refused(_) => 0,
            Standing::Barred(_) => 1,
            _ => 2,
        });
        let back = count(&self.parts, |one| matches!(one, Standing::Back(_)));
        let mood = match back == self.parts.len() {
            true => Mood::Done,
            false => Mood::Warning,
        };
        out.tell(mood, words::result(self, back));
    }
}

fn one(part: &Part, request: RequestId) -> One {
    match &part.act {
        Act::Create(entries) => One::Create {
            request,
            table: part.remains.table,
            entries: entries.clone(),
        },
        Act::Refer { record, changes } => One::Save(Save {
            request,
            table: part.remains.table,
            key: part.remains.key.clone(),
            guard: record.guard.clone(),
            base: record.values.clone(),
            changes: changes.clone(),
            merges: Vec::new(),
        }),
    }
}
