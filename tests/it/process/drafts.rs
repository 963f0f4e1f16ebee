//! Drafts as they are written: within a second of the last key however fast one types, for their
//! owner's eyes alone, and whole even where the disk takes no more.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::site::{NAME, Outcome, Site, edit};

/// How long one types without a pause.
const TYPING: Duration = Duration::from_secs(3);
/// A second is promised; the other one is for machines that do much else.
const LATEST: Duration = Duration::from_secs(2);

const FAILED: &str = "Typing goes on, but a draft could not be written";

#[test]
fn what_is_typed_at_full_speed_is_on_disk_a_moment_later() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    let untouched = "Compressor #1".len();
    let kept = || site.kept().map_or(0, |text| text.len() - untouched);
    let (began, mut typed, mut longest) = (Instant::now(), Vec::new(), Duration::ZERO);
    let mut written = 0;
    for letter in (b'a'..=b'z').cycle() {
        let before = terminal.contents();
        terminal.send(&[letter]);
        typed.push(Instant::now());
        terminal.wait_until("a key's picture", |screen| screen.contents() != before);
        let now = kept();
        while written < now {
            longest = longest.max(typed[written].elapsed());
            written += 1;
        }
        let late = typed.get(written).map_or(Duration::ZERO, Instant::elapsed);
        assert!(late < LATEST, "key {written} of {} is late", typed.len());
        if began.elapsed() > TYPING {
            break;
        }
    }
    let last = Instant::now();
    while kept() < typed.len() {
        assert!(last.elapsed() < LATEST, "{} of {}", kept(), typed.len());
        std::thread::yield_now();
    }
    eprintln!(
        "{} keys in 3 s, each in the draft after {longest:?} at most, the last after {:?}",
        typed.len(),
        last.elapsed()
    );
    Ok(())
}

#[test]
fn drafts_are_their_owners_alone_and_hold_no_secret() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" typed");
    terminal.wait_for(" typed");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&site.draft_folder()), 0o700);
    let files = site.draft_files();
    assert_eq!(files.len(), 1);
    assert_eq!(mode(&files[0]), 0o600);
    let hashes = site.ask("select encode(token_hash, 'hex') from rowhouse_private.session");
    assert!(!hashes.is_empty());
    let mut looked_at = 0;
    let mut folders = vec![site.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            assert!(!text.contains(site.password(NAME)), "{}", path.display());
            assert!(hashes.iter().all(|hash| !text.contains(hash)));
            looked_at += 1;
        }
    }
    assert!(looked_at >= 2, "the configuration and the draft");
    Ok(())
}

#[test]
fn where_nothing_can_be_written_the_old_draft_stays_and_nothing_is_left_unasked() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" first");
    site.wait_until_kept("Compressor #1 first");
    // Like a folder that takes no new files, also for root.
    let in_the_way = site.draft_files()[0].with_extension("new");
    fs::create_dir(&in_the_way)?;
    terminal.send(b" second");
    terminal.wait_for(FAILED);
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 first"));
    terminal.send(b" third");
    terminal.wait_for("Compressor #1 first second third");
    terminal.press("ctrl-q");
    terminal.wait_for("Leave without what you typed?");
    terminal.press("esc");
    terminal.wait_until("the question gone", |screen| {
        !screen.contents().contains("Leave without")
    });

    fs::remove_dir(&in_the_way)?;
    terminal.send(b" fourth");
    terminal.wait_for("Drafts are written again");
    let all = "Compressor #1 first second third fourth";
    site.wait_until_kept(all);

    fs::create_dir(&in_the_way)?;
    terminal.send(b" fifth");
    terminal.wait_for(FAILED);
    terminal.press("ctrl-q");
    terminal.wait_for("Leave without what you typed?");
    terminal.press("y");
    assert_eq!(terminal.exit_code(), Some(1));
    terminal.wait_for("what was typed last is not kept: a draft could not be written");
    assert_eq!(site.kept().as_deref(), Some(all));
    Ok(())
}

/// A limit of the process stands for a disk that fills up while a file is written.
#[test]
fn a_disk_that_fills_up_leaves_the_old_draft_whole() -> Outcome {
    let site = Site::new()?;
    let program = site.command();
    let mut command = Command::new("sh");
    // 16 blocks of 512 bytes.
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\"";
    command.args(["-c", script]).arg(program.get_program());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap());
    }
    let mut terminal = site.open_with(&command);
    site.sign_in(&mut terminal, NAME);
    edit(&mut terminal);
    terminal.send(b" first");
    site.wait_until_kept("Compressor #1 first");
    let long = "long ".repeat(4000);
    terminal.send(format!("\x1b[200~{long}\x1b[201~").as_bytes());
    terminal.wait_for(FAILED);
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 first"));
    assert_eq!(site.draft_files().len(), 1);
    terminal.press("ctrl-u");
    terminal.wait_for("Drafts are written again");
    terminal.wait_for("Compressor #1 first");
    terminal.send(b" second");
    site.wait_until_kept("Compressor #1 first second");
    Ok(())
}
