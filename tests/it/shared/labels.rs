//! Names behind keys in the shared way: a policy keeps the index from some types, and no large table is
//! read anew for every row of a page.

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::lookup::LookupRequest;
use rowhouse::db::contract::{LookupReply, Reply, Request};

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, first_page};

const TABLES: &str = "
    create table maker (id numeric primary key, name text not null);
    insert into maker select n, 'maker ' || n from generate_series(1, 2000) n;
    create table kind (id numeric primary key, name text not null);
    insert into kind values (1, 'pump');
    create table owner (id int primary key, name text not null);
    insert into owner select n, 'owner ' || n from generate_series(1, 2000) n;
    create table thing (id int primary key, maker numeric references maker, kind numeric references kind,
        owner int references owner);
    insert into thing values (1, 1999, 1, 1999);
    analyze maker, kind, owner, thing";

/// The names of what the one row refers to, once all tables are known.
async fn named(seat: &Seat) -> Got<Vec<Option<String>>> {
    let shape = seat.shape("thing").await?;
    let tables = shape.references.iter().map(|one| one.table).collect();
    let asked = Request::Lookup(LookupRequest::Learn(tables));
    let learned = seat.database.perform(asked).await?;
    assert!(matches!(learned, Reply::Lookup(LookupReply::Learned(true))));
    let page = seat.page(first_page(&shape, 10)).await?;
    let row = page.rows.first().ok_or("no row")?;
    let cell = |name: &str| {
        let place = shape.column_named(name).expect("a column");
        row.cell(place).expect("a cell").label.clone()
    };
    Ok(["maker", "kind", "owner"].map(cell).into())
}

#[tokio::test]
async fn a_large_table_is_named_only_by_its_index() -> Outcome {
    let mut site = Site::new().await?;
    site.owner.batch_execute(TABLES).await?;
    let tables = ["maker", "kind", "owner", "thing"].map(str::to_owned);
    let plan = adopt::plan(&site.owner, &tables, &Options::default()).await?;
    adopt::apply(&mut site.owner, &plan).await?;
    let anna = site.person("anna").await?;
    let names = [None, Some("pump"), Some("owner 1999")];
    let names: Vec<Option<String>> = names.map(|name| name.map(str::to_owned)).into();
    assert_eq!(named(&anna).await?, names);
    Ok(())
}
