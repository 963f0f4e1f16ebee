//! Roles as they are written on a command line: verbs on tables, columns, rows by values, presets.
//! Pure: nothing here knows which tables there are.

/// Something that a role may let people do with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Read rows.
    View,
    /// Create rows.
    Insert,
    /// Change rows.
    Update,
    /// Delete rows.
    Delete,
    /// Write no rows to files, whatever else the role gives.
    NoExport,
}

impl Verb {
    /// All that give something, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::View, Self::Insert, Self::Update, Self::Delete];

    /// Its word, here and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::NoExport => "no_export",
        }
    }

    /// Reads its word.
    pub fn read(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().chain([Self::NoExport]);
        all.find(|verb| verb.word() == word.replace('-', "_"))
    }
}

/// A verb on a table, or on all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub verb: Verb,
    /// The table as it was named; none for every adopted table, those of later too.
    pub table: Option<String>,
    /// Only these columns; none for all.
    pub columns: Option<Vec<String>>,
}

/// The word for every table.
const EVERY: &str = "all";

/// Reads what follows `--view` and the like: tables parted by commas, or one table and its columns as
/// `table:column,column`. Names with commas, colons or spaces stand in double quotes.
///
/// # Errors
/// A sentence about what cannot be read.
pub fn grants(verb: Verb, text: &str) -> Result<Vec<Grant>, String> {
    let parts = split(text, ':')?;
    let (tables, columns) = match parts.as_slice() {
        [tables] => (split(tables, ',')?, None),
        [table, columns] => (vec![table.clone()], Some(split(columns, ',')?)),
        _ => {
            return Err(format!(
                "{text:?}: one colon at most, between table and columns"
            ));
        }
    };
    let columns = columns.map(|list| list.iter().map(|name| bare(name)).collect::<Vec<_>>());
    let mut names = tables.iter().chain(columns.iter().flatten());
    if names.any(String::is_empty) {
        return Err(format!("{text:?}: a name is missing"));
    }
    match (verb, &columns) {
        (Verb::View, Some(_)) => {
            return Err(
                "reading cannot be limited to columns for one role: what may be read of a table is the \
                 same for everybody who signs in"
                    .to_owned(),
            );
        }
        (Verb::Delete, Some(_)) => {
            return Err("a row is deleted as a whole, not by columns".to_owned());
        }
        (Verb::NoExport, Some(_)) => {
            return Err("rows of a table go to files, or none do: no columns are named".to_owned());
        }
        _ => {}
    }
    Ok(tables
        .into_iter()
        .map(|table| Grant {
            verb,
            table: (table != EVERY).then_some(table),
            columns: columns.clone(),
        })
        .collect())
}

/// Reads what follows `--where`: a column and the values it may have, as `column=value,value`. Values
/// with commas stand in double quotes.
///
/// # Errors
/// A sentence about what cannot be read.
pub fn condition(text: &str) -> Result<(String, Vec<String>), String> {
    let Some((column, values)) = text.split_once('=') else {
        return Err(format!("{text:?}: a column, an equals sign and its values"));
    };
    let column = bare(column.trim());
    let values: Vec<String> = split(values, ',')?
        .iter()
        .map(|value| bare(value))
        .collect();
    if column.is_empty() || values.iter().any(String::is_empty) {
        return Err(format!("{text:?}: a column or a value is missing"));
    }
    Ok((column, values))
}

/// The rows that a permission reaches, from its scope as JSON: `site is North or South, area is 1`.
pub fn rows_in_words(scope: Option<&str>) -> String {
    let Some(scope) = scope else {
        return "all".to_owned();
    };
    let read = serde_json::from_str::<std::collections::BTreeMap<String, Vec<String>>>(scope);
    match read {
        Ok(columns) => columns
            .iter()
            .map(|(column, values)| format!("{column} is {}", values.join(" or ")))
            .collect::<Vec<_>>()
            .join(", "),
        Err(_) => scope.to_owned(),
    }
}

/// Cuts a text at a sign that does not stand in double quotes.
fn split(text: &str, at: char) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for sign in text.chars() {
        quoted ^= sign == '"';
        if sign == at && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(sign);
        }
    }
    match quoted {
        true => Err(format!("{text:?}: a double quote is open")),
        false => Ok(parts.iter().map(|part| part.trim().to_owned()).collect()),
    }
}

/// A column's name without the quotes of SQL.
fn bare(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(inner) => inner.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}

/// A role to begin with.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// Whom it is for.
    pub about: &'static str,
    /// What it gives on every table.
    pub everywhere: &'static [Verb],
    /// What it gives on the tables that are named with it; empty when none are.
    pub on_tables: &'static [Verb],
    /// What it gives beyond tables.
    pub abilities: &'static [&'static str],
}

const VIEW: &[Verb] = &[Verb::View];
const WRITE: &[Verb] = &[Verb::Insert, Verb::Update];
const EVERYTHING: &[Verb] = &Verb::ALL;
const DESK: &[&str] = &[
    "manage accounts",
    "see sessions",
    "end sessions",
    "see audit",
];

