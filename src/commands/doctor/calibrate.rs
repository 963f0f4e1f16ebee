//! `rowhouse doctor --calibrate`: measures what the hash of a password costs on this machine and
//! proposes what it should cost. Changes nothing.

use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::super::CommandError;
use super::super::owner::{tell, write_json, write_line, write_table};
use crate::auth::{Params, SALT_BYTES, Verifier};

/// How long the hash of a password may take; the whole sign-in then stays under a second.
const LIMIT: Duration = Duration::from_millis(500);

/// How often each is measured; the middle one counts.
const ROUNDS: usize = 3;

/// What is tried, from the least that is taken to what costs a guesser more: memory in KiB, passes.
const LADDER: &[(i32, i32)] = &[
    (19_456, 2),
    (32_768, 2),
    (47_104, 2),
    (65_536, 2),
    (65_536, 3),
    (98_304, 3),
    (131_072, 3),
    (196_608, 3),
    (262_144, 3),
    (393_216, 3),
    (524_288, 4),
];

/// One rung and how long it took.
#[derive(Clone, Copy, Debug)]
struct Measured {
    params: Params,
    took: Duration,
}

/// Measures and proposes.
///
/// # Errors
/// When not even the least can be computed here.
pub fn run(json: bool) -> Result<(), CommandError> {
    let mut measured: Vec<Measured> = Vec::new();
    for (memory, passes) in LADDER {
        let params = Params::checked(*memory, *passes, 1).map_err(CommandError::failed)?;
        if !json {
            tell(&format!("measuring {} ...", told(params)))?;
        }
        let took = match measure(params) {
            Ok(took) => took,
            // Not enough memory for this one; those before stand.
            Err(_) if !measured.is_empty() => break,
            Err(fault) => return Err(CommandError::failed(fault)),
        };
        measured.push(Measured { params, took });
        if took > LIMIT {
            break;
        }
    }
    let proposed = proposal(&measured);
    match json {
        true => write_json(&value(&measured, proposed)),
        false => narrate(&measured, proposed),
    }
}

/// The middle of several times.
fn measure(params: Params) -> Result<Duration, crate::auth::AuthError> {
    let password = SecretString::from("a password of usual length");
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let salt = [u8::try_from(round).unwrap_or_default(); SALT_BYTES];
        let began = Instant::now();
        Verifier::from_password(&password, salt, params)?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[ROUNDS / 2])
}

/// The dearest that stays within the limit, or the least that is taken.
fn proposal(measured: &[Measured]) -> Option<Measured> {
    let within = measured.iter().rev().find(|one| one.took <= LIMIT);
    within.or(measured.first()).copied()
}

/// What the owner runs to have passwords cost that.
fn command(params: Params) -> String {
    format!(
        "rowhouse account cost --memory {} --passes {} --lanes {}",
        params.m(),
        params.t(),
        params.p()
    )
}

fn told(params: Params) -> String {
    format!(
        "m = {} MiB, t = {}, p = {}",
        params.m() / 1024,
        params.t(),
        params.p()
    )
}

fn narrate(measured: &[Measured], proposed: Option<Measured>) -> Result<(), CommandError> {
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|one| {
            vec![
                format!("{} MiB", one.params.m() / 1024),
                one.params.t().to_string(),
                one.params.p().to_string(),
                format!("{} ms", one.took.as_millis()),
            ]
        })
        .collect();
    write_table(&["memory", "passes", "lanes", "takes"], &rows)?;
    let Some(one) = proposed else {
        return Ok(());
    };
    write_line("")?;
    write_line(&format!(
        "Proposed: {}; a sign-in then computes for {} ms here. The slowest machine of the team \
         decides: measure there too.",
        told(one.params),
        one.took.as_millis()
    ))?;
    write_line("The owner of the database sets it; older passwords follow at the next sign-in:")?;
    write_line(&format!("    > {}", command(one.params)))
}

fn value(measured: &[Measured], proposed: Option<Measured>) -> Value {
    let one = |one: &Measured| {
        json!({
            "m": one.params.m(),
            "t": one.params.t(),
            "p": one.params.p(),
            "ms": u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX),
        })
    };
    json!({
        "measured": measured.iter().map(one).collect::<Vec<_>>(),
        "proposed": proposed.as_ref().map(one),
        "command": proposed.map(|one| command(one.params)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(times: &[u64]) -> Vec<Measured> {
        let rungs = LADDER.iter().zip(times);
        rungs
            .map(|((m, t), ms)| Measured {
                params: Params::checked(*m, *t, 1).expect("fair"),
                took: Duration::from_millis(*ms),
            })
            .collect()
    }

    #[test]
    fn the_dearest_within_the_limit_is_proposed() {
        let one = proposal(&measured(&[40, 80, 300, 499, 700])).expect("one");
        assert_eq!((one.params.m(), one.params.t()), (65_536, 2));
        let slow = proposal(&measured(&[900])).expect("the least is taken all the same");
        assert_eq!((slow.params.m(), slow.params.t()), (19_456, 2));
        let told = command(slow.params);
        assert!(
            told.ends_with("cost --memory 19456 --passes 2 --lanes 1"),
            "{told}"
        );
    }

    #[test]
    fn every_rung_is_taken_by_client_and_database() {
        for (m, t) in LADDER {
            assert!((19_456..=1_048_576).contains(m) && (2..=64).contains(t));
            assert!(Params::checked(*m, *t, 1).is_ok());
        }
    }
}
