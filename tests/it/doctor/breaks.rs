//! Breaks one thing at a time on a real server: the doctor finds exactly that, tells what mends it,
//! and finds it no more once it is mended.

use rowhouse::db::contract::connect::Mark;
use rowhouse::db::doctor::{Severity, codes};

use super::blind::BLIND;
use super::ward::{Ward, matter};
use crate::desk::{Got, Outcome};

/// What is broken, by what, with what it is put right again, how heavy that is, and whether the
/// shared login sees it too.
pub(super) struct Break {
    pub(super) code: &'static str,
    pub(super) sql: &'static str,
    pub(super) mend: &'static str,
    pub(super) severity: Severity,
    pub(super) login_sees: bool,
    /// What is found of it too, by the owner's other checks.
    pub(super) also: &'static [&'static str],
}

const fn serious(code: &'static str, sql: &'static str, mend: &'static str) -> Break {
    Break {
        code,
        sql,
        mend,
        severity: Severity::Serious,
        login_sees: true,
        also: &[],
    }
}

pub(super) const fn warning(code: &'static str, sql: &'static str, mend: &'static str) -> Break {
    Break {
        severity: Severity::Warning,
        ..serious(code, sql, mend)
    }
}

const fn note(code: &'static str, sql: &'static str, mend: &'static str) -> Break {
    Break {
        severity: Severity::Note,
        ..serious(code, sql, mend)
    }
}

pub(super) const fn hidden(broken: Break) -> Break {
    Break {
        login_sees: false,
        ..broken
    }
}

/// Takes what is old out of the trail, as only who administers the server can.
const FORGET: &str = "\
    set session_replication_role = replica;
    delete from rowhouse_trail.entry where at < now() - interval '1 day';
    reset session_replication_role";

