//! Tests of themes: faults are placed, roles inherit, nothing depends on colour alone.

use std::collections::BTreeSet;

use ratatui::style::{Color, Modifier, Style};

use super::contrast::contrast;
use super::depth::{Told, rgb_of};
use super::role::{Layer, ROLES};
use super::{BUILT_IN, Depth, Painted, Role, Theme, load};

fn theme(text: &str) -> Theme {
    load::parse("mine.toml", text, &|_| None).unwrap()
}

fn fault(text: &str) -> String {
    load::parse("mine.toml", text, &|_| None)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_table_of_roles_is_in_the_order_of_the_enum() {
    let names: BTreeSet<&str> = ROLES.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROLES.len());
    for (number, row) in ROLES.iter().enumerate() {
        assert_eq!(row.role as usize, number, "{}", row.name);
        assert_eq!(Role::named(row.name), Some(row.role));
    }
}

#[test]
fn every_built_in_theme_loads() {
    for (name, text) in BUILT_IN {
        let loaded = load::parse(name, text, &|_| None);
        assert_eq!(loaded.map(|theme| theme.name), Ok(name.to_string()));
    }
}

#[test]
fn a_role_inherits_by_the_dots_of_its_name() {
    let theme = theme(
        "[roles]\ntext = { fg = \"#010203\" }\nfield = { italic = true }\n\
         \"field.changed\" = { fg = \"red\", bold = true }\n",
    );
    let changed = theme.style(Role::FieldChanged);
    assert_eq!(changed.fg, Some(Color::Indexed(1)));
    assert_eq!(changed.add_modifier, Modifier::BOLD | Modifier::ITALIC);
    assert_eq!(theme.style(Role::FieldLabel).fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(theme.style(Role::Presence).fg, Some(Color::Rgb(1, 2, 3)));
}

#[test]
fn faults_name_file_line_and_the_nearest_name() {
    assert_eq!(
        fault("[roles]\n\ntext = { fg = \"red\" }\n\"field.chnged\" = { bold = true }\n"),
        "mine.toml:4: `field.chnged` is not a style role; the nearest is `field.changed`"
    );
    assert_eq!(
        fault("[roles]\ntext = { bolt = true }"),
        "mine.toml:2: `bolt` is not a part of a look; the nearest is `bold`"
    );
    assert_eq!(
        fault("colours = 1"),
        "mine.toml:1: `colours` is not a key of a theme; there are inherits, ground, palette, roles"
    );
    assert!(fault("[roles]\ntext = { fg = \"grren\" }").contains("the nearest is `green`"));
    assert!(
        fault("[palette]\nx = \"#12345\"").starts_with("mine.toml:2: `#12345` is not a colour")
    );
    assert!(fault("[roles]\ntext = { fg = ").starts_with("mine.toml:2:"));
    assert!(fault("inherits = \"drak\"").contains("built in are dark, light"));
}

#[test]
fn inheriting_in_a_circle_is_a_fault() {
    let texts = |name: &str| (name == "a").then(|| "inherits = \"a\"".to_string());
    let refused = load::parse("a2.toml", "inherits = \"a\"", &texts).unwrap_err();
    assert!(refused.message.contains("circle"));
}

#[test]
fn a_theme_of_ones_own_may_replace_colours_only() {
    let own = theme("inherits = \"dark\"\n[palette]\nyellow = \"#112233\"\n");
    assert_eq!(
        own.style(Role::FieldChanged).fg,
        Some(Color::Rgb(0x11, 0x22, 0x33))
    );
    assert_eq!(
        own.style(Role::Muted),
        Theme::built_in("dark").style(Role::Muted)
    );
}

#[test]
fn text_can_be_read_on_its_background() {
    for (name, least) in [
        ("dark", 4.5),
        ("light", 4.5),
        ("high-contrast", 7.0),
        ("ansi16", 3.0),
    ] {
        let theme = Theme::built_in(name);
        let ground = rgb_of(theme.ground).unwrap();
        for row in ROLES {
            let style = theme.style(row.role);
            let bg = style.bg.and_then(rgb_of).unwrap_or(ground);
            let Some(fg) = style.fg.and_then(rgb_of) else {
                continue;
            };
            let measured = contrast(fg, bg);
            assert!(
                measured >= least,
                "{name}: {} has contrast {measured:.1}",
                row.name
            );
        }
    }
}

#[test]
fn text_can_be_read_under_what_is_laid_over_it() {
    for (name, least) in [
        ("dark", 4.5),
        ("light", 4.5),
        ("high-contrast", 7.0),
        ("ansi16", 3.0),
    ] {
        let theme = Theme::built_in(name);
        let ground = rgb_of(theme.ground).unwrap();
        let text = if contrast(ground, [0; 3]) > 4.5 {
            [0; 3]
        } else {
            [255; 3]
        };
        for over in ROLES.iter().filter(|row| row.layer == Layer::Over) {
            for base in ROLES.iter().filter(|row| row.layer == Layer::Base) {
                let style = theme.style(base.role).patch(theme.style(over.role));
                let fg = style.fg.and_then(rgb_of).unwrap_or(text);
                let bg = style.bg.and_then(rgb_of).unwrap_or(ground);
                let measured = contrast(fg, bg);
                let (base, over) = (base.name, over.name);
                assert!(
                    measured >= least,
                    "{name}: {base} under {over}: {measured:.1}"
                );
            }
        }
    }
}

#[test]
fn without_colours_what_matters_is_told_apart_by_attributes() {
    for (name, _) in BUILT_IN {
        let theme = Theme::built_in(name).at(Depth::None);
        for row in ROLES {
            let style = theme.style(row.role);
            assert!(
                [None, Some(Color::Reset)].contains(&style.fg),
                "{name} {}",
                row.name
            );
        }
        let row = theme.style(Role::Row);
        let value = theme.style(Role::FieldValue);
        let seen = [
            row,
            row.patch(theme.style(Role::RowSelected)),
            theme.style(Role::RowChanged),
            theme.style(Role::FieldChanged),
            value.patch(theme.style(Role::FieldFocused)),
            theme
                .style(Role::FieldChanged)
                .patch(theme.style(Role::FieldFocused)),
        ];
        let looks: Vec<Modifier> = seen.iter().map(|style| style.add_modifier).collect();
        assert_ne!(looks[0], looks[1], "{name}: selected row");
        assert_ne!(looks[0], looks[2], "{name}: changed row");
        let fields = BTreeSet::from([looks[0], looks[3], looks[4], looks[5]].map(|m| m.bits()));
        assert_eq!(fields.len(), 4, "{name}: fields");
    }
}

#[test]
fn never_bold_and_dim_at_once_in_one_role() {
    for (name, _) in BUILT_IN {
        for row in ROLES {
            let on = Theme::built_in(name).style(row.role).add_modifier;
            assert!(
                !on.contains(Modifier::BOLD | Modifier::DIM),
                "{name} {}",
                row.name
            );
        }
    }
}

#[test]
fn roles_are_read_back_from_the_snapshot_theme() {
    let theme = Theme::for_snapshots();
    for over in [Role::RowSelected, Role::FieldFocused] {
        for row in ROLES.iter().filter(|row| row.layer == Layer::Base) {
            let style = Style::reset()
                .patch(theme.style(row.role))
                .patch(theme.style(over));
            let painted = Painted::read(style.fg.unwrap(), style.bg.unwrap());
            assert_eq!(
                painted,
                Painted {
                    base: Some(row.role),
                    over: Some(over)
                }
            );
        }
    }
    assert_eq!(
        Painted::read(Color::Reset, Color::Reset),
        Painted::default()
    );
}

#[test]
fn the_environment_tells_the_depth() {
    let told = |term, colorterm, no_color| {
        Depth::told(Told {
            term,
            colorterm,
            no_color,
        })
    };
    assert_eq!(told(Some("xterm-256color"), None, None), Depth::Palette);
    assert_eq!(
        told(Some("xterm-256color"), Some("truecolor"), None),
        Depth::True
    );
    assert_eq!(
        told(Some("xterm-256color"), Some("truecolor"), Some("1")),
        Depth::None
    );
    assert_eq!(told(Some("xterm-256color"), None, Some("")), Depth::Palette);
    assert_eq!(told(Some("xterm-kitty"), None, None), Depth::True);
    assert_eq!(told(Some("linux"), None, None), Depth::Sixteen);
    assert_eq!(told(Some("vt220"), None, None), Depth::None);
    assert_eq!(told(None, None, None), Depth::None);
}

#[test]
fn colours_come_down_to_the_nearest_and_stay_there() {
    let red = Color::Rgb(255, 10, 10);
    assert_eq!(Depth::Palette.nearest(red), Color::Indexed(196));
    assert_eq!(Depth::Sixteen.nearest(red), Color::Indexed(9));
    assert_eq!(
        Depth::Sixteen.nearest(Color::Indexed(196)),
        Color::Indexed(9)
    );
    assert_eq!(Depth::None.nearest(red), Color::Reset);
    for depth in [Depth::Palette, Depth::Sixteen] {
        let once = depth.nearest(Color::Rgb(120, 180, 90));
        assert_eq!(depth.nearest(once), once);
    }
}
