//! Everything that was typed into a form and is not saved, to be read before it is. Pure.

use crate::domain::text;
use crate::domain::value::{EMPTY, Entry};

use super::{Form, Mode};

/// Says of each changed field what it was and what is yours; nothing where nothing is changed.
pub fn lines(form: &Form) -> Vec<String> {
    let columns = 0..form.fields.len();
    let changes = columns.filter_map(|column| Some((column, form.entry(column)?)));
    let mut lines: Vec<String> = changes
        .map(|(column, entry)| {
            let name = form.column_name(column);
            match form.mode {
                Mode::Create | Mode::Many => format!("{name}: {}", yours(&entry)),
                Mode::Read | Mode::Edit => {
                    let was = form.base_value(column).as_text();
                    format!(
                        "{name}: {} → {}",
                        was.map_or("NULL".into(), shown),
                        yours(&entry)
                    )
                }
            }
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, "All that is not saved yet:".into());
    }
    lines
}

fn yours(entry: &Entry) -> String {
    match entry {
        Entry::Default => "its default".into(),
        Entry::Value(value) => value.as_text().map_or("NULL".into(), shown),
    }
}

fn shown(value: &str) -> String {
    match value {
        "" => EMPTY.into(),
        value => text::line(value).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::app::forms::tests::play::Play;

    /// What is listed after keys in the form of BFM-001.
    fn listed(keys: &str) -> Vec<String> {
        let mut play = Play::editing();
        play.keys(keys);
        super::lines(play.form())
    }

    #[test]
    fn every_change_is_told_with_what_it_was() {
        assert!(
            listed("'x' ctrl-u").is_empty(),
            "nothing is changed any more"
        );
        let lines = listed("'x' tab f4 3");
        assert_eq!(lines[0], "All that is not saved yet:");
        assert_eq!(lines[1], "description: Compressor #1 → Compressor #1x");
        assert!(lines[2].starts_with("status: Active → "), "{lines:?}");
        assert_eq!(lines.len(), 3);
        assert_eq!(
            listed("ctrl-k")[1],
            "description: Compressor #1 → (empty text)"
        );
    }
}
