//! A line of 9,600 baud to the terminal, and one of 100 ms round trip to the server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::lab::{Got, Lab};
use super::pty::Terminal;
use super::report::{Report, median, ms};

/// What a line of 9,600 baud carries in a second: eight bits, a start and a stop.
const BYTES_A_SECOND: u32 = 960;
/// How fast a key repeats that is held down.
const REPEAT: Duration = Duration::from_millis(33);
/// One way to the server, and back.
const TRIP: Duration = Duration::from_millis(100);

/// Measures both.
pub fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    for (what, keys) in [("within the page", 30), ("scrolling", 90)] {
        held_down(lab, report, what, keys)?;
    }
    far_away(lab, report)
}

/// Holds a key down; how long after it is let go the row under the cursor is shown, and how long
/// the screen still moves.
fn held_down(lab: &Lab, report: &mut Report, what: &str, keys: usize) -> Got<()> {
    let mut command = lab.plain(None, &["--table", "equipment"])?;
    command.env("ROWHOUSE_THIN", "on");
    let mut terminal = Terminal::start(command, Some(BYTES_A_SECOND))?;
    terminal.wait_for("EQ-0007919")?;
    terminal.press("v", None)?;
    terminal.wait_until_still();
    let keys = keys.min(lab.scale.keys);
    let mut pressed = Instant::now();
    for _ in 0..keys {
        pressed = Instant::now();
        terminal.send(b"\x1b[B")?;
        thread::sleep(REPEAT);
    }
    let before = terminal.screen();
    let row = format!("EQ-{:07}", (keys + 1) * 7_919 % 1_000_003);
    let shown = terminal.wait_until_shown(&row)?;
    report.limit(
        format!("9,600 baud, {what}: the row under the cursor, after"),
        ms(shown.saturating_duration_since(pressed)),
        "ms",
        500.0,
    );
    terminal.wait_until_still();
    let moved = terminal.last().map_or(Duration::ZERO, |last| {
        last.saturating_duration_since(pressed)
    });
    // What was not shown yet when the key was let go has to come through the line.
    let needed = terminal.screen().contents_diff(&before).len();
    let takes = Duration::from_secs(1) * u32::try_from(needed)? / BYTES_A_SECOND;
    report.note(
        format!("9,600 baud, {what}: the whole screen, after"),
        ms(moved),
        "ms",
    );
    report.limit(
        format!("9,600 baud, {what}: longer than {needed} bytes take"),
        ms(moved.saturating_sub(takes)),
        "ms",
        500.0,
    );
    Ok(())
}

/// Presses keys that need no data, on a line to the server that takes long; and then on one where
/// nothing comes back any more.
fn far_away(lab: &Lab, report: &mut Report) -> Got<()> {
    let line = proxy(lab)?;
    let command = lab.plain(Some(("127.0.0.1", line.port)), &["--table", "equipment"])?;
    let mut terminal = Terminal::start(command, None)?;
    terminal.wait_for("EQ-0007919")?;
    terminal.press("v", None)?;
    let mut took = Vec::new();
    for _ in 0..lab.scale.keys.min(30) {
        took.push(ms(terminal.press("down", None)?.settled));
    }
    report.limit(
        "100 ms to the server: cursor, one row down",
        median(took),
        "ms",
        5.0,
    );
    let page = terminal.press("pgdn", None)?;
    report.note("100 ms to the server: a page down", ms(page.settled), "ms");
    terminal.press("g", Some("EQ-0007919"))?;
    terminal.wait_until_still();
    line.stopped.store(true, Ordering::SeqCst);
    let mut waited = Vec::new();
    for key in WITHOUT_DATA {
        if terminal.press(key, None)?.bytes == 0 {
            waited.push(key);
        }
    }
    report.limit(
        format!("no answer from the server: keys that waited {waited:?}"),
        waited.len() as f64,
        "keys",
        0.0,
    );
    Ok(())
}

/// Keys that need nothing of the server, each of which changes the screen.
const WITHOUT_DATA: [&str; 15] = [
    "down", "down", "up", "right", "right", "left", "?", "esc", ":", "esc", "/", "esc", "v", "v",
    "down",
];

/// A line to the server.
struct Line {
    port: u16,
    /// Whether what comes back stays on the way.
    stopped: Arc<AtomicBool>,
}

/// Listens, and passes on to the server what comes; what goes back arrives later.
fn proxy(lab: &Lab) -> Got<Line> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    let endpoint = lab.endpoint.clone();
    let stopped = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stopped);
    let socket = endpoint.host.join(format!(".s.PGSQL.{}", endpoint.port));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = UnixStream::connect(&socket) else {
                return;
            };
            // A line that breaks ends, as lines do.
            let _ = join(client, server, Arc::clone(&told));
        }
    });
    Ok(Line { port, stopped })
}

fn join(client: TcpStream, server: UnixStream, stopped: Arc<AtomicBool>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let (mut up, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || std::io::copy(&mut up, &mut to));
    let (later, due) = mpsc::channel::<(Instant, Vec<u8>)>();
    let mut down = server;
    thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(count @ 1..) = down.read(&mut bytes) {
            let piece = (Instant::now() + TRIP, bytes[..count].to_vec());
            if later.send(piece).is_err() {
                return;
            }
        }
    });
    let mut back = client;
    thread::spawn(move || {
        for (at, piece) in due {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            while stopped.load(Ordering::SeqCst) {
                thread::sleep(TRIP);
            }
            if back.write_all(&piece).is_err() {
                return;
            }
        }
    });
    Ok(())
}
