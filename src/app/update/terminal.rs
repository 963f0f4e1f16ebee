//! What the terminal's side tells: that the line is slow, that little is sent now, how much was.

use super::super::App;
use crate::app::message::{Sent, Told};
use crate::app::notice::Mood;
use crate::app::overlay::{About, Overlay};
use crate::input::action::{Action, AppAction, Scope};

/// Takes what was told.
pub fn take(app: &mut App, told: Told) {
    match told {
        Told::Slow => {
            let how = way_to(app, AppAction::ToggleThin);
            let line = format!(
                "The line to this terminal is slow: {how} sends less (thin = \"on\" in the \
                 configuration for always)"
            );
            app.tell(Mood::Told, line);
        }
        Told::Thin(true) => app.tell(
            Mood::Done,
            "Thin mode: little is sent, the cursor is the mark at the left",
        ),
        Told::Thin(false) => app.tell(Mood::Done, "Thin mode is off: all is shown again"),
        Told::Mouse(true) => app.tell(
            Mood::Done,
            "The mouse is used: a click goes to a row, a heading sorts, the wheel moves; shift marks text",
        ),
        Told::Mouse(false) => app.tell(Mood::Done, "The mouse is left to the terminal"),
        Told::Sent(sent) => {
            let trip = app.pace.round_trip().map(|trip| trip.as_millis());
            app.overlay = Some(Overlay::About(about(sent, trip)));
        }
    }
}

/// Names the key of an action, or the palette with what to type there.
fn way_to(app: &App, action: AppAction) -> String {
    let keymap = &app.context.keymap;
    let first = |action| {
        keymap
            .keys(Action::App(action), &[Scope::App])
            .first()
            .map(ToString::to_string)
    };
    let name = Action::App(action).name();
    match (first(action), first(AppAction::Palette)) {
        (Some(key), _) => key,
        (None, Some(palette)) => format!("{palette} {name}"),
        (None, None) => name.to_owned(),
    }
}

fn about(sent: Sent, trip: Option<i128>) -> About {
    let Sent {
        frames,
        bytes,
        questions,
    } = sent;
    let each = match usize::try_from(frames) {
        Ok(frames @ 1..) => bytes / frames,
        _ => 0,
    };
    let trip = match trip {
        None => "not known yet".to_owned(),
        Some(0) => "under a millisecond".to_owned(),
        Some(ms) => format!("{ms} ms, the quickest of the last answers"),
    };
    About {
        title: "since the start".into(),
        lines: vec![
            format!("to the terminal   {frames} pictures, {bytes} bytes"),
            format!("                  {each} bytes a picture"),
            format!("to the database   {questions} questions"),
            format!("a round trip      {trip}"),
        ],
        scroll: 0,
    }
}
