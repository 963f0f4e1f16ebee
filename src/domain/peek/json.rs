//! JSON as a tree of lines: names and texts exactly as they are written, numbers too.

use super::Line;
use crate::domain::text;

/// How deep it is followed; what lies deeper is one line.
const DEEPEST: usize = 200;

/// The lines of a document; `None` where it is none.
pub(super) fn lines(document: &str) -> Option<Vec<Line>> {
    let mut reader = Reader {
        rest: document,
        lines: Vec::new(),
    };
    reader.value("", 0)?;
    reader.blank();
    reader.rest.is_empty().then_some(reader.lines)
}

struct Reader<'a> {
    rest: &'a str,
    lines: Vec<Line>,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, sign: char) -> Option<()> {
        self.blank();
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    fn is_next(&mut self, sign: char) -> bool {
        self.blank();
        self.rest.starts_with(sign)
    }

    fn value(&mut self, name: &str, depth: usize) -> Option<()> {
        self.blank();
        match self.rest.chars().next()? {
            '{' if depth < DEEPEST => self.members(name, depth, '{', '}'),
            '[' if depth < DEEPEST => self.members(name, depth, '[', ']'),
            '{' | '[' => None,
            '"' => {
                let text = self.text()?;
                self.line(name, text, depth, false);
                Some(())
            }
            _ => {
                let end = self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r']);
                let (scalar, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
                self.rest = rest;
                self.line(name, scalar, depth, false);
                (!scalar.is_empty()).then_some(())
            }
        }
    }

    /// What an object or an array holds: the line that begins it says how much.
    fn members(&mut self, name: &str, depth: usize, open: char, close: char) -> Option<()> {
        self.take(open)?;
        let place = self.lines.len();
        self.line(name, "", depth, true);
        let mut count = 0;
        while !self.is_next(close) {
            if count > 0 {
                self.take(',')?;
                self.blank();
            }
            let name = match open {
                '{' => {
                    let name = self.text()?;
                    self.take(':')?;
                    format!("{name}: ")
                }
                _ => format!("{count}: "),
            };
            self.value(&name, depth + 1)?;
            count += 1;
        }
        self.take(close)?;
        let line = &mut self.lines[place];
        line.folds = count > 0;
        line.text.push_str(&match count {
            0 => format!("{open}{close}"),
            _ => format!("{open} {count} {close}"),
        });
        Some(())
    }

    /// A text with its quotes, as it is written.
    fn text(&mut self) -> Option<&'a str> {
        let inside = self.rest.strip_prefix('"')?;
        let mut escaped = false;
        let end = inside.char_indices().find(|(_, sign)| {
            let ends = *sign == '"' && !escaped;
            escaped = *sign == '\\' && !escaped;
            ends
        });
        let (text, rest) = self.rest.split_at(end?.0 + 2);
        self.rest = rest;
        Some(text)
    }

    fn line(&mut self, name: &str, value: &str, depth: usize, folds: bool) {
        self.lines.push(Line {
            depth,
            text: text::line(&format!("{name}{value}")).into_owned(),
            folds,
        });
    }
}
