//! How many colours a terminal shows, and the nearest colour it has; no themes here.

use ratatui::style::{Color, Style};

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// No colours: only bold, underline and reverse.
    None,
    /// The sixteen colours that the person's terminal defines.
    Sixteen,
    /// The palette of 256 colours.
    #[default]
    Palette,
    /// 24 bits.
    True,
}

/// What a process is told about its terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `COLORTERM`.
    pub colorterm: Option<&'a str>,
    /// `NO_COLOR`; any text but the empty one means no colours.
    pub no_color: Option<&'a str>,
}

impl Depth {
    /// Guesses the depth from what the environment tells.
    pub fn told(told: Told<'_>) -> Depth {
        if told.no_color.is_some_and(|text| !text.is_empty()) {
            return Depth::None;
        }
        let colorterm = told.colorterm.unwrap_or_default();
        if colorterm.contains("truecolor") || colorterm.contains("24bit") {
            return Depth::True;
        }
        let term = told.term.unwrap_or_default();
        let modern = ["kitty", "alacritty", "foot", "wezterm", "ghostty"];
        if term.ends_with("-direct") || modern.iter().any(|name| term.contains(name)) {
            return Depth::True;
        }
        if term.contains("256color") {
            return Depth::Palette;
        }
        let monochrome = [
            "dumb", "vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "vt510",
        ];
        if term.is_empty() || term.ends_with("-mono") || term.ends_with("-m") {
            return Depth::None;
        }
        if monochrome.contains(&term) {
            Depth::None
        } else {
            Depth::Sixteen
        }
    }

    /// Reads a depth as config and tapes write it: `none`, `16`, `256`, `truecolor`.
    pub fn named(name: &str) -> Option<Depth> {
        match name {
            "none" => Some(Depth::None),
            "16" => Some(Depth::Sixteen),
            "256" => Some(Depth::Palette),
            "truecolor" => Some(Depth::True),
            _ => None,
        }
    }

    /// Returns the nearest colour that this depth can show.
    pub fn nearest(self, color: Color) -> Color {
        match (self, color) {
            (Depth::None, _) | (_, Color::Reset) => Color::Reset,
            (Depth::True, color) => color,
            (Depth::Palette, Color::Rgb(r, g, b)) => Color::Indexed(nearest_of_256([r, g, b])),
            (Depth::Palette, color) => color,
            (Depth::Sixteen, Color::Rgb(r, g, b)) => Color::Indexed(nearest_of_16([r, g, b])),
            (Depth::Sixteen, Color::Indexed(n)) if n > 15 => {
                Color::Indexed(nearest_of_16(rgb_of_index(n)))
            }
            (Depth::Sixteen, color) => color,
        }
    }

    /// Returns a style with every colour brought to this depth.
    pub fn nearest_style(self, style: Style) -> Style {
        Style {
            fg: style.fg.map(|color| self.nearest(color)),
            bg: style.bg.map(|color| self.nearest(color)),
            ..style
        }
    }
}

/// The sixteen colours as xterm shows them when nobody changed them.
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The six steps of each channel in the colour cube of the 256.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Returns the red, green and blue of an indexed colour.
pub fn rgb_of_index(index: u8) -> [u8; 3] {
    match index {
        0..=15 => SIXTEEN[usize::from(index)],
        16..=231 => {
            let cube = usize::from(index - 16);
            [STEPS[cube / 36], STEPS[cube / 6 % 6], STEPS[cube % 6]]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

/// Returns the red, green and blue of a colour; none for the terminal's own default.
pub fn rgb_of(color: Color) -> Option<[u8; 3]> {
    match color {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        other => index_of(other).map(rgb_of_index),
    }
}

/// Returns the palette index of a named or indexed colour.
pub fn index_of(color: Color) -> Option<u8> {
    Some(match color {
        Color::Reset | Color::Rgb(..) => return None,
        Color::Indexed(n) => n,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    })
}

/// Only 16 to 255 are considered: the first sixteen look different in every terminal.
fn nearest_of_256(rgb: [u8; 3]) -> u8 {
    (16..=255)
        .min_by_key(|n| distance(rgb_of_index(*n), rgb))
        .unwrap_or(15)
}

fn nearest_of_16(rgb: [u8; 3]) -> u8 {
    (0..16)
        .min_by_key(|n| distance(rgb_of_index(*n), rgb))
        .unwrap_or(15)
}

/// The eye sees green best and blue least.
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    [3, 4, 2]
        .iter()
        .zip(a.iter().zip(b))
        .map(|(weight, (a, b))| weight * u32::from(a.abs_diff(b)).pow(2))
        .sum()
}