const BREAKS: &[Break] = &[
    serious(
        "log-parameters",
        "alter role {client} in database plant set log_statement = 'all';
         alter role {client} in database plant set log_parameter_max_length = -1",
        "alter role {client} in database plant reset log_statement;
         alter role {client} in database plant set log_parameter_max_length = 0",
    ),
    note(
        "log-parameters-on-error",
        "alter role {client} in database plant set log_parameter_max_length_on_error = 100",
        "alter role {client} in database plant set log_parameter_max_length_on_error = 0",
    ),
    warning(
        "log-parameters-open",
        "alter role {client} in database plant set log_parameter_max_length = 100",
        "alter role {client} in database plant set log_parameter_max_length = 0",
    ),
    note(
        "activity-seen",
        "grant execute on function pg_stat_get_activity(integer) to public",
        "revoke execute on function pg_stat_get_activity(integer) from public",
    ),
    serious(
        "login-attributes",
        "alter role {client} createdb",
        "alter role {client} nocreatedb",
    ),
    serious(
        "login-member",
        "create role boss; grant boss to {client}",
        "drop role boss",
    ),
    serious(
        "login-owns",
        "create schema apart; create table apart.mine (); alter table apart.mine owner to {client}",
        "drop schema apart cascade",
    ),
    warning(
        "login-settings",
        "alter role {client} set search_path = 'elsewhere'",
        "alter role {client} reset search_path",
    ),
    serious(
        "login-settings",
        "alter role {client} in database plant set row_security = off",
        "alter role {client} in database plant reset row_security",
    ),
    warning(
        "login-ends",
        "alter role {client} valid until '2100-01-01'",
        "alter role {client} valid until 'infinity'",
    ),
    hidden(serious(
        "login-closed",
        "revoke connect on database plant from {client}",
        "grant connect on database plant to {client}",
    )),
    serious(
        "may-create",
        "grant create on schema public to public",
        "revoke create on schema public from public",
    ),
    warning(
        "may-temp",
        "grant temporary on database plant to public",
        "revoke temporary on database plant from public",
    ),
    note(
        "public-connects",
        "grant connect on database plant to public",
        "revoke connect on database plant from public",
    ),
    note(
        "languages",
        "grant usage on language plpgsql to public",
        "revoke usage on language plpgsql from public",
    ),
    note(
        "large-objects",
        "grant execute on function lo_create(oid) to public",
        "revoke execute on function lo_create(oid) from public",
    ),
    note(
        "kills-others",
        "grant execute on function pg_terminate_backend to public",
        "revoke execute on function pg_terminate_backend from public",
    ),
    note(
        "large-object-left",
        "select lo_create(4711); alter large object 4711 owner to {client}",
        "select lo_unlink(4711)",
    ),
    warning(
        "password-md5",
        "alter database plant set password_encryption = 'md5'",
        "alter database plant reset password_encryption",
    ),
    hidden(serious(
        "password-md5-kept",
        "set password_encryption = 'md5'; alter role {client} password 'a long enough one'",
        "alter role {client} password null",
    )),
    note(
        "mighty-roles",
        "create role backup login bypassrls",
        "drop role backup",
    ),
    warning(
        "owner-members",
        "create role friend; grant {auth} to friend",
        "drop role friend",
    ),
    serious(
        "owners-mighty",
        "alter role {trail} bypassrls",
        "alter role {trail} nobypassrls",
    ),
    serious(
        "gate-off",
        "alter table machine disable row level security",
        "alter table machine enable row level security",
    ),
    serious(
        "gate-unforced",
        "alter table machine owner to {owner}",
        "alter table machine owner to owner",
    ),
    hidden(serious(
        "gate-unforced-since",
        "update rowhouse_private.adopted set state = state || '{\"force\": true}'",
        "update rowhouse_private.adopted set state = state || '{\"force\": false}'",
    )),
    serious(
        "clock-replaced",
        "create or replace function rowhouse_private.now() returns timestamptz language sql volatile
         parallel safe as $$ select pg_catalog.clock_timestamp() - interval '1 hour' $$",
        "create or replace function rowhouse_private.now() returns timestamptz language sql volatile
         parallel safe as $$ select pg_catalog.clock_timestamp() $$",
    ),
    hidden(serious(
        "asserts",
        "grant execute on function rowhouse_private.keyed(text, text) to public",
        "revoke execute on function rowhouse_private.keyed(text, text) from public",
    )),
    serious(
        "reached",
        "create function peek() returns bigint language sql security definer
         as 'select count(*) from machine'; grant execute on function peek() to public",
        "drop function peek()",
    ),
    serious(
        "reached",
        "create view cheap as select * from machine; grant select on cheap to public",
        "drop view cheap",
    ),
    serious(
        "reached",
        "create schema beside; grant usage on schema beside to public;
         create function beside.peek() returns bigint language sql security definer
         as 'select count(*) from public.machine'; grant execute on function beside.peek() to public",
        "drop schema beside cascade",
    ),
    serious(
        "table-rights",
        "grant update on machine to {client}",
        "revoke update on machine from {client}; alter table machine add column spare text;
         alter table machine drop column spare",
    ),
    warning(
        "column-unseen",
        "alter table machine add column added text",
        "alter table machine drop column added",
    ),
    Break {
        also: &["policies-differ"],
        ..serious(
            "policy-missing",
            "alter policy rowhouse_update on machine using (true)",
            "alter policy rowhouse_update on machine
             using ((select rowhouse.may('machine'::regclass::oid, 'update')))",
        )
    },
    hidden(serious(
        "policies-differ",
        "alter policy rowhouse_insert on machine
         with check ((select rowhouse.may('machine'::regclass::oid, 'view')))",
        "alter policy rowhouse_insert on machine
         with check ((select rowhouse.may('machine'::regclass::oid, 'insert')))",
    )),
    hidden(serious(
        "policies-differ",
        "create policy rowhouse_mine on machine to {client} using (true)",
        "drop policy rowhouse_mine on machine",
    )),
    hidden(warning(
        "table-older",
        "update rowhouse_private.adopted set state = state || '{\"made\": 1}'",
        "update rowhouse_private.adopted set state = state || '{\"made\": {made}}'",
    )),
    serious(
        "trigger-off",
        "alter table machine disable trigger \"~rowhouse_version\"",
        "alter table machine enable trigger \"~rowhouse_version\"",
    ),
    serious(
        "trigger-missing",
        "alter trigger \"~rowhouse_trail\" on machine rename to \"~rowhouse_lost\"",
        "alter trigger \"~rowhouse_lost\" on machine rename to \"~rowhouse_trail\"",
    ),
    Break {
        also: &["trail-unsealed"],
        ..hidden(warning(
            "trail-rest",
            "insert into rowhouse_trail.entry (at, verb) values ('2001-01-01', 'insert')",
            FORGET,
        ))
    },
    Break {
        // Where a month has just begun, it lies in one without a partition.
        also: &["trail-rest"],
        ..hidden(warning(
            "trail-unsealed",
            "insert into rowhouse_trail.entry (at, verb) values (now() - interval '2 days', 'insert')",
            FORGET,
        ))
    },
    warning(
        "trail-months",
        "do $$ begin execute format('alter table rowhouse_trail.%I rename to entry_elsewhere',
             'entry_' || to_char(now() at time zone 'UTC', 'YYYY_MM')); end $$",
        "do $$ begin execute format('alter table rowhouse_trail.entry_elsewhere rename to %I',
             'entry_' || to_char(now() at time zone 'UTC', 'YYYY_MM')); end $$",
    ),
    hidden(note(
        "address-shared",
        "insert into rowhouse_private.account (tenant_id, username, display_name, created_at)
             select 1, 'p' || n, 'P', now() from generate_series(1, 5) n;
         insert into rowhouse_private.session (tenant_id, account_id, token_hash, restricted, started_at,
             proved_at, last_seen_at, last_active_at, idle_limit, expires_at, address, client)
         select 1, a.account_id, sha256(a.username::bytea), false, now(), now(), now(), now(), '1 hour',
                now() + interval '1 hour', '10.0.0.7', jsonb_build_object('host', a.username)
           from rowhouse_private.account a",
        "delete from rowhouse_private.session; delete from rowhouse_private.account",
    )),
    warning(
        "trigger-order",
        "create trigger \"~zz\" before update on machine for each row execute function touch()",
        "drop trigger \"~zz\" on machine",
    ),
];

