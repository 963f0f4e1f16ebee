//! Stopping a save that is under way: it is asked at once what became of it, under its number.
//! Nothing typed is touched.

use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::{RecordsRequest, Request};

use super::save::{self, Course};
use super::{Form, Forms};
use crate::app::place::FormId;
use crate::domain::record::RequestId;

impl Forms {
    /// Stops the save of a form; false when none is under way, or it is being stopped already.
    pub fn stop_saving(&mut self, id: FormId, out: &mut Outbox) -> bool {
        let form = self.open.get_mut(&id);
        form.is_some_and(|form| stop(form, out))
    }

    /// The number of the save of a form that is under way.
    pub fn save_number(&self, id: FormId) -> Option<RequestId> {
        let saving = self.open.get(&id)?.saving.as_ref()?;
        (!saving.course.stopping).then_some(saving.sent.request)
    }
}

fn stop(form: &mut Form, out: &mut Outbox) -> bool {
    let Some(mut saving) = form.saving.take_if(|saving| !saving.course.stopping) else {
        return false;
    };
    out.speak_for(Asker::Form(form.id));
    out.cancel(saving.query);
    let asked = Box::new(save::request(form.table, &saving.sent));
    saving.query = out.ask(Request::Records(RecordsRequest::Settle(asked)));
    saving.course = Course {
        stopping: true,
        again: false,
        ..saving.course
    };
    form.saving = Some(saving);
    true
}
