//! A client's hold on the private server of a folder: open, close, start anew; no SQL.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Child;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Pid;

use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::launch;
use super::layout::{Layout, SOCKET_PORT};
use super::owner::Owner;
use super::watch;
use crate::db::admin::Endpoint;

/// Names the superuser of every private server.
pub const SUPERUSER: &str = "postgres";

/// Says whether the data must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Kept: fsync stays on.
    Kept,
    /// Disposable, for tests: nothing waits for the disk.
    Disposable,
}

/// Holds a private server alive. It ends with the last process that holds it.
#[derive(Debug)]
pub struct Server {
    layout: Layout,
    started: bool,
    writer: File,
    clients: File,
    watch: Option<Child>,
}

impl Server {
    /// Starts the server of a folder, or joins the one that runs there. Blocks: a second when the
    /// folder is new, else some ten milliseconds.
    ///
    /// # Errors
    /// When no binaries are installed, the data is of another major version, or PostgreSQL or the
    /// system refuse.
    pub fn open(root: &Path, durability: Durability) -> Result<Self, EmbeddedError> {
        Self::open_with(root, durability, &[])
    }

    /// The same with settings that go before the usual ones, for tests of what they do.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub fn open_with(
        root: &Path,
        durability: Durability,
        more: &[String],
    ) -> Result<Self, EmbeddedError> {
        let layout = Layout::new(root);
        let owner = Owner::choose(&layout.data)?;
        // The root stays ours, so that files beside the data do too. What is below is made under
        // the lock: who comes second finds it whole.
        owner.own_folder(&layout.root)?;
        let _lock = layout.lock()?;
        owner.private_folder(&layout.run)?;
        let clients = layout.client_lock()?;
        if let Some(writer) = watch::join(&layout)?
            && launch::answers(&layout)
        {
            return Ok(Self {
                layout,
                started: false,
                writer,
                clients,
                watch: None,
            });
        }
        launch::await_end(&layout)?;
        let binaries = make_data(&layout, owner, durability)?;
        let (watch, writer) = launch::start(&layout, &binaries, owner, durability, more)?;
        Ok(Self {
            layout,
            started: true,
            writer,
            clients,
            watch: Some(watch),
        })
    }

    /// Removes the data of a folder, so that the next `open` makes it anew. Files beside the data
    /// are given by name and go too.
    ///
    /// # Errors
    /// When another client holds the server, or a file cannot be removed.
    pub fn reset(root: &Path, beside: &[&str]) -> Result<(), EmbeddedError> {
        let layout = Layout::new(root);
        if !layout.root.exists() {
            return Ok(());
        }
        let _lock = layout.lock()?;
        let Some(_alone) = layout.lone_lock()? else {
            return Err(EmbeddedError::InUse(layout.root));
        };
        launch::await_end(&layout)?;
        for file in beside.iter().map(|name| layout.root.join(name)) {
            if file.exists() {
                fs::remove_file(&file).map_err(EmbeddedError::io("remove", &file))?;
            }
        }
        if layout.data.exists() {
            fs::remove_dir_all(&layout.data).map_err(EmbeddedError::io("remove", &layout.data))?;
        }
        Ok(())
    }

    /// Lets go of the server. When nobody else holds it, waits until it has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn close(self) -> Result<(), EmbeddedError> {
        let Self {
            layout,
            writer,
            clients,
            watch,
            ..
        } = self;
        let _lock = layout.lock()?;
        drop(clients);
        let alone = layout.lone_lock()?;
        drop(writer);
        if alone.is_some() {
            launch::await_end(&layout)?;
            if let Some(mut watch) = watch {
                // The watch ends right after the server; waiting leaves no zombie behind.
                let _ = watch.wait();
            }
        }
        Ok(())
    }

    /// Waits until `wake` can be read or the server is gone; true when it is gone.
    ///
    /// # Errors
    /// What the system said.
    pub fn wait(&self, wake: impl AsFd) -> io::Result<bool> {
        loop {
            let mut waits = [
                PollFd::new(&wake, PollFlags::IN),
                PollFd::new(&self.writer, PollFlags::ERR),
            ];
            match poll(&mut waits, None) {
                Ok(_) => return Ok(waits[0].revents().is_empty()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Says where a database of the server is reached, as its superuser.
    pub fn endpoint(&self, database: &str) -> Endpoint {
        Endpoint {
            host: self.layout.run.clone(),
            port: SOCKET_PORT,
            database: database.to_owned(),
            user: SUPERUSER.to_owned(),
        }
    }

    /// Says whether this process started the server, rather than joined it.
    pub fn started(&self) -> bool {
        self.started
    }

    /// Names the process that watches over the server, when this process started it; for tests.
    pub fn watch_pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.watch.as_ref()?.id()).ok()?)
    }

    /// Names the server's files.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// Makes the data folder unless there is one; gives the binaries that fit it.
pub(super) fn make_data(
    layout: &Layout,
    owner: Owner,
    durability: Durability,
) -> Result<Binaries, EmbeddedError> {
    let binaries = Binaries::for_data(&layout.data)?;
    launch::make_data(layout, &binaries, owner, durability)?;
    Ok(binaries)
}
