//! What the server refuses, and the columns that are named for it.

use rowhouse::db::contract::records::{RejectionKind, SaveOutcome};
use rowhouse::domain::value::{Entry, Value};

use crate::desk::{Desk, Outcome, save_of};

#[tokio::test]
async fn refused_values_name_their_columns() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("update machine set code = 'taken' where id = 1; \
              create function no_dice() returns trigger language plpgsql as $$ begin \
                raise exception 'no dice' using hint = 'try e\u{301}lse'; end $$; \
              create trigger no_dice before update on machine for each row when (new.notes = 'raise') \
                execute function no_dice(); \
              create function strange() returns trigger language plpgsql as $$ begin \
                raise exception sqlstate 'UE001' using message = E'not \\x1b[31m today'; end $$; \
              create trigger strange before update on machine for each row when (new.notes = 'strange') \
                execute function strange();").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    let record = clerk.record(&shape, &["5"]).await?;
    for (changes, kind, columns) in [
        (
            vec![("price", "many")],
            RejectionKind::BadValue,
            vec!["price"],
        ),
        (
            vec![("place", "x"), ("mood", "sunny")],
            RejectionKind::BadValue,
            vec!["mood"],
        ),
        (
            vec![("bought", "2024-13-01")],
            RejectionKind::BadValue,
            vec!["bought"],
        ),
        (
            vec![("place", "longer than five"), ("code", "longer")],
            RejectionKind::BadValue,
            vec!["code"],
        ),
        (
            vec![("price", "12345678.9")],
            RejectionKind::BadValue,
            vec!["price"],
        ),
        (
            vec![("size", "long one")],
            RejectionKind::BadValue,
            vec!["size"],
        ),
        (vec![("size", "bad")], RejectionKind::Check, vec!["size"]),
        (vec![("price", "-1")], RejectionKind::Check, vec!["price"]),
        (vec![("code", "taken")], RejectionKind::Unique, vec!["code"]),
        (
            vec![("parent", "9999")],
            RejectionKind::ForeignKey,
            vec!["parent"],
        ),
        (vec![("notes", "raise")], RejectionKind::Raised, vec![]),
        (vec![("notes", "strange")], RejectionKind::Raised, vec![]),
    ] {
        let outcome = clerk.save(save_of(&shape, &record, 1, &changes)).await?;
        let SaveOutcome::Rejected(rejection) = outcome else {
            panic!("{changes:?}: {outcome:?}");
        };
        let named: Vec<&str> = rejection
            .columns
            .iter()
            .map(|place| shape.columns[*place].name.as_str())
            .collect();
        assert_eq!(
            (rejection.kind, named),
            (kind, columns),
            "{changes:?} {rejection:?}"
        );
        assert!(!rejection.message.contains('\x1b'));
    }
    let mut save = save_of(&shape, &record, 1, &[("name", "")]);
    save.changes[0].entry = Entry::Value(Value::Null);
    let SaveOutcome::Rejected(rejection) = clerk.save(save).await? else {
        panic!("NULL was stored");
    };
    assert_eq!(rejection.kind, RejectionKind::Null);
    assert_eq!(
        rejection.columns,
        [shape.column_named("name").expect("a column")]
    );
    assert_eq!(clerk.record(&shape, &["5"]).await?, record);
    Ok(())
}
