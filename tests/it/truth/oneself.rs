//! Saving again and again never meets oneself: whatever triggers make of the row, what comes back is
//! the record as it is, and the next save goes on from there.

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::domain::table::Shape;

use super::told;
use crate::desk::{CLERK, Desk, Outcome, Seat, save_of};
use crate::shared::site::Site;

/// Tables whose triggers touch the row that is saved: before it, after it, and under another key.
const SCHEMA: &str = "
    create function improve() returns trigger language plpgsql as $$ begin
        new.label := upper(new.label); new.changes := coalesce(old.changes, 0) + 1; return new; end $$;
    create function rekey() returns trigger language plpgsql as $$ begin
        new.id := new.id + 1; return new; end $$;
    create table bare (id int primary key, label text, doubled text generated always as (label || label) stored);
    create table improved (id int primary key, label text, changes int not null default 0);
    create trigger improve before update on improved for each row execute function improve();
    create table rekeyed (id int primary key, label text);
    create trigger rekey before update on rekeyed for each row execute function rekey();
    create table spread (id int, part int, label text, primary key (id, part)) partition by list (part);
    create table spread_0 partition of spread for values in (0);
    create table spread_1 partition of spread for values in (1);
    insert into bare values (1, 'x'); insert into improved values (1, 'x'); insert into rekeyed values (1, 'x');
    insert into spread values (1, 0, 'x');";

/// How often each record is saved in a row.
const SAVES: u128 = 25;

async fn again_and_again(seat: &Seat, table: &str, key: &[&str], first: u128) -> Outcome {
    let shape = seat.shape(table).await?;
    let mut record = seat.record(&shape, key).await?;
    for number in 0..SAVES {
        let (label, part) = (format!("save {number}"), (number % 2).to_string());
        let mut changes = vec![("label", label.as_str())];
        if shape.column_named("part").is_some() {
            changes.push(("part", part.as_str()));
        }
        let save = save_of(&shape, &record, first + number, &changes);
        record = match seat.save(save).await? {
            SaveOutcome::Saved(Some(stored)) => *stored,
            other => panic!("{table}, save {number}: {}", told(&other, &shape)),
        };
        let now = record.key.clone().expect("a key");
        let now: Vec<&str> = now.0.iter().map(String::as_str).collect();
        assert_eq!(
            record,
            seat.record(&shape, &now).await?,
            "{table}, save {number}"
        );
    }
    assert_eq!(last(&shape, &record), format!("SAVE {}", SAVES - 1));
    Ok(())
}

fn last(shape: &Shape, record: &rowhouse::domain::record::Record) -> String {
    let label = shape.column_named("label").expect("a column");
    record.values[label]
        .as_text()
        .expect("a label")
        .to_uppercase()
}

const TABLES: [(&str, &[&str]); 4] = [
    ("bare", &["1"]),
    ("improved", &["1"]),
    ("rekeyed", &["1"]),
    ("spread", &["1", "0"]),
];

#[tokio::test]
async fn no_save_meets_the_one_before_it() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(SCHEMA).await?;
    desk.run(&format!(
        "grant all on bare, improved, rekeyed, spread to {CLERK}"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    for (number, (table, key)) in TABLES.into_iter().enumerate() {
        again_and_again(&clerk, table, key, number as u128 * 1_000).await?;
    }
    let mut site = Site::new().await?;
    site.owner.batch_execute(SCHEMA).await?;
    let tables = TABLES.map(|(table, _)| table.to_owned());
    let plan = adopt::plan(&site.owner, &tables, &Options::default()).await?;
    adopt::apply(&mut site.owner, &plan).await?;
    let anna = site.person("anna").await?;
    for (number, (table, key)) in TABLES.into_iter().enumerate() {
        again_and_again(&anna, table, key, number as u128 * 1_000).await?;
    }
    Ok(())
}
