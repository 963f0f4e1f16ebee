//! A terminal for tests: a real pty, a program in it, and an emulator that shows what it drew.
//!
//! Nothing here sleeps: whoever waits, waits for something to be shown, and gives up loudly.

use std::fs::{File, OpenOptions};
use std::io::{PipeWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rowhouse::input::event::{Key, Size};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

/// How long something may take to be shown, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal.
pub struct Terminal {
    /// Our side; none after the line was cut.
    master: Option<File>,
    /// Keeps the other side open, so that its settings can be read when the program has ended.
    slave: Option<File>,
    shown: Arc<Shown>,
    watcher: Watcher,
    pid: Pid,
    exit: Receiver<ExitStatus>,
    ended: Option<ExitStatus>,
}

struct Shown {
    emulator: Mutex<vt100::Parser<Clipboard>>,
    changed: Condvar,
    /// How often the program asked whether the terminal has shown everything.
    asked: AtomicUsize,
}

/// What programs sent for the clipboard, in base64 as they did.
#[derive(Default)]
struct Clipboard(Vec<String>);

impl vt100::Callbacks for Clipboard {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0.push(String::from_utf8_lossy(data).into_owned());
    }
}

impl Terminal {
    /// What was sent for the clipboard so far, in base64.
    pub fn copied(&self) -> Vec<String> {
        self.shown.emulator.lock().unwrap().callbacks().0.clone()
    }

    /// Runs a program in a new terminal, as the leader of a session of its own.
    pub fn start(program: &Command, size: Size) -> Terminal {
        Self::start_at(program, size, None)
    }

