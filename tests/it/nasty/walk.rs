//! A walk over the real screens: every table and view is opened, walked, sorted, filtered, looked into,
//! copied, written to files and opened, and nobody is shown an error that is not meant.

use std::time::Duration;

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::install::{self, InstallOptions};
use rowhouse::db::owner;
use rowhouse::domain::table::{Column, Shape};

use super::hands::Hands;
use super::{CLERK, NASTY, exact, named, nasty};
use crate::desk::{Desk, Got, Outcome, Seat, rows};
use crate::shared::site;

/// Relations whose reading fails by design of theirs, and words of what is said.
const BROKEN: [(&str, &str); 6] = [
    ("view_failing", "division by zero"),
    ("view_failing_late", "division by zero"),
    ("view_missing", "does not exist"),
    ("view_slow", "longer than the limit"),
    ("view_unpopulated", "has not been populated"),
    ("view_writing", "would change the database"),
];

/// Types whose order every direct query shows, and whose text is the value.
const SIMPLE: [&str; 9] = [
    "int2", "int4", "int8", "numeric", "date", "uuid", "bool", "float8", "text",
];

/// Of tables with more columns only a few are walked.
const MOST_COLUMNS: usize = 100;

/// Tables of every kind that take part in the shared way, for SQL and as they are listed.
const SHARED: [(&str, &str); 10] = [
    ("\"Upper Case\".\"Order By %s\"", "Upper Case.Order By %s"),
    ("\"冷却器 🔧 größe\"", "冷却器 🔧 größe"),
    ("every_type", "every_type"),
    ("hostile", "hostile"),
    ("key_four", "key_four"),
    ("key_relation", "key_relation"),
    ("key_text", "key_text"),
    ("looks_like_numbers", "looks_like_numbers"),
    ("parted", "parted"),
    ("strict", "strict"),
];

/// How many rows the order is looked at on.
const LOOKED_AT: usize = 5;

/// A table that is walked.
struct Walked<'a> {
    desk: &'a Desk,
    shape: &'a Shape,
    /// Whether what is shown is the database's text, in an order that all agree on.
    plain_texts: bool,
}

/// Walks the tables whose place is even or odd, each at a terminal of its own.
async fn plain_way(odd: bool) -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    desk.run("set role rowhouse_nasty_clerk").await?;
    let mut settings = desk.settings(CLERK);
    settings.statement_timeout = Duration::from_millis(1_500);
    let mut faults = Vec::new();
    for (place, table) in clerk.tables().await?.iter().enumerate() {
        if (place % 2 == 1) != odd {
            continue;
        }
        let name = table.name.to_string();
        let mut hands = Hands::start(settings.clone(), Some(&name)).await?;
        hands.begin(&name);
        match BROKEN.iter().find(|(broken, _)| *broken == name) {
            Some((_, words)) => broken(&mut hands, words).await,
            None => whole(&mut hands, &desk, &clerk, &name).await?,
        }
        faults.append(&mut hands.faults);
    }
    none(&faults)
}

fn none(faults: &[String]) -> Outcome {
    let (number, all) = (faults.len(), faults.join("\n\n"));
    assert!(faults.is_empty(), "{number} faults:\n{all}");
    Ok(())
}

#[tokio::test]
async fn every_screen_of_half_the_tables_is_walked_in_the_plain_way() -> Outcome {
    plain_way(false).await
}

#[tokio::test]
async fn every_screen_of_the_other_half_is_walked_in_the_plain_way() -> Outcome {
    plain_way(true).await
}

#[tokio::test]
async fn every_screen_of_what_can_be_adopted_is_walked_in_the_shared_way() -> Outcome {
    let mut desk = Desk::of(&NASTY).await?;
    install::install(&mut desk.owner, InstallOptions::default()).await?;
    for (name, shown) in SHARED {
        let plan = adopt::plan(&desk.owner, &[name.to_owned()], &Options::default()).await?;
        adopt::apply(&mut desk.owner, &plan)
            .await
            .map_err(|error| format!("{shown}: {error}"))?;
    }
    let account = owner::NewAccount {
        tenant: None,
        username: "anna",
        display_name: "Anna",
        roles: &["manager"],
        code: &site::code()?,
    };
    owner::add(&desk.owner, &[account]).await?;
    let roles = install::installed(&desk.owner).await?.ok_or("not there")?;
    let settings = desk.settings(&roles.client_name());
    let anna = Seat::open(settings.clone()).await?;
    site::sign_in(&anna.database, "anna").await?;
    let mut hands = Hands::start(settings, None).await?;
    for typed in ["anna", site::PASSWORD] {
        hands.write(typed).await;
        hands.press("Enter").await;
    }
    for (_, shown) in SHARED {
        hands.begin(shown);
        hands.press("f3 /").await;
        hands.write(shown).await;
        hands.press("Enter").await;
        whole(&mut hands, &desk, &anna, shown).await?;
    }
    none(&hands.faults)
}

