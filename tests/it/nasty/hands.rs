//! A person's hands and eyes for the walks over the real screens: presses keys, waits until all is
//! answered, and refuses a screen that no person should be shown. No tests here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rowhouse::app::context::Context;
use rowhouse::app::effect::Timer;
use rowhouse::app::message::{Message, Start};
use rowhouse::app::notice::Mood;
use rowhouse::app::place::Place;
use rowhouse::db::Database;
use rowhouse::domain::clipboard::Clipboard;
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::input::action::Scope;
use rowhouse::input::event::{Event, Key, KeyCode, Modifiers, Size};
use rowhouse::input::keymap::Keymap;
use rowhouse::runtime::clock::Clock;
use rowhouse::runtime::seat::{Outside, Seat};
use rowhouse::tape::picture::Picture;
use rowhouse::tape::run::scratch_folder;
use rowhouse::theme::Theme;

use crate::desk::{self, Got};

/// How long a step may take before it counts as stuck.
const STUCK: Duration = Duration::from_secs(30);

/// One terminal of a person, and what is seen on it.
pub struct Hands {
    pub seat: Seat,
    pub picture: Picture,
    /// Where files go that the person writes.
    pub files: PathBuf,
    folder: PathBuf,
    theme: Theme,
    /// What was done since the table was opened, for whoever reads why it failed.
    done: String,
    /// How many of the lines told were looked at.
    heard: usize,
    /// What the person was told that did not work.
    pub failures: Vec<String>,
    /// What is wrong, each with the screen.
    pub faults: Vec<String>,
}

