//! One seat: the core, its questions under way, its timers and its drafts; every door drives it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::answers;
use super::clock::{Clock, Steady, random_seed};
use super::drafts::Drafts;
use super::editor::{Laid, Wanted};
use super::exporting::Exporting;
use super::password::with_password;
use super::rows::Writers;
use super::timers::Timers;
use crate::app::App;
use crate::app::context::Context;
use crate::app::effect::{Effect, Timer};
use crate::app::message::{Message, Sent, Told};
use crate::app::update::watch;
use crate::db::Database;
use crate::db::contract::{Fault, QueryId, Reply, Request};
use crate::domain::account::SignInHint;
use crate::domain::connection::ConnectionSettings;
#[cfg(debug_assertions)]
use crate::input::event::{Event, Key};
use crate::theme::Theme;

/// Writes a profile, with its password where that was asked for.
pub type SaveProfile =
    dyn Fn(&ConnectionSettings, Option<&SecretString>) -> Result<String, String> + Send + Sync;

/// Finds the password of the database login, or says why it cannot be had.
pub type FindPassword =
    dyn Fn(&ConnectionSettings) -> Result<Option<SecretString>, String> + Send + Sync;

/// Where texts lie while they are in an editor, within the folder of the drafts.
pub const EDITED: &str = "editor";

/// How long writing drafts may take before an editor is opened.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);

/// What the seat is given from outside.
pub struct Outside {
    /// The database layer.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// The folder of the drafts.
    pub draft_folder: std::path::PathBuf,
    /// Where files go that a person names without a folder.
    pub export_folder: std::path::PathBuf,
    /// The demo's sign-ins, asked for whenever the sign-in screen shows.
    pub sign_in_hints: Option<Arc<dyn Fn() -> Vec<SignInHint> + Send + Sync>>,
    /// Writes a profile into the configuration and says where, or why not.
    pub save_profile: Arc<SaveProfile>,
    /// The person's own editor, as a shell runs it; the usual one where none is named.
    pub editor: Option<String>,
    /// Finds the password of the database login where the settings say it is; may take a while.
    pub find_password: Arc<FindPassword>,
}

/// One terminal's worth of the program.
pub struct Seat {
    /// The core.
    pub app: App,
    /// Whether something changed since the last picture.
    pub changed: bool,
    /// Whether everything has to be drawn again.
    pub redraw: bool,
    /// The timers that are set.
    pub timers: Timers,
    /// What was sent to the terminal so far, and asked of the server.
    pub sent: Sent,
    /// What the timers go by.
    steady: Steady,
    outside: Outside,
    drafts: Drafts,
    inbox: mpsc::UnboundedReceiver<Message>,
    post: mpsc::UnboundedSender<Message>,
    tasks: JoinSet<(QueryId, Result<Reply, Fault>)>,
    aborts: HashMap<QueryId, AbortHandle>,
    quitting: bool,
    wanted: Option<Wanted>,
    export: Exporting,
    pub(super) writers: Writers,
    /// What is to be sent to the terminal's clipboard.
    pub copied: Option<String>,
    suspending: bool,
    toggling_thin: bool,
    toggling_mouse: bool,
    posting: Arc<AtomicUsize>,
    /// The key at which the core panics with its effects undone: only tests of that set it.
    #[cfg(debug_assertions)]
    pub fails_at: Option<Key>,
}

impl Seat {
    /// Makes a seat that has not begun.
    pub fn new(context: Context, outside: Outside) -> Self {
        let (post, inbox) = mpsc::unbounded_channel();
        let told = post.clone();
        let drafts = Drafts::open(outside.draft_folder.clone(), move |message| {
            // A seat that is gone needs no answer.
            let _ = told.send(message);
        });
        let told = post.clone();
        let export = Exporting::open(outside.export_folder.clone(), move |result| {
            // A seat that is gone needs no answer.
            let _ = told.send(Message::Exported(result));
        });
        Self {
            app: App::new(context),
            changed: true,
            redraw: true,
            sent: Sent::default(),
            timers: Timers::default(),
            steady: Steady::new(outside.clock.clone()),
            outside,
            drafts,
            inbox,
            post,
            tasks: JoinSet::new(),
            aborts: HashMap::new(),
            quitting: false,
            wanted: None,
            export,
            writers: Writers::default(),
            copied: None,
            suspending: false,
            toggling_thin: false,
            toggling_mouse: false,
            posting: Arc::default(),
            #[cfg(debug_assertions)]
            fails_at: None,
        }
    }

