//! What is remembered, in files: together, broken, newer, refused.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::domain::table::TableName;

fn owner(username: &str) -> DraftOwner {
    DraftOwner {
        server: "plant".into(),
        username: username.into(),
    }
}

fn favourite(name: &str) -> Change {
    let table = TableName {
        schema: "odd \"schema\"\n".into(),
        name: name.into(),
    };
    Change::Favourite(table, true)
}

fn keep(keeper: &mut Keeper, username: &str, name: &str) -> Result<(), String> {
    keeper.change(vec![(owner(username), favourite(name))])
}

fn favourites(keeper: &Keeper, username: &str) -> Vec<String> {
    let found = keeper.read(&owner(username));
    let favourites = found.memory.favourites.into_iter();
    favourites.map(|table| table.name).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn two_terminals_of_one_person_take_nothing_back_and_others_see_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("memory");
    let (mut one, mut other) = (Keeper::new(folder.clone()), Keeper::new(folder.clone()));
    assert_eq!(favourites(&one, "anna"), Vec::<String>::new());
    assert!(!folder.exists(), "nothing is written before it has to be");
    keep(&mut one, "anna", "値段").expect("written");
    keep(&mut other, "anna", "b").expect("written");
    keep(&mut one, "anna", "c").expect("written");
    assert_eq!(favourites(&other, "anna"), ["値段", "b", "c"]);
    assert_eq!(favourites(&one, "bert"), Vec::<String>::new());
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&one.path(&owner("anna"))), 0o600);
}

#[test]
fn a_broken_file_is_put_aside_whole_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keeper = Keeper::new(folder.path().to_owned());
    let path = keeper.path(&owner("anna"));
    for number in 1..=2 {
        fs::write(&path, format!("{{ not json {number}")).expect("written");
        let found = keeper.read(&owner("anna"));
        assert_eq!(found.memory, Memory::default());
        let told = found.told.expect("told");
        let aside = path.with_extension(format!("broken-{number}"));
        assert!(told.contains(&aside.display().to_string()), "{told}");
        let kept = fs::read_to_string(aside).expect("kept");
        assert_eq!(kept, format!("{{ not json {number}"));
        keep(&mut keeper, "anna", "a").expect("written");
        assert_eq!(favourites(&keeper, "anna"), ["a"]);
    }
}

#[test]
fn a_file_of_a_later_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keeper = Keeper::new(folder.path().to_owned());
    let path = keeper.path(&owner("anna"));
    let text = r#"{"format":9,"owner":{"server":"plant","username":"anna"},"x":1}"#;
    fs::write(&path, text).expect("written");
    let told = keeper.read(&owner("anna")).told.expect("told");
    assert!(told.contains("later version"), "{told}");
    let refused = keep(&mut keeper, "anna", "a").expect_err("refused");
    assert!(refused.contains("later version"), "{refused}");
    assert_eq!(fs::read_to_string(&path).expect("a file"), text);
    // Other people's are written all the same, and what waits is told of still.
    let waits = keep(&mut keeper, "bert", "b").expect_err("anna's still waits");
    assert!(waits.contains("later version"), "{waits}");
    assert_eq!(favourites(&keeper, "bert"), ["b"]);
}

#[test]
fn what_could_not_be_written_is_written_with_the_next_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("memory");
    fs::write(&place, "a file is in the way").expect("written");
    let mut keeper = Keeper::new(place.clone());
    keep(&mut keeper, "anna", "a").expect_err("refused");
    fs::remove_file(&place).expect("removed");
    keep(&mut keeper, "anna", "b").expect("written");
    assert_eq!(favourites(&keeper, "anna"), ["a", "b"]);
}

#[test]
fn a_file_that_is_too_large_is_put_aside_and_not_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keeper = Keeper::new(folder.path().to_owned());
    keep(&mut keeper, "anna", "machine").expect("written");
    let path = keeper.path(&owner("anna"));
    // Sparse: it takes no room on the disk, and would take all of memory.
    let file = OpenOptions::new().write(true).open(&path).expect("a file");
    file.set_len(1 << 40).expect("a large file");
    let found = keeper.read(&owner("anna"));
    assert!(found.memory.favourites.is_empty());
    let told = found.told.expect("it is told");
    assert!(told.contains("broken-1"), "{told}");
    keep(&mut keeper, "anna", "part").expect("written anew");
    assert_eq!(favourites(&keeper, "anna"), ["part"]);
}
