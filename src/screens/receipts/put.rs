//! Putting a value of a receipt into the form, with all that belongs together with it.

use super::Receipts;
use crate::app::context::Context;
use crate::app::forms::wish::{Put, PutField, Wish};
use crate::app::forms::{self, couple};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::domain::receipt::{MergedField, Receipt, Side};
use crate::domain::text;
use crate::input::action::{Action, BrowserAction, Scope};

impl Receipts {
    /// Opens the form with the value of one side, or of the side that was not taken.
    pub(super) fn put(&self, side: Option<Side>, cx: &Context, out: &mut Outbox) {
        let (Some(receipt), Some(field)) = (self.current(), self.current_field()) else {
            let key = forms::words::key(Action::Browser(BrowserAction::Open), Scope::Receipts, cx);
            return out.tell(Mood::Told, format!("Look at one first: {key}"));
        };
        let side = side.unwrap_or_else(|| field.other());
        let fields: Vec<PutField> = together(receipt, field, cx)
            .into_iter()
            .filter_map(|field| put(field, side))
            .collect();
        if fields.is_empty() {
            return out.tell(
                Mood::Told,
                "That is the default of the column: set it in the form",
            );
        }
        let names: Vec<&str> = fields.iter().map(|field| field.column.as_str()).collect();
        let what = format!("{} {}", names.join(", "), words(receipt, side));
        out.go(Go::OpenWith {
            table: receipt.table,
            key: Some(receipt.key.clone()),
            wish: Box::new(Wish::Put(Put {
                what,
                fields,
                ..Put::default()
            })),
        });
    }
}

fn put(field: &MergedField, side: Side) -> Option<PutField> {
    Some(PutField {
        column: field.column.clone(),
        over: field.value(field.took).cloned(),
        value: field.value(side)?.clone(),
    })
}

/// Names a side for what is put: `as it was saved by jhymel`.
pub(super) fn words(receipt: &Receipt, side: Side) -> String {
    match side {
        Side::Was => "as it was before".into(),
        Side::Theirs => {
            let who = receipt.theirs_by.as_deref().unwrap_or("somebody");
            format!("as saved by {}", text::line(who))
        }
        Side::Yours if receipt.mine => "as you had it".into(),
        Side::Yours => format!("as {} had it", receipt.username),
    }
}

/// The fields of a receipt that belong together with one of them: they are taken back together.
fn together<'a>(
    receipt: &'a Receipt,
    field: &'a MergedField,
    cx: &Context,
) -> Vec<&'a MergedField> {
    let mut names = vec![field.column.as_str()];
    if let Some(shape) = cx.shapes.get(&receipt.table) {
        let couples = couple::of(shape, cx);
        let name = |column: &usize| shape.columns.get(*column).map_or("", |it| it.name.as_str());
        loop {
            let before = names.len();
            for couple in &couples {
                let tied: Vec<&str> = couple.columns.iter().map(name).collect();
                if tied.iter().any(|name| names.contains(name)) {
                    let own = receipt.fields.iter().map(|field| field.column.as_str());
                    let own = own.filter(|own| tied.contains(own));
                    let fresh: Vec<&str> = own.filter(|own| !names.contains(own)).collect();
                    names.extend(fresh);
                }
            }
            if names.len() == before {
                break;
            }
        }
    }
    let all = receipt.fields.iter();
    all.filter(|field| names.contains(&field.column.as_str()))
        .collect()
}