impl Drop for Hands {
    fn drop(&mut self) {
        // A folder that cannot be removed is the temporary folder's business.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Hands {
    /// Starts the program; with a table, that table is opened after the sign-in.
    pub async fn start(settings: ConnectionSettings, table: Option<&str>) -> Got<Self> {
        let folder = scratch_folder()?;
        let files = folder.join("files");
        std::fs::create_dir(&files)?;
        let clock = Clock::Real;
        let keymap = Arc::new(Keymap::default());
        let mut context = Context::new(Size::STANDARD, keymap, 1, clock.now());
        context.clipboard = Clipboard::Direct;
        let outside = Outside {
            database: Database::new(desk::client()),
            clock,
            draft_folder: folder.join("drafts"),
            export_folder: files.clone(),
            sign_in_hints: None,
            editor: None,
            find_password: Arc::new(|_| Ok(None)),
            save_profile: Arc::new(|_, _| Err("a walk saves no profile".into())),
        };
        let mut hands = Self {
            seat: Seat::new(context, outside),
            picture: Picture::empty(Size::STANDARD),
            files,
            folder,
            theme: Theme::for_snapshots(),
            done: String::new(),
            heard: 0,
            failures: Vec::new(),
            faults: Vec::new(),
        };
        hands.seat.take(Message::Started(Start::Connect {
            settings: Box::new(settings),
            password: None,
            table: table.map(str::to_owned),
            key: None,
        }));
        hands.look().await;
        Ok(hands)
    }

    /// Begins a new part of the walk.
    pub fn begin(&mut self, what: &str) {
        what.clone_into(&mut self.done);
        self.failures.clear();
    }

    /// Presses keys as tapes write them, each seen through before the next, and looks at the screen.
    pub async fn press(&mut self, keys: &str) {
        for word in keys.split_whitespace() {
            let key: Key = word.parse().unwrap_or_else(|_| panic!("no key {word}"));
            self.done.push_str(&format!(" {word}"));
            self.seat.take(Message::Event(Event::Key(key)));
            self.settle().await;
        }
        self.look().await;
    }

    /// Closes what lies over the rows.
    pub async fn close(&mut self) {
        for _ in 0..3 {
            if self.seat.app.scopes().contains(&Scope::Grid) {
                return;
            }
            self.press("Esc").await;
        }
        self.fail("it does not close");
    }

    /// Types a text.
    pub async fn write(&mut self, text: &str) {
        for c in text.chars() {
            let key = Key::new(KeyCode::Char(c), Modifiers::NONE);
            self.seat.take(Message::Event(Event::Key(key)));
        }
        self.done.push_str(&format!(" {text:?}"));
        self.look().await;
    }

    /// Pastes a text.
    pub async fn paste(&mut self, text: &str) {
        self.seat
            .take(Message::Event(Event::Paste(text.to_owned())));
        let begin: String = text.chars().take(40).collect();
        self.done.push_str(&format!(" {begin:?}"));
        self.look().await;
    }

    /// What a key copies.
    pub async fn copies(&mut self, keys: &str) -> Option<String> {
        self.seat.copied = None;
        self.press(keys).await;
        self.seat.copied.take()
    }

    /// Whether something on the screen is painted so.
    pub fn is_painted(&self, role: &str) -> bool {
        let runs = self.picture.styles.iter().flatten();
        runs.into_iter()
            .any(|run| run.roles.split(' ').any(|name| name == role))
    }

    /// The text painted so.
    pub fn painted(&self, role: &str) -> String {
        let lines = self.picture.lines.iter().zip(&self.picture.styles);
        let painted = lines.filter(|(_, runs)| {
            let names = |roles: &str| roles.split(' ').any(|name| name == role);
            runs.iter().any(|run| names(&run.roles))
        });
        painted
            .map(|(line, _)| line.trim())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether the rows of a table are shown, nothing over them.
    pub fn is_in_rows(&self) -> bool {
        matches!(self.seat.app.place, Place::Browser(_)) && self.seat.app.overlay.is_none()
    }

    /// Notes what is wrong, with the screen; the walk goes on.
    pub fn fail(&mut self, why: &str) {
        let lines = self.picture.lines.join("\n");
        self.faults
            .push(format!("{why}\nafter {}\n{lines}", self.done));
    }

    /// Notes what is wrong unless it is so.
    pub fn must(&mut self, so: bool, why: &str) {
        if !so {
            self.fail(why);
        }
    }

    async fn settle(&mut self) {
        let quiet = quiet(&mut self.seat);
        if tokio::time::timeout(STUCK, quiet).await.is_err() {
            self.fail("stuck");
        }
    }

    /// Waits until all is answered, and looks at what is on the screen then.
    async fn look(&mut self) {
        self.settle().await;
        if self.seat.changed {
            let (buffer, cursor) = self.seat.draw(&self.theme);
            self.picture = Picture::of(&buffer, cursor);
        }
        let unseen =
            |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{feff}';
        let lines = &self.picture.lines;
        if lines.iter().any(|line| line.contains(unseen)) {
            self.fail("a control character is on the screen");
        }
        let log = &self.seat.app.notices.log;
        let new: Vec<_> = log.iter().skip(self.heard).cloned().collect();
        self.heard = log.len().min(99);
        for (_, notice) in new {
            if is_code(&notice.text) {
                self.fail("an error without words");
            }
            if notice.mood == Mood::Failed {
                self.failures.push(notice.text);
            }
        }
        if self.is_painted("status.error") {
            self.failures.push(self.painted("status.error"));
        }
        if self.failures.iter().any(|text| is_code(text)) {
            self.fail("an error without words");
        }
    }
}

/// Whether a line has one of the codes of PostgreSQL for errors in it.
fn is_code(text: &str) -> bool {
    let of_code = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let code = |word: &str| {
        word.len() == 5
            && word.chars().all(of_code)
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word[2..].chars().any(|c| c.is_ascii_uppercase())
    };
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    text.contains("SQLSTATE") || words.any(code)
}

/// Runs the seat until nothing is open; short timers come at once.
async fn quiet(seat: &mut Seat) {
    loop {
        while let Some(message) = seat.ready() {
            seat.take(message);
        }
        if seat.is_asking() {
            let message = seat.next().await;
            seat.take(message);
            continue;
        }
        let short = [Timer::Rest, Timer::Palette, Timer::Drafts];
        if let Some(timer) = short.into_iter().find(|timer| seat.timers.is_set(*timer)) {
            seat.timers.unset(timer);
            seat.take(Message::Wake(timer));
            continue;
        }
        seat.flush_export(Duration::from_secs(5));
        match seat.ready() {
            Some(message) => seat.take(message),
            None => return,
        }
    }
}
