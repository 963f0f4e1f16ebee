//! Which columns hold secrets: by name, by comment, or because the configuration says so. What they
//! hold is never written to this machine's disk. No state.

use super::table::{Column, ColumnKind, TableName};

/// A name with one of these words in it is that of a secret.
const WORDS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passwort",
    "kennwort",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "cvv",
    "cvc",
    "otp",
    "totp",
    "apikey",
    "privatekey",
];

/// A name that ends like this is that of a secret: `pin`, `access_token`, but not `pin_count`.
const LAST: &[&str] = &["pin", "pins", "token", "tokens", "pass"];

/// What may follow such an end: `pin_code`, `token_hash`.
const AFTER: &[&str] = &[
    "code",
    "hash",
    "digest",
    "salt",
    "value",
    "encrypted",
    "enc",
];

/// Two words that are one secret together.
const PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("access", "code"),
    ("door", "code"),
];

/// A comment with one of these words speaks of a secret.
const IN_COMMENTS: &[&str] = &["password", "passphrase", "passcode", "secret"];

/// Whether a column holds secrets. What is listed goes before what can be guessed: `pin`,
/// `person.pin` or `public.person.pin`, and with `!` before it that it is none.
pub fn is_secret(table: &TableName, column: &Column, listed: &[String]) -> bool {
    let names = [
        column.name.clone(),
        format!("{}.{}", table.name, column.name),
        format!("{}.{}.{}", table.schema, table.name, column.name),
    ];
    let mut told = None;
    for entry in listed {
        let (name, secret) = match entry.strip_prefix('!') {
            Some(name) => (name.trim_start(), false),
            None => (entry.as_str(), true),
        };
        if let Some(exact) = names.iter().position(|own| own == name) {
            // The longest name is meant most of all.
            told = told.max(Some((exact, secret)));
        }
    }
    told.map_or_else(|| is_guessed(column), |(_, secret)| secret)
}

fn is_guessed(column: &Column) -> bool {
    let text = match column.kind {
        ColumnKind::Boolean | ColumnKind::Date | ColumnKind::Time | ColumnKind::Enum { .. } => {
            false
        }
        ColumnKind::Text { .. }
        | ColumnKind::Number
        | ColumnKind::Json
        | ColumnKind::Bytes
        | ColumnKind::Other => true,
    };
    let comment = words(column.comment.as_deref().unwrap_or_default());
    let commented = || {
        comment
            .iter()
            .any(|word| IN_COMMENTS.contains(&word.as_str()))
    };
    text && (is_name_of_one(&words(&column.name)) || commented())
}

fn is_name_of_one(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ends = |words: &[&str]| words.last().is_some_and(|last| LAST.contains(last));
    let before_last = words.split_last().filter(|(last, _)| AFTER.contains(last));
    words.iter().any(|word| WORDS.contains(word))
        || words
            .windows(2)
            .any(|two| PAIRS.contains(&(two[0], two[1])))
        || ends(&words)
        || before_last.is_some_and(|(_, before)| ends(before))
}

/// The words of a name: `accessToken2`, `access_token` and `Access Token` have the same two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if begins || !c.is_alphabetic() {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(name: &str, comment: Option<&str>, kind: ColumnKind, listed: &[&str]) -> bool {
        let table = TableName {
            schema: "public".into(),
            name: "person".into(),
        };
        let column = Column {
            number: 1,
            name: name.into(),
            comment: comment.map(str::to_owned),
            type_name: "text".into(),
            kind,
            not_null: false,
            default: None,
            generated: false,
            may_insert: true,
            may_update: true,
            facts: Default::default(),
        };
        let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        is_secret(&table, &column, &listed)
    }

    fn text(name: &str, comment: Option<&str>, listed: &[&str]) -> bool {
        judge(name, comment, ColumnKind::Text { max_chars: None }, listed)
    }

    #[test]
    fn names_give_secrets_away() {
        for name in [
            "password",
            "Password",
            "user_password_hash",
            "pwd",
            "accessToken",
            "api_key",
            "APIKEY",
            "wifi passphrase",
            "pin",
            "pin_code",
            "card_pin",
            "client_secret",
            "token2",
            "door_code",
        ] {
            assert!(text(name, None, &[]), "{name}");
        }
        for name in [
            "pin_count",
            "pinned",
            "tokenizer",
            "passenger",
            "bypass_valve",
            "compass",
            "spin",
            "secretary",
            "key",
            "code",
            "notes",
            "pins_per_row",
            "passed",
        ] {
            assert!(!text(name, None, &[]), "{name}");
        }
        assert!(!judge("password_changed", None, ColumnKind::Time, &[]));
        assert!(!judge("has_password", None, ColumnKind::Boolean, &[]));
        assert!(judge("pin", None, ColumnKind::Number, &[]));
    }

    #[test]
    fn comments_and_lists_tell_of_others() {
        assert!(text("note_2", Some("The secret of the safe"), &[]));
        assert!(!text("note_2", Some("Shown to everybody"), &[]));
        assert!(text("note_2", None, &["other", "person.note_2"]));
        assert!(!text("note_2", None, &["machine.note_2"]));
        assert!(!text("pin", None, &["!pin"]));
        assert!(text("pin", None, &["!pin", "person.pin"]));
        assert!(!text("pin", None, &["pin", "!public.person.pin"]));
    }
}
