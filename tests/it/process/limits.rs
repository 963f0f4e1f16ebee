//! A server that cannot store anything just now: no room on its disk, read-only, too many
//! connections, too slow. Each is said in its own words, the form is untouched, and what was typed
//! is saved once the server is well.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

const DESCRIPTION: &str = "select description from equipment where bfm_no = 'BFM-001'";

/// Every write of the record writes into a file that is nearly as large as files may become.
const BALLAST: &str = "\
    create table ballast (a text);
    alter table ballast alter a set storage plain;
    insert into ballast select repeat('x', 8000) from generate_series(1, 2200);
    create function weigh() returns trigger language plpgsql security definer as
    $$ begin insert into public.ballast values (repeat('x', 8000)); return new; end $$;
    create trigger weigh after update on equipment for each row execute function weigh();
    checkpoint";

/// Cuts every connection of the client, so that the next is opened as things are now.
const CUT: &str = "\
    select pg_terminate_backend(pid)::text from pg_stat_activity
    where datname = current_database() and application_name like 'rowhouse/%'";

/// Types, and saves while the server cannot: what is told is shown, and everything typed is there.
fn fails(terminal: &mut Terminal, typed: &str, whole: &str, told: &str) {
    terminal.send(typed.as_bytes());
    terminal.wait_for(whole);
    // A connection that was cut a moment ago may be what is told first.
    let told = format!("Not saved, your edits are kept: {told}");
    terminal.again_until(
        &told,
        || terminal.press_again("ctrl-s"),
        |screen| screen.contents().contains(&told),
    );
    terminal.wait_for(whole);
}

/// Saves what was typed, now that the server is well.
fn saves(site: &Site, terminal: &Terminal, whole: &str) {
    // The connection may just be being found again; what is pressed then is told.
    terminal.again_until(
        "it saved",
        || terminal.press_again("ctrl-s"),
        |_| site.ask(DESCRIPTION) == [whole],
    );
    terminal.wait_until("nothing left to save", |screen| {
        !screen.contents().contains("1 change")
    });
}

#[test]
fn what_the_server_cannot_store_is_said_in_its_own_words_and_kept() -> Outcome {
    let site = Site::on_own_server()?;
    site.configure(&[("statement_timeout_s", "2")]);
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    let database = site.endpoint.database.clone();

    site.run(&format!(
        "alter database {database} set default_transaction_read_only = on"
    ));
    site.ask(CUT);
    fails(
        &mut terminal,
        " a",
        "Compressor #1 a",
        "the server takes no changes",
    );
    site.run(&format!(
        "begin read write; alter database {database} reset default_transaction_read_only; commit"
    ));
    site.ask(CUT);
    saves(&site, &terminal, "Compressor #1 a");

    let role = site
        .ask("select role_prefix || '_client' from rowhouse_private.installation")
        .concat();
    site.run(&format!("alter role {role} connection limit 0"));
    site.ask(CUT);
    fails(
        &mut terminal,
        " b",
        "Compressor #1 a b",
        "too many connections",
    );
    site.run(&format!("alter role {role} connection limit -1"));
    saves(&site, &terminal, "Compressor #1 a b");

    site.run(
        "create function slow() returns trigger language plpgsql as \
         'begin perform pg_sleep(20); return new; end'; \
         create trigger slow before update on equipment for each row execute function slow()",
    );
    fails(
        &mut terminal,
        " c",
        "Compressor #1 a b c",
        "it took longer than the limit",
    );
    site.run("drop trigger slow on equipment");
    saves(&site, &terminal, "Compressor #1 a b c");

    site.run(BALLAST);
    limit_files(&site, true)?;
    site.ask(CUT);
    fails(
        &mut terminal,
        " d",
        "Compressor #1 a b c d",
        "the server's disk is full",
    );
    limit_files(&site, false)?;
    site.ask(CUT);
    saves(&site, &terminal, "Compressor #1 a b c d");
    Ok(())
}

/// Lets no file of the server become larger than the ballast and half a page, or lets them again:
/// a write that goes past the end of a full disk is cut short in the same way.
fn limit_files(site: &Site, limited: bool) -> Outcome {
    let layout = site.own.as_ref().ok_or("a server of its own")?.layout();
    let file = layout.data.join("postmaster.pid");
    let owner = fs::metadata(&file)?;
    let pid = fs::read_to_string(file)?;
    let size = site.ask("select pg_relation_size('ballast')::text");
    let soft = match limited {
        true => (size.concat().parse::<u64>()? + 4096).to_string(),
        false => "unlimited".into(),
    };
    let mut command = Command::new("prlimit");
    command
        .args(["--pid", pid.lines().next().ok_or("a pid")?])
        .arg(format!("--fsize={soft}:"));
    // Whoever may limit a process is its owner, which is not root.
    if owner.uid() != rustix::process::getuid().as_raw() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let done = command.output().expect("prlimit of util-linux");
    assert!(done.status.success(), "{done:?}");
    Ok(())
}
