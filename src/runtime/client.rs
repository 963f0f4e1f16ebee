//! The client in a terminal: the loop of one seat at the tty door. Draws only when something
//! changed, the queue is empty, and the frame before is on its way.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use crate::app::context::Context;
use crate::app::message::{LeaveReason, Message, Start, Told};
use crate::domain::clipboard::Clipboard;
use crate::domain::draft::DraftRules;
use crate::domain::flag::FlagRule;
use crate::domain::table::CoupleRule;
use crate::input::event::Event;
use crate::input::keymap::Keymap;
use crate::runtime::aside;
use crate::runtime::canvas::Canvas;
use crate::runtime::clock::random_seed;
use crate::runtime::seat::{Outside, Seat};
use crate::terminal::clipboard;
use crate::terminal::screen::{Manner, Screen};
use crate::terminal::tty::{Settings, Tty};
use crate::theme::Theme;

/// How long leaving may take: ending the session and writing drafts.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// How much of what is there is taken at once: more than anybody types between two pictures.
const AT_ONCE: usize = 256;

/// Everything the client begins with.
pub struct Client {
    /// How the seat begins.
    pub start: Start,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// How the roles look on this terminal.
    pub theme: Theme,
    /// How the terminal wants to be written to.
    pub manner: Manner,
    /// Whether it is looked after how fast the line is, to offer thin mode.
    pub looks_at_line: bool,
    /// How the terminal is used.
    pub terminal: Settings,
    /// Up to how many rows a change of many rows does not ask for their number.
    pub count_typed_above: usize,
    /// The time zone for showing times.
    pub zone: jiff::tz::TimeZone,
    /// Columns that belong together, as configured.
    pub couples: Vec<CoupleRule>,
    /// Values that get a sign in the grid, as configured.
    pub flags: Vec<FlagRule>,
    /// What holds for drafts.
    pub drafts: DraftRules,
    /// How a text reaches the clipboard of the terminal.
    pub clipboard: Clipboard,
    /// The world outside the seat.
    pub outside: Outside,
    /// The key at which the program panics: only tests of that set it.
    #[cfg(debug_assertions)]
    pub fails_at: Option<crate::input::event::Key>,
}

/// How the client ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Whether a fault of the program's own ended it.
    pub failed: bool,
    /// Whether everything typed and not saved is on disk, or why not.
    pub drafts: Result<(), String>,
}

/// Opens the terminal and runs the seat until it ends.
///
/// # Errors
/// When there is no terminal to take over.
pub async fn run(client: Client) -> io::Result<Left> {
    let mut tty = Tty::open(client.terminal)?;
    let now = client.outside.clock.now();
    let mut context = Context::new(tty.size(), client.keymap, random_seed(), now);
    context.zone = client.zone;
    context.clipboard = client.clipboard;
    context.count_typed_above = client.count_typed_above;
    context.couples = client.couples.into();
    context.flags = client.flags.into();
    context.draft_rules = Arc::new(client.drafts);
    let mut seat = Seat::new(context, client.outside);
    #[cfg(debug_assertions)]
    {
        seat.fails_at = client.fails_at;
    }
    let screen = Screen::new(tty.size(), client.manner);
    let looks = client.looks_at_line;
    let mut canvas = Canvas::new(screen, client.theme, client.manner, looks);
    let work = async {
        seat.take(Message::Started(client.start));
        work(&mut tty, &mut seat, &mut canvas).await;
        finish(&mut seat).await;
        tty.settle().await;
    };
    // What was typed is in memory still when the program panics: it must reach the disk.
    let worked = AssertUnwindSafe(work).catch_unwind().await;
    let rescued = worked.is_ok() || rescue(&mut seat).await;
    let drafts = seat.flush_drafts(LEAVE_WITHIN);
    seat.writers.wait(LEAVE_WITHIN);
    let failed = tty.has_failed();
    tty.leave();
    let lost = || "what was typed in the last second may be lost".to_owned();
    Ok(Left {
        failed,
        drafts: drafts.and_then(|()| rescued.then_some(()).ok_or_else(lost)),
    })
}

