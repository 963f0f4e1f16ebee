//! `rowhouse export` as a process: who signs in, what it writes where, what it says and with which exit
//! code, and what is left when it is stopped.

use std::fs;
use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::site::{NAME, Outcome, Site};

fn export(site: &Site, arguments: &[&str]) -> Command {
    let mut command = site.command();
    command
        .current_dir(site.folder.path())
        .env("ROWHOUSE_ACCOUNT_PASSWORD", site.password(NAME))
        .stdin(Stdio::null())
        .args(["export", "--account", NAME])
        .args(arguments);
    command
}

fn done(site: &Site, arguments: &[&str]) -> std::io::Result<Output> {
    export(site, arguments).output()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the trail says of exports that have ended, the last first.
fn noted(site: &Site) -> Vec<String> {
    site.ask("select note from rowhouse_trail.entry where verb = 'table exported' order by id desc")
}

#[test]
fn rows_go_to_stdout_or_to_a_file_that_is_never_written_over() -> Outcome {
    let site = Site::new()?;
    let found = done(
        &site,
        &[
            "--table",
            "equipment",
            "--where",
            "bfm_no=BFM-001",
            "--columns",
            "bfm_no,status",
        ],
    )?;
    assert!(found.status.success(), "{found:?}");
    let text = String::from_utf8(found.stdout)?;
    assert_eq!(text, "bfm_no,status\r\nBFM-001,Active\r\n");

    let all = ["--table", "equipment", "--output", "all.jsonl"];
    let written = done(&site, &all)?;
    assert!(
        said(&written).contains("651 rows of equipment"),
        "{written:?}"
    );
    assert!(written.stdout.is_empty());
    let file = site.folder.path().join("all.jsonl");
    let text = fs::read_to_string(&file)?;
    assert_eq!(text.lines().count(), 651);
    fs::write(&file, "mine")?;
    let again = done(&site, &all)?;
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("nothing was written over"));
    assert_eq!(fs::read_to_string(&file)?, "mine");
    let over = done(&site, &[&["--json", "--over"], &all[..]].concat())?;
    let told: serde_json::Value = serde_json::from_slice(&over.stdout)?;
    assert_eq!(told["rows"], 651);
    assert_eq!(fs::read_to_string(&file)?, text);
    Ok(())
}

#[test]
fn what_is_asked_wrongly_or_refused_is_said_with_its_exit_code() -> Outcome {
    let site = Site::new()?;
    for (arguments, code, words) in [
        (&["--table", "nowhere"][..], 1, "there is no table nowhere"),
        (
            &["--table", "equipment", "--where", "colour=red"],
            2,
            "has no column colour",
        ),
        (
            &["--table", "equipment", "--format", "xls"],
            2,
            "csv, tsv, json or jsonl",
        ),
        (
            &["--table", "equipment", "--output", "a.xls"],
            2,
            "say --format",
        ),
        (
            &["--table", "equipment", "--output", "no/such/a.csv"],
            1,
            "could not be written",
        ),
    ] {
        let output = done(&site, arguments)?;
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {output:?}");
        assert!(said(&output).contains(words), "{arguments:?} {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
    let wrong = export(&site, &["--table", "equipment"])
        .env("ROWHOUSE_ACCOUNT_PASSWORD", "not this one")
        .output()?;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("not right"), "{wrong:?}");
    // A role that keeps its people from it, although it lets them see the rows.
    let refuse = "insert into rowhouse_private.permission (tenant_id, role_id, verb)
                  select 1, role_id, 'no_export' from rowhouse_private.role where name = 'technician'";
    site.run(refuse);
    let refused = done(&site, &["--table", "equipment", "--output", "x.csv"])?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("do not let you write rows of public.equipment"),
        "{refused:?}"
    );
    assert!(!site.folder.path().join("x.csv").exists());
    assert!(!site.folder.path().join("x.csv.part").exists());
    Ok(())
}

#[test]
fn a_reader_that_has_had_enough_is_no_fault_that_is_told() -> Outcome {
    let site = Site::new()?;
    // Far more than a pipe holds.
    let mut child = export(&site, &["--table", "equipment", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut first = [0; 64];
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut first)?;
    drop(out);
    let ended = child.wait_with_output()?;
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(said(&ended), "", "not a word");
    assert!(noted(&site)[0].contains("stopped, at least"));
    Ok(())
}

#[test]
fn told_twice_it_ends_although_nobody_reads() -> Outcome {
    let site = Site::new()?;
    let mut child = export(&site, &["--table", "equipment", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut out = child.stdout.take().expect("a pipe");
    // It writes, and then waits for a reader who takes no more.
    out.read_exact(&mut [0; 64])?;
    let pid = Pid::from_child(&child);
    let due = Instant::now() + Duration::from_secs(20);
    while child.try_wait()?.is_none() {
        assert!(Instant::now() < due, "it never ended");
        rustix::process::kill_process(pid, Signal::TERM)?;
        std::thread::yield_now();
    }
    Ok(())
}

#[test]
fn stopped_it_leaves_nothing_and_the_trail_knows() -> Outcome {
    let site = Site::new()?;
    // So many rows that there is time to stop it; no trigger has to look at them.
    site.run(
        "set session_replication_role = replica;
         insert into equipment (bfm_no, description, location)
         select 'BFM-' || 100000 + n, repeat('long ', 30), 'Yard' from generate_series(1, 100000) n",
    );
    let arguments = ["--table", "equipment", "--output", "equipment.csv"];
    let mut child = export(&site, &arguments).stderr(Stdio::piped()).spawn()?;
    let part = site.folder.path().join("equipment.csv.part");
    let due = Instant::now() + Duration::from_secs(20);
    while !part.exists() {
        assert!(Instant::now() < due, "the file was never begun");
        std::thread::yield_now();
    }
    assert!(!site.folder.path().join("equipment.csv").exists());
    let pid = Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::INT)?;
    let mut words = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut words)?;
    assert_eq!(child.wait()?.code(), Some(1));
    assert!(words.contains("nothing is left of the file"), "{words}");
    assert!(!part.exists() && !site.folder.path().join("equipment.csv").exists());
    let noted = noted(&site);
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert!(noted[0].contains("stopped, at least"), "{noted:?}");
    Ok(())
}
