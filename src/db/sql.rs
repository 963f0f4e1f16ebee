//! Puts statements together: quoted names, numbered parameters; values are never part of a text.

use super::tx::{Param, Statement};

/// A statement under construction.
#[derive(Debug, Default)]
pub(super) struct Sql {
    text: String,
    params: Vec<Param>,
}

impl Sql {
    /// Begins with a text.
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            params: Vec::new(),
        }
    }

    /// Goes on from a whole statement, put between two texts.
    pub(super) fn around(before: &str, statement: Statement, after: &str) -> Self {
        Self {
            text: format!("{before}{}{after}", statement.sql),
            params: statement.params,
        }
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a parameter and returns its name.
    pub(super) fn bind(&mut self, param: Param) -> String {
        self.params.push(param);
        format!("${}", self.params.len())
    }

    /// Ends it.
    pub(super) fn finish(self) -> Statement {
        Statement::new(self.text, self.params)
    }
}

/// Quotes a name, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The pattern that finds a text anywhere, the text's own `%`, `_` and `\` being themselves.
pub(super) fn containing(text: &str) -> String {
    format!("%{}", beginning(text))
}

/// The pattern that finds a text at the beginning, its own `%`, `_` and `\` being themselves.
pub(super) fn beginning(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_patterns_are_only_themselves() {
        assert_eq!(quoted(r#"a"b; drop"#), r#""a""b; drop""#);
        assert_eq!(containing(r"50%_\"), r"%50\%\_\\%");
        assert_eq!(beginning("5%"), r"5\%%");
    }
}
