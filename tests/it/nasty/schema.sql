-- A database that is as unkind to a client as PostgreSQL allows, and a few roles that may do little.
set client_min_messages = warning;

do $$ declare role text; begin
    foreach role in array array['clerk', 'reader', 'columns', 'secured', 'hurried'] loop
        begin
            execute format('create role rowhouse_nasty_%s login', role);
        exception when duplicate_object or unique_violation then null;
        end;
    end loop;
end $$;

-- Types.
create type mood as enum ('low', 'it''s ok', 'high "x"', '50%', '', 'ünïcode');
create type pair as (a int, b text);
create type four as (a int, b text, c date, d numeric(6, 2));
create domain short as varchar(3) check (value <> 'bad');
create domain whole as int not null check (value > 0);
create domain codes as text[] check (array_length(value, 1) < 5);
create type spans as range (subtype = numeric);

-- Names.
create schema "Upper Case";
create schema "select";
create table "Upper Case"."Order By %s" (
    "ID" serial primary key, "select" text, "a ""quoted"" name" text, "with 'single'" text,
    "per%cent" int, "back\slash" text, "tab	and
newline" text, "größe 冷却" text, "$1" text, " " text, """" text, "c0" text, "row_xmin" text, "rows" int,
    "?column?" text, "ctid2" text, "t" text,
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk" text);
insert into "Upper Case"."Order By %s" ("select", "a ""quoted"" name", "per%cent", "t", "c0", "rows")
select 'from ' || n, 'it''s "' || n, n, 't' || n, 'c' || n, n from generate_series(1, 60) n;
create table "select"."table" ("where" int primary key, "user" text, "order" text default 'asc');
insert into "select"."table" values (1, 'me', 'asc'), (2, 'you', 'desc');
create table abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk (id int primary key, t text);
create table "冷却器 🔧 größe" ("номер" int primary key, "名前" text);
insert into "冷却器 🔧 größe" values (1, 'コンプレッサー'), (2, '工具'), (3, 'Ünïted');

-- Every kind of key.
create table key_serial (id bigserial primary key, label text);
create table key_uuid (id uuid primary key default gen_random_uuid(), label text);
create table key_text (id text primary key, label text);
create table key_char (id char(6) primary key, label text);
create table key_numeric (id numeric primary key, label text);
create table key_float (id float8 primary key, label text);
create table key_date (id date primary key, label text);
create table key_time (id timestamptz primary key, label text);
create table key_bytes (id bytea primary key, label text);
create table key_enum (id mood primary key, label text);
create table key_bool (id bool primary key, label text);
create table key_inet (id inet primary key, label text);
create table key_array (id int[] primary key, label text);
create table key_range (id int4range primary key, label text);
create table key_pair (id pair primary key, label text);
create table key_domain (id short primary key, label text);
create table key_interval (id interval primary key, label text);
create table key_json (id jsonb primary key, label text);
create table key_bit (id varbit primary key, label text);
create table key_letter (id "char" primary key, label text);
create table key_money (id money primary key, label text);
create table key_four (a int, b text, c date, d uuid, label text, primary key (d, b, a, c));
insert into key_serial (label) select 'l' || n from generate_series(1, 200) n;
insert into key_uuid select md5(n::text)::uuid, 'l' || n from generate_series(1, 60) n;
insert into key_text values
    ('', 'the empty text'), (' ', 'a space'), ('  ', 'two spaces'), ('a', 'small'), ('A', 'large'),
    ('á', 'composed'), (U&'a\0301', 'decomposed'), (E'a\nb', 'a newline'), (E'a\tb', 'a tab'),
    ('50%', 'percent'), ('50_', 'underscore'), ('50\', 'backslash'), ('null', 'the word'),
    ('''; drop table key_text; --', 'little Bobby'), (E'\x1b[31mred', 'an escape'),
    (U&'\202Egnp.exe', 'right to left'), (U&'zero\200Bwidth', 'zero width'),
    ('zerowidth', 'none'), ('👩‍👩‍👧‍👦', 'a family'), ('ＷＩＤＥ', 'full width'), ('$1', 'a parameter'),
    (repeat('k', 2000), 'long');
insert into key_char values ('a', 'padded'), ('ab  c', 'inside'), ('abcdef', 'full');
insert into key_numeric values (1, 'one'), (1.5, 'and a half'), (-0.00000001, 'small'),
    (123456789012345678901234567890.123456789, 'long'), ('NaN', 'no number'),
    ('Infinity', 'endless'), (100000000000000000000, 'round');
insert into key_float values (0.1, 'tenth'), (1e300, 'large'), ('NaN', 'no number'),
    ('-Infinity', 'endless'), (1.0 / 3, 'third'), ('-0', 'minus nothing');
insert into key_date values ('2024-02-29', 'leap'), ('0044-03-15 BC', 'ides'), ('infinity', 'endless'),
    ('12024-01-01', 'five digits');
insert into key_time values ('2024-03-31 02:30:00.123456+01', 'a lost hour'), ('-infinity', 'endless'),
    ('2024-10-27 02:30:00+02', 'summer'), ('2024-10-27 02:30:00+01', 'winter');
insert into key_bytes values ('\x', 'none'), ('\x00', 'zero'), ('\xdeadbeef', 'beef'), ('\x5c', 'backslash');
insert into key_enum select unnest(enum_range(null::mood)), 'a mood';
insert into key_bool values (true, 'yes'), (false, 'no');
insert into key_inet values ('10.0.0.1/8', 'net'), ('10.0.0.1', 'host'), ('::1', 'six');
insert into key_array values ('{}', 'none'), ('{1,NULL,3}', 'three'), ('[0:1]={1,2}', 'from zero');
insert into key_range values ('empty', 'empty'), ('[1,10)', 'some'), ('(,5)', 'open'), ('(,)', 'all');
insert into key_pair values ((1, 'with, comma "and" \ more'), 'odd'), ((2, ''), 'empty'), ((3, null), 'null');
insert into key_domain values ('abc', 'short');
insert into key_interval values ('1 mon', 'month'), ('-3 days 04:05:06.7', 'mixed'), ('1 year 2 mons', 'long');
insert into key_json values ('{"a": [1, null], "b": "x"}', 'object'), ('null', 'null'), ('"s"', 'text');
insert into key_bit values (B'', 'none'), (B'0', 'zero'), (B'0101', 'some');
insert into key_letter values ('a', 'letter'), ('', 'none');
insert into key_money values (1.5, 'one and a half'), (-1234567.89, 'debt');
insert into key_four select n % 5, 'b' || n % 3, date '2024-01-01' + n, md5((n % 7)::text)::uuid, 'l' || n
from generate_series(1, 120) n;

-- Nearly a key, or none.
create table no_key (a int, b text);
insert into no_key select n % 10, 'row ' || n % 20 from generate_series(1, 100) n;
create table unique_only (code text not null unique, label text);
insert into unique_only values ('a', 'one'), ('b', 'two');
create table unique_null (code text unique, label text);
insert into unique_null values ('a', 'one'), (null, 'two'), (null, 'three');
create table unique_part (code text not null, live bool not null, label text);
create unique index on unique_part (code) where live;
create unique index on unique_part (lower(code), live);
insert into unique_part values ('a', true, 'one'), ('a', false, 'two');
create table unique_late (code int not null unique deferrable initially deferred, label text);
insert into unique_late values (1, 'one'), (2, 'two');
create table no_columns ();
insert into no_columns default values;

-- Every type.
create table every_type (
    id int primary key, t text, v varchar(5), c char(4), letter "char", nm name, n numeric(6, 2),
    nn numeric, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, mo money, b bool, d date, tm time,
    ttz timetz, ts timestamp(3), tstz timestamptz, iv interval, ivy interval year to month, j json,
    jb jsonb, jp jsonpath, x xml, by bytea, u uuid, m mood, dom short, ch whole default 1, ar int[],
    ar2 text[][], am mood[], ap pair[], ad codes, rg int4range, nr numrange, sr spans, mr int4multirange,
    tr tstzrange, p point, bx box, ph path, po polygon, ci circle, ls lseg, li line, pa pair, f four,
    ip inet, cd cidr, ma macaddr, m8 macaddr8, bt bit(5), vb varbit(8), tv tsvector, tq tsquery,
    oo oid, rc regclass, rt regtype, rp regprocedure, ro regrole, pl pg_lsn, xi xid8, sn txid_snapshot,
    note text);
insert into every_type values (
    1, E'two\nlines\r\nand a\ttab \\ "quoted" ''single'' 冷却器 🔧  trailing  ', 'abcde', 'ab', 'q', 'a name',
    1234.50, 'NaN', -5, -2147483648, 9223372036854775807, 0.1, 1e-300, -1234567.89, true,
    '0044-03-15 BC', '24:00:00', '12:00:00.5+05:30', '2024-02-29 23:59:59.123', '-infinity',
    '-1 year 2 mons -3 days 04:05:06.7', '1 year 2 mons',
    E'{ "b":1,\n  "a": [1,2 ], "b":2 }', '{"z": 1.10, "a": null}', '$.a[*] ? (@ > 1)',
    '<a b="c">d &amp; e</a><second/>', '\x00ff10', '6ecd8c99-4036-403d-bf84-cf8400f67836', 'high "x"',
    'ok', 3, '{1,NULL,3}', '[0:1][1:2]={{"a,b","c\"d"},{NULL,""}}', '{low,"high \"x\"",""}',
    '{"(1,\"x y\")",NULL}', '{a,NULL,"NULL"}', '[1,10)', '(,5.50]', '[1.0,2.00)', '{[1,3),[5,9)}',
    '["2024-01-01 00:00:00+00",infinity)', '(1.5,-2)', '((1,2),(3,4))', '[(0,0),(1,1)]',
    '((0,0),(1,1),(1,0))', '<(0,0),2>', '[(0,0),(1,1)]', '{1,2,3}', '(7,"with, comma")',
    '(7,"a ""q"" \\ b",2024-02-29,1.50)', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03',
    '08:00:2b:01:02:03:04:05', '10101', '110', 'fat:1A cat:2', 'fat & (rat | cat:*)', 4294967295,
    'key_text', 'numeric(6,2)[]', 'length(text)', 'pg_monitor', '16/B374D848', '42', '10:20:10,14,15',
    'first');
insert into every_type (id, note) values (2, 'nothing but the key');

-- Names that are found by a search path, as a key too, and in a schema that is not on it.
create table "Upper Case".named (id int primary key);
create table key_relation (relation regclass primary key, kinds regtype[], note text);
insert into key_relation values ('every_type', '{mood,int4}', 'every type'), ('"Upper Case".named', '{}', 'not on the path'),
    ('pg_class', null, 'the catalog'), ('key_text', '{text}', null), ('unique_part', '{"char"}', 'parts');

-- What text may hold.
create table hostile (id int primary key, label text not null, body text);
insert into hostile values
    (1, 'escapes', E'\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;aGk=\x07 and \u009b31m'),
    (2, 'right to left', U&'user\202Egnp.exe\202C \2066isolate\2069 \200Fmark \061C'),
    (3, 'unseen', U&'zero\200Bwidth\200D joiner\FEFF bom \00AD soft \2060 tags\+0E0041\+0E0042'),
    (4, 'breaks', E'one\ntwo\rthree\r\nfour\ttab\x0b\x0cfeed\x08back\x01\x7f'),
    (5, 'wide', '冷却器を点検する。ＷＩＤＥ 한국어 '),
    (6, 'combining', E'e\u0301 a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘ à'),
    (7, 'emoji', '👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇩🇪 ❤️ ❤ 1️⃣ ☎️'),
    (8, 'a megabyte', repeat('0123456789abcdef', 65536)),
    (9, 'a megabyte of lines', repeat(E'line\n', 200000)),
    (10, 'a megabyte of width', repeat('冷', 350000)),
    (11, 'empty', ''), (12, 'null', null), (13, 'the word', 'NULL'), (14, 'spaces', '   '),
    (15, 'a trailing newline', E'text\n'), (16, 'carriage returns', E'a\rb\r\nc\r\n'),
    (17, 'scripts', 'ที่นี่ हिन्दी العربية עברית ქართული'),
    (18, 'private and odd', U&'\E000 \FFFE \FFFF \+01F9FF \+10FFFF \2028 \2029 \0085'),
    (19, 'tabs', E'a\tb\t\tc'), (20, 'percent', '100% of 50_50 \ and \\ and %s %d $1');
create table looks_like_numbers (id int primary key, code text, amount numeric, f float8);
insert into looks_like_numbers values (1, '007', 'NaN', 'NaN'), (2, '1e5', 1e5, 1e5), (3, ' 1', 0.10, 0.1),
    (4, '0x1F', -0.0, '-0'), (5, '1,000', 1000.000, 1e22), (6, '١٢٣', 'Infinity', 'Infinity'),
    (7, '1_000', 99999999999999999999999999999999.99999999999999999999, 1.7976931348623157e308);

-- Constraints, triggers, rules, generated columns.
create table parent (id int primary key, code text unique);
insert into parent values (1, 'one'), (2, 'two');
create table strict (
    id int generated always as identity primary key,
    name text not null check (length(name) > 2),
    low int, high int,
    code text unique,
    parent int references parent,
    later int references parent deferrable initially deferred,
    span int4range,
    dom short, ch whole default 7,
    doubled int generated always as (low * 2) stored,
    constraint low_below_high check (low < high),
    constraint "no %overlap" exclude using gist (span with &&)
);
insert into strict (name, low, high, code, parent, span) values
    ('first', 1, 2, 'a', 1, '[1,5)'), ('second', 3, 4, 'b', 2, '[5,9)');
create table "by default" (id int generated by default as identity (start 100) primary key, label text not null default 'none', at timestamptz default now());
insert into "by default" (label) values ('one'), ('two');

create function reject() returns trigger language plpgsql as $$ begin
    raise exception E'not on a %\x1b[31m', to_char(now(), 'Day')
        using detail = 'the detail', hint = 'the hint'; end $$;
create function reject_oddly() returns trigger language plpgsql as $$ begin
    perform 1 / 0; return new; end $$;
create function reject_missing() returns trigger language plpgsql as $$ begin
    execute 'select * from no_such_table'; return new; end $$;
create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
create function improve() returns trigger language plpgsql as $$ begin
    new.label := upper(new.label); new.changes := coalesce(old.changes, 0) + 1; return new; end $$;
create function rekey() returns trigger language plpgsql as $$ begin
    new.id := new.id + 100; return new; end $$;
create function redirect() returns trigger language plpgsql as $$ begin
    insert into redirected_to values (new.id, new.label); return null; end $$;
create table rejecting (id int primary key, label text);
create table rejecting_oddly (id int primary key, label text);
create table rejecting_missing (id int primary key, label text);
create table swallowing (id int primary key, label text);
create table improving (id int primary key, label text, changes int not null default 0);
create table rekeying (id int primary key, label text);
create table redirected (id int primary key, label text);
create table redirected_to (id int primary key, label text);
create table rejecting_late (id int primary key, label text);
insert into rejecting values (1, 'as it is');
insert into rejecting_oddly values (1, 'as it is');
insert into rejecting_missing values (1, 'as it is');
insert into swallowing values (1, 'as it is');
insert into improving values (1, 'as it is', 0);
insert into rekeying values (1, 'as it is');
insert into rejecting_late values (1, 'as it is');
create trigger reject before insert or update or delete on rejecting for each row execute function reject();
create trigger reject before update on rejecting_oddly for each row execute function reject_oddly();
create trigger reject before update on rejecting_missing for each row execute function reject_missing();
create trigger swallow before insert or update or delete on swallowing for each row execute function swallow();
create trigger improve before insert or update on improving for each row execute function improve();
create trigger rekey before insert or update on rekeying for each row execute function rekey();
create trigger redirect before insert on redirected for each row execute function redirect();
create constraint trigger late after insert or update or delete on rejecting_late deferrable initially deferred
    for each row execute function reject();

create table ruled (id int primary key, label text);
create table ruled_log (label text);
insert into ruled values (1, 'one'), (2, 'two');
create rule note as on update to ruled do also insert into ruled_log values (new.label);
create table ruled_nothing (id int primary key, label text);
insert into ruled_nothing values (1, 'one'), (2, 'two');
create rule nothing as on update to ruled_nothing do instead nothing;
create rule keep as on delete to ruled_nothing do instead update ruled_nothing set label = 'deleted' where id = old.id;

-- Inheritance, partitions.
create table animals (id int primary key, name text);
create table dogs (breed text) inherits (animals);
create table cats (id int primary key, lives int) inherits (animals);
insert into animals values (1, 'some animal');
insert into dogs values (1, 'a dog with the same number', 'terrier');
insert into cats values (1, 'a cat with the same number', 9);
create table parted (id int, part text, label text, primary key (part, id)) partition by list (part);
create table parted_a partition of parted for values in ('a');
create table parted_b partition of parted for values in ('b');
create table "parted ""c""" partition of parted for values in ('c') partition by range (id);
create table parted_c1 partition of "parted ""c""" for values from (0) to (50);
insert into parted select n, (array['a', 'b', 'c'])[n % 3 + 1], 'p' || n from generate_series(1, 40) n;
create table parted_no_key (id int, part text) partition by list (part);
create table parted_no_key_a partition of parted_no_key default;
insert into parted_no_key select n % 4, 'x' from generate_series(1, 30) n;

-- Views.
create view view_simple as select id, label from key_serial;
create view view_checked as select id, label from key_serial where id < 10 with local check option;
create view view_joined as select k.id, k.label, p.code from key_serial k join parent p on p.id = k.id % 2 + 1;
create view view_failing as select id, 1 / (id - id) as broken from key_serial;
create view view_failing_late as select id, 10 / (150 - id) as broken from key_serial;
create view view_slow as select id, label, pg_sleep(30) is null as slow from key_serial;
create function vanish() returns int language plpgsql as $$ begin
    execute 'select * from no_such_table'; return 1; end $$;
create view view_missing as select id, vanish() as gone from key_serial;
create view view_writing as select id, setval('key_serial_id_seq', 1000) as v from key_serial;
create view view_nothing as select;
create materialized view view_kept as select id, label from key_serial;
create materialized view view_unpopulated as select id, label from key_serial with no data;
create unlogged table unlogged (id int primary key, label text);

-- Width.
do $$ declare columns text; begin
    select string_agg(format('column_%s text default %L', n, n), ', ') into columns from generate_series(1, 200) n;
    execute 'create table two_hundred (id int primary key, ' || columns || ')';
    insert into two_hundred (id) select generate_series(1, 30);
end $$;

-- Order that is not that of bytes.
create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table collated (id text collate caseless primary key, label text collate caseless, german text collate "de-x-icu");
insert into collated values ('Alpha', 'One', 'Äpfel'), ('beta', 'ONE', 'Zoo'), ('GAMMA', 'two', 'apfel');

-- Rights.
create table secured (id int primary key, owner text not null, label text);
alter table secured enable row level security;
insert into secured values (1, 'rowhouse_nasty_secured', 'mine'), (2, 'somebody', 'not mine'),
    (3, 'everybody', 'to be read'), (4, 'rowhouse_nasty_secured', 'mine too');
create policy look on secured for select using (owner in (current_user, 'everybody'));
create policy change on secured for update using (owner = current_user) with check (owner = current_user);
create policy make on secured for insert with check (owner = current_user);
create policy remove on secured for delete using (owner = current_user);
create table secured_blind (id int primary key, owner text not null, label text);
alter table secured_blind enable row level security;
insert into secured_blind values (1, 'somebody', 'not mine');
create table column_rights (id int primary key, secret text default 'unknown', label text, fixed text);
insert into column_rights values (1, 'secret', 'shown', 'fixed'), (2, 'more', 'shown too', 'fixed');
create table column_no_key (id int primary key, label text);
insert into column_no_key values (1, 'one'), (2, 'two');
create table insert_only (id int primary key, label text);
create table forbidden (id int primary key);

analyze;
grant usage on schema public, "Upper Case", "select" to rowhouse_nasty_clerk, rowhouse_nasty_reader, rowhouse_nasty_hurried;
grant all on all tables in schema public, "Upper Case", "select" to rowhouse_nasty_clerk;
grant all on all sequences in schema public, "Upper Case", "select" to rowhouse_nasty_clerk;
grant select on all tables in schema public, "Upper Case", "select" to rowhouse_nasty_reader, rowhouse_nasty_hurried;
revoke all on forbidden from rowhouse_nasty_clerk, rowhouse_nasty_reader, rowhouse_nasty_hurried;
grant select, insert, update, delete on secured, secured_blind to rowhouse_nasty_secured;
grant select (id, label, fixed), insert (id, label), update (label), delete on column_rights to rowhouse_nasty_columns;
grant select (label), update (label), delete on column_no_key to rowhouse_nasty_columns;
grant insert on insert_only to rowhouse_nasty_columns;
