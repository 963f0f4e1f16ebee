-- What nobody would do and somebody has done: names with signs in them, keys of several parts in another
-- order than the columns that refer to them, values of every kind, a rule that waits for the end, records
-- that refer to each other.
create schema "Upper Case";
create type "a mood" as enum ('low', 'it''s ok', 'high "x"');
create table "Upper Case"."Order By %s" (
    "ID ""x""" text, "select" date, note text, "größe" numeric, j jsonb, ar text[], rg int4range, iv interval,
    by bytea, m "a mood", c char(6), f float8, ts timestamptz, u uuid, ip inet, x bit varying,
    "half" text generated always as (left(note, 3)) stored,
    primary key ("select", "ID ""x"""));
create table "Upper Case"."line's" (
    "the ""no""" int, "of" text, "the day" date, what text not null, next int,
    primary key ("the ""no"""),
    constraint "of it" foreign key ("of", "the day") references "Upper Case"."Order By %s" ("ID ""x""", "select")
        on delete cascade deferrable initially deferred,
    foreign key (next) references "Upper Case"."line's" deferrable initially deferred);
create table "Upper Case"."loose %1$s" (
    k text primary key, "of" text, "the day" date,
    foreign key ("of", "the day") references "Upper Case"."Order By %s" ("ID ""x""", "select") on delete set null);
insert into "Upper Case"."Order By %s" ("ID ""x""", "select", note, "größe", j, ar, rg, iv, by, m, c, f, ts, u, ip, x)
select v.id, date '2024-02-29', 'first' || v.n, 1.50, '{"a": [1, null], "b": "\u00fc"}', '{"a,b",NULL,"{x}"}', '[1,5)',
       '1 mon -3 days', '\x00ff', 'high "x"', 'ab', 0.1, '2024-03-31 02:30:00.123456+01',
       md5(v.n::text)::uuid, '10.0.0.1/8', B'0101'
  from (values (1, E'\x1b[31mred'), (2, '''; drop table x; --'), (3, ' '), (4, E'a\nb'), (5, '50%'), (6, '')) v(n, id);
insert into "Upper Case"."line's" values
    (1, E'\x1b[31mred', '2024-02-29', E'one\ttab', 2), (2, E'\x1b[31mred', '2024-02-29', '', 1),
    (3, ' ', '2024-02-29', 'alone', null);
insert into "Upper Case"."loose %1$s" values ('a', E'\x1b[31mred', '2024-02-29'), ('b', null, null);
