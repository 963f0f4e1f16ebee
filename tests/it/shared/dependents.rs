//! What hangs on a record in the shared way: as the person's roles let them see it, and what they may
//! not take along told beforehand.

use rowhouse::db::contract::records::{RejectionKind, SaveOutcome};
use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::dependents::{Denied, Found};
use rowhouse::domain::record::RequestId;

use super::site::Site;
use crate::desk::Outcome;
use crate::records::dependents::of;

#[tokio::test]
async fn what_a_person_may_not_take_along_is_told_before_it_is_tried() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "create table spare (id int primary key, machine int references machine on delete cascade);
             insert into spare values (1, 2), (2, 2)",
        )
        .await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let known = of(&anna, &shape, &[&["2"]]).await?;
    let denied = Denied {
        name: "spare".into(),
        verb: "delete".into(),
        adopted: false,
    };
    assert_eq!(known.denied, [denied]);
    assert!(known.forbid());
    let spare = known.links.iter().find(|link| link.name.name == "spare");
    assert_eq!(spare.expect("it refers").found, Found::Unread);

    // The server says the same when it is tried all the same.
    let record = anna.record(&shape, &["2"]).await?;
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(5),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard,
        base: record.values,
    };
    match anna.records(request).await {
        Err(Fault::NotPermitted { .. }) => {}
        Ok(RecordsReply::Finished(SaveOutcome::Rejected(rejection)))
            if rejection.kind == RejectionKind::NotPermitted => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(site.rows("select count(*) from spare").await?, ["2"]);

    site.owner.batch_execute("drop table spare").await?;
    let known = of(&anna, &shape, &[&["2"]]).await?;
    assert!(known.denied.is_empty(), "{:?}", known.denied);
    Ok(())
}
