//! A pseudo-terminal with the client in it: what it writes, when, and at what cost. It answers as a
//! terminal does, and may be as slow as an old line. No figures are judged here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rowhouse::input::event::{Key, Size};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::lab::Got;

/// Nothing was written for so long: what a key caused is done.
const QUIET: Duration = Duration::from_millis(40);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The size that figures are taken at.
pub const SIZE: Size = Size {
    columns: 120,
    rows: 40,
};

/// The client in a terminal.
pub struct Terminal {
    master: File,
    shown: Arc<Shown>,
    child: Child,
    begun: Instant,
}

struct Shown {
    seen: Mutex<Seen>,
    changed: Condvar,
}

struct Seen {
    emulator: vt100::Parser,
    /// Each piece that was read: when, how many bytes.
    pieces: Vec<(Instant, usize)>,
}

/// What a key caused.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// From the key to the last byte.
    pub settled: Duration,
    /// The bytes written.
    pub bytes: usize,
    /// In how many pieces.
    pub writes: usize,
    /// The processor time of all threads, where the system tells.
    pub cpu: Option<Duration>,
}

/// Nanoseconds of processor that each thread of the client has used.
pub struct Cpu(BTreeMap<OsString, u64>);

impl Cpu {
    /// What was used since then, by the threads that are there now: what one used that has ended since
    /// is told nowhere.
    pub fn since(&self, before: &Self) -> Duration {
        let used = |(thread, now): (&OsString, &u64)| {
            now.saturating_sub(before.0.get(thread).copied().unwrap_or(0))
        };
        Duration::from_nanos(self.0.iter().map(used).sum())
    }
}

