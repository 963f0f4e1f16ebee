//! What is remembered of the person who is signed in: as it was read from disk, with what was changed
//! since.

use crate::domain::memory::{Change, Memory};

/// What is remembered of the person who is signed in.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    /// What is remembered.
    pub memory: Memory,
    /// What was changed before it was read; the file may not have it yet.
    unread: Option<Vec<Change>>,
}

impl Remembered {
    /// Of somebody whose file is on its way.
    pub fn expected() -> Self {
        Self {
            memory: Memory::default(),
            unread: Some(Vec::new()),
        }
    }

    /// Changes what is remembered.
    pub fn change(&mut self, change: &Change) {
        self.memory.apply(change);
        if let Some(unread) = &mut self.unread {
            unread.push(change.clone());
        }
    }

    /// Takes what was read; what was changed meanwhile stays.
    pub fn take(&mut self, memory: Memory) {
        self.memory = memory;
        let unread = self.unread.take().unwrap_or_default();
        unread.iter().for_each(|change| self.memory.apply(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::TableName;

    #[test]
    fn what_is_changed_before_the_file_is_read_stays() {
        let table = |name: &str| TableName {
            schema: "public".into(),
            name: name.into(),
        };
        let mut remembered = Remembered::expected();
        remembered.change(&Change::Favourite(table("early"), true));
        let mut file = Memory::default();
        file.apply(&Change::Favourite(table("kept"), true));
        remembered.take(file);
        assert_eq!(
            remembered.memory.favourites,
            [table("kept"), table("early")]
        );
        remembered.change(&Change::Favourite(table("kept"), false));
        assert_eq!(remembered.memory.favourites, [table("early")]);
    }
}
