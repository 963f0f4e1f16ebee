//! The demo as a process: started, joined, killed, reset; the real binary and a real server.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

use rowhouse::config;
use rowhouse::db::admin::{self, Endpoint};
use rowhouse::embedded::cluster::AnyError;
use rowhouse::embedded::scratch::Scratch;
use rowhouse::embedded::{Durability, Server};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

mod terminals;

type Outcome = Result<(), AnyError>;

/// One run of `rowhouse demo` in a folder.
struct Demo {
    child: Child,
    said: Value,
}

/// Prepares the command; as root another user may be named.
fn command(program: &Path, folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .arg("demo")
        .args(args)
        .env("ROWHOUSE_DEMO_FOLDER", folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_rowhouse"))
}

impl Demo {
    fn serve(folder: &Path) -> Result<Self, AnyError> {
        Self::started(&mut command(&program(), folder, &["--serve", "--json"]))
    }

    fn started(command: &mut Command) -> Result<Self, AnyError> {
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let Ok(said) = serde_json::from_str(&line) else {
            let mut fault = String::new();
            child
                .stderr
                .take()
                .ok_or("no stderr")?
                .read_to_string(&mut fault)?;
            return Err(format!("the demo said {line:?} and {fault:?}").into());
        };
        Ok(Self { child, said })
    }

    fn end(self, signal: Signal) -> Result<(ExitStatus, String), AnyError> {
        self.signal(signal)?;
        self.ended()
    }

    /// Waits for the end; gives the exit and what was said on stderr since the first line.
    fn ended(mut self) -> Result<(ExitStatus, String), AnyError> {
        let status = self.child.wait()?;
        let mut fault = String::new();
        self.child
            .stderr
            .take()
            .ok_or("no stderr")?
            .read_to_string(&mut fault)?;
        Ok((status, fault))
    }

    fn signal(&self, signal: Signal) -> Outcome {
        let pid = Pid::from_raw(i32::try_from(self.child.id())?).ok_or("no pid")?;
        Ok(kill_process(pid, signal)?)
    }

    /// The endpoint that the printed configuration leads to.
    fn endpoint(&self) -> Result<Endpoint, AnyError> {
        let file = self.said["config"].as_str().ok_or("no config")?;
        let config = config::read::file(Path::new(file))?;
        let profile = self.said["profile"].as_str().ok_or("no profile")?;
        let settings = &config.profiles[profile].settings;
        Ok(Endpoint {
            host: PathBuf::from(&settings.host),
            port: settings.port,
            database: settings.database.clone(),
            user: settings.user.clone(),
        })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // A failed test leaves no demo behind; one that has ended is not harmed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs to the end and gives the exit code and what was said on stderr.
fn refused(mut command: Command) -> Result<(Option<i32>, String), AnyError> {
    let output = command.output()?;
    Ok((output.status.code(), String::from_utf8(output.stderr)?))
}

fn postmaster(folder: &Path) -> Option<Pid> {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.parse().ok()?)
}

#[tokio::test]
async fn is_joined_outlives_a_kill_and_keeps_its_data() -> Outcome {
    let folder = Scratch::empty()?;
    let first = Demo::serve(&folder)?;
    let keys: Vec<&String> = first.said.as_object().ok_or("no object")?.keys().collect();
    assert_eq!(keys, ["accounts", "config", "profile", "url"]);
    let accounts = first.said["accounts"].as_array().ok_or("no accounts")?;
    let names: Vec<_> = accounts
        .iter()
        .filter_map(|one| one["username"].as_str())
        .collect();
    assert_eq!(names, ["manager", "mmichaels", "jhymel", "rmarikit"]);
    assert!(
        accounts
            .iter()
            .all(|one| one["code"].as_str().is_some_and(|code| code.len() == 19))
    );
    let codes = fs::metadata(folder.join("sign-ins.json"))?;
    assert_eq!(codes.permissions().mode() & 0o777, 0o600);

    let second = Demo::serve(&folder)?;
    assert_eq!(second.said, first.said);
    let said = first.said.clone();
    let (killed, _) = first.end(Signal::KILL)?;
    assert_eq!(killed.code(), None);
    let client = admin::connect(&second.endpoint()?).await?;
    let about = admin::texts(&client, "select label from rowhouse.about()").await?;
    assert_eq!(about, [Some("plant".to_owned())]);
    drop(client);
    let (status, fault) = second.end(Signal::TERM)?;
    assert_eq!((status.code(), fault.as_str()), (Some(0), ""));
    assert!(
        postmaster(&folder).is_none(),
        "the server ended with its last client"
    );

    let began = Instant::now();
    let third = Demo::serve(&folder)?;
    eprintln!("second start of the demo: {:?}", began.elapsed());
    assert_eq!(third.said, said);
    let (status, _) = third.end(Signal::INT)?;
    assert_eq!(status.code(), Some(0));
    Ok(())
}

#[test]
fn ends_its_server_cleanly_when_all_are_killed() -> Outcome {
    let folder = Scratch::with_data()?;
    let mut demos = Vec::new();
    for _ in 0..3 {
        demos.push(command(&program(), &folder, &["--serve", "--json"]));
    }
    // All at once on an empty folder: one builds, the others wait for it.
    let demos: Vec<Result<Demo, AnyError>> = std::thread::scope(|scope| {
        let starts: Vec<_> = demos
            .iter_mut()
            .map(|one| scope.spawn(|| Demo::started(one)))
            .collect();
        starts
            .into_iter()
            .filter_map(|start| start.join().ok())
            .collect()
    });
    let demos = demos.into_iter().collect::<Result<Vec<Demo>, AnyError>>()?;
    assert_eq!(demos.len(), 3);
    assert!(demos.iter().all(|demo| demo.said == demos[0].said));
    for demo in demos {
        demo.end(Signal::KILL)?;
    }
    let mut again = Server::open(&folder, Durability::Kept)?;
    if !again.started() {
        // Came before the last one's death was noticed, and joined; leaving ends the server.
        again.close()?;
        again = Server::open(&folder, Durability::Kept)?;
    }
    assert!(again.started());
    let log = fs::read_to_string(again.layout().log())?;
    assert!(log.contains("database system was shut down at"), "{log}");
    again.close()?;
    Ok(())
}

#[test]
fn says_when_its_server_is_gone_and_starts_another() -> Outcome {
    let folder = Scratch::with_data()?;
    let demo = Demo::serve(&folder)?;
    let said = demo.said.clone();
    kill_process(postmaster(&folder).ok_or("no server")?, Signal::KILL)?;
    let (status, fault) = demo.ended()?;
    assert_eq!(status.code(), Some(1));
    assert!(fault.contains("server ended by itself"), "{fault}");
    let again = Demo::serve(&folder)?;
    assert_eq!(again.said, said);
    assert_eq!(again.end(Signal::HUP)?.0.code(), Some(0));
    Ok(())
}

#[test]
fn is_reset_only_when_nobody_uses_it() -> Outcome {
    let folder = Scratch::with_data()?;
    let demo = Demo::serve(&folder)?;
    let before = demo.said.clone();
    let (code, fault) = refused(command(&program(), &folder, &["--serve", "--reset"]))?;
    assert_eq!(code, Some(1));
    assert!(fault.contains("in use by another client"), "{fault}");
    demo.end(Signal::INT)?;
    let anew = Demo::started(&mut command(
        &program(),
        &folder,
        &["--serve", "--json", "--reset"],
    ))?;
    assert_ne!(anew.said, before);
    anew.end(Signal::INT)?;
    Ok(())
}

#[test]
fn names_what_is_missing() -> Outcome {
    let folder = Scratch::empty()?;
    let (code, fault) = refused(command(&program(), &folder, &[]))?;
    assert_eq!(code, Some(2));
    assert!(
        fault.contains("no terminal here") && fault.contains("--serve"),
        "{fault}"
    );

    let mut nowhere = command(&program(), &folder, &["--serve"]);
    nowhere.env("ROWHOUSE_PG_BIN", folder.as_os_str());
    let (code, fault) = refused(nowhere)?;
    assert_eq!(code, Some(1));
    assert!(fault.contains("ROWHOUSE_PG_BIN names"), "{fault}");

    fs::create_dir(folder.join("data"))?;
    fs::write(folder.join("data/PG_VERSION"), "9\n")?;
    let (code, fault) = refused(command(&program(), &folder, &["--serve"]))?;
    assert_eq!(code, Some(1));
    assert!(
        fault.contains("made by PostgreSQL 9") && fault.contains("--reset"),
        "{fault}"
    );
    Ok(())
}

/// As root: the demo of an ordinary user, in that user's home. The binary is copied to where the
/// user can run it. Otherwise all tests here run as an ordinary user already.
#[test]
fn runs_for_an_ordinary_user() -> Outcome {
    const NOBODY: u32 = 65534;
    let folder = Scratch::empty()?;
    let home = folder.join("home");
    fs::create_dir(&home)?;
    let copy = home.join("rowhouse");
    fs::copy(program(), &copy)?;
    let mut command = command(&copy, &folder, &["--serve", "--json"]);
    command
        .env_remove("ROWHOUSE_DEMO_FOLDER")
        .env_remove("XDG_DATA_HOME")
        .env("HOME", &home);
    if rustix::process::geteuid().is_root() {
        chown(&home, Some(NOBODY), Some(NOBODY))?;
        command.uid(NOBODY).gid(NOBODY).current_dir(&home);
    }
    let demo = Demo::started(&mut command)?;
    let config = demo.said["config"].as_str().ok_or("no config")?.to_owned();
    assert!(Path::new(&config).starts_with(&home), "{config}");
    assert_eq!(demo.end(Signal::TERM)?.0.code(), Some(0));
    Ok(())
}
