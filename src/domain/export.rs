//! Rows of a table as the text of a file: CSV, TSV, JSON, or an object per line. No files, no SQL.
//!
//! Values are PostgreSQL's own text, byte for byte. In CSV and TSV a text that a spreadsheet would
//! compute gets an apostrophe before it, unless it is asked for raw; numbers, dates, times and bytes
//! never need one.

use super::csv;
use super::table::{Column, ColumnKind};

#[cfg(test)]
mod tests;

/// How a file of rows is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Fields separated by commas.
    Csv,
    /// Fields separated by tabs, as PostgreSQL's COPY reads them.
    Tsv,
    /// One array of objects.
    Json,
    /// An object per line.
    Lines,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Tsv, Self::Json, Self::Lines];

    /// Its name, which is the ending of a file too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Lines => "jsonl",
        }
    }

    /// The form of this name.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The form that a file's name asks for.
    pub fn of(file: &str) -> Option<Self> {
        Self::named(file.rsplit_once('.')?.1)
    }

    /// What is to be known of it, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Csv => "CSV: NULL is nothing, the empty text \"\"; no spreadsheet computes it",
            Self::Tsv => "TSV: NULL is \\N, a tab \\t; no spreadsheet computes it",
            Self::Json => "JSON: one array; numbers exact, NULL is null",
            Self::Lines => "JSON, an object per line; numbers exact, NULL is null",
        }
    }
}

/// How values of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Somebody may have typed anything.
    Text,
    /// A text that no spreadsheet computes: a date, bytes.
    Plain,
    /// A number.
    Number,
    /// `t` or `f`; `true` or `false`.
    Boolean,
    /// A JSON document.
    Json,
}

/// Types whose text is a number of JSON, but for NaN and infinity.
const NUMBERS: &[&str] = &["int2", "int4", "int8", "float4", "float8", "numeric", "oid"];

impl Way {
    fn of(column: &Column) -> Self {
        match column.kind {
            ColumnKind::Json => Self::Json,
            ColumnKind::Boolean => Self::Boolean,
            _ if NUMBERS.contains(&column.facts.base.as_str()) => Self::Number,
            ColumnKind::Number | ColumnKind::Date | ColumnKind::Time | ColumnKind::Bytes => {
                Self::Plain
            }
            ColumnKind::Text { .. } | ColumnKind::Enum { .. } | ColumnKind::Other => Self::Text,
        }
    }
}

/// Writes rows down, one after another.
#[derive(Clone, Debug)]
pub struct Scribe {
    form: Form,
    /// Whether texts that a spreadsheet would compute are left as they are.
    raw: bool,
    /// Names, in JSON as JSON has them, and how values are written.
    columns: Vec<(String, Way)>,
    rows: u64,
}

impl Scribe {
    /// Makes one for some columns, each with its exact name.
    pub fn new<'a>(
        form: Form,
        raw: bool,
        columns: impl IntoIterator<Item = (&'a str, &'a Column)>,
    ) -> Self {
        let named = |(name, column): (&str, &Column)| match form {
            Form::Csv | Form::Tsv => (name.to_owned(), Way::of(column)),
            Form::Json | Form::Lines => (quoted(name), Way::of(column)),
        };
        Self {
            form,
            raw,
            columns: columns.into_iter().map(named).collect(),
            rows: 0,
        }
    }

    /// What stands at the head of the file.
    pub fn head(&self) -> String {
        let mut head = String::new();
        match self.form {
            Form::Json | Form::Lines => return head,
            Form::Csv | Form::Tsv => {}
        }
        for (number, (name, _)) in self.columns.iter().enumerate() {
            self.separate(number, &mut head);
            match self.form {
                Form::Csv => csv::push_value(&mut head, Some(name), !self.raw),
                _ => self.push_tabbed(&mut head, Some(name), Way::Text),
            }
        }
        head.push_str(self.end());
        head
    }

    /// Adds a row, with its line end; a value per column, in order.
    pub fn row<'a>(
        &mut self,
        text: &mut String,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) {
        match (self.form, self.rows) {
            (Form::Json, 0) => text.push_str("[\n"),
            (Form::Json, _) => text.push_str(",\n"),
            _ => {}
        }
        self.rows += 1;
        if matches!(self.form, Form::Json | Form::Lines) {
            text.push('{');
        }
        for (number, (value, (name, way))) in values.into_iter().zip(&self.columns).enumerate() {
            self.separate(number, text);
            match self.form {
                Form::Csv => csv::push_value(text, value, *way == Way::Text && !self.raw),
                Form::Tsv => self.push_tabbed(text, value, *way),
                Form::Json | Form::Lines => {
                    text.push_str(name);
                    text.push(':');
                    push_json(text, value, *way);
                }
            }
        }
        match self.form {
            Form::Json => text.push('}'),
            Form::Lines => text.push_str("}\n"),
            Form::Csv | Form::Tsv => text.push_str(self.end()),
        }
    }

    /// What stands at the end of the file.
    pub fn tail(&self) -> &'static str {
        match (self.form, self.rows) {
            (Form::Json, 0) => "[]\n",
            (Form::Json, _) => "\n]\n",
            _ => "",
        }
    }

    /// How many rows were written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn separate(&self, number: usize, text: &mut String) {
        if number > 0 {
            text.push(if self.form == Form::Tsv { '\t' } else { ',' });
        }
    }

    fn end(&self) -> &'static str {
        match self.form {
            Form::Csv => csv::END,
            _ => "\n",
        }
    }

    /// As COPY writes it: a backslash before what would part fields or rows.
    fn push_tabbed(&self, text: &mut String, value: Option<&str>, way: Way) {
        let Some(value) = value else {
            return text.push_str("\\N");
        };
        if way == Way::Text && !self.raw && csv::is_formula(value) {
            text.push('\'');
        }
        for sign in value.chars() {
            match sign {
                '\\' => text.push_str("\\\\"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                sign => text.push(sign),
            }
        }
    }
}

fn push_json(text: &mut String, value: Option<&str>, way: Way) {
    let Some(value) = value else {
        return text.push_str("null");
    };
    match way {
        Way::Number if is_json_number(value) => text.push_str(value),
        Way::Boolean if matches!(value, "t" | "true") => text.push_str("true"),
        Way::Boolean if matches!(value, "f" | "false") => text.push_str("false"),
        // Line ends stand only between its parts: within texts they are written as signs.
        Way::Json => text.extend(value.chars().map(|sign| match sign {
            '\n' | '\r' => ' ',
            sign => sign,
        })),
        _ => text.push_str(&quoted(value)),
    }
}

/// Whether a text is a number as JSON has it; NaN and infinity are none.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (number, power) = match unsigned.split_once(['e', 'E']) {
        Some((number, power)) => (number, Some(power)),
        None => (unsigned, None),
    };
    let (whole, part) = match number.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (number, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && power.is_none_or(|power| digits(power.strip_prefix(['+', '-']).unwrap_or(power)))
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
