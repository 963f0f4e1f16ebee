//! Makes a data folder, starts its server and waits for one that leaves; knows no clients.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::layout::Layout;
use super::owner::Owner;
use super::pidfile;
use super::server::Durability;
use super::watch::{self, LOOK_AGAIN};

/// How long a start may take; recovery after a crash is part of it.
const START_WITHIN: Duration = Duration::from_secs(120);
/// How long a server may take to end.
const END_WITHIN: Duration = Duration::from_secs(60);
/// How long a server without a watch is believed to be ending by itself.
const ENDS_BY_ITSELF_WITHIN: Duration = Duration::from_secs(1);
/// How long a process named in a pid file may be silent before it is taken for a stranger.
const SILENT_FOR: Duration = Duration::from_secs(2);
/// How long the leftovers of a killed server may stand in the way of a new one.
const LEFTOVERS_GONE_WITHIN: Duration = Duration::from_secs(5);

/// Makes the data folder unless there is one. It gets its name when it is complete, so that an
/// interrupted start leaves nothing that looks like data.
pub(super) fn make_data(
    layout: &Layout,
    binaries: &Binaries,
    owner: Owner,
    durability: Durability,
) -> Result<(), EmbeddedError> {
    if layout.data.join("PG_VERSION").is_file() {
        return Ok(());
    }
    let unfinished = layout.root.join("data.unfinished");
    // Case folding beyond ASCII where the system knows how, and the order of bytes everywhere:
    // the same sort on every machine.
    let wide = if cfg!(target_os = "macos") {
        "en_US.UTF-8"
    } else {
        "C.UTF-8"
    };
    let mut said = initdb(&unfinished, wide, binaries, owner, durability)?;
    if !said.status.success() {
        said = initdb(&unfinished, "C", binaries, owner, durability)?;
    }
    if !said.status.success() {
        let output = last_lines(&String::from_utf8_lossy(&said.stderr));
        return Err(EmbeddedError::Program {
            program: "initdb",
            output,
        });
    }
    fs::rename(&unfinished, &layout.data).map_err(EmbeddedError::io("create", &layout.data))
}

fn initdb(
    folder: &Path,
    character_types: &str,
    binaries: &Binaries,
    owner: Owner,
    durability: Durability,
) -> Result<Output, EmbeddedError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(EmbeddedError::io("remove", folder))?;
    }
    owner.private_folder(folder)?;
    let program = binaries.program("initdb");
    let mut command = Command::new(&program);
    command.arg("-D").arg(folder);
    command.args(["-U", super::server::SUPERUSER, "-E", "UTF8", "--locale=C"]);
    command.arg(format!("--lc-ctype={character_types}"));
    command.args(["--auth-local=trust", "--auth-host=reject"]);
    if durability == Durability::Disposable {
        command.arg("--no-sync");
    }
    owner.prepare(&mut command);
    command
        .stdin(Stdio::null())
        .output()
        .map_err(EmbeddedError::io("run", &program))
}

/// Starts the server with its watch; gives the watch's process and our end of the FIFO.
pub(super) fn start(
    layout: &Layout,
    binaries: &Binaries,
    owner: Owner,
    durability: Durability,
    more: &[String],
) -> Result<(Child, File), EmbeddedError> {
    let after_a_crash = pidfile::read(&layout.data).is_some();
    let deadline = Instant::now() + LEFTOVERS_GONE_WITHIN;
    loop {
        match start_once(layout, binaries, owner, durability, more) {
            // The children of a killed server need a moment to notice; PostgreSQL refuses until
            // the last of them is gone.
            Err(EmbeddedError::Program { .. }) if after_a_crash && Instant::now() < deadline => {
                std::thread::sleep(LOOK_AGAIN);
            }
            other => return other,
        }
    }
}