    /// The same on a line of so many baud, where some are given.
    pub fn start_at(program: &Command, size: Size, baud: Option<u32>) -> Terminal {
        let master =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(i32::try_from(OFlags::NOCTTY.bits()).unwrap())
            .open(name.to_str().unwrap())
            .unwrap();
        let master = File::from(master);
        tcsetwinsize(&master, winsize(size)).unwrap();
        if let Some(baud) = baud {
            let mut settings = tcgetattr(&slave).unwrap();
            settings.set_speed(baud).unwrap();
            tcsetattr(&slave, OptionalActions::Now, &settings).unwrap();
        }
        let mut command = in_session(program);
        command.stdin(slave.try_clone().unwrap());
        command.stdout(slave.try_clone().unwrap());
        command.stderr(slave.try_clone().unwrap());
        let mut child = command.spawn().expect("setsid of util-linux");
        let pid = Pid::from_child(&child);
        let (sender, exit) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait().unwrap()));
        let rows = size.rows.try_into().unwrap();
        let columns = size.columns.try_into().unwrap();
        let shown = Arc::new(Shown {
            emulator: Mutex::new(vt100::Parser::new_with_callbacks(
                rows,
                columns,
                0,
                Clipboard::default(),
            )),
            changed: Condvar::new(),
            asked: AtomicUsize::new(0),
        });
        let watcher = Watcher::start(master.try_clone().unwrap(), Arc::clone(&shown));
        Terminal {
            master: Some(master),
            slave: Some(slave),
            shown,
            watcher,
            pid,
            exit,
            ended: None,
        }
    }

    /// Types bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.master.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// Presses keys by their names.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.send(&key.parse::<Key>().unwrap().encode());
        }
    }

    /// Presses keys while others look: for what is done again and again.
    pub fn press_again(&self, keys: &str) {
        let mut master = self.master.as_ref().unwrap();
        for key in keys.split(' ') {
            let bytes = key.parse::<Key>().unwrap().encode();
            master.write_all(&bytes).unwrap();
        }
    }

    /// Waits until a text is shown.
    pub fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until something is so; `what` says it when it never is.
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let emulator = self.shown.emulator.lock().unwrap();
        let wait = self
            .shown
            .changed
            .wait_timeout_while(emulator, PATIENCE, |emulator| !is_so(emulator.screen()));
        let (emulator, waited) = wait.unwrap();
        let shown = emulator.screen().contents();
        assert!(
            !waited.timed_out(),
            "never seen: {what}\nshown is:\n{shown}"
        );
    }

    /// Does something again and again until something is so, as it may come too early to count.
    pub fn again_until(
        &self,
        what: &str,
        again: impl Fn(),
        is_so: impl Fn(&vt100::Screen) -> bool,
    ) {
        for _ in 0..40 {
            again();
            let emulator = self.shown.emulator.lock().unwrap();
            let wait = self
                .shown
                .changed
                .wait_timeout_while(emulator, PATIENCE / 40, |emulator| {
                    !is_so(emulator.screen())
                });
            if !wait.unwrap().1.timed_out() {
                return;
            }
        }
        panic!("never seen: {what}\nshown is:\n{}", self.contents());
    }

    /// How often the program asked whether the terminal has shown everything (DSR).
    pub fn asked(&self) -> usize {
        self.shown.asked.load(Ordering::SeqCst)
    }

    /// Waits until it has asked so often.
    pub fn wait_for_question(&self, number: usize) {
        self.wait_until("a question", |_| self.asked() >= number);
    }

    /// Answers it.
    pub fn answer(&mut self) {
        self.send(b"\x1b[0n");
    }

    /// Returns the text that is shown.
    pub fn contents(&self) -> String {
        self.shown.emulator.lock().unwrap().screen().contents()
    }

    /// Gives the terminal another size.
    pub fn resize(&self, size: Size) {
        let rows = size.rows.try_into().unwrap();
        let columns = size.columns.try_into().unwrap();
        self.shown
            .emulator
            .lock()
            .unwrap()
            .screen_mut()
            .set_size(rows, columns);
        tcsetwinsize(self.master.as_ref().unwrap(), winsize(size)).unwrap();
    }

    /// The program's process.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Kills the program, which gets no say, and waits until it is gone.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let ended = self.exit.recv_timeout(PATIENCE).expect("killed");
        assert_eq!(ended.signal(), Some(Signal::KILL.as_raw()));
        self.ended = Some(ended);
    }

    /// Cuts the line, as when a connection is lost.
    pub fn cut(&mut self) {
        self.watcher.stop();
        self.slave = None;
        self.master = None;
    }

    /// Reads nothing any more of what the program writes, as a line that is stalled.
    pub fn stop_reading(&mut self) {
        self.watcher.stop();
    }

    /// Waits until the program has written what nobody reads.
    pub fn wait_for_full_line(&self) {
        let master = self.master.as_ref().unwrap();
        let mut ready = [PollFd::new(master, PollFlags::IN)];
        let wait = Timespec {
            tv_sec: PATIENCE.as_secs().try_into().unwrap(),
            tv_nsec: 0,
        };
        assert_eq!(poll(&mut ready, Some(&wait)), Ok(1), "nothing was written");
    }

    /// Waits until the program ends; returns its exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        let ended = self.exit.recv_timeout(PATIENCE);
        let shown = self.contents();
        let ended = ended.unwrap_or_else(|_| panic!("it did not end; shown is:\n{shown}"));
        self.ended = Some(ended);
        assert_eq!(ended.signal(), None, "it was killed");
        ended.code()
    }

    /// Whether the terminal echoes and edits lines, as it does for a shell.
    pub fn is_cooked(&self) -> bool {
        let attributes = tcgetattr(self.slave.as_ref().unwrap()).unwrap();
        attributes
            .local_modes
            .contains(LocalModes::ICANON | LocalModes::ECHO)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.ended.is_none() && self.exit.try_recv().is_err() {
            // It may just have ended by itself.
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// The program as the leader of a session that has the terminal.
fn in_session(program: &Command) -> Command {
    let mut command = Command::new("setsid");
    command
        .arg("--ctty")
        .arg(program.get_program())
        .args(program.get_args());
    command.env_clear();
    let kept = [
        "PATH",
        "HOME",
        "TMPDIR",
        "RUST_BACKTRACE",
        "LD_LIBRARY_PATH",
    ];
    command.envs(
        kept.iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?))),
    );
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

/// The thread that shows everything the program writes.
struct Watcher {
    thread: Option<JoinHandle<()>>,
    /// Closing it wakes the thread.
    wake: Option<PipeWriter>,
}

impl Watcher {
    fn start(mut master: File, shown: Arc<Shown>) -> Watcher {
        let (woken, wake) = std::io::pipe().unwrap();
        let work = move || {
            let mut bytes = [0; 16 * 1024];
            loop {
                let mut both = [
                    PollFd::new(&woken, PollFlags::IN),
                    PollFd::new(&master, PollFlags::IN),
                ];
                poll(&mut both, None).unwrap();
                if !both[0].revents().is_empty() {
                    return;
                }
                // An error says that nobody has the other side open any more.
                let Ok(count @ 1..) = master.read(&mut bytes) else {
                    return;
                };
                let mut emulator = shown.emulator.lock().unwrap();
                emulator.process(&bytes[..count]);
                // It comes at the end of a block of bytes.
                if bytes[..count].ends_with(b"\x1b[5n") {
                    shown.asked.fetch_add(1, Ordering::SeqCst);
                }
                drop(emulator);
                shown.changed.notify_all();
            }
        };
        Watcher {
            thread: Some(thread::spawn(work)),
            wake: Some(wake),
        }
    }

    /// Ends the thread, which has our side of the terminal open too.
    fn stop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn winsize(size: Size) -> Winsize {
    Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
