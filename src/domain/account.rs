//! People, and what an account's name and password must be like; no hashing and no I/O.

/// Who is signed in, and what they may do beyond tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account's name, or the PostgreSQL role in the plain way.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// The names of the roles.
    pub roles: Vec<String>,
    /// The name of the tenant that is acted in, when there is more than the implicit one.
    pub tenant: Option<String>,
    /// May see who is signed in.
    pub may_see_sessions: bool,
    /// May end other people's sessions.
    pub may_end_sessions: bool,
    /// May manage accounts.
    pub may_manage_accounts: bool,
    /// May see the audit.
    pub may_see_audit: bool,
    /// May choose among tenants.
    pub may_choose_tenant: bool,
}

impl Person {
    /// Whether all tenants are looked at, and nothing is changed, because none is chosen.
    pub fn looks_across(&self) -> bool {
        self.may_choose_tenant && self.tenant.is_none()
    }
}

/// A tenant that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantLine {
    /// Its name.
    pub name: String,
    /// Why it is closed.
    pub closed: Option<String>,
    /// Whether it is acted in now.
    pub chosen: bool,
}

/// Fewest characters of a password.
pub const PASSWORD_MIN_CHARS: usize = 12;

/// One line of the live checklist under the choose-password form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Whether what is typed so far satisfies it.
    pub met: bool,
    /// The requirement as the person reads it.
    pub text: &'static str,
}

/// One account as the owner's command line and managers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// The account's name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The names of the roles.
    pub roles: Vec<String>,
    /// Whether the account may sign in.
    pub active: bool,
    /// Whether a password was chosen; else a one-time code is waiting.
    pub password_chosen: bool,
    /// The last sign-in.
    pub last_sign_in: Option<jiff::Timestamp>,
}

/// A sign-in that the demo offers on its sign-in screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInHint {
    /// The account's name.
    pub username: String,
    /// Its role.
    pub role: String,
    /// The one-time code, until a password was chosen.
    pub code: Option<String>,
}

/// Judges a password while it is typed; it may be chosen when every check is met.
pub fn checklist(password: &str, again: &str, username: &str) -> Vec<Check> {
    let lower = password.to_lowercase();
    let name = username.trim().to_lowercase();
    let holds_name = name.chars().count() >= 3 && lower.contains(&name) || lower == name;
    vec![
        Check {
            met: password.chars().count() >= PASSWORD_MIN_CHARS,
            text: "at least 12 characters",
        },
        Check {
            met: !password.is_empty() && !holds_name,
            text: "does not contain the name",
        },
        Check {
            met: distinct_signs(&lower) >= 5,
            text: "at least 5 different characters",
        },
        Check {
            met: !password.is_empty() && password == again,
            text: "typed twice the same",
        },
    ]
}

/// Brings a typed name into the form in which names are kept.
pub fn username(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Says whether a name may be given: letters a to z, digits and `. _ @ / -`, no longer than 64.
///
/// So few signs, that no two names look alike.
pub fn is_username(name: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| sign(byte) || b"._@/-".contains(&byte))
        && name.bytes().next().is_some_and(sign)
}

fn distinct_signs(text: &str) -> usize {
    let mut signs: Vec<char> = text.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    signs.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(password: &str, again: &str, name: &str) -> Vec<bool> {
        checklist(password, again, name)
            .iter()
            .map(|check| check.met)
            .collect()
    }

    #[test]
    fn the_checklist_follows_the_typing() {
        assert_eq!(met("", "", "anna"), [false, false, false, false]);
        assert_eq!(met("short", "", "anna"), [false, true, true, false]);
        assert_eq!(
            met("a long anna text", "a long anna text", "anna"),
            [true, false, true, true]
        );
        assert_eq!(
            met("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "bo"),
            [true, true, false, true]
        );
        assert_eq!(
            met("correct horse b", "correct horse", "anna"),
            [true, true, true, false]
        );
        assert_eq!(
            met("zwölf zeichen", "zwölf zeichen", "anna"),
            [true, true, true, true]
        );
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(username(" MMichaels "), "mmichaels");
        for name in ["anna", "m.michaels@plant-2", "7"] {
            assert!(is_username(name), "{name}");
        }
        for name in [
            "",
            "Anna",
            "adm\u{200b}in",
            "a b",
            "-x",
            "ä",
            &"x".repeat(65),
        ] {
            assert!(!is_username(name), "{name}");
        }
    }
}
