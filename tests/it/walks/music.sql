-- A shop for music: plain keys, a table that only joins two others, rules that forbid and rules that take
-- along.
create table artist (artist_id int primary key, name varchar(120));
create table album (
    album_id int primary key, title varchar(160) not null,
    artist_id int not null references artist on delete cascade);
create table media_type (media_type_id int primary key, name varchar(120));
create table track (
    track_id int primary key, name varchar(200) not null, album_id int references album on delete cascade,
    media_type_id int not null references media_type, composer varchar(220),
    milliseconds int not null, unit_price numeric(10, 2) not null);
create table playlist (playlist_id int primary key, name varchar(120));
create table playlist_track (
    playlist_id int references playlist on delete cascade, track_id int references track on delete cascade,
    primary key (playlist_id, track_id));
insert into artist select n, 'Artist ' || n from generate_series(1, 12) n;
insert into album select n, 'Album ' || n, 1 + n % 12 from generate_series(1, 36) n;
insert into media_type values (1, 'File'), (2, null);
insert into track select n, 'Track ' || n, 1 + n % 36, 1 + n % 2, nullif('By ' || n % 3, 'By 0'), 1000 * n, n * 0.01
  from generate_series(1, 144) n;
insert into playlist select n, 'List ' || n from generate_series(1, 4) n;
insert into playlist_track select 1 + n % 4, n from generate_series(1, 144) n;
