//! The program in the terminal: shows the events it gets; started by the other tests only.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use rowhouse::input::event::{Event, Key};
use rowhouse::terminal::screen::{Manner, Screen};
use rowhouse::terminal::tty::{Settings, Tty};

/// Names the folder for what the program leaves behind; without it nothing runs.
pub const FOLDER: &str = "ROWHOUSE_TEST_DOOR";
/// The file that says that the seat was told to leave.
pub const HUNG_UP: &str = "hung-up";

/// More than a terminal takes while nobody reads.
const FLOOD: usize = 1024 * 1024;

/// Far longer than the pauses of the tests, on however slow a machine.
const ESC_WAIT: Duration = Duration::from_millis(600);

/// Is an ordinary test that does nothing, unless another test runs it in a terminal.
#[test]
fn in_the_terminal() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(run(&folder));
    end();
}

#[expect(
    clippy::exit,
    reason = "the test harness would write to a terminal that may be gone"
)]
fn end() {
    std::process::exit(0);
}

async fn run(folder: &Path) {
    let mut tty = Tty::open(Settings {
        esc_wait: ESC_WAIT,
        mouse: false,
        flow_control: false,
        report_folder: Some(folder.to_owned()),
    })
    .unwrap();
    let mut screen = Screen::new(tty.size(), Manner::default());
    let mut names = Vec::new();
    loop {
        let head = format!("ready, size {}x{}", tty.size().columns, tty.size().rows);
        draw(
            &mut tty,
            &mut screen,
            &head,
            &format!("events: {}", names.join(" ")),
        )
        .await;
        match tty.events.recv().await.unwrap() {
            Event::HangUp => {
                std::fs::write(folder.join(HUNG_UP), "").unwrap();
                return tty.leave();
            }
            Event::Resize(size) => screen.resize(size),
            Event::Key(key) if key == Key::ctrl('q') => return tty.leave(),
            Event::Key(key) if key == Key::ctrl('l') => names.clear(),
            Event::Key(key) if key == Key::char('h') => {
                draw(&mut tty, &mut screen, "hanging", "").await;
                loop {
                    std::thread::park();
                }
            }
            Event::Key(key) if key == Key::char('f') => {
                tty.write(vec![b'x'; FLOOD]);
                // Nothing more is drawn: the next event decides.
                let event = tty.events.recv().await.unwrap();
                assert_eq!(event, Event::HangUp);
                assert!(!tty.is_written());
                std::fs::write(folder.join(HUNG_UP), "").unwrap();
                return tty.leave();
            }
            Event::Key(key) if key == Key::char('p') => {
                let value = "s3cret";
                tokio::spawn(async move { panic!("met {value}") })
                    .await
                    .unwrap_err();
            }
            Event::Key(key) => names.push(shown(&key.to_string())),
            Event::Mouse(mouse) => {
                names.push(format!("{:?}:{}:{}", mouse.kind, mouse.x, mouse.y));
            }
            Event::Paste(text) => {
                names.push(shown(&format!("paste:{}", text.replace('\n', "\\n"))))
            }
            Event::FocusIn => names.push("focus-in".into()),
            Event::Answered => names.push("answered".into()),
            Event::FocusOut => names.push("focus-out".into()),
            Event::PasteCut => names.push("paste-cut".into()),
        }
    }
}

/// The emulator shows nothing for the replacement character.
pub fn shown(name: &str) -> String {
    name.replace('\u{fffd}', "(unreadable)")
}

async fn draw(tty: &mut Tty, screen: &mut Screen, head: &str, events: &str) {
    let size = tty.size();
    let mut picture = Buffer::empty(Rect::new(0, 0, size.columns, size.rows));
    picture.set_string(0, 0, head, Style::new().bold());
    let (x, _) = picture.set_stringn(0, 1, events, usize::from(size.columns), Style::new());
    tty.write(screen.draw(&picture, Some(Position::new(x.min(size.columns - 1), 1))));
    tty.written().await;
}
