//! Actions in the audit; no state.

use super::{Action, ActionRow, Scope};

/// Actions in the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AuditAction {
    /// Shows one entry whole.
    ShowWhole,
    /// Opens the record.
    OpenRecord,
    /// Finds only what the same person did.
    SamePerson,
    /// Finds only what was done in the same table.
    SameTable,
    /// Finds only what was done to the same record.
    SameRecord,
    /// Finds only actions of the same kind.
    SameAction,
    /// Takes the chosen part of the filter out.
    RemovePart,
    /// Takes the whole filter out.
    ClearFilter,
    /// Writes what is found to a file.
    Export,
}

const HERE: &[Scope] = &[Scope::Audit];

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Audit(AuditAction::ShowWhole),
        name: "show-entry",
        help: "Shows the entry whole: who, when, from where, from what to what; again: the list",
        hint: "whole",
        scopes: HERE,
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::OpenRecord),
        name: "open-audited-record",
        help: "Opens the record that the entry is about",
        hint: "record",
        scopes: HERE,
        keys: &["o"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::SamePerson),
        name: "same-person",
        help: "Finds only what this person did",
        hint: "person",
        scopes: HERE,
        keys: &["p"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::SameTable),
        name: "same-table",
        help: "Finds only what was done in this table",
        hint: "table",
        scopes: HERE,
        keys: &["t"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::SameRecord),
        name: "same-record",
        help: "Finds only what was done to this record",
        hint: "this record",
        scopes: HERE,
        keys: &["f"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::SameAction),
        name: "same-action",
        help: "Finds only actions of this kind",
        hint: "action",
        scopes: HERE,
        keys: &["a"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::RemovePart),
        name: "remove-part",
        help: "Takes the part of the filter out that left and right choose",
        hint: "remove",
        scopes: HERE,
        keys: &["X"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::ClearFilter),
        name: "clear-audit-filter",
        help: "Takes the whole filter out",
        hint: "show all",
        scopes: HERE,
        keys: &["C"],
    },
    ActionRow {
        action: Action::Audit(AuditAction::Export),
        name: "export-audit",
        help: "Writes what is found to a file, as CSV or JSON lines; that is recorded",
        hint: "to a file",
        scopes: HERE,
        keys: &["x"],
    },
];