fn start_once(
    layout: &Layout,
    binaries: &Binaries,
    owner: Owner,
    durability: Durability,
    more: &[String],
) -> Result<(Child, File), EmbeddedError> {
    let (reader, writer) = watch::make(layout)?;
    let log_path = layout.log();
    let log = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(&log_path)
        .map_err(EmbeddedError::io("open", &log_path))?;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", watch::SCRIPT, "rowhouse-watch"])
        .arg(&layout.run);
    command
        .arg(binaries.program("postgres"))
        .arg("-D")
        .arg(&layout.data);
    command.arg("-k").arg(&layout.run);
    let settings = settings(durability);
    // The last one counts.
    for setting in settings.into_iter().chain(more.iter().map(String::as_str)) {
        command.args(["-c", setting]);
    }
    owner.prepare(&mut command);
    let mut child = command
        .stdin(reader)
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(EmbeddedError::io("run", Path::new("/bin/sh")))?;
    match child.stdout.take().map(|out| await_ready(layout, out)) {
        Some(Ok(true)) => Ok((child, writer)),
        Some(Ok(false)) | None => {
            drop(writer);
            let said = fs::read_to_string(&log_path).unwrap_or_default();
            Err(EmbeddedError::Program {
                program: "postgres",
                output: last_lines(&said),
            })
        }
        Some(Err(error)) => Err(error),
    }
}

/// Lists what is set on the command line, so that a copied data folder cannot change it.
fn settings(durability: Durability) -> Vec<&'static str> {
    let mut settings = vec![
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "port=5432",
        "logging_collector=off",
        "log_destination=stderr",
        "jit=off",
        // As every version does from 14 on.
        "password_encryption=scram-sha-256",
        // Session tokens travel as parameters: they never reach the log.
        "log_parameter_max_length=0",
        "log_parameter_max_length_on_error=0",
    ];
    if durability == Durability::Disposable {
        settings.extend([
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=300",
            "timezone=UTC",
        ]);
    }
    settings
}

/// Waits until the started server is ready; false when it ended instead. The pipe holds the
/// server's process id, and ends when the server does.
fn await_ready(layout: &Layout, mut out: ChildStdout) -> Result<bool, EmbeddedError> {
    let deadline = Instant::now() + START_WITHIN;
    let mut said = String::new();
    while Instant::now() < deadline {
        let pid = said
            .split_once('\n')
            .and_then(|(pid, _)| pid.parse::<i32>().ok());
        let file = pidfile::read(&layout.data);
        if file.is_some_and(|file| file.ready && Some(file.pid) == pid) {
            return Ok(true);
        }
        let mut wait = [PollFd::new(&out, PollFlags::IN)];
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(LOOK_AGAIN.subsec_nanos()),
        };
        if poll(&mut wait, Some(&moment)).unwrap_or(0) == 0 {
            continue;
        }
        let mut bytes = [0; 64];
        match out.read(&mut bytes) {
            Ok(0) => return Ok(false),
            Ok(length) => said.push_str(&String::from_utf8_lossy(&bytes[..length])),
            Err(error) => return Err(EmbeddedError::io("read from", Path::new("/bin/sh"))(error)),
        }
    }
    Err(too_slow(layout, "start", START_WITHIN))
}

/// Says whether a server takes connections in the folder.
pub(super) fn answers(layout: &Layout) -> bool {
    pidfile::read(&layout.data).is_some_and(|file| file.ready) && listens(layout)
}

/// Says whether anybody is behind the socket, also one that is just ending.
fn listens(layout: &Layout) -> bool {
    UnixStream::connect(layout.socket()).is_ok()
}

/// Waits until a server without clients has ended. One whose watch was killed never ends by
/// itself, so it is asked to.
pub(super) fn await_end(layout: &Layout) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    let mut silent_since = None;
    let mut asked = false;
    while began.elapsed() < END_WITHIN {
        let Some(file) = pidfile::read(&layout.data) else {
            return Ok(());
        };
        let pid = Pid::from_raw(file.pid).filter(|pid| test_kill_process(*pid).is_ok());
        let Some(pid) = pid else {
            return Ok(());
        };
        if listens(layout) {
            silent_since = None;
            if file.ready && !asked && began.elapsed() > ENDS_BY_ITSELF_WITHIN {
                asked = kill_process(pid, Signal::INT).is_ok();
            }
        } else if silent_since.get_or_insert_with(Instant::now).elapsed() > SILENT_FOR {
            // A file left over from a crash names a process that has nothing to do with us.
            return Ok(());
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Err(too_slow(layout, "end", END_WITHIN))
}

fn too_slow(layout: &Layout, what: &'static str, within: Duration) -> EmbeddedError {
    EmbeddedError::TooSlow {
        folder: layout.root.clone(),
        what,
        seconds: within.as_secs(),
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(4)..].join(" / ")
}
