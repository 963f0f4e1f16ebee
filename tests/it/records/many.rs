//! Many rows at once: each under its own guard, the truth about each, and never a row that was not
//! meant.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rowhouse::db::contract::many::One;
use rowhouse::db::contract::records::{Miss, RejectionKind, Save, SaveOutcome};
use rowhouse::db::contract::{Fault, ManyReply, ManyRequest, Reply, Request};
use rowhouse::domain::draft::Stored;
use rowhouse::domain::record::{Record, RecordKey, RequestId};
use rowhouse::domain::table::Shape;

use crate::desk::{CLERK, Desk, Outcome, Seat, key, save_of};
use crate::proxy::{Mode, Proxy};
use crate::shared::site::{Site, sign_in};

async fn load(seat: &Seat, shape: &Shape, keys: Vec<RecordKey>) -> Result<Vec<Record>, Fault> {
    let table = shape.id;
    let request = Request::Many(ManyRequest::LoadMany { table, keys });
    match seat.database.perform(request).await? {
        Reply::Many(ManyReply::ManyLoaded(records)) => Ok(records),
        other => panic!("{other:?}"),
    }
}

async fn change(seat: &Seat, all: Vec<One>) -> Result<Vec<Result<SaveOutcome, Fault>>, Fault> {
    let request = Request::Many(ManyRequest::ChangeSeveral(all));
    match seat.database.perform(request).await? {
        Reply::Many(ManyReply::SeveralChanged(outcomes)) => Ok(outcomes),
        other => panic!("{other:?}"),
    }
}

fn one(save: Save) -> One {
    One::Save(save)
}

fn numbered(number: u32) -> RecordKey {
    key(&[number.to_string().as_str()])
}

/// A number that looks random and is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(below)).expect("small")
    }
}

#[tokio::test]
async fn whatever_is_selected_no_other_row_ever_changes() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let clerk = desk.clerk().await?;
    let anna = site.person("anna").await?;
    let rows = "select id || '|' || m::text from machine m order by id";
    for (seat, owner) in [(&clerk, &desk.owner), (&anna, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let mut dice = Dice(7);
        for round in 0..12_u128 {
            let all = crate::desk::rows(owner, rows).await?;
            let before: BTreeMap<u32, String> = all.iter().map(|row| split(row)).collect();
            let selected: BTreeSet<u32> = (0..dice.roll(14)).map(|_| 1 + dice.roll(500)).collect();
            let keys = selected.iter().map(|number| numbered(*number)).collect();
            let records = load(seat, &shape, keys).await?;
            // Somebody else changes some of them, and some others, after they were read.
            let others: BTreeSet<u32> = (0..4).map(|_| 1 + dice.roll(500)).collect();
            let touched: BTreeSet<u32> = selected
                .iter()
                .copied()
                .filter(|_| dice.roll(3) == 0)
                .chain(others)
                .collect();
            let list = touched.iter().map(ToString::to_string).collect::<Vec<_>>();
            let theirs = format!("theirs {round}");
            owner
                .batch_execute(&format!(
                    "update machine set notes = '{theirs}' where id in ({})",
                    list.join(", ")
                ))
                .await?;
            let place = format!("place {round}");
            let saves = records.iter().enumerate().map(|(at, record)| {
                let number = round * 100 + at as u128 + 1;
                one(save_of(&shape, record, number, &[("place", &place)]))
            });
            let outcomes = change(seat, saves.collect()).await?;
            assert_eq!(outcomes.len(), records.len());
            let mut saved = BTreeSet::new();
            for (record, outcome) in records.iter().zip(outcomes) {
                let number: u32 = record.key.as_ref().expect("a key").0[0].parse()?;
                match outcome? {
                    SaveOutcome::Saved(Some(_)) => assert!(saved.insert(number)),
                    SaveOutcome::Missed(Miss::Changed { .. }) => {
                        assert!(touched.contains(&number), "{number}");
                    }
                    other => panic!("{number}: {other:?}"),
                }
            }
            let untouched: BTreeSet<u32> = selected.difference(&touched).copied().collect();
            assert_eq!(saved, untouched, "exactly the rows nobody touched");
            let all = crate::desk::rows(owner, rows).await?;
            let after: BTreeMap<u32, String> = all.iter().map(|row| split(row)).collect();
            for (number, row) in &after {
                let same = before.get(number) == Some(row);
                match (saved.contains(number), touched.contains(number)) {
                    (true, false) => assert!(row.contains(&place), "{row}"),
                    (false, true) => assert!(row.contains(&theirs), "{row}"),
                    (false, false) => assert!(same, "{row}"),
                    (true, true) => panic!("{number} was overwritten"),
                }
            }
            assert_eq!(after.len(), before.len());
        }
    }
    Ok(())
}

