//! Style roles: the named purposes that screens paint with; no colours here.

/// A named purpose of style. Screens and widgets name roles; a theme says how each looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "each role is described by its row in ROLES, where help reads it"
)]
pub enum Role {
    Text,
    Muted,
    Title,
    TitleFocused,
    Header,
    HeaderWarning,
    Column,
    ColumnSorted,
    Border,
    BorderFocused,
    Row,
    RowSelected,
    RowChanged,
    RowGone,
    Gutter,
    FieldLabel,
    FieldValue,
    FieldChanged,
    FieldReadonly,
    FieldError,
    FieldFocused,
    Placeholder,
    ValueNull,
    ValueNumber,
    ValueCut,
    ValueMatch,
    Mine,
    Theirs,
    Base,
    Merged,
    Undecided,
    Choice,
    DiffAdded,
    DiffRemoved,
    Status,
    StatusBusy,
    StatusOk,
    StatusWarning,
    StatusError,
    HintKey,
    HintText,
    Dialog,
    DialogTitle,
    DialogBorder,
    DialogDanger,
    DialogSelected,
    Presence,
    Dirty,
    Tab,
    TabSelected,
    CheckDone,
    CheckOpen,
    Banner,
    Selection,
}

/// How a role is laid on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Replaces what the cell looked like.
    Base,
    /// Is laid over a base role and leaves what it does not name.
    Over,
}

/// One row of the table of roles.
#[derive(Clone, Copy, Debug)]
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// Its dotted name in themes and snapshots; it inherits from the name before each dot.
    pub name: &'static str,
    /// How it is laid on a cell.
    pub layer: Layer,
    /// What it is for, in one line.
    pub about: &'static str,
}

const fn base(role: Role, name: &'static str, about: &'static str) -> RoleRow {
    RoleRow {
        role,
        name,
        layer: Layer::Base,
        about,
    }
}

const fn over(role: Role, name: &'static str, about: &'static str) -> RoleRow {
    RoleRow {
        role,
        name,
        layer: Layer::Over,
        about,
    }
}

/// Every role, in the order of the enum.
pub const ROLES: &[RoleRow] = &[
    base(
        Role::Text,
        "text",
        "ordinary text; every base role inherits from it",
    ),
    base(
        Role::Muted,
        "muted",
        "text of less weight: explanations, times, counts",
    ),
    base(Role::Title, "title", "the title of a pane"),
    base(
        Role::TitleFocused,
        "title.focused",
        "the title of the pane that gets the keys",
    ),
    base(
        Role::Header,
        "header",
        "the first line: server, database, way, person",
    ),
    base(
        Role::HeaderWarning,
        "header.warning",
        "what the first line warns of, such as no TLS",
    ),
    base(Role::Column, "column", "the heading of a column"),
    base(
        Role::ColumnSorted,
        "column.sorted",
        "the heading of the column that rows are sorted by",
    ),
    base(Role::Border, "border", "lines around and between panes"),
    base(
        Role::BorderFocused,
        "border.focused",
        "lines around the pane that gets the keys",
    ),
    base(Role::Row, "row", "a row of a list"),
    over(
        Role::RowSelected,
        "row.selected",
        "the row under the cursor",
    ),
    base(
        Role::RowChanged,
        "row.changed",
        "a row that somebody else just changed",
    ),
    base(
        Role::RowGone,
        "row.gone",
        "a row that was deleted and is still shown",
    ),
    base(
        Role::Gutter,
        "gutter",
        "the mark at the left of the row under the cursor",
    ),
    base(Role::FieldLabel, "field.label", "the name of a field"),
    base(
        Role::FieldValue,
        "field.value",
        "the value of a field as it is stored",
    ),
    base(
        Role::FieldChanged,
        "field.changed",
        "the value of a field that was edited",
    ),
    base(
        Role::FieldReadonly,
        "field.readonly",
        "the value of a field that cannot be edited",
    ),
    base(
        Role::FieldError,
        "field.error",
        "what is wrong with a field",
    ),
    over(
        Role::FieldFocused,
        "field.focused",
        "the field under the cursor",
    ),
    base(
        Role::Placeholder,
        "placeholder",
        "what an empty field expects",
    ),
    base(
        Role::ValueNull,
        "value.null",
        "the mark that stands for no value",
    ),
    base(Role::ValueNumber, "value.number", "a number"),
    base(
        Role::ValueCut,
        "value.cut",
        "the mark where a value does not fit",
    ),
    over(
        Role::ValueMatch,
        "value.match",
        "the part of a text that a search found",
    ),
    base(Role::Mine, "mine", "your own value in a conflict"),
    base(
        Role::Theirs,
        "theirs",
        "the value somebody else saved, in a conflict",
    ),
    base(
        Role::Base,
        "base",
        "the value both began with, in a conflict",
    ),
    base(
        Role::Merged,
        "merged",
        "a value that was merged without asking",
    ),
    base(
        Role::Undecided,
        "undecided",
        "the mark of a conflict that is not decided",
    ),
    base(
        Role::Choice,
        "choice",
        "the mark of the value that was chosen",
    ),
    base(Role::DiffAdded, "diff.added", "words that were added"),
    base(Role::DiffRemoved, "diff.removed", "words that were removed"),
    base(Role::Status, "status", "the status line"),
    base(
        Role::StatusBusy,
        "status.busy",
        "the status line while something runs",
    ),
    base(Role::StatusOk, "status.ok", "something went well"),
    base(
        Role::StatusWarning,
        "status.warning",
        "something needs attention",
    ),
    base(Role::StatusError, "status.error", "something failed"),
    base(Role::HintKey, "hint.key", "a key in the line of hints"),
    base(Role::HintText, "hint.text", "what the key does"),
    base(Role::Dialog, "dialog", "text in a dialog"),
    base(Role::DialogTitle, "dialog.title", "the title of a dialog"),
    base(
        Role::DialogBorder,
        "dialog.border",
        "the line around a dialog",
    ),
    base(
        Role::DialogDanger,
        "dialog.danger",
        "what a dialog warns of",
    ),
    over(
        Role::DialogSelected,
        "dialog.selected",
        "the entry under the cursor in a dialog",
    ),
    base(
        Role::Presence,
        "presence",
        "somebody else is at this record",
    ),
    base(Role::Dirty, "dirty", "there are edits that are not saved"),
    base(Role::Tab, "tab", "a tab"),
    base(Role::TabSelected, "tab.selected", "the tab that is open"),
    base(
        Role::CheckDone,
        "check.done",
        "a point of a checklist that is fulfilled",
    ),
    base(
        Role::CheckOpen,
        "check.open",
        "a point of a checklist that is not fulfilled",
    ),
    base(
        Role::Banner,
        "banner",
        "a message over the whole width, such as a lost connection",
    ),
    over(Role::Selection, "selection", "marked text"),
];

impl Role {
    /// Returns this role's row of the table.
    pub fn row(self) -> &'static RoleRow {
        &ROLES[self as usize]
    }

    /// Returns the dotted name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns how the role is laid on a cell.
    pub fn layer(self) -> Layer {
        self.row().layer
    }

    /// Finds a role by its dotted name.
    pub fn named(name: &str) -> Option<Role> {
        ROLES
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.role)
    }
}
