//! Records that an exclusion constraint keeps apart: which one is in the way is told as far as the
//! person may see it, and never the record itself.

use rowhouse::db::contract::records::{Rejection, SaveOutcome};
use rowhouse::domain::record::RecordKey;

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, key, save_of};

const TABLES: &str = "\
create table booking (
  id int primary key, room int4range not null, during int4range, live bool not null default true, note text,
  constraint one_at_a_time exclude using gist (room with &&, during with &&) where (live),
  constraint apart exclude using gist (int4range(id * 100, id * 100 + coalesce(length(note), 0)) with &&) );
insert into booking values
  (1, '[1,2)', '[1,5)', true), (2, '[1,2)', '[5,9)', true), (3, '[2,3)', '[1,9)', true),
  (4, '[1,2)', '[20,30)', false), (5, '[1,2)', '[40,50)', true);
alter table booking enable row level security;
create policy most on booking for select using (id <> 5);
create policy change on booking for update using (true);
grant select, insert, update, delete on booking to rowhouse_test_clerk;";

#[tokio::test]
async fn the_record_in_the_way_is_named_and_its_own_values_are_not_in_its_way() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    let clerk = desk.clerk().await?;
    for (during, message, other) in [
        (
            "[4,6)",
            "room [1,2) and during [4,6) clash with 2 (one_at_a_time)",
            Some("2"),
        ),
        (
            "[2,60)",
            "room [1,2) and during [2,60) clash with 2 (one_at_a_time)",
            Some("2"),
        ),
        (
            "[4,45)",
            "room [1,2) and during [4,45) clash with 2 (one_at_a_time)",
            Some("2"),
        ),
        (
            "[45,46)",
            "room [1,2) and during [45,46) clash with a record where you may not look (one_at_a_time)",
            None,
        ),
    ] {
        let rejection = refused(&clerk, "1", &[("during", during)]).await?;
        assert_eq!(rejection.message, message, "{rejection:?}");
        assert_eq!(rejection.other, other.map(|it| key(&[it])), "{rejection:?}");
    }
    // The other way round, the first of two is named; what does not count is in nobody's way.
    let both = refused(&clerk, "3", &[("room", "[1,9)")]).await?;
    assert_eq!(
        both.message,
        "room [1,9) and during [1,9) clash with 1 and others (one_at_a_time)"
    );
    assert_eq!(both.other, Some(RecordKey(vec!["1".into()])));
    Ok(())
}

#[tokio::test]
async fn of_a_rule_about_an_expression_nothing_is_made_up() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    desk.run("update booking set note = repeat('x', 10) where id = 2")
        .await?;
    let clerk = desk.clerk().await?;
    let note = "x".repeat(150);
    let rejection = refused(&clerk, "1", &[("note", &note)]).await?;
    assert_eq!(rejection.message, "it clashes with another record (apart)");
    assert_eq!(rejection.other, None);
    Ok(())
}

async fn refused(seat: &Seat, id: &str, changes: &[(&str, &str)]) -> Got<Rejection> {
    let shape = seat.shape("booking").await?;
    let record = seat.record(&shape, &[id]).await?;
    match seat.save(save_of(&shape, &record, 1, changes)).await? {
        SaveOutcome::Rejected(rejection) => Ok(rejection),
        other => panic!("{CLERK} was not refused: {other:?}"),
    }
}
