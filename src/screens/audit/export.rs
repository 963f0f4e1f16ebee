//! Writing what a filter finds to a file, page by page; the trail notes it before the first is read.

use super::Audit;
use crate::app::context::Context;
use crate::app::effect::{Effect, ExportStep};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Overlay, Prompt, Prompted};
use crate::app::problem::Problem;
use crate::db::contract::{AuditReply, AuditRequest, Fault, QueryId, Reply, Request};
use crate::domain::audit::export::Form;
use crate::domain::audit::{AuditFilter, AuditMark};
use crate::domain::number::grouped;
use crate::input::line::{Mode, TextField};

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Export {
    /// What was noted in the trail: the file holds just this, whatever is looked for meanwhile.
    filter: AuditFilter,
    form: Form,
    name: String,
    written: u64,
    /// The question under way; none while the file is being closed.
    pub asked: Option<QueryId>,
}

impl Audit {
    /// Asks for the file's name.
    pub(super) fn ask_name(&self, cx: &Context, out: &mut Outbox) {
        if self.export.is_some() {
            return out.tell(Mood::Told, "A file is being written already");
        }
        let found = match self.filter.is_empty() {
            true => "Everything that you may see of the audit is written,".to_owned(),
            false => format!("What this finds is written: {};", self.filter.in_words()),
        };
        let day = cx.now.to_zoned(cx.zone.clone()).strftime("%Y-%m-%d");
        out.overlay(Overlay::Prompt(Prompt {
            title: "write to a file".into(),
            lines: vec![
                found,
                "and that is recorded. The name ends with .csv or .jsonl:".into(),
            ],
            line: TextField::new(Mode::Line, &format!("audit-{day}.csv")),
            then: Prompted::ExportAudit,
        }));
    }

    /// The name was typed.
    pub fn export_confirmed(&mut self, name: &str, out: &mut Outbox) {
        let name = name.trim().to_owned();
        let Some(form) = Form::of(&name) else {
            return out.tell(
                Mood::Failed,
                "Nothing was written: the name must end with .csv or .jsonl",
            );
        };
        let request = AuditRequest::NoteExport {
            filter: self.filter.clone(),
            form,
        };
        self.export = Some(Export {
            filter: self.filter.clone(),
            form,
            name,
            written: 0,
            asked: Some(out.ask(Request::Audit(request))),
        });
    }

    /// Takes an answer that the file waits for.
    pub(super) fn export_answered(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        let Some(export) = &mut self.export else {
            return;
        };
        export.asked = None;
        match reply {
            Ok(Reply::Audit(AuditReply::ExportNoted)) => {
                out.effect(Effect::Export(ExportStep::Begin {
                    name: export.name.clone(),
                    text: export.form.head(),
                }));
                self.export_on(None, out);
            }
            Ok(Reply::Audit(AuditReply::AuditLoaded { entries, stop })) => {
                let text: String = entries.iter().map(|one| export.form.line(one)).collect();
                export.written += super::count(entries.len());
                out.effect(Effect::Export(ExportStep::Write(text)));
                match stop {
                    Some(stop) => self.export_on(Some(stop), out),
                    None => out.effect(Effect::Export(ExportStep::End)),
                }
            }
            Ok(_) => {}
            Err(fault) => {
                self.export = None;
                out.effect(Effect::Export(ExportStep::Abandon));
                match fault {
                    Fault::Cancelled => out.tell(Mood::Told, "Stopped; no file is left"),
                    fault => {
                        out.tell_problem(&Problem::from(fault).kept("no file is left"));
                    }
                }
            }
        }
    }

    fn export_on(&mut self, from: Option<AuditMark>, out: &mut Outbox) {
        if let Some(export) = &mut self.export {
            let request = AuditRequest::LoadForExport {
                filter: export.filter.clone(),
                from,
            };
            export.asked = Some(out.ask(Request::Audit(request)));
        }
    }

    /// Whether a file is being written.
    pub fn is_writing(&self) -> bool {
        self.export.is_some()
    }

    /// The file is whole, or could not be written.
    pub fn exported(&mut self, result: Result<String, String>, out: &mut Outbox) {
        let Some(export) = self.export.take() else {
            return;
        };
        match result {
            Ok(path) => {
                let entries = grouped(export.written);
                out.tell(Mood::Done, format!("Wrote {entries} entries to {path}"));
            }
            Err(why) => out.tell(Mood::Failed, why),
        }
    }

    /// Says how far the file is.
    pub(super) fn export_standing(&self) -> Option<String> {
        let export = self.export.as_ref()?;
        let written = grouped(export.written);
        Some(format!(
            "{written} entries written to {}; esc stops",
            export.name
        ))
    }
}
