//! Stepping aside at the tty door: the person's own editor has the terminal, and what else happens
//! goes on; coming back draws everything anew.

use std::io;
use std::process::ExitStatus;

use tokio::process::Child;

use super::editor::Laid;
use super::seat::Seat;
use crate::app::message::{LeaveReason, Message};
use crate::input::event::Event;
use crate::terminal::screen::Screen;
use crate::terminal::tty::Tty;

/// Lets the person's editor have the terminal until it ends.
pub async fn edit(tty: &mut Tty, seat: &mut Seat, screen: &mut Screen, laid: Laid) {
    let editor = seat.editor().map(str::to_owned);
    let mut late = Vec::new();
    tty.step_aside().await;
    let ended = match laid.command(editor.as_deref()).spawn() {
        Ok(child) => wait(child, tty, seat, &mut late).await,
        Err(error) => Some(Err(error)),
    };
    if tty.step_back().is_err() {
        seat.take(Message::Leave(LeaveReason::HungUp));
    }
    screen.forget();
    seat.take(Message::Event(Event::Resize(tty.size())));
    if let Some(ended) = ended {
        let text = laid.take(ended, editor.as_deref());
        seat.take(Message::TextEdited(text));
    }
    for event in late {
        seat.take(Message::Event(event));
    }
}

/// Waits for the editor while answers, timers and heartbeats go on; nothing where the program has to
/// end first: then the text stays in its file.
async fn wait(
    mut child: Child,
    tty: &mut Tty,
    seat: &mut Seat,
    late: &mut Vec<Event>,
) -> Option<io::Result<ExitStatus>> {
    while !seat.is_quitting() {
        tokio::select! {
            ended = child.wait() => return Some(ended),
            message = seat.next() => seat.take(message),
            event = tty.events.recv() => match event {
                Some(Event::HangUp) | None => seat.take(Message::Leave(LeaveReason::HungUp)),
                Some(event) => late.push(event),
            },
        }
    }
    None
}
