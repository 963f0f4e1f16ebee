//! Screen and keyboard: the keys of `[ui]`, and finding a theme; no drawing.

use std::path::Path;

use super::ConfigError;
use super::keys::KeyRow;
use crate::domain::draft::DraftRules;
use crate::theme::{self, Charset, Depth, Theme};

/// How the screen looks and how keys are taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Ui {
    /// The theme's name.
    pub theme: String,
    /// How many colours the terminal shows; `None` asks the environment.
    pub colors: Option<Depth>,
    /// Which characters the terminal shows; `None` asks the environment.
    pub charset: Option<Charset>,
    /// Whether the terminal shows characters of ambiguous width in two cells.
    pub ambiguous_is_wide: bool,
    /// Whether little is sent; `None` decides by the speed of the line.
    pub thin: Option<bool>,
    /// How long a lone escape waits for the rest of a key, in milliseconds.
    pub esc_wait_ms: u64,
    /// Leaves ctrl-s and ctrl-q to the terminal.
    pub flow_control: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Up to how many rows a change of many rows does not ask for their number.
    pub count_typed_above: usize,
    /// The time zone for showing times; `None` is the system's.
    pub time_zone: Option<jiff::tz::TimeZone>,
    /// What holds for drafts.
    pub drafts: DraftRules,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: theme::DEFAULT.into(),
            colors: None,
            charset: None,
            ambiguous_is_wide: false,
            thin: None,
            esc_wait_ms: 50,
            flow_control: false,
            mouse: false,
            count_typed_above: 10,
            time_zone: None,
            drafts: DraftRules::default(),
        }
    }
}

