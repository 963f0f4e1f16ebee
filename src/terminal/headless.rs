//! The door of tapes: fed with events, keeps the last picture and cursor; no bytes, no terminal.

use std::sync::{Arc, Mutex, PoisonError};

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use tokio::sync::mpsc;

use crate::input::event::{Event, Size};

/// The side that a seat holds.
#[derive(Debug)]
pub struct Headless {
    /// What was sent by the other side.
    pub events: mpsc::UnboundedReceiver<Event>,
    size: Size,
    shown: Arc<Mutex<Shown>>,
}

/// The side that a tape holds.
#[derive(Clone, Debug)]
pub struct Remote {
    events: mpsc::UnboundedSender<Event>,
    shown: Arc<Mutex<Shown>>,
}

/// What a person would see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The last picture; an empty one before the first was drawn.
    pub picture: Buffer,
    /// Where the cursor is, when it is shown.
    pub cursor: Option<Position>,
    /// How many pictures were drawn.
    pub frames: u64,
}

/// Makes both sides of a terminal that does not exist.
pub fn pair(size: Size) -> (Headless, Remote) {
    let (sender, events) = mpsc::unbounded_channel();
    let shown = Arc::new(Mutex::new(Shown::default()));
    let door = Headless {
        events,
        size,
        shown: Arc::clone(&shown),
    };
    (
        door,
        Remote {
            events: sender,
            shown,
        },
    )
}

impl Headless {
    /// Returns the size; it follows the resizes that were received by [`Headless::next`].
    pub fn size(&self) -> Size {
        self.size
    }

    /// Waits for the next event; the end of the tape is a hang-up.
    pub async fn next(&mut self) -> Event {
        let event = self.events.recv().await.unwrap_or(Event::HangUp);
        if let Event::Resize(size) = event {
            self.size = size;
        }
        event
    }

    /// Keeps a picture and the cursor.
    pub fn draw(&mut self, picture: &Buffer, cursor: Option<Position>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.picture.clone_from(picture);
        shown.cursor = cursor;
        shown.frames += 1;
    }
}

impl Remote {
    /// Sends an event; says whether the seat still listens.
    pub fn send(&self, event: Event) -> bool {
        self.events.send(event).is_ok()
    }

    /// Returns what a person would see now.
    pub fn shown(&self) -> Shown {
        self.shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::{Position, Rect};

    use super::{Buffer, Event, Size, pair};
    use crate::input::event::Key;

    #[tokio::test]
    async fn events_go_in_and_pictures_come_out() {
        let (mut door, remote) = pair(Size::STANDARD);
        assert!(remote.send(Event::Key(Key::char('j'))));
        let smaller = Size {
            columns: 60,
            rows: 20,
        };
        assert!(remote.send(Event::Resize(smaller)));
        assert_eq!(door.next().await, Event::Key(Key::char('j')));
        assert_eq!(door.next().await, Event::Resize(smaller));
        assert_eq!(door.size(), smaller);
        let picture = Buffer::empty(Rect::new(0, 0, 60, 20));
        door.draw(&picture, Some(Position::new(1, 2)));
        let shown = remote.shown();
        assert_eq!(
            (shown.picture, shown.cursor, shown.frames),
            (picture, Some(Position::new(1, 2)), 1)
        );
        drop(remote);
        assert_eq!(door.next().await, Event::HangUp);
    }
}