#[tokio::test]
async fn what_is_broken_is_found_and_nothing_else() -> Outcome {
    let ward = Ward::open().await?;
    let login = ward.roles.client_name();
    for eyes in ["postgres", "owner", &login] {
        let fresh = ward.examine(eyes).await;
        assert_eq!(matter(&fresh), Vec::<&_>::new(), "{eyes}: {fresh:#?}");
        assert!(fresh.connects() && fresh.stages.iter().all(|one| one.mark < Mark::Bad));
    }
    let mut faults = Vec::new();
    for broken in BREAKS.iter().chain(BLIND) {
        faults.extend(tried(&ward, broken).await?);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// Breaks one thing, looks, puts it right again and looks once more; what was not as it should be.
async fn tried(ward: &Ward, broken: &Break) -> Got<Vec<String>> {
    let (code, mut faults) = (broken.code, Vec::new());
    ward.run(broken.sql).await?;
    let found = ward.examine("postgres").await;
    match found.findings.iter().find(|one| one.code == code) {
        Some(one) if one.severity == broken.severity && !one.fix.is_empty() => {}
        other => faults.push(format!("{code}: {other:?} of {:?}", found.stages)),
    }
    let others = matter(&found)
        .into_iter()
        .filter(|one| one.code != code && !broken.also.contains(&one.code));
    faults.extend(others.map(|one| format!("{code} also is {one:?}")));
    if broken.login_sees {
        let found = ward.examine(&ward.roles.client_name()).await;
        if !found.findings.iter().any(|one| one.code == code) {
            faults.push(format!("{code} as the login: {:?}", found.stages));
        }
    }
    ward.run(broken.mend).await?;
    let mended = ward.examine("postgres").await;
    let left = mended.findings.iter().filter(|one| one.code == code);
    let left = left
        .filter(|_| code != "mighty-roles")
        .chain(matter(&mended));
    faults.extend(left.map(|one| format!("{code} mended, and yet {one:?}")));
    Ok(faults)
}

/// What no statement can break here; each has a test in the file `others` or `tenants`.
const ELSEWHERE: &[&str] = &[
    "server-minor",
    "server-major",
    "server-forgets",
    "server-late",
    "server-standby",
    "tls-off",
    "hba-plaintext",
    "hba-trust",
    "hba-password",
    "hba-unread",
    "long-transaction",
    "prepared-transaction",
    "connection-budget",
    "tenant-reference",
    "tenant-unique",
];

#[test]
fn every_check_is_tried() {
    for code in codes() {
        let tried = BREAKS.iter().any(|one| one.code == code) || ELSEWHERE.contains(&code);
        assert!(tried, "{code}");
    }
}
