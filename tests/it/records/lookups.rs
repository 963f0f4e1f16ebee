//! Records that foreign keys refer to: found by key and by name, bounded, and never beyond what may
//! be read.

use rowhouse::db::contract::lookup::{Found, Label, Named};
use rowhouse::db::contract::{LookupReply, LookupRequest, Reply, Request};
use rowhouse::domain::reference::Reference;
use rowhouse::domain::table::Shape;

use crate::desk::{Desk, Got, Outcome, Seat};

const SCHEMA: &str = "
    create table country (code char(2) primary key, name text);
    insert into country values ('DE', 'Germany'), ('JP', 'Japan'), ('NL', 'The Netherlands'), ('DK', '50%_\\');
    create table site (tenant int, site int, title text not null, primary key (tenant, site));
    insert into site select n % 3, n, 'Site ' || n from generate_series(1, 60) n;
    create table closed (id int primary key, name text);
    create table visit (
        id int primary key, country char(2) references country, tenant int, site int,
        closed int references closed, loose text,
        foreign key (tenant, site) references site);
    grant select, insert on country, site, visit to rowhouse_test_clerk;
    create table half (id int primary key, name text, remark text, secret text);
    insert into half values (1, 'unread', 'shown', 'hidden');
    alter table visit add half int references half;
    grant select (id, remark, secret) on half to rowhouse_test_clerk";

async fn seat() -> Got<(Desk, Seat)> {
    let desk = Desk::new().await?;
    desk.run(SCHEMA).await?;
    let clerk = desk.clerk().await?;
    Ok((desk, clerk))
}

fn reference<'a>(shape: &'a Shape, name: &str) -> &'a Reference {
    let column = shape.column_named(name).expect("a column");
    let all = &shape.references;
    let found = all.iter().find(|one| one.columns.contains(&column));
    found.unwrap_or_else(|| panic!("{name} refers to nothing"))
}