fn split(row: &str) -> (u32, String) {
    let (number, rest) = row.split_once('|').expect("a bar");
    (number.parse().expect("a number"), rest.to_owned())
}

#[tokio::test]
async fn each_row_has_its_own_truth_and_a_refused_one_stops_nobody() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let clerk = desk.clerk().await?;
    let anna = site.person("anna").await?;
    for (seat, owner) in [(&clerk, &desk.owner), (&anna, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let keys = (1..=5).map(numbered).chain([numbered(9_999)]).collect();
        let mut records = load(seat, &shape, keys).await?;
        assert_eq!(records.len(), 5, "what is not there is left out");
        records.sort_by_key(|record| record.key.clone());
        owner
            .batch_execute(
                "update machine set notes = 'x' where id = 2; delete from machine where id = 3",
            )
            .await?;
        let prices = ["1.00", "2.00", "3.00", "-4.00", "5.00"];
        let saves = records.iter().zip(prices).zip(1..);
        let saves = saves.map(|((record, price), number)| {
            one(save_of(&shape, record, number, &[("price", price)]))
        });
        let saves: Vec<One> = saves.collect();
        let outcomes = change(seat, saves.clone()).await?;
        let told: Vec<String> = outcomes
            .iter()
            .map(|outcome| match outcome {
                Ok(SaveOutcome::Saved(Some(_))) => "saved".into(),
                Ok(SaveOutcome::Missed(Miss::Changed { .. })) => "changed".into(),
                Ok(SaveOutcome::Missed(Miss::Deleted { .. } | Miss::Gone { .. })) => {
                    "deleted".into()
                }
                Ok(SaveOutcome::Rejected(why)) if why.kind == RejectionKind::Check => {
                    "refused".into()
                }
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(told, ["saved", "changed", "deleted", "refused", "saved"]);
        let sql = "select price from machine where id in (1, 5) order by id";
        assert_eq!(crate::desk::rows(owner, sql).await?, ["1.00", "5.00"]);

        // Deleting several: the one that others refer to stays.
        owner
            .batch_execute("update machine set parent = 5 where id = 6")
            .await?;
        let records = load(seat, &shape, vec![numbered(4), numbered(5)]).await?;
        let deletes = records
            .into_iter()
            .zip(50..)
            .map(|(record, number)| One::Delete {
                request: RequestId(number),
                table: shape.id,
                key: record.key.clone().expect("a key"),
                guard: record.guard,
                base: record.values,
            });
        let outcomes = change(seat, deletes.collect()).await?;
        let refused = outcomes.iter().filter(|outcome| {
            matches!(outcome, Ok(SaveOutcome::Rejected(why)) if why.kind == RejectionKind::ForeignKey)
        });
        assert_eq!(refused.count(), 1, "{outcomes:?}");
        let sql = "select id from machine where id in (4, 5)";
        assert_eq!(crate::desk::rows(owner, sql).await?, ["5"]);
    }
    Ok(())
}

#[tokio::test]
async fn several_rows_take_one_round_trip_and_a_lost_reply_is_settled_row_by_row() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let plain = Proxy::new(desk.endpoint(), Duration::from_millis(3)).await?;
    let shared = Proxy::new(site.endpoint(), Duration::from_millis(3)).await?;
    let clerk = Seat::open(plain.settings(desk.settings(CLERK))).await?;
    let anna = Seat::open(shared.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    for (seat, proxy, owner) in [(&clerk, &plain, &desk.owner), (&anna, &shared, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let mut number = 0;
        for mode in [Mode::Pass, Mode::SwallowCommit, Mode::CutBeforeCommit] {
            let records = load(seat, &shape, (11..=20).map(numbered).collect()).await?;
            let place = format!("{mode:?}");
            let saves = records.iter().map(|record| {
                number += 1;
                one(save_of(&shape, record, number, &[("place", &place)]))
            });
            let saves: Vec<One> = saves.collect();
            proxy.trips();
            proxy.set(mode);
            let mut outcomes = change(seat, saves.clone()).await?;
            if mode == Mode::Pass {
                assert_eq!(proxy.trips(), 1, "ten rows together");
            }
            assert_eq!(proxy.mode(), Mode::Pass, "it happened");
            if outcomes.iter().any(|one| one.is_err()) {
                // Asked again under the same numbers, as when the server answers again.
                outcomes = change(seat, saves).await?;
            }
            for (outcome, before) in outcomes.iter().zip(&records) {
                let Ok(SaveOutcome::Saved(Some(after))) = outcome else {
                    panic!("{mode:?}: {outcome:?}");
                };
                if let (Some(before), Some(after)) = (before.guard.version, after.guard.version) {
                    assert_eq!(after, before + 1, "stored once");
                }
            }
            let sql = format!("select count(*) from machine where place = '{place}'");
            assert_eq!(crate::desk::rows(owner, &sql).await?, ["10"]);
        }
    }
    Ok(())
}

async fn settle(seat: &Seat, numbers: &[u128]) -> Result<Vec<Option<Stored>>, Fault> {
    let numbers = numbers.iter().copied().map(RequestId).collect();
    match seat
        .database
        .perform(Request::Many(ManyRequest::Settle(numbers)))
        .await?
    {
        Reply::Many(ManyReply::Settled(came)) => Ok(came),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_program_left_is_settled_and_never_carried_out_afterwards() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    let records = load(&anna, &shape, (1..=3).map(numbered).collect()).await?;
    let save = |at: usize, number: u128| {
        one(save_of(
            &shape,
            &records[at],
            number,
            &[("place", "settled")],
        ))
    };
    for outcome in change(&anna, vec![save(0, 71), save(1, 72)]).await? {
        assert!(matches!(outcome?, SaveOutcome::Saved(Some(_))));
    }
    let proxy = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let far = Seat::open(proxy.settings(site.settings())).await?;
    sign_in(&far.database, "anna").await?;
    far.shape("machine").await?;
    proxy.trips();
    let came = settle(&far, &[71, 73, 72]).await?;
    assert_eq!(proxy.trips(), 1, "however many rows");
    let stored = |at: usize| {
        let record = &records[at];
        let version = record.guard.version.map(|version| version + 1);
        let key = record.key.clone();
        Some(Stored { key, version })
    };
    assert_eq!(came, [stored(0), None, stored(1)]);
    // What was said not to be stored never is, however late it arrives; under a new number it is.
    let late = change(&anna, vec![save(2, 73)]).await?;
    assert!(!matches!(late[0], Ok(SaveOutcome::Saved(_))), "{late:?}");
    let sql = "select count(*) from machine where place = 'settled'";
    assert_eq!(crate::desk::rows(&site.owner, sql).await?, ["2"]);
    let again = change(&anna, vec![save(2, 74)]).await?;
    assert!(matches!(again[0], Ok(SaveOutcome::Saved(_))), "{again:?}");
    // Another person's numbers tell nothing.
    assert_eq!(settle(&bert, &[71]).await?, [None]);

    let desk = Desk::new().await?;
    let refused = settle(&desk.clerk().await?, &[71]).await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test]
async fn who_set_the_same_meanwhile_is_not_told_as_oneself() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let clerk = desk.clerk().await?;
    let anna = site.person("anna").await?;
    for (seat, owner) in [(&clerk, &desk.owner), (&anna, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let (first, second) = (
            seat.record(&shape, &["1"]).await?,
            seat.record(&shape, &["2"]).await?,
        );
        owner
            .batch_execute("update machine set place = 'Quay', notes = 'theirs' where id = 1")
            .await?;
        let quay = [("place", "Quay")];
        let saves = vec![
            one(save_of(&shape, &first, 1, &quay)),
            one(save_of(&shape, &second, 2, &quay)),
        ];
        let came = change(seat, saves).await?;
        assert!(
            matches!(came[0], Ok(SaveOutcome::Missed(Miss::Changed { .. }))),
            "{:?}",
            came[0]
        );
        assert!(matches!(came[1], Ok(SaveOutcome::Saved(_))));
    }
    Ok(())
}