/// The keys of `[ui]`.
pub const KEYS: &[KeyRow<Ui>] = &[
    KeyRow {
        name: "theme",
        default: Some("\"dark\""),
        sample: "",
        about: "dark, light, high-contrast, ansi16, mono, or a file of your own:\nthemes/NAME.toml beside this file.",
        set: |ui, given| given.text().map(|text| ui.theme = text),
    },
    KeyRow {
        name: "colors",
        default: Some("\"auto\""),
        sample: "",
        about: "How many colours the terminal shows: auto (asks TERM, COLORTERM and NO_COLOR),\ntruecolor, 256, 16 or none.",
        set: |ui, given| {
            given
                .word(&[
                    ("auto", None),
                    ("truecolor", Some(Depth::True)),
                    ("256", Some(Depth::Palette)),
                    ("16", Some(Depth::Sixteen)),
                    ("none", Some(Depth::None)),
                ])
                .map(|depth| ui.colors = depth)
        },
    },
    KeyRow {
        name: "charset",
        default: Some("\"auto\""),
        sample: "",
        about: "Which characters the terminal shows: unicode; ascii, which sends signs of ASCII and a ? for\nevery letter beyond it; or auto, which is ascii where the locale names another character set than\nUTF-8 or none (LANG=C), and on a VT100 and its like.",
        set: |ui, given| {
            given
                .word(&[
                    ("auto", None),
                    ("unicode", Some(Charset::Unicode)),
                    ("ascii", Some(Charset::Ascii)),
                ])
                .map(|charset| ui.charset = charset)
        },
    },
    KeyRow {
        name: "ambiguous_width",
        default: Some("\"narrow\""),
        sample: "",
        about: "How wide the terminal shows what is one or two cells wide by its font (Greek and Cyrillic\nletters, accents, circled numbers): narrow, one cell; wide, two, as terminals of East Asia can be\nset to. Where it is wide, signs and borders are sent as ASCII.",
        set: |ui, given| {
            given
                .word(&[("narrow", false), ("wide", true)])
                .map(|wide| ui.ambiguous_is_wide = wide)
        },
    },
    KeyRow {
        name: "thin",
        default: Some("\"auto\""),
        sample: "",
        about: "Sends as little as it can: on, off, or auto (on when the line is 38,400 baud or slower).",
        set: |ui, given| {
            given
                .word(&[("auto", None), ("on", Some(true)), ("off", Some(false))])
                .map(|thin| ui.thin = thin)
        },
    },
    KeyRow {
        name: "esc_wait_ms",
        default: Some("50"),
        sample: "",
        about: "How long Esc waits for the rest of a key, in milliseconds. Raise it on slow lines where\narrow keys are taken for Esc.",
        set: |ui, given| given.number(1, 5_000).map(|wait| ui.esc_wait_ms = wait),
    },
    KeyRow {
        name: "flow_control",
        default: Some("false"),
        sample: "",
        about: "Leaves ctrl-s and ctrl-q to the terminal (XON/XOFF); f8 saves, and the palette quits.",
        set: |ui, given| given.flag().map(|flag| ui.flow_control = flag),
    },
    KeyRow {
        name: "mouse",
        default: Some("false"),
        sample: "",
        about: "Uses the mouse: a click goes to a row or sorts by a heading, the wheel moves in lists. The\nterminal's own marking of text then needs shift. The command mouse switches it while it runs.",
        set: |ui, given| given.flag().map(|flag| ui.mouse = flag),
    },
    KeyRow {
        name: "count_typed_above",
        default: Some("10"),
        sample: "",
        about: "Whoever changes or deletes more marked rows than this types their number first.",
        set: |ui, given| {
            given
                .number(0, 10_000)
                .map(|rows| ui.count_typed_above = usize::try_from(rows).unwrap_or(10))
        },
    },
    KeyRow {
        name: "time_zone",
        default: Some("\"system\""),
        sample: "",
        about: "The time zone for showing times: system, or a name such as Europe/Berlin.",
        set: |ui, given| {
            let name = given.text()?;
            ui.time_zone = match name.as_str() {
                "system" => None,
                name => Some(
                    jiff::tz::TimeZone::get(name)
                        .map_err(|_| format!("there is no time zone called \"{name}\""))?,
                ),
            };
            Ok(())
        },
    },
    KeyRow {
        name: "draft_days",
        default: Some("30"),
        sample: "",
        about: "After how many days without a key a draft is called old in the list. It is never removed by\nitself.",
        set: |ui, given| {
            let days = given.number(1, 36_500)?;
            ui.drafts.old_days = u32::try_from(days).unwrap_or(u32::MAX);
            Ok(())
        },
    },
    KeyRow {
        name: "secret_columns",
        default: Some("\"none\""),
        sample: "",
        about: "Columns that hold secrets, besides those whose name or comment says so (password, token,\npin, api_key and the like): what is typed in them is never written into a draft. With ! before\nit a column holds none: \"wifi_key, person.door_code, !part.pin\".",
        set: |ui, given| {
            let text = given.text()?;
            let names = text.split(',').map(|name| name.trim().to_owned());
            let names = names.filter(|name| !name.is_empty() && text != "none");
            ui.drafts.secret_columns = names.collect();
            Ok(())
        },
    },
];

/// Loads a theme: one of the person's own in `themes/` beside the configuration, else a built-in
/// one.
///
/// # Errors
/// A theme that does not exist or has a fault, with file and line.
pub fn theme(name: &str, folder: Option<&Path>) -> Result<Theme, ConfigError> {
    let own = |name: &str| {
        let plain = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "..";
        let path = folder
            .filter(|_| plain)?
            .join("themes")
            .join(format!("{name}.toml"));
        let text = std::fs::read_to_string(&path).ok()?;
        Some((path.display().to_string(), text))
    };
    if let Some((file, text)) = own(name) {
        let texts = |name: &str| own(name).map(|(_, text)| text);
        return theme::load::parse(&file, &text, &texts)
            .map_err(|fault| ConfigError::Other(fault.to_string()));
    }
    if theme::BUILT_IN.iter().any(|(own, _)| *own == name) {
        return Ok(Theme::built_in(name));
    }
    let known: Vec<&str> = theme::BUILT_IN.iter().map(|(name, _)| *name).collect();
    let near = crate::domain::nearest::nearest(name, &known)
        .map_or(String::new(), |near| format!("; the nearest is {near}"));
    Err(ConfigError::Other(format!(
        "there is no theme \"{name}\": built in are {}{near}",
        known.join(", ")
    )))
}
