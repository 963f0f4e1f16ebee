//! What is done to the crowd: connections cut, replies swallowed, the line stalled, the server
//! killed. No tests here.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::figures::Dice;
use super::ledger::Ledger;
use super::site::Crowd;
use crate::desk::Got;
use crate::proxy::{Mode, Proxy};

/// Lets everything happen until the time is over: the server is killed after a third of it and
/// after two.
pub async fn rage(
    crowd: &mut Crowd,
    proxy: &Proxy,
    until: Instant,
    mut dice: Dice,
    ledger: &Rc<RefCell<Ledger>>,
) -> Got<()> {
    let began = Instant::now();
    let third = until.duration_since(began) / 3;
    // The whole server at once, without a word; and then with what it says when it is told to.
    let mut kills = vec![
        (began + third * 2, Signal::QUIT),
        (began + third, Signal::KILL),
    ];
    while Instant::now() < until {
        let rest = Duration::from_millis(50 + dice.below(450) as u64);
        tokio::time::sleep(rest).await;
        if let Some((_, signal)) = kills.pop_if(|(at, _)| *at <= Instant::now()) {
            crowd.kill(signal).await?;
            ledger.borrow_mut().figures.kills += 1;
            continue;
        }
        one(proxy, &mut dice, ledger).await;
    }
    proxy.set(Mode::Pass);
    Ok(())
}

async fn one(proxy: &Proxy, dice: &mut Dice, ledger: &Rc<RefCell<Ledger>>) {
    let roll = dice.below(10);
    match roll {
        0..=3 => {
            proxy.cut_some(dice.any(), 30);
            ledger.borrow_mut().figures.cuts += 1;
        }
        4..=6 => {
            proxy.set(Mode::SwallowCommit);
            ledger.borrow_mut().figures.swallowed += 1;
        }
        7..=8 => {
            proxy.set(Mode::CutBeforeCommit);
            ledger.borrow_mut().figures.swallowed += 1;
        }
        _ => {
            proxy.set(Mode::Stall);
            ledger.borrow_mut().figures.stalls += 1;
            let stalled = Duration::from_millis(200 + dice.below(600) as u64);
            tokio::time::sleep(stalled).await;
            // Half of what was stalled never arrives.
            proxy.cut_some(dice.any(), 50);
            ledger.borrow_mut().figures.cuts += 1;
            proxy.set(Mode::Pass);
        }
    }
}
