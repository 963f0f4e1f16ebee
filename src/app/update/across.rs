//! What is one tenant's alone while somebody looks across all of them: the past, the bin, accounts, sessions
//! and the audit. The list of tenants is shown, to choose one. Tenants are chosen elsewhere.

use super::super::App;
use super::tenants;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::place::Place;
use crate::domain::account::Person;

/// What is said where only one tenant's people have something to see.
const ONE_FIRST: &str = "This is kept for each tenant by itself: choose one first";

/// Whether the person looks across all tenants.
pub fn looks_across(app: &App) -> bool {
    app.context.ended.is_none() && app.context.person().is_some_and(Person::looks_across)
}

/// Whether a place shows what one tenant has alone, and none was chosen.
pub fn lacks_one(app: &App, place: Place) -> bool {
    let of_one = matches!(
        place,
        Place::History | Place::Bin(_) | Place::Undo | Place::Receipts
    );
    of_one && looks_across(app)
}

/// Says so, and lists the tenants.
pub fn choose_first(app: &mut App, effects: &mut Vec<Effect>) {
    app.tell(Mood::Warning, ONE_FIRST);
    tenants::open(app, effects);
}
