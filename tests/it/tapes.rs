//! Plays every tape of tests/tapes on a fresh fixture of a real server, and holds the screens
//! against those that are kept. `ROWHOUSE_UPDATE=1` writes screens that are missing or differ.

use std::fs;
use std::path::PathBuf;

use rowhouse::embedded::cluster::TestCluster;
use rowhouse::tape::run::on_fixture;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tapes")
}

fn tapes() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("tests/tapes");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut tapes: Vec<PathBuf> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "tape")
        })
        .collect();
    tapes.sort();
    assert!(!tapes.is_empty(), "no tapes");
    tapes
}

#[tokio::test]
async fn every_tape_plays() {
    let cluster = TestCluster::shared().expect("a server");
    let update = std::env::var_os("ROWHOUSE_UPDATE").is_some();
    let only = std::env::var("ROWHOUSE_TAPE").unwrap_or_default();
    let mut faults = Vec::new();
    for tape in tapes()
        .iter()
        .filter(|tape| tape.to_string_lossy().contains(&only))
    {
        if let Err(error) = on_fixture(tape, update, cluster).await {
            faults.push(error.to_string());
        }
    }
    assert!(
        faults.is_empty(),
        "{} tapes failed:\n{}",
        faults.len(),
        faults.join("\n\n")
    );
}

#[test]
fn every_snapshot_belongs_to_a_tape() {
    for tape in tapes() {
        let text = fs::read_to_string(&tape).expect("a tape");
        let Ok(snapshots) = fs::read_dir(tape.with_extension("")) else {
            continue;
        };
        for snapshot in snapshots.map(|entry| entry.expect("an entry").path()) {
            let name = snapshot
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let used = text
                .lines()
                .any(|line| line.ends_with(&format!("Snapshot {name}")));
            assert!(
                used,
                "{} belongs to no line of its tape",
                snapshot.display()
            );
        }
    }
}
