//! What the process tests work on: a workshop on a real server whose time is real, people whose
//! passwords are known, and a configuration and folders of each test's own. No tests here.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rowhouse::db::admin::{self, Endpoint};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::domain::draft::Draft;
use rowhouse::domain::value::Entry;
use rowhouse::embedded::cluster::{AnyError, TestCluster, TestDatabase};
use rowhouse::input::event::Size;
use rowhouse::tape::fixture;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use crate::pty::Terminal;

pub type Outcome = Result<(), AnyError>;

/// Whoever signs in here.
pub const NAME: &str = "mmichaels";

/// The table's clock is the real one, as everywhere but in tapes.
const REAL_TIME: &str = "create or replace function rowhouse_private.now() returns timestamptz \
    language sql volatile parallel safe as 'select pg_catalog.clock_timestamp()'";

pub struct Site {
    pub folder: TempDir,
    pub endpoint: Endpoint,
    settings: ConnectionSettings,
    passwords: BTreeMap<String, SecretString>,
    _database: TestDatabase,
    /// The server, where it is this test's own.
    pub own: Option<TestCluster>,
}

impl Site {
    /// A workshop on the server that all tests share.
    pub fn new() -> Result<Site, AnyError> {
        let made = wait(TestCluster::shared()?.database(&fixture::WORKSHOP))?;
        Self::of(made, None)
    }

    /// A workshop on a server that may be killed.
    pub fn on_own_server() -> Result<Site, AnyError> {
        Self::on_own_server_with(&[])
    }

    /// The same with settings of the server.
    pub fn on_own_server_with(settings: &[String]) -> Result<Site, AnyError> {
        let own = TestCluster::own_with(settings)?;
        let made = wait(own.database(&fixture::WORKSHOP))?;
        Self::of(made, Some(own))
    }

    fn of(database: TestDatabase, own: Option<TestCluster>) -> Result<Site, AnyError> {
        let endpoint = database.endpoint.clone();
        wait(admin::batch(&endpoint, REAL_TIME))?;
        let folder = tempfile::tempdir()?;
        let world = wait(fixture::world(
            &endpoint,
            "workshop",
            folder.path().join("unused"),
        ))?;
        let site = Site {
            folder,
            endpoint,
            settings: world.settings,
            passwords: world.passwords,
            _database: database,
            own,
        };
        site.configure(&[]);
        Ok(site)
    }