async fn whole(hands: &mut Hands, desk: &Desk, seat: &Seat, name: &str) -> Outcome {
    let shape = seat.shape(name).await?;
    let plain_texts = !["collated", "hostile", "key_text"].contains(&name);
    let walked = Walked {
        desk,
        shape: &shape,
        plain_texts,
    };
    walk(hands, &walked).await
}

/// What cannot be read says why, whatever one presses, and lets one go.
async fn broken(hands: &mut Hands, words: &str) {
    hands.press("G g s Right s r").await;
    let said = hands.failures.join("; ").to_lowercase();
    hands.must(said.contains(words), &format!("it says {said:?}"));
    for keys in [
        "f Enter", "=", "x", "p", "o", "y", "Y j", "C", "J", "w", "Enter",
    ] {
        hands.press(keys).await;
        hands.close().await;
    }
    hands.press("f3").await;
    let on = hands.picture.has("tables");
    hands.must(on, "the list of tables is not shown");
}

async fn walk(hands: &mut Hands, walked: &Walked<'_>) -> Outcome {
    well(hands);
    hands.press("PageDown G PageUp g v v").await;
    well(hands);
    // Hundreds of columns that are alike tell nothing that three do not.
    let many = walked.shape.columns.len() > MOST_COLUMNS;
    let most = if many { 3 } else { MOST_COLUMNS };
    let shown = hands.seat.app.screens.browser.shown_columns().to_vec();
    for (place, column) in shown.into_iter().take(most).enumerate() {
        let column = &walked.shape.columns[column];
        hands.begin(&format!("{} {}", walked.shape.name, column.name));
        if place > 0 {
            hands.press("Right").await;
        }
        sort(hands, walked, column).await?;
        filter(hands, walked).await;
        value(hands).await;
    }
    hands.begin(&walked.shape.name.to_string());
    hands.press("x g C Down").await;
    hands.close().await;
    hands.press("J").await;
    hands.write("50%").await;
    hands.press("Enter").await;
    hands.close().await;
    hands.press("g J").await;
    hands.write("first").await;
    hands.press("Enter").await;
    hands.close().await;
    well(hands);
    record(hands).await;
    files(hands, walked).await
}

/// Nothing that failed was told.
fn well(hands: &mut Hands) {
    let failures = std::mem::take(&mut hands.failures);
    hands.must(failures.is_empty(), &format!("told: {failures:?}"));
    let in_rows = hands.is_in_rows();
    hands.must(in_rows, "the rows are not shown");
}

/// Sorted up and down by the column under the cursor the rows are in the server's order.
async fn sort(hands: &mut Hands, walked: &Walked<'_>, column: &Column) -> Outcome {
    let name = exact(walked.desk, walked.shape, column).await?;
    let simple = SIMPLE.contains(&column.facts.base.as_str()) && walked.plain_texts;
    for down in ["", "desc"] {
        hands.press("s").await;
        well(hands);
        if !simple {
            continue;
        }
        let table = named(walked.shape);
        let sql = format!(
            "select {name}::text from {table} t order by t.{name} {down} limit {LOOKED_AT}"
        );
        let expected = rows(&walked.desk.owner, &sql).await?;
        hands.press("g").await;
        for (number, expected) in expected.iter().enumerate() {
            if number > 0 {
                hands.press("Down").await;
            }
            let shown = hands.copies("y").await;
            let expected = Some(expected.as_str()).filter(|text| !["∅", ""].contains(text));
            if shown.as_deref() != expected {
                hands.fail(&format!(
                    "{shown:?} in the row {number}, the server says {expected:?}"
                ));
            }
        }
    }
    hands.press("s g").await;
    well(hands);
    Ok(())
}