impl Terminal {
    /// Starts the client; with `pace`, on a line of so many bytes a second.
    pub fn start(mut command: Command, pace: Option<u32>) -> Got<Terminal> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let no_control = i32::try_from(OFlags::NOCTTY.bits())?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(no_control);
        let slave = options.open(name.to_str()?)?;
        let master = File::from(master);
        let size = Winsize {
            ws_row: SIZE.rows,
            ws_col: SIZE.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size)?;
        command.stdin(slave.try_clone()?);
        command.stdout(slave.try_clone()?);
        command.stderr(slave);
        let shown = Arc::new(Shown {
            seen: Mutex::new(Seen {
                emulator: vt100::Parser::new(SIZE.rows.try_into()?, SIZE.columns.try_into()?, 0),
                pieces: Vec::new(),
            }),
            changed: Condvar::new(),
        });
        let begun = Instant::now();
        let child = command.spawn()?;
        let (reader, told) = (master.try_clone()?, Arc::clone(&shown));
        thread::spawn(move || read(reader, &told, pace));
        Ok(Terminal {
            master,
            shown,
            child,
            begun,
        })
    }

    /// Waits until a text is shown; returns how long that took from the start of the program.
    pub fn wait_for(&self, text: &str) -> Got<Duration> {
        Ok(self.wait_until_shown(text)? - self.begun)
    }

    /// Waits until a text is shown; returns when the piece came with which it was.
    pub fn wait_until_shown(&self, text: &str) -> Got<Instant> {
        let at = self.wait_until(|seen| seen.emulator.screen().contents().contains(text));
        at.ok_or_else(|| format!("never shown: {text}\n{}", self.contents()).into())
    }

    /// Waits until anything is shown.
    pub fn first_screen(&self) -> Got<Duration> {
        let shown = |seen: &Seen| !seen.emulator.screen().contents().trim().is_empty();
        let at = self.wait_until(shown).ok_or("nothing is shown")?;
        Ok(at - self.begun)
    }

    /// Types bytes.
    pub fn send(&mut self, bytes: &[u8]) -> Got<()> {
        Ok(self.master.write_all(bytes)?)
    }

    /// Presses a key and waits until a text is shown, where one is given, and all is quiet.
    pub fn press(&mut self, key: &str, until: Option<&str>) -> Got<Step> {
        let key: Key = key.parse().map_err(|_| format!("no key: {key}"))?;
        let (from, cpu) = (self.pieces(), self.cpu());
        let begun = Instant::now();
        self.send(&key.encode())?;
        if let Some(text) = until {
            self.wait_for(text)?;
        }
        self.wait_until_quiet(from);
        let seen = self.seen();
        let pieces = &seen.pieces[from..];
        let last = pieces.last().map_or(begun, |(at, _)| *at);
        Ok(Step {
            settled: last - begun,
            bytes: pieces.iter().map(|(_, bytes)| bytes).sum(),
            writes: pieces.len(),
            cpu: self
                .cpu()
                .zip(cpu)
                .map(|(after, before)| after.since(&before)),
        })
    }

    /// Waits until nothing was written for a while. Where nothing is written at all it is over sooner
    /// or later; what still moves is waited for.
    pub fn wait_until_quiet(&self, from: usize) {
        let due = Instant::now() + QUIET * 10;
        loop {
            let (count, last) = {
                let seen = self.seen();
                let last = seen.pieces.last().map(|(at, _)| *at);
                (seen.pieces.len(), last)
            };
            let silent = last.map_or(Duration::MAX, |last| last.elapsed());
            let quiet = match count > from {
                true => silent >= QUIET,
                false => Instant::now() > due,
            };
            if quiet {
                return;
            }
            // This measures time; there is nothing else to wait for than that it passes.
            thread::sleep(QUIET / 8);
        }
    }

    /// Waits until nothing was written for so long that even a slow line has nothing more to show.
    pub fn wait_until_still(&self) {
        loop {
            let seen = self.pieces();
            self.wait_until_quiet(seen);
            if self.pieces() == seen {
                return;
            }
        }
    }

    /// How many pieces were read so far.
    pub fn pieces(&self) -> usize {
        self.seen().pieces.len()
    }

    /// When the last piece came.
    pub fn last(&self) -> Option<Instant> {
        self.seen().pieces.last().map(|(at, _)| *at)
    }

    /// How many bytes were read so far.
    pub fn bytes(&self) -> usize {
        self.seen().pieces.iter().map(|(_, bytes)| bytes).sum()
    }

    /// The text that is shown.
    pub fn contents(&self) -> String {
        self.seen().emulator.screen().contents()
    }

    /// What is shown.
    pub fn screen(&self) -> vt100::Screen {
        self.seen().emulator.screen().clone()
    }

    /// The processor time of all threads so far, where the system tells.
    pub fn cpu(&self) -> Option<Cpu> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).ok()?;
        let one = |entry: fs::DirEntry| -> Option<(OsString, u64)> {
            let told = fs::read_to_string(entry.path().join("schedstat")).ok()?;
            Some((entry.file_name(), told.split(' ').next()?.parse().ok()?))
        };
        Some(Cpu(tasks.flatten().filter_map(one).collect()))
    }

    /// The resident memory now in KiB, where the system tells: all of it (`VmRSS`), or what is the
    /// process's own and no part of the program's file (`RssAnon`).
    pub fn resident(&self, what: &str) -> Option<u64> {
        let told = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = told.lines().find(|line| line.starts_with(what))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.shown
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is so; returns when the piece came that made it so.
    fn wait_until(&self, is_so: impl Fn(&Seen) -> bool) -> Option<Instant> {
        let waited = self
            .shown
            .changed
            .wait_timeout_while(self.seen(), PATIENCE, |seen| !is_so(seen));
        let (seen, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        Some(seen.pieces.last().map_or(self.begun, |(at, _)| *at))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many bytes a slow line carries at once.
const CARRIED: u32 = 24;

fn read(mut master: File, shown: &Shown, pace: Option<u32>) {
    let mut bytes = vec![0; pace.map_or(64 * 1024, |_| CARRIED as usize)];
    let mut free = Instant::now();
    let mut asked = Vec::new();
    // An error says that nobody has the other side open any more.
    while let Ok(count @ 1..) = master.read(&mut bytes) {
        if let Some(pace) = pace {
            let takes = Duration::from_secs(1) * u32::try_from(count).unwrap_or(CARRIED) / pace;
            free = free.max(Instant::now()) + takes;
            thread::sleep(free.saturating_duration_since(Instant::now()));
        }
        let at = Instant::now();
        answer(&mut asked, &bytes[..count], &mut master);
        let mut seen = shown.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.emulator.process(&bytes[..count]);
        seen.pieces.push((at, count));
        shown.changed.notify_all();
    }
}

/// Answers as terminals do whether all is well (DSR), however the question was cut in pieces.
fn answer(asked: &mut Vec<u8>, bytes: &[u8], master: &mut File) {
    const QUESTION: &[u8] = b"\x1b[5n";
    asked.extend(bytes);
    let found = asked.windows(QUESTION.len());
    for _ in found.filter(|window| *window == QUESTION) {
        // A client that is gone needs no answer.
        let _ = master.write_all(b"\x1b[0n");
    }
    asked.drain(..asked.len().saturating_sub(QUESTION.len() - 1));
}
