//! A crowd on shared records: many people edit, create and delete through the data layer while
//! connections are cut at random and the server is killed twice. Afterwards the trail must agree
//! with everything that anybody was told.
//!
//! `ROWHOUSE_CROWD=50x500x600` sets people, records and seconds, `ROWHOUSE_SEED` the course.

mod figures;
mod judge;
mod ledger;
mod person;
mod site;
mod weather;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::desk::Outcome;
use crate::proxy::Proxy;
use figures::Dice;
use ledger::Ledger;
use site::Crowd;

/// How large a run is.
#[derive(Clone, Copy, Debug)]
struct Scale {
    people: usize,
    records: usize,
    seconds: u64,
}

/// What every test run does.
const EVERY_TIME: Scale = Scale {
    people: 8,
    records: 40,
    seconds: 20,
};

impl Scale {
    fn chosen() -> Self {
        let Ok(wanted) = std::env::var("ROWHOUSE_CROWD") else {
            return EVERY_TIME;
        };
        let numbers: Vec<usize> = wanted.split('x').filter_map(|n| n.parse().ok()).collect();
        let [people, records, seconds] = numbers[..] else {
            panic!("ROWHOUSE_CROWD is people x records x seconds, as in 50x500x600: {wanted}");
        };
        Self {
            people,
            records,
            seconds: seconds.try_into().expect("seconds"),
        }
    }
}

fn seed() -> u64 {
    let given = std::env::var("ROWHOUSE_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("ROWHOUSE_SEED is a number"));
    given.unwrap_or_else(rowhouse::runtime::clock::random_seed)
}

#[test]
fn a_crowd_loses_nothing_and_is_told_the_truth() -> Outcome {
    let (scale, seed) = (Scale::chosen(), seed());
    println!("the crowd: {scale:?}, ROWHOUSE_SEED={seed}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let work = tokio::task::LocalSet::new();
    work.block_on(&runtime, run(scale, seed))
}

async fn run(scale: Scale, seed: u64) -> Outcome {
    let mut crowd = Crowd::gather(scale.people, scale.records).await?;
    let proxy = Rc::new(Proxy::new(crowd.endpoint(), Duration::ZERO).await?);
    let ledger = Rc::new(RefCell::new(Ledger::default()));
    let mut people = Vec::new();
    for number in 0..scale.people {
        let dice = Dice::new(seed, number as u64);
        people.push(person::Person::arrive(number, &crowd, &proxy, &ledger, dice).await?);
    }
    let until = Instant::now() + Duration::from_secs(scale.seconds);
    let tasks: Vec<_> = people
        .into_iter()
        .map(|person| tokio::task::spawn_local(person.work(until, scale.records)))
        .collect();
    let dice = Dice::new(seed, u64::MAX);
    weather::rage(&mut crowd, &proxy, until, dice, &ledger).await?;
    for task in tasks {
        task.await?;
    }
    let ledger = ledger.take();
    let owner = crowd.owner().await?;
    let verdict = judge::judge(&owner, &ledger).await?;
    let (faults, lost) = (verdict.faults, verdict.lost);
    eprintln!("{}; {lost} lost", ledger.figures);
    assert!(
        faults.is_empty(),
        "ROWHOUSE_SEED={seed}: {} faults, of which the first:\n{}",
        faults.len(),
        faults[..faults.len().min(12)].join("\n")
    );
    assert!(ledger.figures.saved > 0 && ledger.figures.conflicts > 0);
    assert_eq!(ledger.figures.kills, 2);
    Ok(())
}
