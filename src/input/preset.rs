//! Sets of keys to choose from: what each has other than the table's defaults. No lookup here.

/// A set of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// The keys of the table of actions.
    #[default]
    Default,
    /// Those of vi, as far as they fit: what takes several keys shows what can follow.
    Vim,
    /// Function keys first, as at the terminals of old: f3 leaves, f12 goes back, f6 makes new.
    FKeys,
}

/// The sets by the name that the configuration has for them.
pub const PRESETS: &[(&str, Preset)] = &[
    ("default", Preset::Default),
    ("vim", Preset::Vim),
    ("f-keys", Preset::FKeys),
];

/// An action's name and its keys in a set.
type Row = (&'static str, &'static [&'static str]);

const VIM: &[Row] = &[
    ("first", &["home", "g g"]),
    ("page-down", &["pgdn", "ctrl-f", "ctrl-d", "space"]),
    ("page-up", &["pgup", "ctrl-b", "ctrl-u"]),
    ("edit-record", &["i", "f2", "e"]),
    ("show-tables", &["f3", "g t"]),
    ("show-drafts", &["f7", "g d"]),
    ("show-audit", &["f12", "g a"]),
    ("show-receipts", &["g m"]),
    ("toggle-sessions", &["f9", "g s"]),
    ("next-pane", &["f6", "g p"]),
    ("show-messages-in-list", &["!", "g l"]),
    ("show-history", &["H", "g h"]),
    ("show-undo", &["U", "g u"]),
    ("show-bin", &["B", "g b"]),
    ("quit", &["ctrl-q", "Z Q"]),
];

const F_KEYS: &[Row] = &[
    ("quit", &["f3", "ctrl-q"]),
    ("show-tables", &["ctrl-o"]),
    ("show-audit", &[]),
    ("new-record", &["f6", "n"]),
    ("next-pane", &["tab"]),
    ("back", &["f12", "q", "esc"]),
    ("leave-form", &["f12", "esc"]),
    ("leave-conflict", &["f12", "esc", "q"]),
    ("leave-sign-in", &["f12", "esc"]),
    ("leave-account", &["f12", "esc"]),
    ("answer-later", &["f12", "esc", "q"]),
    ("close", &["f12", "esc"]),
    ("no", &["n", "esc", "f12"]),
];

impl Preset {
    /// The keys of an action in this set; none where the table's own count.
    pub fn keys(self, action: &str) -> Option<&'static [&'static str]> {
        let row = self.rows().iter().find(|(name, _)| *name == action);
        row.map(|(_, keys)| *keys)
    }

    /// What the set has other than the table.
    pub fn rows(self) -> &'static [Row] {
        match self {
            Self::Default => &[],
            Self::Vim => VIM,
            Self::FKeys => F_KEYS,
        }
    }
}
