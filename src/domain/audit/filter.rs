//! What the audit is filtered by: person, table, record, kind of action, time; no reading of words.

use jiff::Timestamp;

/// What the audit is filtered by; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// A part of the name of whoever did it.
    pub person: Option<String>,
    /// The table's name.
    pub table: Option<String>,
    /// A part of the record's key.
    pub key: Option<String>,
    /// The kind of action.
    pub deed: Option<Deed>,
    /// From when on.
    pub since: Option<Moment>,
    /// Until before when.
    pub until: Option<Moment>,
}

/// A moment, as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The same in the person's zone, as it can be typed again.
    pub words: String,
}

/// A part of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Whoever did it.
    Person,
    /// The table.
    Table,
    /// The record.
    Key,
    /// The kind of action.
    Deed,
    /// From when on.
    Since,
    /// Until before when.
    Until,
}

/// A kind of action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Records created.
    Created,
    /// Records changed.
    Changed,
    /// Records deleted.
    Deleted,
    /// Tables emptied.
    Emptied,
    /// Anything done to records.
    Records,
    /// Signing in and out, and choosing among tenants.
    SignIns,
    /// Refused sign-ins, and names that were locked by them.
    Refused,
    /// Sessions ended by somebody, or by time.
    Sessions,
    /// Accounts, their passwords and their roles.
    Accounts,
    /// Roles, permissions and limits.
    Permissions,
    /// Who asked whom for which record.
    Claims,
    /// Files written from what was found.
    Exports,
    /// Tables that take part, migrations, tenants, the trail itself.
    Upkeep,
}

impl Deed {
    /// All of them, in the order in which they are named.
    pub const ALL: [Self; 13] = [
        Self::Created,
        Self::Changed,
        Self::Deleted,
        Self::Emptied,
        Self::Records,
        Self::SignIns,
        Self::Refused,
        Self::Sessions,
        Self::Accounts,
        Self::Permissions,
        Self::Claims,
        Self::Exports,
        Self::Upkeep,
    ];

    /// Its name, as it is typed and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Emptied => "emptied",
            Self::Records => "records",
            Self::SignIns => "sign-ins",
            Self::Refused => "refused",
            Self::Sessions => "sessions",
            Self::Accounts => "accounts",
            Self::Permissions => "permissions",
            Self::Claims => "claims",
            Self::Exports => "exports",
            Self::Upkeep => "upkeep",
        }
    }

    /// The kind of that name; also what the trail calls one action, and singulars.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let is = |deed: &Self| {
            deed.name() == name || deed.name().strip_suffix('s') == Some(name.as_str())
        };
        let found = Self::ALL.into_iter().find(is);
        found.or_else(|| Self::of(&name))
    }

    /// The kind that an action of the trail belongs to.
    pub fn of(verb: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|deed| deed.verbs().contains(&verb))
    }

    /// What the trail calls the actions of this kind.
    pub fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Created => &["insert"],
            Self::Changed => &["update"],
            Self::Deleted => &["delete"],
            Self::Emptied => &["truncate"],
            Self::Records => &["insert", "update", "delete", "truncate"],
            Self::SignIns => &[
                "sign-in",
                "sign-out",
                "all tenants",
                "tenant chosen",
                "tenant left",
            ],
            Self::Refused => &["sign-in refused", "sign-in locked"],
            Self::Sessions => &["session ended", "session over"],
            Self::Accounts => &[
                "account added",
                "account reset",
                "account edited",
                "account deactivated",
                "account activated",
                "account unlocked",
                "account removed",
                "password chosen",
                "role given",
                "role taken",
            ],
            Self::Permissions => &[
                "role made",
                "role changed",
                "role removed",
                "permission given",
                "permission changed",
                "permission taken",
                "limits changed",
            ],
            Self::Claims => &[
                "claim asked for",
                "claim answered",
                "claim taken over",
                "claim released",
                "claim lost",
            ],
            Self::Exports => &["audit exported", "table export begun", "table exported"],
            Self::Upkeep => &[
                "table adopted",
                "table let go",
                "hard locks on",
                "hard locks off",
                "table options changed",
                "migration applied",
                "tenant made",
                "tenant changed",
                "new epoch",
                "audit archived",
                "audit dropped",
            ],
        }
    }
}

impl AuditFilter {
    /// Whether everything is found.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Its parts, each in words.
    pub fn parts(&self) -> Vec<(Part, String)> {
        let named = |part, word: &str, text: &Option<String>| {
            text.as_ref().map(|text| (part, format!("{word} {text}")))
        };
        let moment = |part, word: &str, moment: &Option<Moment>| {
            let said = moment.as_ref();
            said.map(|moment| (part, format!("{word} {}", moment.words)))
        };
        let deed = self
            .deed
            .map(|deed| (Part::Deed, format!("action {}", deed.name())));
        let parts = [
            named(Part::Person, "person", &self.person),
            named(Part::Table, "table", &self.table),
            named(Part::Key, "record", &self.key),
            deed,
            moment(Part::Since, "since", &self.since),
            moment(Part::Until, "until", &self.until),
        ];
        parts.into_iter().flatten().collect()
    }

    /// All of it in words, as it can be typed again.
    pub fn in_words(&self) -> String {
        let parts: Vec<String> = self.parts().into_iter().map(|(_, text)| text).collect();
        parts.join(" ")
    }

    /// Takes a part out.
    pub fn remove(&mut self, part: Part) {
        match part {
            Part::Person => self.person = None,
            Part::Table => self.table = None,
            Part::Key => self.key = None,
            Part::Deed => self.deed = None,
            Part::Since => self.since = None,
            Part::Until => self.until = None,
        }
    }

    /// What the trail calls the actions that are found; `None` for all.
    pub fn verbs(&self) -> Option<&'static [&'static str]> {
        self.deed.map(Deed::verbs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_name_and_by_what_the_trail_calls_them() {
        for deed in Deed::ALL {
            assert_eq!(Deed::named(deed.name()), Some(deed));
            for verb in deed.verbs() {
                let of = Deed::named(verb).expect("a kind");
                assert!(of.verbs().contains(verb), "{verb}");
            }
        }
        assert_eq!(Deed::named("Sign-In"), Some(Deed::SignIns));
        assert_eq!(Deed::named("delete"), Some(Deed::Deleted));
        assert_eq!(Deed::named("stolen"), None);
    }

    #[test]
    fn every_part_of_a_filter_can_be_taken_out() {
        let moment = || Moment {
            at: Timestamp::UNIX_EPOCH,
            words: "1970-01-01".into(),
        };
        let full = AuditFilter {
            person: Some("anna".into()),
            table: Some("equipment".into()),
            key: Some("BFM".into()),
            deed: Some(Deed::Changed),
            since: Some(moment()),
            until: Some(moment()),
        };
        assert_eq!(full.parts().len(), 6);
        let mut rest = full.clone();
        for (part, words) in full.parts() {
            rest.remove(part);
            assert!(!rest.in_words().contains(&words), "{words}");
        }
        assert!(rest.is_empty());
    }
}
