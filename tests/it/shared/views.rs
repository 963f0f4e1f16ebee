//! Views of a table: one's own and shared ones, changed by who made them, and by nobody unnoticed.

use rowhouse::db::contract::{Fault, Reply, Request, ViewsReply, ViewsRequest};
use rowhouse::domain::memory::SavedView;
use rowhouse::domain::named::{NamedCondition, NamedFilter, NamedSort};
use rowhouse::domain::query::Test;
use rowhouse::domain::table::TableId;
use rowhouse::domain::view::{KeptAt, ListedView, ViewOutcome};

use super::site::Site;
use crate::desk::{Got, Outcome, Seat};

fn view(name: &str) -> SavedView {
    SavedView {
        name: name.into(),
        sort: vec![NamedSort {
            column: "odd \"name'; --".into(),
            down: true,
        }],
        filter: NamedFilter {
            quick: "50%_\\".into(),
            conditions: vec![NamedCondition {
                column: "place".into(),
                test: Test::OneOf(vec!["it's".into(), "\u{1f600}".into()]),
                or: false,
                off: true,
            }],
        },
        ..SavedView::default()
    }
}

async fn views(seat: &Seat, table: TableId) -> Got<Vec<ListedView>> {
    let request = Request::Views(ViewsRequest::ListViews { table });
    match seat.database.perform(request).await? {
        Reply::Views(ViewsReply::ViewsListed(list)) => Ok(list),
        other => panic!("{other:?}"),
    }
}

async fn kept(seat: &Seat, request: ViewsRequest) -> Result<ViewOutcome, Fault> {
    match seat.database.perform(Request::Views(request)).await? {
        Reply::Views(ViewsReply::ViewKept(outcome)) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

fn save(table: TableId, kept: Option<KeptAt>, shared: bool, view: SavedView) -> ViewsRequest {
    ViewsRequest::SaveView {
        table,
        kept,
        shared,
        view: Box::new(view),
    }
}

#[tokio::test]
async fn views_are_ones_own_or_shared_and_come_back_as_they_were_kept() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let table = anna.shape("machine").await?.id;
    assert_eq!(views(&anna, table).await?, []);
    let odd = "it's \"mine\" – 冷却";
    for shared in [false, true] {
        let first = kept(&anna, save(table, None, shared, view(odd))).await?;
        assert_eq!(first, ViewOutcome::Done);
        let again = kept(&anna, save(table, None, shared, view(odd))).await?;
        assert_eq!(again, ViewOutcome::Taken);
    }
    let listed = views(&anna, table).await?;
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|one| one.view == view(odd) && one.mine));
    // Another sees the shared one alone, and may have an own one of the same name.
    let others = views(&bert, table).await?;
    assert_eq!(others.len(), 1);
    assert!(others[0].shared && !others[0].mine && others[0].made_by == "anna");
    let own = kept(&bert, save(table, None, false, view(odd))).await?;
    assert_eq!(own, ViewOutcome::Done);
    Ok(())
}

#[tokio::test]
async fn a_shared_view_is_changed_by_its_maker_and_by_nobody_unnoticed() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let table = anna.shape("machine").await?.id;
    kept(&anna, save(table, None, true, view("all"))).await?;
    let before = views(&anna, table).await?[0].clone();
    let at = before.kept;
    // Two terminals of the maker: the second learns of the first's change and overwrites nothing.
    let changed = save(table, at, true, view("renamed"));
    assert_eq!(kept(&anna, changed).await?, ViewOutcome::Done);
    let late = kept(&anna, save(table, at, true, view("mine"))).await?;
    let ViewOutcome::Changed { by, .. } = late else {
        panic!("{late:?}");
    };
    assert_eq!(by, "anna");
    let dropped = ViewsRequest::DropView {
        table,
        kept: at.expect("a number"),
    };
    let late = kept(&anna, dropped).await?;
    assert!(matches!(late, ViewOutcome::Changed { .. }), "{late:?}");
    // A name that another one has is taken, also for what is there already.
    kept(&anna, save(table, None, true, view("other"))).await?;
    let other = views(&anna, table).await?;
    let other = other.iter().find(|one| one.view.name == "other");
    let other = other.expect("it is kept").kept;
    let taken = kept(&anna, save(table, other, true, view("renamed"))).await?;
    assert_eq!(taken, ViewOutcome::Taken);
    let dropped = ViewsRequest::DropView {
        table,
        kept: other.expect("a number"),
    };
    assert_eq!(kept(&anna, dropped).await?, ViewOutcome::Done);
    // Who did not make it may use it and no more, whatever they send.
    let now = views(&bert, table).await?[0].clone();
    assert_eq!(now.view.name, "renamed");
    assert!(!now.may_change);
    let refused = kept(&bert, save(table, now.kept, true, view("bert's"))).await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    let refused = kept(
        &bert,
        ViewsRequest::DropView {
            table,
            kept: now.kept.expect("a number"),
        },
    )
    .await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    // An own view of somebody else is not there for others.
    kept(&bert, save(table, None, false, view("secret"))).await?;
    let own = views(&bert, table).await?;
    let own = own.iter().find(|one| !one.shared).expect("it is kept");
    let taken = kept(&anna, save(table, own.kept, false, view("taken"))).await?;
    assert_eq!(taken, ViewOutcome::Gone);
    let dropped = ViewsRequest::DropView {
        table,
        kept: now.kept.expect("a number"),
    };
    assert_eq!(kept(&anna, dropped.clone()).await?, ViewOutcome::Done);
    assert_eq!(kept(&anna, dropped).await?, ViewOutcome::Gone);
    Ok(())
}

#[tokio::test]
async fn what_is_no_view_is_refused() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let table = anna.shape("machine").await?.id;
    for name in ["", &"x".repeat(81)] {
        let refused = kept(&anna, save(table, None, true, view(name))).await;
        assert!(refused.is_err(), "{refused:?}");
    }
    let mut large = view("large");
    large.filter.quick = "x".repeat(300_000);
    assert!(kept(&anna, save(table, None, true, large)).await.is_err());
    // A table that is not one, or none that may be viewed, has no views and takes none.
    let nothing = TableId(1259);
    assert_eq!(views(&anna, nothing).await?, []);
    let refused = kept(&anna, save(nothing, None, true, view("x"))).await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    assert_eq!(views(&anna, table).await?, []);
    Ok(())
}
