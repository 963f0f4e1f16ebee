//! Files of drafts: for their owner alone, whole whatever happens, and each terminal's its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::locks::Locks;
use super::*;
use crate::domain::draft::{DraftField, DraftOwner};
use crate::domain::record::Guard;
use crate::domain::table::TableName;
use crate::domain::value::{Entry, Value};

/// Longer than any disk takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn draft(id: &str, username: &str, typed: &str) -> Draft {
    Draft {
        id: DraftId(id.into()),
        owner: DraftOwner {
            server: "s".into(),
            username: username.into(),
        },
        table: TableName {
            schema: "public".into(),
            name: "equipment".into(),
        },
        relation: None,
        key: None,
        guard: Guard::default(),
        typed_at: jiff::Timestamp::UNIX_EPOCH,
        fields: vec![DraftField {
            column: "notes".into(),
            number: None,
            base: Value::Null,
            yours: Some(Entry::Value(typed.into())),
        }],
        left_out: Vec::new(),
        held: Vec::new(),
        rows: None,
        decided: None,
        elsewhere: false,
    }
}

/// A terminal's drafts, and what it was told.
struct Terminal {
    drafts: Drafts,
    told: Receiver<Message>,
}

impl Terminal {
    fn open(folder: &Path) -> Self {
        let (tell, told) = channel();
        let drafts = Drafts::open(folder.to_owned(), move |message| {
            // A test that is over needs no answer.
            let _ = tell.send(message);
        });
        Self { drafts, told }
    }

    fn write(&self, draft: &Draft) {
        self.drafts.write(Box::new(draft.clone()));
        self.drafts.flush(PATIENCE).expect("written");
    }

    fn told(&self) -> Message {
        self.told.recv_timeout(PATIENCE).expect("something is told")
    }

    /// Anna's drafts as this terminal sees them: what is typed, and whether it is open elsewhere.
    fn seen(&self) -> Vec<(String, bool)> {
        self.drafts.read(draft("", "anna", "").owner);
        let Message::DraftsRead(drafts) = self.told() else {
            panic!("something else was told");
        };
        let mut seen: Vec<_> = drafts
            .iter()
            .map(|draft| (typed(draft), draft.elsewhere))
            .collect();
        seen.sort();
        seen
    }
}

fn typed(draft: &Draft) -> String {
    match &draft.fields[0].yours {
        Some(Entry::Value(Value::Text(text))) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn seen(text: &str, elsewhere: bool) -> (String, bool) {
    (text.to_owned(), elsewhere)
}

#[test]
fn drafts_come_back_to_their_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("drafts");
    fs::create_dir(&folder).expect("made");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("open to others");
    let locks = Locks::default();
    let anna = draft("a-1", "anna", "x\u{1b}[2J\n日本");
    files::write(&folder, &anna, &locks).expect("written");
    files::write(&folder, &draft("b-1", "bob", "y"), &locks).expect("written");
    assert_eq!(
        files::read(&folder, &anna.owner, &locks),
        vec![anna.clone()]
    );
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder.join("a-1.json")), 0o600);
    assert_eq!(mode(&folder), 0o700);
    files::remove(&folder, &anna.id, &locks).expect("removed");
    files::remove(&folder, &anna.id, &locks).expect("removed twice");
    assert_eq!(files::read(&folder, &anna.owner, &locks), vec![]);
}

#[test]
fn a_write_that_fails_leaves_the_old_draft_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let locks = Locks::default();
    let first = draft("a-1", "anna", "first");
    files::write(folder.path(), &first, &locks).expect("written");
    fs::create_dir(folder.path().join("a-1.new")).expect("in the way");
    files::write(folder.path(), &draft("a-1", "anna", "second"), &locks)
        .expect_err("cannot be written");
    assert_eq!(
        files::read(folder.path(), &first.owner, &locks),
        vec![first]
    );
}

#[test]
fn a_draft_is_another_terminals_while_that_one_lives() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (Terminal::open(folder.path()), Terminal::open(folder.path()));
    one.write(&draft("a-1", "anna", "one"));
    two.write(&draft("a-2", "anna", "two"));
    assert_eq!(one.seen(), [seen("one", false), seen("two", true)]);
    assert_eq!(two.seen(), [seen("one", true), seen("two", false)]);
    drop(one);
    assert_eq!(two.seen(), [seen("one", false), seen("two", false)]);
}

