//! Reads a tape; faults name file, line and what was expected.

use jiff::{SignedDuration, Timestamp};

use super::script::{Command, Expect, Script, Step};
use crate::domain::flag::{self, FlagRule};
use crate::input::event::{Key, Size};

/// Why a tape cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ParseError {
    /// The line in the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Reads a tape.
///
/// # Errors
/// The first line that is not a command.
pub fn parse(text: &str) -> Result<Script, ParseError> {
    let mut steps = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (person, rest) = match line.split_once("> ") {
            Some((name, rest)) if is_name(name) => (Some(name.to_owned()), rest.trim()),
            _ => (None, line),
        };
        let command = command(rest).map_err(|what| ParseError { line: number, what })?;
        steps.push(Step {
            line: number,
            person,
            command,
        });
    }
    Ok(Script { steps })
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn command(line: &str) -> Result<Command, String> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    match verb {
        "Set" => setting(rest),
        "Fixture" => Ok(Command::Fixture(rest.to_owned())),
        "Start" => Ok(started(rest)),
        "Password" => Ok(Command::Password(rest.to_owned())),
        "Press" => Ok(Command::Press(keys(rest)?)),
        "Type" => Ok(Command::Type(quoted(rest)?.0)),
        "Paste" => Ok(Command::Paste(quoted(rest)?.0)),
        "Resize" => Ok(Command::Resize(size(rest)?)),
        "Expect" => Ok(Command::Expect(expect(rest)?)),
        "Snapshot" if is_name(rest) => Ok(Command::Snapshot(rest.to_owned())),
        "Snapshot" => Err("a snapshot's name has letters, digits and - only".into()),
        "Db" => Ok(Command::Db(quoted(rest)?.0)),
        "HardLocks" => Ok(Command::HardLocks(rest.to_owned())),
        "Hold" if rest == "people" => Ok(Command::HoldPeople),
        "Advance" => Ok(Command::Advance(duration(rest)?)),
        "Kill" => Ok(Command::Kill),
        "Drop" if rest == "connections" => Ok(Command::DropConnections),
        _ => Err(format!("{verb} is not a command of tapes")),
    }
}

fn started(rest: &str) -> Command {
    let (who, sign_in) = match rest.strip_suffix("signed-out") {
        Some(who) => (who.trim(), false),
        None => (rest, true),
    };
    let (name, at) = match who.split_once(" at ") {
        Some((name, at)) => (name.trim(), Some(at.trim().to_owned())),
        None => (who, None),
    };
    Command::Start {
        name: name.to_owned(),
        at,
        sign_in,
    }
}

fn setting(text: &str) -> Result<Command, String> {
    match text.split_once(' ') {
        Some(("Size", value)) => Ok(Command::Size(size(value)?)),
        Some(("Clock", value)) => {
            let at: Result<Timestamp, _> = value.parse();
            at.map(Command::Clock)
                .map_err(|_| format!("{value} is not a time like 2026-03-02T09:00:00Z"))
        }
        Some(("Seed", value)) => value
            .parse()
            .map(Command::Seed)
            .map_err(|_| format!("{value} is not a number")),
        Some(("Editor", value)) => Ok(Command::Editor(quoted(value)?.0)),
        Some(("Way", "plain")) => Ok(Command::Plain),
        Some(("Couple", value)) => {
            let words: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
            match words.len() {
                2 if words[1] == "*" => Ok(Command::Couple(words)),
                0..=2 => Err("Set Couple needs a table and two fields at least, or *".into()),
                _ => Ok(Command::Couple(words)),
            }
        }
        Some(("Flag", value)) => flag_rule(value).map(Command::Flag),
        _ => Err("Set knows Size, Clock, Seed, Couple, Flag, Editor and Way plain".into()),
    }
}

fn flag_rule(value: &str) -> Result<FlagRule, String> {
    let mut words = value.splitn(3, ' ');
    let (table, sign, when) = (words.next(), words.next(), words.next());
    let sign = sign.and_then(|sign| sign.chars().next());
    let (Some(table), Some(sign), Some(when)) = (table, sign, when) else {
        return Err("Set Flag needs a table, a sign and a rule".into());
    };
    let (column, test) = flag::read(when)?;
    Ok(FlagRule {
        table: table.to_owned(),
        column,
        test,
        sign,
        place: "the tape".into(),
    })
}

fn keys(text: &str) -> Result<Vec<Key>, String> {
    let mut keys = Vec::new();
    for word in text.split_whitespace() {
        let (name, count) = match word.rsplit_once('*') {
            Some((name, count)) if !name.is_empty() => (
                name,
                count
                    .parse()
                    .map_err(|_| format!("{count} is not a number of times"))?,
            ),
            _ => (word, 1),
        };
        let key: Key = name.parse().map_err(|_| format!("{name} is not a key"))?;
        keys.extend(std::iter::repeat_n(key, count));
    }
    if keys.is_empty() {
        Err("Press needs keys".into())
    } else {
        Ok(keys)
    }
}

/// Reads a text in quotes with `\n`, `\t`, `\"`, `\\` and `\u{...}`; returns what follows it too.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let rest = text
        .strip_prefix('"')
        .ok_or("a text in \"quotes\" is expected")?;
    let mut out = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((out, rest[at + 1..].trim())),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('u') => {
                    let hex: String = chars
                        .by_ref()
                        .map(|(_, c)| c)
                        .skip(1)
                        .take_while(|c| *c != '}')
                        .collect();
                    let c = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                    out.push(c.ok_or_else(|| format!("\\u{{{hex}}} is no character"))?);
                }
                Some(c) => out.push(c),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err("the text has no closing quote".into())
}

fn size(text: &str) -> Result<Size, String> {
    let sizes = text.trim().split_once('x');
    let size = sizes.and_then(|(c, r)| Some(Size::clamped(c.parse().ok()?, r.parse().ok()?)));
    size.ok_or_else(|| format!("{text} is not a size like 80x24"))
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    let span: Result<SignedDuration, _> = text.parse();
    span.map_err(|_| format!("{text} is not a duration like 31s or 2m"))
}

fn expect(text: &str) -> Result<Expect, String> {
    let (there, text) = match text.strip_prefix("not ") {
        Some(rest) => (false, rest),
        None => (true, text),
    };
    let (what, rest) = text.split_once(' ').unwrap_or((text, ""));
    match what {
        "text" => Ok(Expect::Text {
            text: quoted(rest)?.0,
            there,
        }),
        "style" => {
            let (text, role) = quoted(rest)?;
            Ok(Expect::Style {
                text,
                role: role.to_owned(),
            })
        }
        "db" => {
            let (query, rest) = quoted(rest)?;
            let rest = rest
                .strip_prefix('=')
                .ok_or("Expect db \"query\" = \"value\"")?;
            Ok(Expect::Db {
                query,
                value: quoted(rest.trim())?.0,
            })
        }
        "over" => Ok(Expect::Over),
        _ => Err("Expect knows text, not text, style, db and over".into()),
    }
}
