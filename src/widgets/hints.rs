//! The line of keys that help now; no table of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};

/// A key and what it does, in a word or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key's name.
    pub key: String,
    /// What it does.
    pub text: &'a str,
    /// How much it is missed where there is no room.
    pub rank: Rank,
}

/// How much a hint is missed where there is no room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// It is always shown: saving, going back, help.
    Always,
    /// The first that have room are shown.
    Usual,
    /// It gives way where too few of the usual ones would have room beside it.
    Spare,
}

/// The blanks between two hints.
const BETWEEN: usize = 2;

/// Draws as many hints as fit, whole ones only and in their order. Those that are always shown have
/// their room first; the spare ones give way where they would leave room for fewer than `enough`.
pub fn draw(hints: &[Hint<'_>], enough: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    text::fill(Role::HintText, theme, area, buffer);
    let mut place = text::moved(area, 1);
    for hint in chosen(hints, enough, usize::from(place.width) + BETWEEN) {
        let after = text::put(&hint.key, Role::HintKey, theme, place, buffer);
        place = text::moved(place, after + 1 - place.x);
        let after = text::put(hint.text, Role::HintText, theme, place, buffer);
        place = text::moved(place, after + 2 - place.x);
    }
}

/// Chooses what is shown in so many cells, in order.
fn chosen<'a, 'b>(hints: &'a [Hint<'b>], enough: usize, room: usize) -> Vec<&'a Hint<'b>> {
    let of = |rank| hints.iter().filter(move |hint| hint.rank == rank);
    let taken = |rank| of(rank).map(cells).sum::<usize>();
    let room = room.saturating_sub(taken(Rank::Always));
    let beside = fitting(hints, room.saturating_sub(taken(Rank::Spare)));
    let is_spared = beside.len() < enough.min(of(Rank::Usual).count());
    let usual = match is_spared {
        true => fitting(hints, room),
        false => beside,
    };
    let is_shown = |(at, hint): &(usize, &Hint<'_>)| match hint.rank {
        Rank::Always => true,
        Rank::Usual => usual.contains(at),
        Rank::Spare => !is_spared,
    };
    let shown = hints.iter().enumerate().filter(is_shown);
    shown.map(|(_, hint)| hint).collect()
}

/// The places of the usual hints that fit, the first ones first; a shorter one may fill what is left.
fn fitting(hints: &[Hint<'_>], mut room: usize) -> Vec<usize> {
    let usual = hints.iter().enumerate();
    let usual = usual.filter(|(_, hint)| hint.rank == Rank::Usual);
    let fits = usual.filter(|(_, hint)| {
        let fits = cells(hint) <= room;
        room -= if fits { cells(hint) } else { 0 };
        fits
    });
    fits.map(|(at, _)| at).collect()
}

/// The cells a hint takes with the blanks after it.
fn cells(hint: &Hint<'_>) -> usize {
    width(&hint.key) + 1 + width(hint.text) + BETWEEN
}