/// The presets.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "admin",
        about: "runs the database of a team: everything, accounts and sessions too",
        everywhere: EVERYTHING,
        on_tables: &[],
        abilities: DESK,
    },
    Preset {
        name: "archaeologist",
        about: "daily work: reads and writes every table",
        everywhere: EVERYTHING,
        on_tables: &[],
        abilities: &[],
    },
    Preset {
        name: "specialist",
        about: "reads everything, creates and changes records in the tables of a field",
        everywhere: VIEW,
        on_tables: WRITE,
        abilities: &[],
    },
    Preset {
        name: "consultant",
        about: "reads everything, changes nothing",
        everywhere: VIEW,
        on_tables: &[],
        abilities: &[],
    },
    Preset {
        name: "backup",
        about: "a program that copies what there is: reads everything",
        everywhere: VIEW,
        on_tables: &[],
        abilities: &[],
    },
    Preset {
        name: "super-admin",
        about: "looks after all tenants: everything, in each of them",
        everywhere: EVERYTHING,
        on_tables: &[],
        abilities: &[
            "see all tenants",
            "manage accounts",
            "see sessions",
            "end sessions",
            "see audit",
        ],
    },
    Preset {
        name: "shop-admin",
        about: "runs one shop: everything in it, its people too",
        everywhere: EVERYTHING,
        on_tables: &[],
        abilities: DESK,
    },
    Preset {
        name: "cashier",
        about: "sells: reads everything, creates records in the tables of a sale and changes none",
        everywhere: VIEW,
        on_tables: &[Verb::Insert],
        abilities: &[],
    },
];

impl Preset {
    /// The preset of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// What it gives.
    ///
    /// # Errors
    /// A sentence when it needs tables and none are named, or the other way round.
    pub fn grants(&self, tables: &[String]) -> Result<Vec<Grant>, String> {
        let word = self.name;
        match (self.on_tables.is_empty(), tables.is_empty()) {
            (true, false) => {
                return Err(format!("{word} is about every table; leave --tables out"));
            }
            (false, true) => {
                return Err(format!(
                    "{word} asks for --tables: those in which records are created"
                ));
            }
            _ => {}
        }
        let everywhere = self.everywhere.iter().map(|&verb| Grant {
            verb,
            table: None,
            columns: None,
        });
        let named = tables.iter().flat_map(|table| {
            self.on_tables.iter().map(|&verb| Grant {
                verb,
                table: Some(table.clone()),
                columns: None,
            })
        });
        Ok(everywhere.chain(named).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(verb: Verb, text: &str) -> Vec<(Option<String>, Option<Vec<String>>)> {
        let grants = grants(verb, text).expect("readable");
        grants
            .into_iter()
            .map(|one| (one.table, one.columns))
            .collect()
    }

    #[test]
    fn tables_and_columns_are_read_as_they_are_written() {
        assert_eq!(
            told(Verb::View, "equipment, plant.area"),
            [
                (Some("equipment".into()), None),
                (Some("plant.area".into()), None)
            ]
        );
        assert_eq!(told(Verb::View, "all"), [(None, None)]);
        let odd = told(Verb::Update, "\"odd, name:x\":status,\"a \"\"b\"\"\"");
        assert_eq!(
            odd,
            [(
                Some("\"odd, name:x\"".into()),
                Some(vec!["status".into(), "a \"b\"".into()])
            )]
        );
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for (verb, text, said) in [
            (Verb::View, "equipment:cost", "reading cannot be limited"),
            (Verb::Delete, "equipment:cost", "deleted as a whole"),
            (Verb::Update, "a:b:c", "one colon"),
            (Verb::Update, "a:", "a name is missing"),
            (Verb::Update, "a,,b", "a name is missing"),
            (Verb::Update, "\"a", "a double quote is open"),
        ] {
            let error = grants(verb, text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
        for text in ["site", "site=", "=x", "site=a,,b", "site=\"a"] {
            assert!(condition(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_may_have_commas() {
        let read = |text| condition(text).expect("readable");
        assert_eq!(
            read("site=North,South"),
            ("site".into(), vec!["North".into(), "South".into()])
        );
        assert_eq!(read("site=\"a, b\""), ("site".into(), vec!["a, b".into()]));
        assert_eq!(
            read("\"the site\"=a=b"),
            ("the site".into(), vec!["a=b".into()])
        );
    }

    #[test]
    fn rows_are_told_in_words() {
        assert_eq!(rows_in_words(None), "all");
        let scope = "{\"site\":[\"North\",\"South\"],\"area\":[\"1\"]}";
        assert_eq!(
            rows_in_words(Some(scope)),
            "area is 1, site is North or South"
        );
    }

    #[test]
    fn presets_say_what_they_need() {
        for preset in PRESETS {
            let tables = ["sales".to_owned()];
            let tables = if preset.on_tables.is_empty() {
                &[][..]
            } else {
                &tables[..]
            };
            assert!(!preset.grants(tables).expect(preset.name).is_empty());
        }
        assert!(
            Preset::named("cashier")
                .expect("known")
                .grants(&[])
                .is_err()
        );
        assert!(
            Preset::named("admin")
                .expect("known")
                .grants(&["x".into()])
                .is_err()
        );
        assert!(Preset::named("nobody").is_none());
    }
}