async fn look(seat: &Seat, request: LookupRequest) -> Got<LookupReply> {
    match seat.database.perform(Request::Lookup(request)).await? {
        Reply::Lookup(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn find(seat: &Seat, shape: &Shape, name: &str, typed: &str) -> Got<Found> {
    let reference = reference(shape, name);
    let request = LookupRequest::Find {
        table: reference.table,
        key: reference.theirs.clone(),
        typed: typed.into(),
        limit: 20,
    };
    match look(seat, request).await? {
        LookupReply::Found(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

fn listed(found: &Found) -> Vec<String> {
    let one = |choice: &rowhouse::domain::reference::Choice| {
        format!("{}:{}", choice.key.join(","), choice.labels.join("|"))
    };
    found.choices.iter().map(one).collect()
}

#[tokio::test]
async fn the_key_is_found_first_and_then_the_name() -> Outcome {
    let (_desk, clerk) = seat().await?;
    let visit = clerk.shape("visit").await?;
    let found = find(&clerk, &visit, "country", "").await?;
    assert_eq!(
        listed(&found),
        ["DE:Germany", "DK:50%_\\", "JP:Japan", "NL:The Netherlands"]
    );
    assert!(!found.more && found.may_create);
    for (typed, expected) in [
        ("d", vec!["DE:Germany", "DK:50%_\\", "NL:The Netherlands"]),
        ("an", vec!["DE:Germany", "JP:Japan", "NL:The Netherlands"]),
        ("0%_\\", vec!["DK:50%_\\"]),
        ("%", vec!["DK:50%_\\"]),
        ("' or true --", vec![]),
    ] {
        let found = find(&clerk, &visit, "country", typed).await?;
        assert_eq!(listed(&found), expected, "{typed}");
    }
    Ok(())
}

#[tokio::test]
async fn a_key_of_two_columns_is_found_by_either_and_never_more_than_asked_for() -> Outcome {
    let (_desk, clerk) = seat().await?;
    let visit = clerk.shape("visit").await?;
    let site = reference(&visit, "site");
    assert_eq!(site.columns.len(), 2);
    assert_eq!(site.theirs, ["tenant", "site"]);
    let found = find(&clerk, &visit, "tenant", "").await?;
    assert_eq!(found.choices.len(), 20);
    assert!(found.more);
    assert_eq!(listed(&found)[..2], ["0,3:Site 3", "0,6:Site 6"]);
    let found = find(&clerk, &visit, "site", "41").await?;
    assert_eq!(listed(&found), ["2,41:Site 41"]);
    let found = find(&clerk, &visit, "site", "site 5").await?;
    assert_eq!(found.choices.len(), 11);
    Ok(())
}

#[tokio::test]
async fn records_are_found_by_their_own_key_without_its_being_known() -> Outcome {
    let (_desk, clerk) = seat().await?;
    let visit = clerk.shape("visit").await?;
    let country = reference(&visit, "country");
    let own = |table, typed: &str| LookupRequest::Find {
        table,
        key: Vec::new(),
        typed: typed.into(),
        limit: 20,
    };
    for typed in ["", "at", "ger", "zzz"] {
        let by_name = find(&clerk, &visit, "country", typed).await?;
        let found = look(&clerk, own(country.table, typed)).await?;
        assert_eq!(found, LookupReply::Found(by_name), "{typed}");
    }
    // Of rows without a key none can be opened.
    let keyless = clerk.shape("keyless").await?;
    let found = look(&clerk, own(keyless.id, "a")).await?;
    assert_eq!(found, LookupReply::Unreadable);
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_read_is_neither_listed_nor_named() -> Outcome {
    let (desk, clerk) = seat().await?;
    let visit = clerk.shape("visit").await?;
    let closed = reference(&visit, "closed");
    assert!(!closed.readable && reference(&visit, "half").readable);
    let request = LookupRequest::Find {
        table: closed.table,
        key: closed.theirs.clone(),
        typed: String::new(),
        limit: 20,
    };
    assert_eq!(
        look(&clerk, request.clone()).await?,
        LookupReply::Unreadable
    );
    // Of a table that may be read in part, only that part names its records; no secret ever does.
    let found = find(&clerk, &visit, "half", "").await?;
    assert_eq!(listed(&found), ["1:shown"]);
    assert!(!found.may_create);
    // A right that goes while the list is open closes it.
    desk.run("revoke select on country from rowhouse_test_clerk")
        .await?;
    let country = reference(&visit, "country");
    let request = LookupRequest::Find {
        table: country.table,
        key: country.theirs.clone(),
        typed: "x".into(),
        limit: 20,
    };
    assert_eq!(look(&clerk, request).await?, LookupReply::Unreadable);
    Ok(())
}

#[tokio::test]
async fn names_come_together_and_a_wrong_one_spoils_none() -> Outcome {
    let (desk, clerk) = seat().await?;
    let visit = clerk.shape("visit").await?;
    let named = |name: &str, key: &[&str]| {
        let reference = reference(&visit, name);
        Named {
            table: reference.table,
            columns: reference.theirs.clone(),
            key: key.iter().map(|&part| part.to_owned()).collect(),
        }
    };
    let wanted = vec![
        named("country", &["JP"]),
        named("site", &["1", "7"]),
        named("closed", &["1"]),
        named("country", &["XX"]),
    ];
    let expected = vec![
        Label::Is("Japan".into()),
        Label::Is("Site 7".into()),
        Label::Unknown,
        Label::Missing,
    ];
    let reply = look(&clerk, LookupRequest::Name(wanted.clone())).await?;
    assert_eq!(reply, LookupReply::Named(expected.clone()));
    // The column that named them is gone by now: they are named by what is there.
    desk.run("alter table site rename title to heading").await?;
    let reply = look(&clerk, LookupRequest::Name(wanted)).await?;
    assert_eq!(reply, LookupReply::Named(expected));
    Ok(())
}
