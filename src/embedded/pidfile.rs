//! Reads `postmaster.pid`, the one place where a server says how far it is; writes nothing.

use std::fs;
use std::path::Path;

/// Holds what the server wrote about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The postmaster's process id (line 1).
    pub(super) pid: i32,
    /// Whether line 8 says that it takes connections.
    pub(super) ready: bool,
}

/// Reads the file of a data folder; none when no server says to run there.
pub(super) fn read(data: &Path) -> Option<PidFile> {
    parse(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
}

fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
    Some(PidFile { pid, ready })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_ready_only_when_line_eight_does() {
        let starting = "42\n/data\n1700000000\n5432\n/run\n\n  123  4\nstarting\n";
        assert_eq!(
            parse(starting),
            Some(PidFile {
                pid: 42,
                ready: false
            })
        );
        let ready = starting.replace("starting", "ready   ");
        assert_eq!(
            parse(&ready),
            Some(PidFile {
                pid: 42,
                ready: true
            })
        );
        assert_eq!(
            parse("42\n/data\n"),
            Some(PidFile {
                pid: 42,
                ready: false
            })
        );
        assert_eq!(parse(""), None);
    }
}
