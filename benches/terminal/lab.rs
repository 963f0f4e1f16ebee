//! Where it is measured: a private server with large tables, one person who signs in, and the
//! client with folders of its own. Measures nothing.

use std::error::Error;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;

use rowhouse::auth::{Params, Verifier};
use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::adopt::{self, Options};
use rowhouse::db::install::{self, InstallOptions};
use rowhouse::db::outside::Owner;
use rowhouse::db::owner::{self, NewAccount};
use rowhouse::embedded::scratch::Scratch;
use rowhouse::embedded::server::SUPERUSER;
use rowhouse::embedded::{Durability, Server};

use super::pty::Terminal;

/// Any result.
pub type Got<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Who signs in.
pub const NAME: &str = "anna";
/// The password.
pub const PASSWORD: &str = "a long enough passphrase";

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Rows of the table of many columns.
    pub rows: u64,
    /// Rows of the long table.
    pub long: u64,
    /// How often the program is started, a table opened.
    pub starts: usize,
    /// How often a key is pressed.
    pub keys: usize,
    /// How long nobody touches it.
    pub idle_s: u64,
}

impl Scale {
    /// What figures are taken from.
    #[allow(dead_code, reason = "the test that runs this takes no figures")]
    pub fn full() -> Self {
        Self {
            rows: 1_000_000,
            long: 10_000_000,
            starts: 11,
            keys: 101,
            idle_s: 20,
        }
    }

    /// Only whether it runs.
    pub fn quick() -> Self {
        Self {
            rows: 3_000,
            long: 5_000,
            starts: 2,
            keys: 5,
            idle_s: 1,
        }
    }
}

/// The server and what is on it.
pub struct Lab {
    /// How much is measured.
    pub scale: Scale,
    /// The server's address for the lab's database.
    pub endpoint: Endpoint,
    login: String,
    home: PathBuf,
    server: Option<Server>,
    /// Goes last, with the data.
    _folder: Scratch,
}

/// The tables: one with many rows and columns, a longer one, one of very many columns, and one that
/// several people share.
const TABLES: &str = "\
create table equipment (
  id bigint primary key, asset_no text not null, name text not null, category text not null,
  manufacturer text, model text, serial_no text, site text, room int, purchase_price numeric(12, 2),
  purchased_on date, active bool not null, attrs jsonb, notes text, revision int not null,
  updated_at timestamptz not null);
create table long (id bigint primary key, code text, quantity int, price numeric(10, 2),
  at timestamptz, note text);
create function wide() returns void language plpgsql as $$
declare columns text; texts text;
begin
  select string_agg(format('c%s text', n), ','), string_agg(format('md5((i * %s)::text)', n), ',')
    into columns, texts from generate_series(1, 119) n;
  execute 'create table wide (c000 text primary key,' || columns || ')';
  execute 'insert into wide select lpad(i::text, 6, ''0''),' || texts
    || ' from generate_series(1, 500) i';
end $$;
select wide();";

fn rows(scale: &Scale) -> String {
    format!(
        "insert into equipment
select i, 'EQ-' || lpad((i * 7919 % 1000003)::text, 7, '0'),
  (array['Pump', 'Monitor', 'Compressor', 'Scanner', 'Drill', 'Boiler'])[1 + i % 6] || ' '
    || substr(md5(i::text), 1, 8),
  (array['medical', 'hvac', 'tools', 'it', 'lab'])[1 + i % 5],
  (array['Nordwerk', 'Ångström', 'Bär', 'Seiki', 'Hansen', 'Ilves'])[1 + i % 6], 'M' || i % 997,
  upper(substr(md5('s' || i), 1, 12)), 'Site ' || i % 40, i * 31 % 400, (i * 7919 % 10000000) / 100.0,
  date '2005-01-01' + (i % 7000)::int, i % 7 <> 0, jsonb_build_object('w', i % 500),
  case when i % 3 = 0 then 'note ' || md5('n' || i) end, 1 + i % 4,
  timestamptz '2026-01-01' + (i % 300000) * interval '1 minute'
  from generate_series(1::bigint, {}) i;
insert into long
select i, 'C' || i, i % 1000, (i % 100000) / 100.0,
  timestamptz '2020-01-01' + i * interval '13 seconds', substr(md5(i::text), 1, 16)
  from generate_series(1::bigint, {}) i;
create table shared (like equipment including all);
insert into shared select * from equipment limit 2000;",
        scale.rows, scale.long
    )
}

