-- A shop that lends films: an enum, a domain, arrays, a search column that a trigger fills, a stamp that a
-- trigger sets, and payments in partitions that let go of what they were for.
create type rating as enum ('G', 'PG', 'R');
create domain release_year as int check (value between 1901 and 2155);
create function stamp() returns trigger language plpgsql as $$
begin
    new.last_update := now();
    return new;
end $$;
create table film (
    film_id serial primary key, title text not null, description text, released release_year,
    rate numeric(4, 2) not null default 4.99, rated rating default 'G', extras text[],
    fulltext tsvector not null, last_update timestamptz not null default now());
create trigger stamp before update on film for each row execute function stamp();
create trigger fill before insert or update on film for each row
    execute function tsvector_update_trigger(fulltext, 'pg_catalog.english', title, description);
create table actor (actor_id serial primary key, last_name text not null);
create table film_actor (
    actor_id int not null references actor, film_id int not null references film on delete cascade,
    last_update timestamptz not null default now(), primary key (actor_id, film_id));
create table rental (
    rental_id serial primary key, rented timestamptz not null, film_id int not null references film on delete cascade,
    returned timestamptz, last_update timestamptz not null default now());
create table payment (
    payment_id serial, rental_id int references rental on delete set null, amount numeric(5, 2) not null,
    paid timestamptz not null, primary key (paid, payment_id)) partition by range (paid);
create table payment_early partition of payment for values from ('2022-01-01') to ('2022-02-01');
create table payment_late partition of payment for values from ('2022-02-01') to ('2023-01-01');
insert into film (title, description, released, rated, extras)
select 'FILM ' || n, 'A tale of ' || n, 1990 + n, (array['G', 'PG', 'R'])[1 + n % 3]::rating,
       array['Trailers', 'it''s "deleted", {scenes}'] from generate_series(1, 20) n;
insert into actor (last_name) select 'ACTOR ' || n from generate_series(1, 5) n;
insert into film_actor (actor_id, film_id) select a, f from generate_series(1, 5) a, generate_series(1, 20) f;
insert into rental (rented, film_id) select timestamptz '2022-01-25' + n * interval '1 day', 1 + n % 20
  from generate_series(1, 40) n;
insert into payment (rental_id, amount, paid) select n, n * 0.5, timestamptz '2022-01-25' + n * interval '1 day'
  from generate_series(1, 40) n;
