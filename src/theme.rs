//! Style roles, themes, colour depth and contrast; no drawing and no reading of files.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

pub mod contrast;
pub mod depth;
pub mod load;
pub mod mark;
pub mod role;

pub use depth::Depth;
pub use mark::{Charset, Mark};
pub use role::Role;

use role::{Layer, ROLES};

#[cfg(test)]
mod tests;

/// The theme that is used when none is named.
pub const DEFAULT: &str = "dark";

/// The themes that are built in: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../themes/dark.toml")),
    ("light", include_str!("../themes/light.toml")),
    (
        "high-contrast",
        include_str!("../themes/high-contrast.toml"),
    ),
    ("ansi16", include_str!("../themes/ansi16.toml")),
    ("mono", include_str!("../themes/mono.toml")),
];

/// How every role looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The name it was loaded under.
    pub name: String,
    /// The background its colours were chosen for; only the contrast check reads it.
    pub ground: Color,
    /// Which characters marks and borders are made of.
    pub charset: Charset,
    /// Whether what is drawn gets the keys: only there the mark of the cursor is the strong one.
    pub focused: bool,
    /// One style for each role, in the order of the roles.
    styles: Vec<Style>,
}

/// What a theme text says of one name: a role, or a prefix of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Colour of the text.
    pub fg: Option<Color>,
    /// Colour behind the text.
    pub bg: Option<Color>,
    /// Attributes that are switched on.
    pub on: Modifier,
    /// Attributes that are switched off, against an inherited one.
    pub off: Modifier,
}

/// Which roles a cell was painted with, read back from the snapshot theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Painted {
    /// The last base role.
    pub base: Option<Role>,
    /// The last role laid over it.
    pub over: Option<Role>,
}

impl Theme {
    /// Makes a theme from looks by dotted name; each role takes over what the names before its
    /// dots say, and base roles begin with `text`.
    pub fn from_looks(name: &str, ground: Color, looks: &BTreeMap<String, Look>) -> Theme {
        let styles = ROLES
            .iter()
            .map(|row| inherited(row.name, row.layer, looks))
            .collect();
        Theme {
            name: name.to_string(),
            ground,
            charset: Charset::default(),
            focused: true,
            styles,
        }
    }

    /// Returns a built-in theme; the default one when there is none of that name.
    pub fn built_in(name: &str) -> Theme {
        let (name, text) = BUILT_IN
            .iter()
            .find(|(own, _)| *own == name)
            .unwrap_or(&BUILT_IN[0]);
        // Invariant: the built-in themes load without a fault; a test loads each of them.
        load::parse(name, text, &|_| None).unwrap_or_else(|_| Theme::for_snapshots())
    }

    /// Returns the theme of headless snapshots, in which every role looks different: a base role
    /// has a colour of text of its own, a role laid over has a background of its own.
    pub fn for_snapshots() -> Theme {
        let style = |number: usize, layer: Layer| {
            let color = Color::Indexed(u8::try_from(number).unwrap_or(u8::MAX));
            match layer {
                Layer::Base => whole(Style::new().fg(color).bg(Color::Reset)),
                Layer::Over => Style::new().bg(color),
            }
        };
        let styles = ROLES
            .iter()
            .enumerate()
            .map(|(n, row)| style(n, row.layer))
            .collect();
        Theme {
            name: "snapshot".to_string(),
            ground: Color::Reset,
            charset: Charset::default(),
            focused: true,
            styles,
        }
    }

    /// Returns how a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// Returns the character of a mark.
    pub fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Gutter if !self.focused => self.charset.mark(Mark::GutterBeside),
            mark => self.charset.mark(mark),
        }
    }

    /// Returns this theme for what is beside the pane that gets the keys.
    pub fn beside(&self) -> Theme {
        Theme {
            focused: false,
            ..self.clone()
        }
    }

    /// Returns this theme with marks and borders of that charset.
    pub fn with_charset(self, charset: Charset) -> Theme {
        Theme { charset, ..self }
    }

    /// Returns this theme for a line on which every byte counts: no colours, and the row under the
    /// cursor is marked in the gutter only, so that moving by a row does not send two rows anew.
    pub fn thin(&self) -> Theme {
        let mut thin = self.at(Depth::None);
        thin.styles[Role::RowSelected as usize] = Style::new();
        thin
    }

    /// Returns this theme for a terminal of that depth. Without colours the attributes of the
    /// monochrome theme are added, so that nothing is told apart by colour alone.
    pub fn at(&self, depth: Depth) -> Theme {
        let styles = match depth {
            Depth::None => {
                let mono = Theme::built_in("mono");
                self.styles
                    .iter()
                    .zip(mono.styles)
                    .map(|(own, mono)| colorless(*own, mono))
                    .collect()
            }
            _ => self
                .styles
                .iter()
                .map(|style| depth.nearest_style(*style))
                .collect(),
        };
        Theme {
            name: self.name.clone(),
            ground: self.ground,
            charset: self.charset,
            focused: self.focused,
            styles,
        }
    }
}

impl Painted {
    /// Reads the roles of a cell that was painted with [`Theme::for_snapshots`].
    pub fn read(fg: Color, bg: Color) -> Painted {
        let role = |color: Color| match color {
            Color::Indexed(n) => ROLES.get(usize::from(n)).map(|row| row.role),
            _ => None,
        };
        Painted {
            base: role(fg),
            over: role(bg),
        }
    }
}

/// Collects what a name inherits: for `a.b` that is `text` (base roles only), `a`, `a.b`.
fn inherited(name: &str, layer: Layer, looks: &BTreeMap<String, Look>) -> Style {
    let mut look = Look::default();
    let dots = name.match_indices('.').map(|(at, _)| &name[..at]);
    let root = (layer == Layer::Base).then_some("text");
    for part in root.into_iter().chain(dots).chain([name]) {
        if let Some(own) = looks.get(part) {
            look.fg = own.fg.or(look.fg);
            look.bg = own.bg.or(look.bg);
            look.on = (look.on - own.off) | own.on;
            look.off = (look.off - own.on) | own.off;
        }
    }
    let (fg, bg) = match layer {
        Layer::Base => (
            look.fg.or(Some(Color::Reset)),
            look.bg.or(Some(Color::Reset)),
        ),
        Layer::Over => (look.fg, look.bg),
    };
    let mut style = Style::new().add_modifier(look.on).remove_modifier(look.off);
    (style.fg, style.bg) = (fg, bg);
    match layer {
        Layer::Base => whole(style),
        Layer::Over => style,
    }
}

/// A base style leaves nothing of what the cell looked like.
fn whole(style: Style) -> Style {
    Style {
        sub_modifier: Modifier::all() - style.add_modifier,
        ..style
    }
}

fn colorless(own: Style, mono: Style) -> Style {
    let mut style = own.add_modifier(mono.add_modifier);
    style.fg = own.fg.map(|_| Color::Reset);
    style.bg = own.bg.map(|_| Color::Reset);
    style
}
