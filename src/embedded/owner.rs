//! The user the server runs as: ourselves, or another one when we are root; no other rights.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::error::EmbeddedError;

/// Names the user that the server's processes and data belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    /// Numeric user, the one to expect on the server's folders.
    pub(super) uid: u32,
    /// Group to drop to; none when nothing is dropped.
    drop_to_gid: Option<u32>,
}

impl Owner {
    /// Chooses the user: ourselves, or as root whoever owns the data already, else `postgres`,
    /// else `nobody`.
    pub(super) fn choose(data: &Path) -> Result<Self, EmbeddedError> {
        let me = rustix::process::geteuid();
        if !me.is_root() {
            return Ok(Self {
                uid: me.as_raw(),
                drop_to_gid: None,
            });
        }
        if let Ok(found) = fs::symlink_metadata(data)
            && found.uid() != 0
        {
            return Ok(Self {
                uid: found.uid(),
                drop_to_gid: Some(found.gid()),
            });
        }
        let passwd = Path::new("/etc/passwd");
        let text = fs::read_to_string(passwd).map_err(EmbeddedError::io("read", passwd))?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| entry(&text, name))
            .map(|(uid, gid)| Self {
                uid,
                drop_to_gid: Some(gid),
            })
            .ok_or(EmbeddedError::NoUserToDropTo)
    }

    /// Prepares a command to run as this user, away from our folder, group and environment of
    /// PostgreSQL. The group of its own keeps the terminal's ctrl-c away from the server.
    pub(super) fn prepare(self, command: &mut Command) {
        if let Some(gid) = self.drop_to_gid {
            // std drops the supplementary groups together with the user.
            command.uid(self.uid).gid(gid);
        }
        command.process_group(0).current_dir("/").env("LC_ALL", "C");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
    }

    /// Makes the folder of one server, and refuses one that somebody else could change.
    pub(super) fn own_folder(self, folder: &Path) -> Result<(), EmbeddedError> {
        self.passable_folder(folder)?;
        let found = fs::symlink_metadata(folder).map_err(EmbeddedError::io("look at", folder))?;
        let ours = found.uid() == rustix::process::geteuid().as_raw();
        if !found.is_dir() || !ours || found.mode() & 0o022 != 0 {
            return Err(EmbeddedError::UnsafeFolder(folder.to_path_buf()));
        }
        match found.mode() & self.passable() == self.passable() {
            true => Ok(()),
            false => self.let_pass(folder),
        }
    }

    /// Makes a folder of ours, and those above it that are missing; when the server runs as
    /// somebody else, they let that one pass and nobody read.
    fn passable_folder(self, folder: &Path) -> Result<(), EmbeddedError> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.passable_folder(above)?;
        }
        // Never open to others, not even for the moment until its mode is set.
        match DirBuilder::new().mode(self.passable()).create(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(EmbeddedError::io("create", folder)(error));
            }
            _ => {}
        }
        self.let_pass(folder)
    }

    /// The mode that lets the server's user pass through a folder of ours.
    fn passable(self) -> u32 {
        if self.drop_to_gid.is_some() {
            0o711
        } else {
            0o700
        }
    }

    fn let_pass(self, folder: &Path) -> Result<(), EmbeddedError> {
        fs::set_permissions(folder, fs::Permissions::from_mode(self.passable()))
            .map_err(EmbeddedError::io("close", folder))
    }

    /// Makes a folder that only this user may enter, or checks that it is one: nobody else may have
    /// put it, or a link, in its place.
    pub(super) fn private_folder(self, folder: &Path) -> Result<(), EmbeddedError> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(EmbeddedError::io("create", folder)(error));
            }
            _ => {}
        }
        let found = fs::symlink_metadata(folder).map_err(EmbeddedError::io("look at", folder))?;
        let closed = found.is_dir() && found.mode() & 0o077 == 0;
        let ours = found.uid() == rustix::process::geteuid().as_raw();
        match self.drop_to_gid {
            _ if closed && found.uid() == self.uid => Ok(()),
            // Made just now, or by one of us that was killed before this line.
            Some(gid) if closed && ours => chown(folder, Some(self.uid), Some(gid))
                .map_err(EmbeddedError::io("hand over", folder)),
            _ => Err(EmbeddedError::UnsafeFolder(folder.to_path_buf())),
        }
    }
}

/// Reads user and group of a name from the text of /etc/passwd.
fn entry(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((number(fields.next()?)?, number(fields.next()?)?))
}

/// Reads an id; macOS writes `nobody` as -2.
fn number(text: &str) -> Option<u32> {
    let signed: i64 = text.parse().ok()?;
    u32::try_from(signed)
        .ok()
        .or_else(|| i32::try_from(signed).ok().map(i32::cast_unsigned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_passwd_also_with_negative_ids() {
        let text = "root:x:0:0::/root:/bin/sh\nnobody:*:-2:-2::/:/usr/bin/false\n\
                    postgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(entry(text, "postgres"), Some((101, 104)));
        assert_eq!(entry(text, "nobody"), Some((u32::MAX - 1, u32::MAX - 1)));
        assert_eq!(entry(text, "post"), None);
    }
}
