//! What the server refuses, on the fields it concerns: constraints by the catalog, triggers by what
//! they name, partitions by their root, and the record that has the values already.

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::records::{RejectionKind, SaveOutcome};

use super::told;
use crate::desk::{CLERK, Desk, Outcome, save_of};
use crate::shared::site::Site;

/// Table, key, what is changed, and what is told of it.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
    &'static str,
);

const SCHEMA: &str = "
    create table thing (
        id int primary key, label text, code text, live bool not null default true, low int, high int,
        unique (label, low));
    create unique index thing_code on thing (lower(code)) where live;
    create schema apart;
    create table apart.other (id int primary key, label text, constraint thing_label_low_key unique (label));
    insert into thing values (1, 'one', 'A', true, 1, 2), (2, 'two', 'B', true, 1, 2), (3, 'three', 'C', false, 1, 2);
    insert into apart.other values (1, 'taken');
    create function raise() returns trigger language plpgsql as $$ begin
        case new.label
        when 'by column' then raise exception 'not so' using column = 'low', hint = E'try\\x1b[31m';
        when 'by table' then raise exception 'not so' using column = 'low', table = 'other';
        when 'by constraint' then raise exception 'not so' using constraint = 'thing_label_low_key', errcode = '23514';
        when 'elsewhere' then insert into apart.other values (2, 'taken');
        else null; end case;
        return new; end $$;
    create trigger raise before update on thing for each row execute function raise();
    create table shelf (id int, part text, label text not null, code int check (code > 0),
        primary key (part, id), unique (part, label)) partition by list (part);
    create table shelf_a (label text not null, code int, id int not null, part text not null);
    alter table shelf_a add constraint shelf_code_check check (code > 0);
    alter table shelf attach partition shelf_a for values in ('a');
    insert into shelf values (1, 'a', 'one', 1), (2, 'a', 'two', 2);";

#[tokio::test]
async fn refusals_name_their_fields_and_the_other_record() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(SCHEMA).await?;
    desk.run(&format!(
        "grant all on thing, apart.other, shelf to {CLERK}; grant usage on schema apart to {CLERK}"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let cases: &[Case] = &[
        ("thing", &["1"], &[("id", "2")], "Unique [id] of 2"),
        (
            "thing",
            &["1"],
            &[("label", "two")],
            "Unique [label low] of 2",
        ),
        ("thing", &["1"], &[("code", "B")], "Unique [code live] of 2"),
        // The same but for its case: which record it is, a look at equal values does not tell.
        ("thing", &["1"], &[("code", "b")], "Unique [code live]"),
        ("thing", &["1"], &[("label", "by column")], "Raised [low]"),
        ("thing", &["1"], &[("label", "by table")], "Raised []"),
        (
            "thing",
            &["1"],
            &[("label", "by constraint")],
            "Check [label low]",
        ),
        // The other table has a constraint of the same name.
        ("thing", &["1"], &[("label", "elsewhere")], "Unique []"),
        (
            "shelf",
            &["a", "1"],
            &[("id", "2")],
            "Unique [part id] of a · 2",
        ),
        (
            "shelf",
            &["a", "1"],
            &[("label", "two")],
            "Unique [part label] of a · 2",
        ),
        ("shelf", &["a", "1"], &[("code", "-1")], "Check [code]"),
    ];
    for (number, (table, key, changes, expected)) in cases.iter().enumerate() {
        let shape = clerk.shape(table).await?;
        let record = clerk.record(&shape, key).await?;
        let save = save_of(&shape, &record, number as u128 + 1, changes);
        let outcome = clerk.save(save).await?;
        let told = told(&outcome, &shape);
        let (fields, _) = told.split_once(": ").expect("a message");
        assert_eq!(fields, *expected, "{changes:?}: {told}");
    }
    let shape = clerk.shape("shelf").await?;
    let record = clerk.record(&shape, &["a", "1"]).await?;
    let mut save = save_of(&shape, &record, 50, &[("label", "")]);
    save.changes[0].entry =
        rowhouse::domain::value::Entry::Value(rowhouse::domain::value::Value::Null);
    let SaveOutcome::Rejected(rejection) = clerk.save(save).await? else {
        panic!("stored");
    };
    let label = shape.column_named("label").expect("a column");
    assert_eq!(
        (rejection.kind, rejection.columns),
        (RejectionKind::Null, vec![label])
    );
    Ok(())
}

#[tokio::test]
async fn a_record_that_may_not_be_seen_is_not_named() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(SCHEMA).await?;
    desk.run(&format!(
        "grant all on thing to {CLERK}; alter table thing enable row level security; \
         create policy few on thing using (id <> 2) with check (true)"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("thing").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    let save = save_of(&shape, &record, 1, &[("label", "two")]);
    let SaveOutcome::Rejected(rejection) = clerk.save(save).await? else {
        panic!("stored");
    };
    assert_eq!(rejection.kind, RejectionKind::Unique);
    assert_eq!(rejection.other, None);
    Ok(())
}

/// What fails only when it is committed, and what a domain or a trigger refuses.
const LATE: &str = "
    create domain grade as text check (value in ('A', 'B'));
    create table late (
        id int primary key, label text not null, code int unique deferrable initially deferred,
        grade grade, span int4range, short varchar(5), small numeric(4, 1),
        constraint no_overlap exclude using gist (span with &&));
    insert into late values (1, 'one', 1, 'A', '[1,3)'), (2, 'two', 2, 'B', '[5,9)');
    create function late() returns trigger language plpgsql as $$ begin
        raise exception 'too late' using column = 'label', detail = 'the detail', hint = E'the\\x1b[31m hint'; end $$;
    create constraint trigger late after update on late deferrable initially deferred
        for each row when (new.label = 'late') execute function late();";

#[tokio::test]
async fn what_fails_at_commit_names_its_fields_in_the_shared_way_too() -> Outcome {
    let mut site = Site::new().await?;
    site.owner.batch_execute(LATE).await?;
    let plan = adopt::plan(&site.owner, &["late".to_owned()], &Options::default()).await?;
    adopt::apply(&mut site.owner, &plan).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("late").await?;
    let record = anna.record(&shape, &["1"]).await?;
    for (number, (change, expected)) in [
        (("code", "2"), "Unique [code] of 2: 2 has code 2 already"),
        (
            ("label", "late"),
            "Raised [label]: a rule of the database says: too late",
        ),
        (("grade", "C"), "Check [grade]: "),
        (
            ("span", "[2,6)"),
            "Exclusion [span] of 2: span [2,6) clashes with 2 (no_overlap)",
        ),
        (("short", "far too long"), "BadValue [short]: "),
        (("small", "12345"), "BadValue [small]: "),
        (("code", "99999999999"), "BadValue [code]: "),
    ]
    .into_iter()
    .enumerate()
    {
        let save = save_of(&shape, &record, number as u128 + 1, &[change]);
        let outcome = anna.save(save).await?;
        let told = told(&outcome, &shape);
        assert!(told.starts_with(expected), "{change:?}: {told}");
        if let SaveOutcome::Rejected(rejection) = outcome {
            let said = format!("{rejection:?}");
            assert!(!said.contains('\u{1b}'), "{said}");
        }
    }
    // Nothing was stored, and the record that was read can still be saved.
    let save = save_of(&shape, &record, 90, &[("label", "on time")]);
    assert_eq!(told(&anna.save(save).await?, &shape), "saved 1");
    Ok(())
}
