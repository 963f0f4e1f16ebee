-- What tapes need and nothing else has: a clock that is set, and passwords that the player knows.
-- Run as superuser on a fixture's database; init and demo never run it.

create table rowhouse_private.tape_clock (
    at timestamptz not null     -- what rowhouse_private.now() says
);
insert into rowhouse_private.tape_clock values ('2026-03-02 08:00:00+00');

create or replace function rowhouse_private.now() returns timestamptz
    language sql volatile parallel safe security definer
    set search_path = pg_catalog, pg_temp
    as 'select at from rowhouse_private.tape_clock';

create table rowhouse_private.tape_password (
    username text primary key,  -- whose
    password text not null      -- random, made with the fixture
);
revoke all on rowhouse_private.tape_password from public;
grant select on rowhouse_private.tape_clock to public;

-- What installing left in the trail is dated by the machine's clock.
set session_replication_role = replica;
delete from rowhouse_trail.entry;
set session_replication_role = origin;