async fn work(tty: &mut Tty, seat: &mut Seat, canvas: &mut Canvas) {
    while !seat.is_quitting() {
        take_ready(tty, seat, canvas);
        if let Some(laid) = seat.text_to_edit() {
            aside::edit(tty, seat, &mut canvas.screen, laid).await;
        }
        if let Some(text) = seat.copied.take() {
            tty.write(clipboard::sequence(&text, seat.app.context.clipboard));
        }
        if seat.is_suspending() {
            // The shell would take an answer for something that was typed.
            tty.settle().await;
            if !tty.suspend() {
                seat.take(Message::NotSuspended);
            }
        }
        if seat.is_toggling_thin() {
            canvas.toggle_thin(seat);
        }
        if seat.is_toggling_mouse() {
            seat.take(Message::Terminal(Told::Mouse(tty.toggle_mouse())));
        }
        if let Some(took) = tty.took() {
            canvas.answered(took, seat);
        }
        if canvas.is_due(seat) && tty.is_written() && !seat.is_quitting() {
            canvas.draw(tty, seat);
        }
        if seat.is_quitting() {
            break;
        }
        wait(tty, seat, canvas).await;
    }
}

/// Takes what is there already, so that one picture shows it all; but only so much of it that
/// neither timers nor drawing wait for the end of a flood.
fn take_ready(tty: &mut Tty, seat: &mut Seat, canvas: &mut Canvas) {
    for _ in 0..AT_ONCE {
        let Ok(event) = tty.events.try_recv() else {
            break;
        };
        take_event(event, tty, seat, canvas);
    }
    for _ in 0..AT_ONCE {
        let Some(message) = seat.ready() else { break };
        seat.take(message);
    }
    seat.wake_due();
}

fn take_event(event: Event, tty: &Tty, seat: &mut Seat, canvas: &mut Canvas) {
    match event {
        Event::HangUp => seat.take(Message::Leave(reason(tty))),
        Event::Resize(_) => {
            canvas.screen.forget();
            seat.take(Message::Event(event));
        }
        event => seat.take(Message::Event(event)),
    }
}

/// Why the seat is told to leave.
fn reason(tty: &Tty) -> LeaveReason {
    match (tty.has_failed(), tty.was_told_to_end()) {
        (true, _) => LeaveReason::Failed,
        (false, true) => LeaveReason::Terminated,
        (false, false) => LeaveReason::HungUp,
    }
}

/// Waits for the next thing to happen; nothing is polled and nothing ticks.
async fn wait(tty: &mut Tty, seat: &mut Seat, canvas: &mut Canvas) {
    let is_due = canvas.is_due(seat);
    let event = async {
        match is_due {
            // A frame is still on its way, perhaps to a terminal that takes no output for long. What
            // else happens goes on: replies, heartbeats, keys.
            true => tty.event_or_written().await,
            false => tty.event_or_answer().await,
        }
    };
    tokio::select! {
        event = event => if let Some(event) = event {
            take_event(event, tty, seat, canvas);
        },
        message = seat.next() => seat.take(message),
    }
}

/// Lets the session end, and what was asked before be answered.
async fn finish(seat: &mut Seat) {
    let ending = async {
        while !seat.is_over() {
            let message = seat.next().await;
            seat.take(message);
        }
    };
    // A server that does not answer must not keep the terminal; the session ends by itself.
    let _ = tokio::time::timeout(LEAVE_WITHIN, ending).await;
}

/// Saves what was typed after a panic; says whether the core could still tell it.
async fn rescue(seat: &mut Seat) -> bool {
    let rescued = seat.rescue();
    let _ = tokio::time::timeout(LEAVE_WITHIN, seat.settled()).await;
    rescued
}
