//! Runs every seat until nothing is open, then lets every seat poll what the step committed.

use std::sync::Arc;
use std::time::Duration;

use super::{Player, Terminal};
use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::tape::picture::Picture;
use crate::theme::Theme;

/// How long a step may take in real time before it counts as stuck.
const STUCK: Duration = Duration::from_secs(20);

/// Runs everybody until nothing is open and everybody has seen what was committed.
pub async fn all(player: &mut Player) -> Result<(), String> {
    quiet(player).await?;
    for timer in [Timer::Feed, Timer::Watch, Timer::Sessions, Timer::Audit] {
        for terminal in player.seats.values_mut() {
            if terminal.seat.timers.is_set(timer) {
                terminal.seat.timers.unset(timer);
                terminal.seat.take(Message::Wake(timer));
            }
        }
        quiet(player).await?;
    }
    Ok(())
}

/// Runs everybody until no question is open and every picture is drawn.
pub async fn quiet(player: &mut Player) -> Result<(), String> {
    for (name, terminal) in &mut player.seats {
        let editor = player.editor.as_deref();
        let run = run(terminal, &player.theme, &player.world.shown_as, editor);
        if tokio::time::timeout(STUCK, run).await.is_err() {
            return Err(format!("{name}'s terminal is stuck: {}", open(terminal)));
        }
    }
    Ok(())
}

/// Runs one seat until nothing is open; short timers come at once, long ones only by `Advance`.
async fn run(terminal: &mut Terminal, theme: &Theme, database: &str, editor: Option<&str>) {
    let seat = &mut terminal.seat;
    loop {
        while let Some(message) = seat.ready() {
            seat.take(message);
        }
        if let Some(laid) = seat.text_to_edit() {
            // Without one that the tape names, there is none: no test waits for a real one.
            let editor = editor.unwrap_or("false");
            let ended = laid.command(Some(editor)).status().await;
            seat.take(Message::TextEdited(laid.take(ended, Some(editor))));
            continue;
        }
        if seat.is_asking() {
            let message = seat.next().await;
            seat.take(message);
            continue;
        }
        let short = [Timer::Rest, Timer::Palette, Timer::Drafts]
            .into_iter()
            .find(|timer| seat.timers.is_set(*timer));
        if let Some(timer) = short {
            seat.timers.unset(timer);
            seat.take(Message::Wake(timer));
            continue;
        }
        // A draft that cannot be written is told like anything else.
        let _ = seat.flush_drafts(Duration::from_secs(5));
        seat.flush_export(Duration::from_secs(5));
        match seat.ready() {
            Some(message) => seat.take(message),
            None if seat.is_posting() => {
                let message = seat.next().await;
                seat.take(message);
            }
            None => break,
        }
    }
    steady(&mut seat.app.context, database);
    if seat.changed {
        let (buffer, cursor) = seat.draw(theme);
        terminal.picture = Picture::of(&buffer, cursor);
    }
}

/// What differs from one machine and one play to the next must not reach a picture: the copy's
/// random name, and the server's version.
fn steady(cx: &mut Context, database: &str) {
    if let Some(server) = &mut cx.server {
        database.clone_into(&mut server.database);
        "15.0".clone_into(&mut server.version);
    }
    if let Some(settings) = &mut cx.settings {
        database.clone_into(&mut Arc::make_mut(settings).database);
    }
}

fn open(terminal: &Terminal) -> String {
    let open: Vec<String> = terminal
        .seat
        .app
        .questions
        .values()
        .map(|asker| format!("{asker:?}"))
        .collect();
    format!("open questions of {}", open.join(", "))
}
