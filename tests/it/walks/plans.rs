//! Where each walk goes: the schema, and the records that are edited, deleted and changed at once.

/// Where the walk goes in one database.
pub struct Walk {
    pub schema: &'static str,
    /// The tables, as a person names them.
    pub tables: &'static [&'static str],
    /// The record that two edit, and two of its fields with what they become.
    pub edited: (&'static str, &'static [&'static str]),
    pub fields: [(&'static str, &'static str); 2],
    /// The record that is deleted, and how many rows of which table hang on it.
    pub deleted: (&'static str, &'static [&'static str]),
    pub hanging: &'static [(&'static str, u64)],
    /// The rows that are changed at once, and what in them.
    pub many: (&'static str, &'static [&'static [&'static str]]),
    pub set: (&'static str, &'static str),
    /// All that is there, but for what the database stamps anew.
    pub all: &'static str,
}

/// Plain keys and a table that only joins two others.
pub const MUSIC: Walk = Walk {
    schema: include_str!("music.sql"),
    tables: &[
        "artist",
        "album",
        "media_type",
        "track",
        "playlist",
        "playlist_track",
    ],
    edited: ("track", &["7"]),
    fields: [("composer", "Both of them"), ("unit_price", "9.90")],
    deleted: ("artist", &["3"]),
    hanging: &[("album", 3), ("track", 12), ("playlist_track", 12)],
    many: ("track", &[&["1"], &["2"], &["5"], &["9"]]),
    set: ("composer", "Various"),
    all: "select 'artist ' || to_jsonb(t) from artist t union all select 'album ' || to_jsonb(t) from album t
          union all select 'track ' || to_jsonb(t) from track t
          union all select 'joined ' || to_jsonb(t) from playlist_track t",
};

/// An enum, arrays, triggers, partitions.
pub const RENTAL: Walk = Walk {
    schema: include_str!("rental.sql"),
    tables: &["film", "actor", "film_actor", "rental", "payment"],
    edited: ("film", &["4"]),
    fields: [
        ("description", "A tale told twice"),
        ("extras", "{\"one, two\",NULL}"),
    ],
    deleted: ("film", &["6"]),
    hanging: &[("film_actor", 5), ("rental", 2), ("payment", 2)],
    many: ("film", &[&["1"], &["2"], &["3"], &["8"]]),
    set: ("rated", "R"),
    all: "select 'film ' || to_jsonb(t) from film t union all select 'cast ' || to_jsonb(t) from film_actor t
          union all select 'rental ' || to_jsonb(t) from rental t
          union all select 'payment ' || to_jsonb(t) from payment t",
};

/// Names, keys and values that nobody expects.
pub const ODD: Walk = Walk {
    schema: include_str!("odd.sql"),
    tables: &[
        "Upper Case.Order By %s",
        "Upper Case.line's",
        "Upper Case.loose %1$s",
    ],
    edited: (
        "Upper Case.Order By %s",
        &["2024-02-29", "'; drop table x; --"],
    ),
    fields: [
        ("note", "two\nlines, \u{1b}[31m and 'signs'"),
        ("ar", "{\"a,b\",NULL,\"\\\\\"}"),
    ],
    deleted: ("Upper Case.Order By %s", &["2024-02-29", "\u{1b}[31mred"]),
    hanging: &[("Upper Case.line's", 2), ("Upper Case.loose %1$s", 1)],
    many: (
        "Upper Case.Order By %s",
        &[
            &["2024-02-29", " "],
            &["2024-02-29", "a\nb"],
            &["2024-02-29", "50%"],
            &["2024-02-29", ""],
        ],
    ),
    set: ("m", "it's ok"),
    all: "select 'order ' || to_jsonb(t) from \"Upper Case\".\"Order By %s\" t
          union all select 'line ' || to_jsonb(t) from \"Upper Case\".\"line's\" t
          union all select 'loose ' || to_jsonb(t) from \"Upper Case\".\"loose %1$s\" t",
};
