//! What a seat's pictures go through on their way to the terminal: the theme, the screen writer, and
//! how much the line bears. No state of the app.

use std::time::Duration;

use crate::app::message::{Message, Told};
use crate::runtime::seat::Seat;
use crate::terminal::rate::Rate;
use crate::terminal::screen::{Manner, Screen};
use crate::terminal::tty::{self, Tty};
use crate::theme::Theme;

/// Where a whole picture takes longer than this to be shown, little should be sent.
const SLOW: Duration = Duration::from_millis(1_200);

/// Draws a seat on a terminal.
pub struct Canvas {
    /// The last picture that was sent.
    pub screen: Screen,
    theme: Theme,
    /// What of it is for a thin line; made when it is first needed.
    thin_theme: Option<Theme>,
    manner: Manner,
    /// Whether it is looked after how fast the line is.
    looks: bool,
    /// How much the line carries, as far as it is known.
    rate: Rate,
    /// How many bytes went out with the last question.
    asked: usize,
}

impl Canvas {
    /// Makes one of which the terminal shows nothing yet. With `looks` the terminal is asked when
    /// it has shown a whole picture, to offer thin mode where that takes long.
    pub fn new(screen: Screen, theme: Theme, manner: Manner, looks: bool) -> Canvas {
        Canvas {
            screen,
            thin_theme: None,
            theme,
            manner,
            looks,
            rate: Rate::of_baud(tty::slow_baud()),
            asked: 0,
        }
    }

    /// Whether something is to be drawn: what changed, or the rest of a picture that was too much for
    /// the line.
    pub fn is_due(&self, seat: &Seat) -> bool {
        seat.changed || self.screen.is_behind()
    }

    /// Draws what changed and hands it over as one block; on a thin line no more than it carries in a
    /// moment, so that the next key is seen soon, whatever is on its way.
    pub fn draw(&mut self, tty: &mut Tty, seat: &mut Seat) {
        if std::mem::take(&mut seat.redraw) {
            self.screen.forget();
        }
        let theme = match self.manner.thin {
            true => self.thin_theme.get_or_insert_with(|| self.theme.thin()),
            false => &self.theme,
        };
        let whole = !self.screen.is_known();
        let (picture, cursor) = seat.draw(theme);
        let most = match self.manner.thin {
            true => self.rate.carries(),
            false => usize::MAX,
        };
        let block = self.screen.draw_part(&picture, cursor, most);
        if block.is_empty() {
            return;
        }
        seat.sent.frames += 1;
        seat.sent.bytes += block.len();
        // On a thin line the next picture waits until this one is seen: pictures are dropped
        // there, never queued.
        if self.manner.thin || (self.looks && whole) {
            self.asked = block.len();
            tty.write_and_ask(block, self.manner.thin);
        } else {
            tty.write(block);
        }
    }

    /// Takes note of how long the terminal took for what was sent.
    pub fn answered(&mut self, took: Duration, seat: &mut Seat) {
        self.rate.learn(self.asked, took);
        if self.looks && !self.manner.thin && took >= SLOW {
            self.looks = false;
            seat.take(Message::Terminal(Told::Slow));
        }
    }

    /// Sends little from now on, or as much as before.
    pub fn toggle_thin(&mut self, seat: &mut Seat) {
        self.manner.thin = !self.manner.thin;
        self.looks = false;
        self.screen.change_manner(self.manner);
        seat.take(Message::Terminal(Told::Thin(self.manner.thin)));
    }
}
