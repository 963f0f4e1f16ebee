//! A field in the person's own editor: what is wanted there, and what comes back; no files.

use std::sync::Arc;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::{Form, Forms, draft, edit, pick};

/// The longest name of a file, without its ending.
const LONGEST_NAME: usize = 40;

/// Asks for the field under the cursor in the person's own editor; what is typed is on disk first.
pub fn open(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    if pick::is_short(form) {
        let name = form.column_name(form.focus);
        let line = format!("{name} is short: it is edited in place");
        return out.tell(Mood::Warning, line);
    }
    let focus = form.focus;
    let secret = |shape: &Arc<Shape>| draft::is_secret(shape, focus, cx);
    if form.shape.as_ref().is_some_and(secret) {
        let name = form.column_name(focus);
        let line = format!("{name} holds a secret: no file is made of it");
        return out.tell(Mood::Warning, line);
    }
    let Some(column) = form.column(form.focus) else {
        return;
    };
    let ending = match column.kind {
        ColumnKind::Json => "json",
        _ => "txt",
    };
    let safe = |sign: char| if sign.is_alphanumeric() { sign } else { '_' };
    let name: String = column.name.chars().map(safe).take(LONGEST_NAME).collect();
    form.outside = Some(column.name.clone());
    draft::write(form, cx, out);
    out.effect(Effect::EditText {
        name: format!("{name}.{ending}"),
        text: form.fields[form.focus].text.text().to_owned(),
    });
}

/// Takes a text back from the editor into the field that it was taken from; what cannot be taken
/// back is told, and the field is as it was.
pub fn returned(forms: &mut Forms, result: Result<String, String>, cx: &Context, out: &mut Outbox) {
    let Some(form) = forms.open.values_mut().find(|form| form.outside.is_some()) else {
        return;
    };
    let wanted = form.outside.take().unwrap_or_default();
    let column = form.shape.as_ref().and_then(|it| it.column_named(&wanted));
    let label = text::line(&wanted).into_owned();
    let after = match result {
        Ok(text) => text,
        Err(why) => {
            let why = text::line(&why).into_owned();
            return out.tell(Mood::Failed, format!("{label} is as it was: {why}"));
        }
    };
    let Some(column) = column.filter(|it| form.fields.get(*it).is_some()) else {
        return out.tell(Mood::Failed, format!("{label} is gone from the table"));
    };
    if form.fields[column].text.text() == after {
        return out.tell(Mood::Told, format!("{label} came back unchanged"));
    }
    form.focus = column;
    form.fields[column].put(&Entry::Value(Value::text(after)));
    edit::edited(form, cx);
    out.tell(
        Mood::Told,
        format!("{label} came back from the editor; not saved yet"),
    );
}
