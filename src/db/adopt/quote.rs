//! Quoting for SQL text that cannot take parameters. Pure.

/// Quotes an identifier, always, so that no list of keywords is needed.
pub fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a text literal; right whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match doubled.contains('\\') {
        true => format!("E'{}'", doubled.replace('\\', "\\\\")),
        false => format!("'{doubled}'"),
    }
}

/// An array of text literals.
pub fn text_array<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<String> = items.iter().map(|item| literal(item.as_ref())).collect();
    format!("array[{}]::text[]", items.join(", "))
}

/// Dollar-quotes a function body with a tag the body does not hold.
pub fn body(text: &str) -> String {
    let mut tag = String::from("rowhouse");
    while text.contains(&format!("${tag}$")) {
        tag.push('_');
    }
    format!("${tag}$\n{text}${tag}$")
}
