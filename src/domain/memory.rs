//! What is remembered of one person in one database between two runs: how they arranged tables,
//! which they like, which they opened last, and the views they saved; pure. No values of rows but
//! those of filters that the person saved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::named::{NamedFilter, NamedSort};
use super::table::TableName;

/// How many tables that were opened last are remembered.
const RECENT: usize = 12;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// What is remembered of single tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<OfTable>,
    /// The tables that stand first, in the order in which they were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub favourites: Vec<TableName>,
    /// The tables that were opened last, the last one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<TableName>,
    /// What a later version remembers here: it is kept as it is.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// What is remembered of one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// How its columns are shown.
    #[serde(default, skip_serializing_if = "Layout::is_usual")]
    pub layout: Layout,
    /// The views of it that the person saved for themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// The view to begin with, as it was when it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<SavedView>,
    /// What a later version remembers here: it is kept as it is.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// A view that somebody saved: what was shown of a table, under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The columns sorted by.
    #[serde(default)]
    pub sort: Vec<NamedSort>,
    /// The filter.
    #[serde(default)]
    pub filter: NamedFilter,
    /// How the columns are shown.
    #[serde(default)]
    pub layout: Layout,
}

/// One change of what is remembered. Terminals of one person send changes, never the whole: none
/// takes back what another remembered meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A table's columns are shown like this from now on.
    Arrange(TableName, Layout),
    /// A table is a favourite, or is none any more.
    Favourite(TableName, bool),
    /// A table was opened.
    Opened(TableName),
    /// A view was saved; one of the same name is replaced.
    SaveView(TableName, SavedView),
    /// The table is opened with this view from now on, or with none.
    BeginWith(TableName, Option<Box<SavedView>>),
    /// The view of this name is not wanted any more.
    DropView(TableName, String),
}

impl Memory {
    /// Returns how a table's columns are shown.
    pub fn layout(&self, table: &TableName) -> Layout {
        let found = self.of_table(table);
        found.map_or_else(Layout::default, |found| found.layout.clone())
    }

    /// Returns the views of a table that the person saved for themselves.
    pub fn views(&self, table: &TableName) -> &[SavedView] {
        self.of_table(table).map_or(&[], |found| &found.views)
    }

    /// Returns the view that a table is opened with.
    pub fn first(&self, table: &TableName) -> Option<&SavedView> {
        self.of_table(table)?.first.as_ref()
    }

    /// Whether a table is a favourite.
    pub fn is_favourite(&self, table: &TableName) -> bool {
        self.favourites.contains(table)
    }

    /// Whether a change would change nothing.
    pub fn has(&self, change: &Change) -> bool {
        match change {
            Change::Arrange(table, layout) => self.layout(table) == *layout,
            Change::Favourite(table, wanted) => self.is_favourite(table) == *wanted,
            Change::Opened(table) => self.recent.first() == Some(table),
            Change::SaveView(table, view) => self.views(table).contains(view),
            Change::BeginWith(table, view) => self.first(table) == view.as_deref(),
            Change::DropView(table, name) => {
                self.views(table).iter().all(|view| view.name != *name)
            }
        }
    }

    /// Makes a change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Arrange(table, layout) => self.entry(table).layout = layout.clone(),
            Change::Favourite(table, wanted) => {
                self.favourites.retain(|other| other != table);
                self.favourites.extend(wanted.then(|| table.clone()));
            }
            Change::Opened(table) => {
                self.recent.retain(|other| other != table);
                self.recent.insert(0, table.clone());
                self.recent.truncate(RECENT);
            }
            Change::SaveView(table, view) => {
                let views = &mut self.entry(table).views;
                match views.iter_mut().find(|old| old.name == view.name) {
                    Some(old) => *old = view.clone(),
                    None => views.push(view.clone()),
                }
            }
            Change::BeginWith(table, view) => {
                self.entry(table).first = view.as_deref().cloned();
            }
            Change::DropView(table, name) => {
                self.entry(table).views.retain(|view| view.name != *name);
            }
        }
        self.tables.retain(|table| !table.is_empty());
    }

    fn of_table(&self, table: &TableName) -> Option<&OfTable> {
        self.tables.iter().find(|known| known.is_of(table))
    }

    fn entry(&mut self, table: &TableName) -> &mut OfTable {
        let at = self.tables.iter().position(|known| known.is_of(table));
        let at = at.unwrap_or_else(|| {
            self.tables.push(OfTable {
                schema: table.schema.clone(),
                name: table.name.clone(),
                ..OfTable::default()
            });
            self.tables.len() - 1
        });
        &mut self.tables[at]
    }
}

impl OfTable {
    fn is_of(&self, table: &TableName) -> bool {
        self.schema == table.schema && self.name == table.name
    }

    fn is_empty(&self) -> bool {
        let no_views = self.views.is_empty() && self.first.is_none();
        self.layout.is_usual() && no_views && self.more.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> TableName {
        TableName {
            schema: "public".into(),
            name: name.into(),
        }
    }

    fn view(name: &str, quick: &str) -> SavedView {
        SavedView {
            name: name.into(),
            filter: NamedFilter {
                quick: quick.into(),
                ..NamedFilter::default()
            },
            ..SavedView::default()
        }
    }

    #[test]
    fn changes_add_up_and_what_is_as_usual_is_not_kept() {
        let mut memory = Memory::default();
        let layout = Layout {
            frozen: crate::domain::layout::Frozen::Nothing,
            ..Layout::default()
        };
        let arrange = Change::Arrange(table("a"), layout.clone());
        assert!(!memory.has(&arrange));
        memory.apply(&arrange);
        assert!(memory.has(&arrange));
        memory.apply(&Change::SaveView(table("a"), view("mine", "x")));
        memory.apply(&Change::SaveView(table("a"), view("mine", "y")));
        assert_eq!(memory.views(&table("a")), [view("mine", "y")]);
        assert_eq!(memory.layout(&table("a")), layout);
        memory.apply(&Change::DropView(table("a"), "mine".into()));
        memory.apply(&Change::Arrange(table("a"), Layout::default()));
        assert_eq!(memory, Memory::default());
    }

    #[test]
    fn the_last_tables_and_the_favourites_are_named_once() {
        let mut memory = Memory::default();
        for name in ["a", "b", "a", "c"] {
            memory.apply(&Change::Opened(table(name)));
            memory.apply(&Change::Favourite(table(name), true));
        }
        assert_eq!(memory.recent, ["c", "a", "b"].map(table));
        assert_eq!(memory.favourites, ["b", "a", "c"].map(table));
        memory.apply(&Change::Favourite(table("a"), false));
        assert!(!memory.is_favourite(&table("a")));
        for number in 0..40 {
            memory.apply(&Change::Opened(table(&number.to_string())));
        }
        assert_eq!(memory.recent.len(), RECENT);
    }

    #[test]
    fn what_a_later_version_wrote_stays() {
        let text = r#"{"colours":{"a":1},"tables":[{"schema":"s","name":"t","notes":["x"]}]}"#;
        let mut memory: Memory = serde_json::from_str(text).expect("a memory");
        memory.apply(&Change::Favourite(table("a"), true));
        let again = serde_json::to_value(&memory).expect("json");
        assert_eq!(again["colours"]["a"], 1);
        assert_eq!(again["tables"][0]["notes"][0], "x");
    }
}
