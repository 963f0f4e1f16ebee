//! Measures the client at the terminal: the real binary on a pseudo-terminal, against a private
//! server. Each figure is printed with its limit.
//!
//! `cargo bench --bench terminal` takes some minutes, most of them for a table of ten million rows;
//! `-- --quick` takes a small one, `-- keys` one part of it. A machine that does much else shows it
//! in the times; bytes, writes and memory are the same everywhere.

mod keys;
mod lab;
mod pty;
mod report;
mod rest;
mod slow;
mod starts;

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use lab::{Got, Lab, Scale};
use report::Report;

fn main() -> ExitCode {
    // `cargo bench` passes --bench; anything else names the part that is wanted.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let scale = match wanted.iter().any(|word| word == "--quick") {
        true => Scale::quick(),
        false => Scale::full(),
    };
    let part = wanted.into_iter().find(|word| !word.starts_with('-'));
    match measure(scale, part.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this cannot be said.
            let _ = writeln!(stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(scale: Scale, part: Option<&str>) -> Got<()> {
    let is_wanted = |name: &str| part.is_none_or(|part| part == name);
    let lab = Lab::open(scale)?;
    let mut report = Report::default();
    say(&format!("{}\n", lab.about()?))?;
    if is_wanted("starts") {
        starts::measure(&lab, &mut report)?;
    }
    if is_wanted("keys") {
        keys::measure(&lab, &mut report)?;
    }
    if is_wanted("rest") {
        rest::measure(&lab, &mut report)?;
    }
    if is_wanted("slow") {
        slow::measure(&lab, &mut report)?;
    }
    say(&report.to_string())
}

fn say(text: &str) -> Got<()> {
    Ok(stdout().write_all(text.as_bytes())?)
}
