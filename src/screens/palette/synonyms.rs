//! Words that people bring along from other programs, and the actions they mean here; no state.

/// Beginnings of such words are looked for after names and descriptions.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("write-rows", &["export", "download", "csv"]),
    ("find", &["search", "query"]),
    ("filter-column", &["where", "search"]),
    ("sort-column", &["order"]),
    ("count-rows", &["total"]),
    ("reload", &["refresh"]),
    ("new-record", &["add", "insert"]),
    ("duplicate-record", &["clone"]),
    ("edit-record", &["change", "update", "modify"]),
    ("delete-record", &["remove", "erase"]),
    ("discard-edits", &["cancel", "revert"]),
    ("show-undo", &["revert"]),
    ("show-bin", &["trash", "deleted"]),
    ("show-history", &["log", "versions"]),
    ("show-messages", &["errors", "log"]),
    ("show-references", &["related", "children"]),
    ("follow-reference", &["parent"]),
    ("favourite", &["bookmark", "star"]),
    ("jump", &["goto"]),
    ("views", &["saved"]),
    ("freeze-columns", &["pin"]),
    ("next-pane", &["split"]),
    ("toggle-sessions", &["presence", "users", "online"]),
    ("show-accounts", &["users", "permissions"]),
    ("show-audit", &["log"]),
    ("change-password", &["passwd"]),
    ("sign-out", &["logout", "logoff"]),
    ("quit", &["exit", "close"]),
    ("redraw", &["clear"]),
];

/// Whether all of what is typed begins words that mean an action of this name.
pub(super) fn mean(name: &str, typed: &str) -> bool {
    let of = SYNONYMS.iter().find(|(action, _)| *action == name);
    of.is_some_and(|(_, words)| {
        typed.split_whitespace().all(|wanted| {
            let wanted = wanted.to_lowercase();
            wanted.chars().count() >= 3 && words.iter().any(|word| word.starts_with(&wanted))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::action;

    #[test]
    fn every_name_is_one_of_an_action() {
        for (name, words) in SYNONYMS {
            assert!(action::rows().any(|row| row.name == *name), "{name}");
            assert!(words.iter().all(|word| !word.is_empty()), "{name}");
        }
    }

    #[test]
    fn beginnings_of_words_are_enough_and_single_letters_are_not() {
        assert!(mean("write-rows", "exp"));
        assert!(mean("quit", "EXIT"));
        assert!(!mean("quit", "ex"));
        assert!(!mean("quit", "export"));
        assert!(!mean("open", "export"));
    }
}