#[test]
fn what_is_written_under_a_name_of_another_terminal_goes_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (Terminal::open(folder.path()), Terminal::open(folder.path()));
    one.write(&draft("a-1", "anna", "one"));
    two.drafts.claim(DraftId("a-1".into()));
    assert!(matches!(
        two.told(),
        Message::DraftMet {
            fate: Fate::Elsewhere,
            ..
        }
    ));
    two.write(&draft("a-1", "anna", "two"));
    assert!(matches!(
        two.told(),
        Message::DraftMet {
            fate: Fate::Moved(_),
            ..
        }
    ));
    two.write(&draft("a-1", "anna", "two more"));
    assert_eq!(one.seen(), [seen("one", false), seen("two more", true)]);
    two.drafts.remove(DraftId("a-1".into()));
    assert_eq!(two.seen(), [seen("one", true)]);
}

#[test]
fn a_draft_that_another_terminal_has_is_not_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (Terminal::open(folder.path()), Terminal::open(folder.path()));
    one.write(&draft("a-1", "anna", "one"));
    two.drafts.remove(DraftId("a-1".into()));
    assert!(matches!(
        two.told(),
        Message::DraftMet {
            fate: Fate::Elsewhere,
            ..
        }
    ));
    one.drafts.release(DraftId("a-1".into()));
    assert_eq!(one.seen(), [seen("one", false)]);
    two.drafts.remove(DraftId("a-1".into()));
    assert_eq!(two.seen(), []);
    one.drafts.claim(DraftId("a-1".into()));
    assert!(matches!(
        one.told(),
        Message::DraftMet {
            fate: Fate::Gone,
            ..
        }
    ));
}

#[test]
fn a_slow_disk_writes_the_latest_and_skips_what_is_outdated() {
    let id = |name: &str| DraftId(name.into());
    let write = |name: &str| Work::Write(Box::new(draft(name, "anna", "x")));
    let (done, _wait) = channel();
    let behind = |work: Work| VecDeque::from([Work::Claim(id("b")), work]);
    assert!(is_outdated(&write("a"), &behind(write("a"))));
    assert!(is_outdated(&write("a"), &behind(Work::Remove(id("a")))));
    assert!(!is_outdated(&write("a"), &behind(write("b"))));
    assert!(!is_outdated(&Work::Remove(id("a")), &behind(write("a"))));
    let mut flushed = behind(Work::Flush(done));
    flushed.push_back(write("a"));
    assert!(!is_outdated(&write("a"), &flushed));
}

/// The system's own full disk: it can be opened and takes nothing.
#[test]
fn a_full_disk_leaves_the_old_draft_whole_and_is_told_until_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = Terminal::open(folder.path());
    one.write(&draft("a-1", "anna", "first"));
    let beside = folder.path().join("a-1.new");
    std::os::unix::fs::symlink("/dev/full", beside).expect("a full disk");
    one.drafts.write(Box::new(draft("a-1", "anna", "second")));
    let fault = one.drafts.flush(PATIENCE).expect_err("a full disk");
    assert_eq!(
        fault,
        "a draft could not be written: No space left on device"
    );
    assert!(matches!(one.told(), Message::DraftFailed(told) if told == fault));
    assert_eq!(one.seen(), [seen("first", false)]);
    one.write(&draft("a-1", "anna", "second"));
    assert!(matches!(one.told(), Message::DraftsSafe));
    assert_eq!(one.seen(), [seen("second", false)]);
}

#[test]
fn what_a_person_keeps_is_a_file_of_their_own_and_never_written_over() {
    let state = tempfile::tempdir().expect("a folder");
    let one = Terminal::open(&state.path().join("drafts"));
    let keep = |text: &str| {
        one.drafts.keep("equipment-bfm-001".into(), text.into());
        match one.told() {
            Message::YoursKept(kept) => kept,
            other => panic!("{other:?}"),
        }
    };
    let kept = state.path().join("kept");
    let (first, second) = (
        kept.join("equipment-bfm-001.txt"),
        kept.join("equipment-bfm-001-2.txt"),
    );
    assert_eq!(keep("first"), Ok(kept::told(&first)));
    assert_eq!(keep("second"), Ok(kept::told(&second)));
    assert_eq!(fs::read_to_string(&first).expect("there"), "first");
    assert_eq!(fs::read_to_string(&second).expect("there"), "second");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(
        [mode(&kept), mode(&first), mode(&second)],
        [0o700, 0o600, 0o600]
    );
    // What stands in the way is not this program's: it stays, and nothing else is left behind.
    fs::write(kept.join("equipment-bfm-001-3.new"), "another's").expect("in the way");
    assert_eq!(keep("third"), Err("File exists".into()));
    assert_eq!(fs::read_dir(&kept).expect("there").count(), 3);
}
