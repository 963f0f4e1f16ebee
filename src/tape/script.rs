//! A tape as data: steps with the line they stand on; no parsing and no playing here.

use jiff::{SignedDuration, Timestamp};

use crate::domain::flag::FlagRule;
use crate::input::event::{Key, Size};

/// A tape, ready to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One line of a tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line in the file, from 1.
    pub line: usize,
    /// Whose terminal; `None` means the latest one named.
    pub person: Option<String>,
    /// What to do.
    pub command: Command,
}

/// What a line of a tape can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `Set Size 80x24`: the size of terminals started from here on.
    Size(Size),
    /// `Set Clock 2026-03-02T09:00:00Z`: both clocks, of the clients and of the database.
    Clock(Timestamp),
    /// `Set Seed 7`: the seed of the seats' numbers.
    Seed(u64),
    /// `Set Way plain`: the way of people started from here on.
    Plain,
    /// `Set Couple equipment status notes`: fields that belong together, as if configured.
    Couple(Vec<String>),
    /// `Set Flag equipment ! warranty < today`: values that get a sign, as if configured.
    Flag(FlagRule),
    /// `Set Editor "sed -i s/a/b/"`: what runs as everybody's editor, on a real file.
    Editor(String),
    /// `Fixture workshop`: the data the tape is played on.
    Fixture(String),
    /// `Start anna`: a terminal with anna signed in; `Start anna signed-out` stops before.
    /// `Start anna at bench`: one more terminal of hers, with the same home, called `bench` in the
    /// lines that follow.
    Start {
        /// Who.
        name: String,
        /// The terminal's name, where it is not the person's.
        at: Option<String>,
        /// Whether to sign in at once.
        sign_in: bool,
    },
    /// `Password anna`: types the fixture's password of that person.
    Password(String),
    /// `Press j*3 Enter`: keys.
    Press(Vec<Key>),
    /// `Type "12,50"`: text, key by key.
    Type(String),
    /// `Paste "a\nb"`: text in one piece.
    Paste(String),
    /// `Resize 120x40`.
    Resize(Size),
    /// `Expect ...`.
    Expect(Expect),
    /// `Snapshot name`.
    Snapshot(String),
    /// `Db "update ..."`: a change from outside, as the database's owner.
    Db(String),
    /// `HardLocks equipment`: the owner sets hard locks on a table.
    HardLocks(String),
    /// `Hold people`: the tables hold people to what roles limit since.
    HoldPeople,
    /// `Advance 31s`: moves both clocks and lets due timers come.
    Advance(SignedDuration),
    /// `Kill`: the terminal's process dies without a word.
    Kill,
    /// `Drop connections`: the server cuts every client's connection.
    DropConnections,
}

/// What a tape expects of the screen or the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// `Expect text "saved"`, `Expect not text "saved"`.
    Text {
        /// The text, on one line of the screen.
        text: String,
        /// Whether it must be there.
        there: bool,
    },
    /// `Expect style "late" field.changed`: the text is there, painted in that role.
    Style {
        /// The text.
        text: String,
        /// The role's dotted name.
        role: String,
    },
    /// `Expect db "select ..." = "value"`: asked as the database's owner.
    Db {
        /// The query: one row, one column.
        query: String,
        /// Its text.
        value: String,
    },
    /// `Expect over`: the program has ended.
    Over,
}