/// Every test that the dialog offers, with the value under the cursor; and the value by its key.
async fn filter(hands: &mut Hands, walked: &Walked<'_>) {
    let mut value = hands.copies("g y").await;
    if value.is_none() {
        value = hands.copies("Down y").await;
    }
    let row = hands.copies("Y t").await;
    hands.press("=").await;
    well(hands);
    let same = hands.copies("y").await == value;
    hands.must(same, "= shows another value");
    if !walked.shape.key.is_empty() {
        let same = hands.copies("Y t").await == row;
        hands.must(same, "= shows another row");
    }
    hands.press("x").await;
    well(hands);
    let value = value.filter(|value| value.len() < 900).unwrap_or_default();
    let mut seen = None;
    for number in 0.. {
        hands.press("f").await;
        hands.press(&"Down ".repeat(number)).await;
        let asked = Some(hands.picture.clone());
        if asked == seen {
            hands.press("Esc").await;
            break;
        }
        let on = |words: &str| {
            let lines = asked.iter().flat_map(|picture| &picture.lines);
            lines.into_iter().any(|line| line.contains(words))
        };
        let (one_of, in_words) = (on("▌ one of"), on("▌ in the time"));
        seen = asked;
        match one_of && !value.is_empty() {
            true => {
                hands
                    .paste(&format!("\"{}\"", value.replace('"', "\"\"")))
                    .await
            }
            false => hands.paste(&value).await,
        }
        hands.press("Enter").await;
        let refused = hands.painted("field.error");
        let meant = match refused.is_empty() {
            true => true,
            false if in_words => refused.contains("time"),
            false => value.is_empty() && refused.contains("Type "),
        };
        hands.must(meant, &format!("refused {value:?}: {refused}"));
        hands.close().await;
        hands.press("x").await;
        well(hands);
    }
}

/// The value is looked into, copied, followed.
async fn value(hands: &mut Hands) {
    hands.press("p Down G").await;
    hands.close().await;
    well(hands);
    hands.press("Y j").await;
    hands.close().await;
    well(hands);
    let before = hands.seat.app.place;
    hands.press("o").await;
    if hands.seat.app.place != before {
        hands.press("[").await;
    }
    let back = hands.seat.app.place == before;
    hands.must(back, "[ leads to another table");
    well(hands);
}

/// The record is opened, read, and left.
async fn record(hands: &mut Hands) {
    hands.press("g Enter Down PageDown").await;
    hands.close().await;
    well(hands);
}

/// Files of each form have as many rows as the table.
async fn files(hands: &mut Hands, walked: &Walked<'_>) -> Outcome {
    if walked.shape.columns.is_empty() {
        hands.press("w Enter").await;
        hands.close().await;
        return Ok(());
    }
    let count = format!("select count(*) from {}", named(walked.shape));
    let count: usize = rows(&walked.desk.owner, &count).await?[0].parse()?;
    for form in ["csv", "tsv", "json", "jsonl"] {
        hands.press(&format!("w {}", "Ctrl+W ".repeat(12))).await;
        hands.write(&format!("all.{form}")).await;
        hands.press("Enter").await;
        let path = hands.files.join(format!("all.{form}"));
        let written = std::fs::read_to_string(&path);
        let found = match &written {
            Ok(text) => read(form, text)?,
            Err(_) => 0,
        };
        // The next table's file has the same name.
        let _ = std::fs::remove_file(&path);
        hands.close().await;
        hands.must(
            found == count,
            &format!("{found} rows of {count} in {form}"),
        );
    }
    Ok(())
}

/// How many rows a file has.
fn read(form: &str, text: &str) -> Got<usize> {
    Ok(match form {
        "json" => serde_json::from_str::<Vec<serde_json::Value>>(text)?.len(),
        "jsonl" => {
            let object = |line| serde_json::from_str::<serde_json::Value>(line);
            text.lines()
                .map(object)
                .collect::<Result<Vec<_>, _>>()?
                .len()
        }
        "tsv" => text.lines().count() - 1,
        _ => records(text) - 1,
    })
}

/// How many records a CSV has: lines that no quotation goes on over.
fn records(text: &str) -> usize {
    let mut inside = false;
    let ends = text.chars().filter(|c| {
        inside ^= *c == '"';
        *c == '\n' && !inside
    });
    ends.count()
}
