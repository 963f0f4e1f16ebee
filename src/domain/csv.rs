//! CSV as RFC 4180 has it, safe for spreadsheets: a text that one would take for a formula gets an
//! apostrophe before it. No files.

/// The end of a line.
pub const END: &str = "\r\n";

/// Writes one line, with its line end.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (number, text) in fields.into_iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        push(&mut line, text);
    }
    line.push_str(END);
    line
}

/// Adds a field in which NULL and the empty text differ: nothing between the commas, and two quotes.
/// What may be `computed` by a spreadsheet gets its apostrophe.
pub fn push_value(line: &mut String, value: Option<&str>, computed: bool) {
    match value {
        None => {}
        Some("") => line.push_str("\"\""),
        Some(text) => push_quoted(line, text, computed && is_formula(text)),
    }
}

fn push(line: &mut String, text: &str) {
    push_quoted(line, text, is_formula(text));
}

fn push_quoted(line: &mut String, text: &str, is_formula: bool) {
    let apostrophe = if is_formula { "'" } else { "" };
    let quoted = text.contains(['"', ',', '\r', '\n'])
        || text.starts_with(char::is_whitespace)
        || text.ends_with(char::is_whitespace);
    if quoted {
        line.push('"');
        line.push_str(apostrophe);
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(apostrophe);
        line.push_str(text);
    }
}

/// Whether a spreadsheet would compute this text instead of showing it. Numbers are none.
pub fn is_formula(text: &str) -> bool {
    let begins = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    begins && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::{line, push_value};

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(
            line(["a,b", "say \"x\"", "two\nlines", " x"]),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" x\"\r\n"
        );
    }

    #[test]
    fn null_and_the_empty_text_differ() {
        let mut line = String::new();
        for value in [None, Some(""), Some("a"), Some("=1")] {
            push_value(&mut line, value, true);
            line.push('|');
        }
        assert_eq!(line, "|\"\"|a|'=1|");
        let mut exact = String::new();
        push_value(&mut exact, Some("-1 days"), false);
        assert_eq!(exact, "-1 days");
    }

    #[test]
    fn nothing_is_taken_for_a_formula() {
        assert_eq!(
            line(["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "=\"a,b\""]),
            "'=1+1,'+cmd,'-2+3,'@SUM(A1),\"'\tx\",\"'=\"\"a,b\"\"\"\r\n"
        );
        assert_eq!(line(["-3.50", "+7", "-1e3"]), "-3.50,+7,-1e3\r\n");
    }
}
