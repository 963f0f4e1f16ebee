//! CSV as RFC 4180 has it, safe for spreadsheets: a text that one would take for a formula gets an
//! apostrophe before it. No files.

/// Writes one line, with its line end.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (number, text) in fields.into_iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        push(&mut line, text);
    }
    line.push_str("\r\n");
    line
}

fn push(line: &mut String, text: &str) {
    let apostrophe = if is_formula(text) { "'" } else { "" };
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
fn is_formula(text: &str) -> bool {
    let begins = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    begins && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(
            line(["a,b", "say \"x\"", "two\nlines", " x"]),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" x\"\r\n"
        );
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
