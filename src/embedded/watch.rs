//! Ties the server to its clients: a FIFO that every client holds open, and the `sh` that ends the
//! server when the last of them is gone. Knows nothing of databases.
//!
//! The kernel closes the write end of a client that is killed, so nothing a client does or fails
//! to do leaves a server behind. A client that joins writes a name and waits until a file of that
//! name appears: then the reader has seen it while it was still reading, and will not end the
//! server under it. A reader that was already leaving closes its end, which the joiner sees.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_setfl};

use super::error::EmbeddedError;
use super::layout::Layout;

/// Starts the server ($2...), says its process id, and keeps a reader of the FIFO (standard input)
/// beside it. The main shell only waits, so that a server that ended by itself is reaped at once
/// and takes its reader along; that closes the FIFO, and the next client starts anew.
pub(super) const SCRIPT: &str = r#"
trap '' INT TERM HUP
run=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
echo "$server"
( while read -r name; do : >"$run/$name"; done
  exec </dev/null
  kill -INT "$server" ) <&3 3<&- >/dev/null &
reader=$!
exec 3<&- >/dev/null
wait "$server"
kill -9 "$reader" 2>/dev/null
"#;

/// How often a wait looks again.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How long the reader may take to answer a client that joins.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Numbers the greetings of this process, so that two of them never share a file.
static GREETINGS: AtomicU32 = AtomicU32::new(0);

/// Makes a new FIFO and opens both ends: the read end for the watch, the write end for us.
pub(super) fn make(layout: &Layout) -> Result<(File, File), EmbeddedError> {
    let path = layout.fifo();
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(EmbeddedError::io("remove", &path)(error));
        }
        _ => {}
    }
    let made = Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(&path)
        .output();
    let made = made.map_err(EmbeddedError::io("make", &path))?;
    if !made.status.success() {
        let output = String::from_utf8_lossy(&made.stderr).trim().to_owned();
        return Err(EmbeddedError::Program {
            program: "mkfifo",
            output,
        });
    }
    let reader =
        open(&path, OpenOptions::new().read(true)).map_err(EmbeddedError::io("open", &path))?;
    let writer =
        open(&path, OpenOptions::new().write(true)).map_err(EmbeddedError::io("open", &path))?;
    fcntl_setfl(&reader, OFlags::empty())
        .map_err(|error| EmbeddedError::io("open", &path)(error.into()))?;
    Ok((reader, writer))
}

/// Joins the watch of a running server; none when there is none, or it is just leaving.
pub(super) fn join(layout: &Layout) -> Result<Option<File>, EmbeddedError> {
    let path = layout.fifo();
    let mut writer = match open(&path, OpenOptions::new().write(true)) {
        Ok(writer) => writer,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            return Ok(None);
        }
        Err(error) => return Err(EmbeddedError::io("open", &path)(error)),
    };
    let number = GREETINGS.fetch_add(1, Ordering::Relaxed);
    let name = format!("hello.{}.{number}", process::id());
    let answer = layout.run.join(&name);
    if writeln!(writer, "{name}").is_err() {
        return Ok(None);
    }
    let deadline = Instant::now() + ANSWER_WITHIN;
    while Instant::now() < deadline {
        if fs::remove_file(&answer).is_ok() {
            return Ok(Some(writer));
        }
        if hung_up(&writer) {
            return Ok(None);
        }
    }
    Err(EmbeddedError::TooSlow {
        folder: layout.root.clone(),
        what: "answer a new client",
        seconds: ANSWER_WITHIN.as_secs(),
    })
}

/// Waits a moment and says whether the other end is closed.
pub(super) fn hung_up(end: impl AsFd) -> bool {
    let mut wait = [PollFd::new(&end, PollFlags::ERR | PollFlags::HUP)];
    let moment = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(LOOK_AGAIN.subsec_nanos()),
    };
    poll(&mut wait, Some(&moment)).is_ok_and(|ready| ready > 0)
}

fn open(path: &Path, options: &OpenOptions) -> std::io::Result<File> {
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    options.clone().custom_flags(nonblocking).open(path)
}
