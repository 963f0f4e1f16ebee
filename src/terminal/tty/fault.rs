//! What happens when the program panics: the terminal is put back, then it is said, then the seat
//! is told to leave. The report holds no values: what a panic says may hold a record's text.

use std::backtrace::Backtrace;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::Ending;
use super::deadline::Alarm;
use super::mode::Mode;
use crate::input::event::Event;

/// What is needed in a panic.
pub struct Fault {
    /// The terminal, to be put back.
    pub mode: Arc<Mode>,
    /// Where it is noted.
    pub ending: Arc<Ending>,
    /// Tells the seat.
    pub events: mpsc::Sender<Event>,
    /// Ends the process when the seat hangs.
    pub alarm: Alarm,
    /// Where the report goes, if anywhere.
    pub folder: Option<PathBuf>,
}

impl Fault {
    /// Installs what is to be done in a panic, for the rest of the process.
    pub fn await_panic(self) {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if self.mode.is_over() {
                return before(info);
            }
            self.ending.failed.store(true, Ordering::SeqCst);
            self.mode.leave();
            self.alarm.ring();
            // A seat too busy to take it is ended by the alarm.
            let _ = self.events.try_send(Event::HangUp);
            say(info, self.folder.as_deref());
        }));
    }
}

/// Says what happened; what became of the drafts is said by whoever writes them.
fn say(info: &PanicHookInfo<'_>, folder: Option<&Path>) {
    let mut stderr = io::stderr().lock();
    // Nothing can be done when nobody listens.
    let _ = writeln!(stderr, "Rowhouse has met a fault of its own and must stop.");
    let _ = match folder.map(|folder| write_report(info, folder)) {
        Some(Ok(path)) => writeln!(stderr, "A report without values is in {}", path.display()),
        _ => writeln!(stderr, "{}", place(info)),
    };
}

fn place(info: &PanicHookInfo<'_>) -> String {
    match info.location() {
        Some(place) => format!("at {}:{}:{}", place.file(), place.line(), place.column()),
        None => "at an unknown place".to_string(),
    }
}

fn write_report(info: &PanicHookInfo<'_>, folder: &Path) -> io::Result<PathBuf> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let path = folder.join(format!("fault-{}.txt", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    writeln!(file, "rowhouse {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(file, "{}", place(info))?;
    // A text that is part of the program holds no values; one that was put together may.
    if let Some(text) = info.payload().downcast_ref::<&'static str>() {
        writeln!(file, "{text}")?;
    }
    writeln!(
        file,
        "thread {}",
        std::thread::current().name().unwrap_or("without a name")
    )?;
    writeln!(file, "\n{}", Backtrace::force_capture())?;
    Ok(path)
}