    /// Returns the seat's clock.
    pub fn clock(&self) -> &Clock {
        &self.outside.clock
    }

    /// Whether the seat was asked to end and nothing is left to do.
    pub fn is_over(&self) -> bool {
        self.quitting && self.tasks.is_empty()
    }

    /// Whether the seat was asked to end.
    pub fn is_quitting(&self) -> bool {
        self.quitting
    }

    /// Whether a question is under way.
    pub fn is_asking(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Whether something is on its way that is no question: the demo's sign-ins.
    pub fn is_posting(&self) -> bool {
        self.posting.load(Ordering::SeqCst) > 0
    }

    /// Takes one message and does what the core asks for.
    pub fn take(&mut self, message: Message) {
        self.changed |= !watch::is_quiet(&self.app, &message);
        #[cfg(debug_assertions)]
        let fails = matches!((&message, self.fails_at), (Message::Event(Event::Key(key)), Some(at)) if *key == at);
        let effects = self.app.update(message, self.outside.clock.now());
        #[cfg(debug_assertions)]
        assert!(!fails, "the key of the fault was pressed");
        for effect in effects {
            self.perform(effect);
        }
    }

    /// Returns a message that is ready, without waiting.
    pub fn ready(&mut self) -> Option<Message> {
        if let Ok(message) = self.inbox.try_recv() {
            return Some(message);
        }
        while let Some(joined) = self.tasks.try_join_next() {
            if let Some(message) = answers::taken(&mut self.aborts, joined) {
                return Some(message);
            }
        }
        self.timers.take_due(self.steady.now()).map(Message::Wake)
    }

    /// Takes the timers that are due, however much else waits.
    pub fn wake_due(&mut self) {
        let now = self.steady.now();
        while let Some(timer) = self.timers.take_due(now) {
            self.take(Message::Wake(timer));
        }
    }

    /// Waits for the next message; timers count only where time passes by itself.
    pub async fn next(&mut self) -> Message {
        loop {
            if let Some(message) = self.ready() {
                return message;
            }
            let due = self.timers.next().filter(|_| self.outside.clock.is_real());
            let wait = due.map(|due| due - self.steady.now());
            let sleep = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait.try_into().unwrap_or_default()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(message) = self.inbox.recv() => return message,
                Some(joined) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    if let Some(message) = answers::taken(&mut self.aborts, joined) {
                        return message;
                    }
                }
                () = sleep => {}
            }
        }
    }

    /// Draws the state; the picture is as large as the terminal.
    pub fn draw(&mut self, theme: &Theme) -> (Buffer, Option<Position>) {
        self.changed = false;
        let size = self.app.context.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.columns, size.rows));
        let cursor = crate::app::view::view(&self.app, theme, &mut buffer);
        self.app.painted();
        (buffer, cursor)
    }

    /// Returns the person's own editor, where one is named.
    pub fn editor(&self) -> Option<&str> {
        self.outside.editor.as_deref()
    }

    /// Lays the text that is wanted in the person's editor into a file; what was typed is on disk
    /// before. Whoever takes it hands the outcome in as [`Message::TextEdited`].
    pub fn text_to_edit(&mut self) -> Option<Laid> {
        let wanted = self.wanted.take()?;
        let root = self.outside.draft_folder.join(EDITED);
        let laid = self.flush_drafts(FLUSH_WITHIN).and_then(|()| {
            Laid::new(&root, wanted, random_seed()).map_err(|error| error.to_string())
        });
        laid.map_err(|why| self.take(Message::TextEdited(Err(why))))
            .ok()
    }

    /// Whether the process is to be stopped; told once.
    pub fn is_suspending(&mut self) -> bool {
        std::mem::take(&mut self.suspending)
    }

    /// Whether the mouse is to be used from now on, or no more; told once.
    pub fn is_toggling_mouse(&mut self) -> bool {
        std::mem::take(&mut self.toggling_mouse)
    }

    /// Whether the terminal is to be sent little from now on, or as much as before; told once.
    pub fn is_toggling_thin(&mut self) -> bool {
        std::mem::take(&mut self.toggling_thin)
    }

    /// Waits until the drafts are on disk, but not longer than `longest`.
    ///
    /// # Errors
    /// Why one of them is not.
    pub fn flush_drafts(&self, longest: std::time::Duration) -> Result<(), String> {
        self.drafts.flush(longest)
    }

    /// Waits until what was given of a person's file is on disk, but not longer than `longest`.
    pub fn flush_export(&self, longest: Duration) {
        self.export.flush(longest);
    }

    /// Leaves after the core has panicked: what was typed is written as it stands, and the session
    /// is ended. Says whether that went well; the core is not to be used any more.
    pub fn rescue(&mut self) -> bool {
        let (app, now) = (&mut self.app, self.outside.clock.now());
        let effects = catch_unwind(AssertUnwindSafe(|| app.rescue(now)));
        let rescued = effects.is_ok();
        for effect in effects.unwrap_or_default() {
            self.perform(effect);
        }
        self.quitting = true;
        rescued
    }

    /// Waits until every question is answered, without telling the core.
    pub async fn settled(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Ask { query, request } => self.ask(query, *request),
            Effect::Cancel(query) => {
                if let Some(abort) = self.aborts.remove(&query) {
                    abort.abort();
                }
            }
            Effect::Wake { timer, after_ms } => {
                // Drafts are due a while after the first unwritten key, however fast one types.
                if timer != Timer::Drafts || !self.timers.is_set(timer) {
                    self.timers.set(timer, self.steady.now(), after_ms);
                }
            }
            Effect::Unset(timer) => self.timers.unset(timer),
            Effect::WriteDraft(draft) => self.drafts.write(draft),
            Effect::RemoveDraft(id) => self.drafts.remove(id),
            Effect::ClaimDraft(id) => self.drafts.claim(id),
            Effect::TellWhenKept(id) => self.drafts.tell_when_kept(id),
            Effect::ReleaseDraft(id) => self.drafts.release(id),
            Effect::ReleaseDrafts => self.drafts.release_all(),
            Effect::ReadDrafts(owner) => self.drafts.read(owner),
            Effect::Recall(owner) => self.drafts.recall(owner),
            Effect::Remember { owner, change } => self.drafts.remember(owner, *change),
            Effect::ReadSignInHints => self.read_sign_in_hints(),
            Effect::SaveProfile { settings, password } => {
                let saved = (self.outside.save_profile)(&settings, password.as_ref());
                // The inbox is ours; it is open as long as we are.
                let _ = self.post.send(Message::ProfileSaved(saved));
            }
            Effect::EditText { name, text } => self.wanted = Some(Wanted { name, text }),
            Effect::KeepYours { name, text } => self.drafts.keep(name, text),
            Effect::Export(step) => {
                if let Err(why) = self.export.take(step) {
                    // The inbox is ours; it is open as long as we are.
                    let _ = self.post.send(Message::Exported(Err(why)));
                }
            }
            Effect::WriteRows { query, writing } => {
                self.sent.questions += 1;
                let writer = self.writers.writer(self.outside.export_folder.clone());
                let work = writer.work(self.outside.database.clone(), *writing, query, &self.post);
                self.aborts.insert(query, self.tasks.spawn(work));
            }
            Effect::Copy(text) => self.copied = Some(text),
            Effect::Suspend => self.suspending = true,
            Effect::Redraw => self.redraw = true,
            Effect::ToggleThin => self.toggling_thin = true,
            Effect::ToggleMouse => self.toggling_mouse = true,
            Effect::CountSent => {
                // The inbox is ours; it is open as long as we are.
                let _ = self.post.send(Message::Terminal(Told::Sent(self.sent)));
            }
            Effect::Quit => self.quitting = true,
        }
    }

    fn ask(&mut self, query: QueryId, request: Request) {
        self.sent.questions += 1;
        let database = self.outside.database.clone();
        let find = self.outside.find_password.clone();
        let post = self.post.clone();
        let saves = matches!(request, Request::Records(_) | Request::Many(_));
        let abort = self.tasks.spawn(async move {
            let reply = match with_password(request, find).await {
                Ok(request) => database.perform(request).await,
                Err(fault) => Err(fault),
            };
            let heard = if saves {
                database.take_heard()
            } else {
                Vec::new()
            };
            if !heard.is_empty() {
                // Before the answer, whose line takes it along. A seat that is gone hears nothing.
                let _ = post.send(Message::Heard(heard));
            }
            (query, reply)
        });
        self.aborts.insert(query, abort);
    }

    fn read_sign_in_hints(&self) {
        let Some(hints) = self.outside.sign_in_hints.clone() else {
            return;
        };
        let post = self.post.clone();
        let posting = self.posting.clone();
        posting.fetch_add(1, Ordering::SeqCst);
        tokio::task::spawn_blocking(move || {
            // A seat that is gone needs no answer.
            let _ = post.send(Message::SignInHints(hints()));
            posting.fetch_sub(1, Ordering::SeqCst);
        });
    }
}