    /// Writes the configuration: the workshop's connection, with some keys another way.
    pub fn configure(&self, changed: &[(&str, &str)]) {
        let settings = &self.settings;
        let mut keys: BTreeMap<&str, String> = BTreeMap::from([
            ("server", format!("{:?}", settings.host)),
            ("port", settings.port.to_string()),
            ("database", format!("{:?}", settings.database)),
            ("user", format!("{:?}", settings.user)),
            ("tls", "\"off\"".into()),
            ("password_from", "\"none\"".into()),
        ]);
        keys.extend(
            changed
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let lines: Vec<String> = keys
            .iter()
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect();
        let text = format!("[profiles.plant]\n{}", lines.concat());
        let folder = self.folder.path().join("config/rowhouse");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), text).unwrap();
    }

    /// The program with this test's folders.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse"));
        command.env("HOME", self.folder.path());
        for name in ["CONFIG", "DATA", "STATE", "CACHE"] {
            let folder = self.folder.path().join(name.to_lowercase());
            command.env(format!("XDG_{name}_HOME"), folder);
        }
        command
    }

    /// Opens the program in a terminal: the sign-in screen, connected.
    pub fn open(&self) -> Terminal {
        self.open_with(&self.command())
    }

    /// The same with a command that was altered.
    pub fn open_with(&self, command: &Command) -> Terminal {
        let terminal = Terminal::start(command, Size::STANDARD);
        terminal.wait_for("shared: Rowhouse");
        terminal
    }

    /// Signs somebody in who is at the sign-in screen.
    pub fn sign_in(&self, terminal: &mut Terminal, name: &str) {
        terminal.send(name.as_bytes());
        terminal.press("enter");
        self.type_password(terminal, name);
        terminal.wait_for("preventive_maintenance");
    }

    /// Types somebody's password, and Enter.
    pub fn type_password(&self, terminal: &mut Terminal, name: &str) {
        terminal.send(self.passwords[name].expose_secret().as_bytes());
        terminal.press("enter");
    }

    /// Opens the program and signs in.
    pub fn signed_in(&self) -> Terminal {
        let mut terminal = self.open();
        self.sign_in(&mut terminal, NAME);
        terminal
    }

    /// Somebody's password, for looking whether it was written anywhere.
    pub fn password(&self, name: &str) -> &str {
        self.passwords[name].expose_secret()
    }

    /// The PostgreSQL role of the configuration.
    pub fn login(&self) -> &str {
        &self.settings.user
    }

    /// The drafts on disk; one that is removed while they are read is not among them.
    pub fn drafts(&self) -> Vec<Draft> {
        let read = |path: &PathBuf| match fs::read(path) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        self.draft_files().iter().filter_map(read).collect()
    }

    /// The files of the drafts on disk.
    pub fn draft_files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.draft_folder()) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect()
    }

    /// Where drafts are kept.
    pub fn draft_folder(&self) -> PathBuf {
        self.folder.path().join("state/rowhouse/drafts")
    }

    /// What the draft on disk says of the description of BFM-001.
    pub fn kept(&self) -> Option<String> {
        let kept = self.descriptions();
        assert!(kept.len() <= 1, "{kept:?}");
        kept.into_iter().next()
    }

    /// What the drafts on disk say of the description of BFM-001.
    pub fn descriptions(&self) -> Vec<String> {
        let description = |draft: &Draft| {
            let (_, entry) = draft
                .changed()
                .find(|(field, _)| field.column == "description")?;
            let Entry::Value(value) = entry else {
                return None;
            };
            value.as_text().map(str::to_owned)
        };
        self.drafts().iter().filter_map(description).collect()
    }

    /// Waits until the draft on disk says this of the description of BFM-001.
    pub fn wait_until_kept(&self, text: &str) {
        let due = Instant::now() + Duration::from_secs(20);
        while self.kept().as_deref() != Some(text) {
            assert!(
                Instant::now() < due,
                "never on disk: {text}; but {:?}",
                self.kept()
            );
            std::thread::yield_now();
        }
    }

    /// Asks the database as its superuser.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        let rows = wait(async {
            let client = admin::connect(&self.endpoint).await?;
            admin::texts(&client, sql).await
        });
        let rows: Result<_, AnyError> = rows.map_err(Into::into);
        rows.unwrap()
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect()
    }

    /// Runs a command of the database as its superuser.
    pub fn run(&self, sql: &str) {
        wait(admin::batch(&self.endpoint, sql)).unwrap();
    }

    /// How the latest session of a person stands, and why it ended.
    pub fn session(&self, name: &str) -> String {
        let found = self.ask(&format!(
            "select concat_ws(': ', state, end_reason) from rowhouse_private.list_sessions(null, null) \
             where username = '{name}' order by started desc limit 1"
        ));
        found.first().cloned().unwrap_or_default()
    }

    /// How many records somebody is shown to have open.
    pub fn presence(&self) -> String {
        self.ask("select count(*)::text from rowhouse_private.presence")
            .concat()
    }
}

/// From the list of tables to BFM-001 in a form, the cursor behind the description.
pub fn edit(terminal: &mut Terminal) {
    find(terminal);
    terminal.press("f2 end");
    // The record is there, and keys are text.
    terminal.wait_for("ctrl-s save");
}

/// From the list of tables to the rows of the equipment.
pub fn find(terminal: &mut Terminal) {
    terminal.press("/");
    terminal.send(b"equip");
    terminal.press("enter");
    terminal.wait_for("BFM-001");
}

/// Waits on this thread for something that is not of a thread.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}