impl Lab {
    /// Starts the server and fills it.
    pub fn open(scale: Scale) -> Got<Self> {
        let folder = Scratch::empty()?;
        let server = Server::open(&folder, Durability::Disposable)?;
        let postgres = server.endpoint("postgres");
        let endpoint = server.endpoint("lab");
        let login = wait(async {
            admin::batch(&postgres, "create database lab").await?;
            fill(&endpoint, &scale).await
        })??;
        let home = folder.join("home");
        fs::create_dir_all(&home)?;
        Ok(Self {
            scale,
            endpoint,
            login,
            home,
            server: Some(server),
            _folder: folder,
        })
    }

    /// The machine and the server, in a line.
    pub fn about(&self) -> Got<String> {
        let version = wait(async {
            let client = admin::connect(&self.endpoint).await?;
            admin::texts(&client, "select version()").await
        })??;
        let version = version.into_iter().flatten().collect::<String>();
        let cores = std::thread::available_parallelism()?;
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("unknown").to_owned();
        Ok(format!("{version}; {cores} processors; load {load}"))
    }

    /// The client in the plain way, with these arguments, on a server at this host and port.
    pub fn plain(&self, at: Option<(&str, u16)>, arguments: &[&str]) -> Got<Command> {
        let host = self.endpoint.host.display().to_string();
        let (host, port) = at.unwrap_or((&host, self.endpoint.port));
        self.client(host, port, SUPERUSER, "plain", arguments)
    }

    /// The client of the shared login.
    pub fn shared(&self) -> Got<Command> {
        let host = self.endpoint.host.display().to_string();
        self.client(&host, self.endpoint.port, &self.login, "shared", &[])
    }

    /// Signs in who has an account: the list of tables is shown.
    pub fn signed_in(&self) -> Got<Terminal> {
        let mut terminal = Terminal::start(self.shared()?, None)?;
        terminal.wait_for("shared: Rowhouse")?;
        terminal.send(format!("{NAME}\r{PASSWORD}\r").as_bytes())?;
        terminal.wait_for("tables")?;
        Ok(terminal)
    }

    fn client(
        &self,
        host: &str,
        port: u16,
        user: &str,
        way: &str,
        arguments: &[&str],
    ) -> Got<Command> {
        let database = &self.endpoint.database;
        let text = format!(
            "[profiles.lab]\nserver = {host:?}\nport = {port}\ndatabase = {database:?}\n\
             user = {user:?}\nway = {way:?}\ntls = \"off\"\npassword_from = \"none\"\n"
        );
        let file = self.home.join(format!("{way}-{port}.toml"));
        fs::write(&file, text)?;
        let mut command = program(&self.home);
        command.arg("--config").arg(&file).args(arguments);
        Ok(command)
    }

    /// The client without any configuration.
    pub fn unconfigured(&self) -> Command {
        program(&self.home)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            // What cannot be closed ends with this process.
            let _ = server.close();
        }
    }
}

fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", home);
    command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
    for name in ["CONFIG", "DATA", "STATE", "CACHE"] {
        let folder = home.join(name.to_lowercase());
        command.env(format!("XDG_{name}_HOME"), folder);
    }
    command
}

async fn fill(endpoint: &Endpoint, scale: &Scale) -> Got<String> {
    let mut owner = admin::connect(endpoint).await?;
    owner.batch_execute(TABLES).await?;
    owner.batch_execute(&rows(scale)).await?;
    install::install(&mut owner, InstallOptions::default()).await?;
    let plan = adopt::plan(&owner, &["shared".to_owned()], &Options::default()).await?;
    adopt::apply(&mut owner, &plan).await?;
    let roles = install::installed(&owner).await?.ok_or("not installed")?;
    let code = Verifier::from_password(&PASSWORD.into(), [7; 16], Params::default())?;
    let account = NewAccount {
        tenant: None,
        username: NAME,
        display_name: NAME,
        roles: &["technician"],
        code: &code,
    };
    owner::add(&owner, &[account]).await?;
    let outside = Owner::new(admin::connect(endpoint).await?);
    outside.choose_password(NAME).await?;
    owner.batch_execute("vacuum analyze").await?;
    owner.batch_execute("checkpoint").await?;
    Ok(roles.client_name())
}

/// Waits on this thread for something that is not of a thread.
pub fn wait<T>(work: impl Future<Output = T>) -> Got<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}
