//! A person saves, creates and deletes records of a table whose own trigger writes where people
//! may not: it goes through its owner's function, and looks like any other save.

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::record::{FieldChange, RequestId};
use rowhouse::domain::value::{Entry, Value};

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, key, save_of};

const SCHEMA: &str = "
    create table journal (line text);
    create table ticket (id serial primary key, title text, hours numeric(6, 2) default 1.5, open boolean);
    create function note_ticket() returns trigger language plpgsql as $$
    begin insert into journal values (tg_op || ' ' || coalesce(new.id, old.id)); return null; end $$;
    create trigger note_ticket after insert or update or delete on ticket
        for each row execute function note_ticket();
    insert into ticket (title, open) values ('first', true)";

async fn ask(seat: &Seat, request: RecordsRequest) -> Got<SaveOutcome> {
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn records_are_written_with_their_owners_rights() -> Outcome {
    let mut site = Site::new().await?;
    site.owner.batch_execute(SCHEMA).await?;
    let options = Options {
        through: vec!["public.ticket".into()],
        ..Options::default()
    };
    let plan = adopt::plan(&site.owner, &["ticket".to_owned()], &options).await?;
    adopt::apply(&mut site.owner, &plan).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("ticket").await?;

    let read = anna.record(&shape, &["1"]).await?;
    let changes = [
        ("title", "it's \\ \"done\""),
        ("hours", "2.25"),
        ("open", "false"),
    ];
    let SaveOutcome::Saved(Some(saved)) = anna.save(save_of(&shape, &read, 1, &changes)).await?
    else {
        panic!("not saved")
    };
    assert_eq!(*saved, anna.record(&shape, &["1"]).await?);
    assert_eq!(saved.guard.version, Some(2));
    let late = anna
        .save(save_of(&shape, &read, 2, &[("title", "late")]))
        .await?;
    assert!(
        matches!(late, SaveOutcome::Missed(Miss::Changed { .. })),
        "{late:?}"
    );
    let again = anna.save(save_of(&shape, &read, 1, &changes)).await?;
    assert!(matches!(again, SaveOutcome::Saved(Some(_))), "{again:?}");
    let wrong = anna
        .save(save_of(&shape, &saved, 3, &[("hours", "many")]))
        .await?;
    assert!(matches!(wrong, SaveOutcome::Rejected(_)), "{wrong:?}");

    let entry = |name: &str, entry| FieldChange {
        column: shape.column_named(name).expect("a column"),
        entry,
    };
    let request = RecordsRequest::CreateRecord {
        request: RequestId(4),
        table: shape.id,
        entries: vec![
            entry("title", Entry::Value(Value::Null)),
            entry("hours", Entry::Default),
        ],
    };
    let SaveOutcome::Saved(Some(created)) = ask(&anna, request).await? else {
        panic!("not created")
    };
    assert_eq!(created.key, Some(key(&["2"])));
    let hours = shape.column_named("hours").expect("a column");
    assert_eq!(created.values[hours], Value::text("1.50"));

    let request = RecordsRequest::DeleteRecord {
        request: RequestId(5),
        table: shape.id,
        key: key(&["2"]),
        guard: created.guard.clone(),
        base: created.values.clone(),
    };
    assert!(matches!(ask(&anna, request).await?, SaveOutcome::Deleted));
    let journal = site.rows("select line from journal").await?;
    assert_eq!(journal, ["INSERT 1", "UPDATE 1", "INSERT 2", "DELETE 2"]);
    let trail = site
        .rows("select verb, record_key, username, request_id is not null from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(
        trail,
        [
            "update|{1}|anna|t",
            "insert|{2}|anna|t",
            "delete|{2}|anna|t"
        ]
    );
    Ok(())
}
