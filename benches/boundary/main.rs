//! Measures what the boundary costs: saves, pages and sign-ins, each against the same without it.
//!
//! `cargo bench --bench boundary` takes some minutes; it starts a private PostgreSQL that really
//! waits for the disk, and removes it afterwards. What it prints are ratios of one run on one
//! machine: milliseconds differ from machine to machine, ratios much less.

mod lab;
mod pages;
mod report;
mod saves;
mod sign_in;

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use lab::{Got, Lab, Scale};
use report::Report;

fn main() -> ExitCode {
    // `cargo bench` passes --bench; anything else names the part that is wanted.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let quick = wanted.iter().any(|word| word == "--quick");
    let scale = match quick {
        true => Scale::quick(),
        false => Scale::full(),
    };
    let part = wanted.into_iter().find(|word| !word.starts_with('-'));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(measure(scale, part.as_deref())),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this cannot be said.
            let _ = writeln!(stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(scale: Scale, part: Option<&str>) -> Got<()> {
    let is_wanted = |name: &str| part.is_none_or(|part| part == name);
    let lab = Lab::open(scale).await?;
    let mut report = Report::default();
    say(&format!("{}\n", lab.about().await?))?;
    if is_wanted("saves") {
        saves::measure(&lab, &mut report).await?;
    }
    if is_wanted("pages") {
        pages::measure(&lab, &mut report).await?;
    }
    if is_wanted("sign-in") {
        sign_in::measure(&lab, &mut report).await?;
    }
    say(&report.to_string())
}

fn say(text: &str) -> Got<()> {
    Ok(stdout().write_all(text.as_bytes())?)
}
