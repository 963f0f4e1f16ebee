//! The list of tables by keys and answers.

use std::sync::Arc;

use crate::app::bench::{Bench, session};
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::app::place::Place;
use crate::app::update::replies;
use crate::db::contract::{CatalogReply, CatalogRequest, Fault, QueryId, Reply, Request};
use crate::domain::table::{Rights, TableId, TableKind, TableName, TableSummary};

fn table(id: u32, schema: &str, name: &str, comment: Option<&str>) -> TableSummary {
    TableSummary {
        keyless: false,
        id: TableId(id),
        name: TableName {
            schema: schema.into(),
            name: name.into(),
        },
        kind: TableKind::Table,
        comment: comment.map(str::to_owned),
        estimated_rows: Some(u64::from(id) * 1000),
        rights: Rights {
            view: true,
            ..Rights::default()
        },
    }
}

fn listed(tables: Vec<TableSummary>) -> Result<Reply, Fault> {
    Ok(Reply::Catalog(CatalogReply::TablesListed(Arc::from(
        tables,
    ))))
}

/// Signs anna in; the tables are asked for.
fn begin() -> Bench {
    let mut bench = Bench::at_sign_in();
    replies::signed_in(&mut bench.app, session("anna"), &mut bench.effects);
    bench
}

/// Answers the question for the tables.
fn answer(bench: &mut Bench, reply: Result<Reply, Fault>) {
    let asked = bench.asked();
    let lists = |request: &Request| matches!(request, Request::Catalog(CatalogRequest::ListTables));
    let mut lists = asked.iter().filter(|(_, request)| lists(request));
    let query = lists.next_back().expect("the tables are asked for").0;
    bench.answer_to(query, reply);
}

fn plant() -> Bench {
    let mut bench = begin();
    answer(
        &mut bench,
        listed(vec![
            table(1, "stock", "part", Some("spare parts")),
            table(2, "public", "equipment", Some("machines")),
            table(3, "public", "meter_reading", None),
        ]),
    );
    bench
}

#[track_caller]
fn check(bench: &mut Bench, keys: &str, line: &str) {
    bench.press(keys);
    let screen = bench.screen();
    let found = screen.lines().find(|line| line.contains('▌'));
    let found = found.unwrap_or_default();
    assert!(found.contains(line), "{line:?} after {keys}:\n{screen}");
}

#[test]
fn tables_are_listed_by_schema_and_name_with_label_and_rows() {
    let mut bench = plant();
    check(&mut bench, "", " ▌ equipment      machines");
    let screen = bench.screen();
    for text in [" public\n", " stock\n", "≈ 2000  read-only", "3 tables"] {
        assert!(screen.contains(text), "{text:?} in\n{screen}");
    }
    check(&mut bench, "j j j", " ▌ part           spare parts");
    check(&mut bench, "home", "equipment");
    check(&mut bench, "G k", "meter_reading");
}

#[test]
fn finding_matches_names_first_and_labels_too() {
    let mut bench = plant();
    bench.press("/");
    bench.type_text("mch");
    check(&mut bench, "", "equipment");
    assert!(bench.screen().contains("1 table"));
    bench.press("backspace backspace backspace");
    bench.type_text("e");
    check(&mut bench, "down", "meter_reading");
    check(&mut bench, "esc", "meter_reading");
    assert!(bench.screen().contains("3 tables"));
    bench.press("/");
    bench.type_text("zzz");
    let screen = bench.screen();
    assert!(
        screen.contains("No table has a name or label like this"),
        "{screen}"
    );
    bench.press("enter esc");
    assert_eq!(bench.app.place, Place::Tables);
    bench.press("/");
    bench.type_text("part");
    bench.press("enter");
    assert_eq!(bench.app.place, Place::Browser(TableId(1)));
}

#[test]
fn the_cursor_stays_on_its_table_when_the_list_is_read_again() {
    let mut bench = plant();
    check(&mut bench, "j", "meter_reading");
    bench.press("r");
    answer(
        &mut bench,
        listed(vec![
            table(3, "public", "meter_reading", None),
            table(4, "public", "audit", None),
        ]),
    );
    check(&mut bench, "", "meter_reading");
    assert!(bench.screen().contains("2 tables"));
}

#[test]
fn waiting_failing_and_nothing_at_all_are_said_in_words() {
    let mut bench = begin();
    assert!(bench.screen().contains("Reading the list of tables"));
    answer(&mut bench, Err(Fault::TooSlow));
    let screen = bench.screen();
    assert!(screen.contains("It took longer than the limit"), "{screen}");
    assert!(screen.contains("reload"), "{screen}");
    bench.press("r");
    answer(&mut bench, listed(Vec::new()));
    let screen = bench.screen();
    assert!(
        screen.contains("There is no table here that you may see"),
        "{screen}"
    );
    assert!(screen.contains("rowhouse adopt TABLE"), "{screen}");
}

#[test]
fn the_table_named_on_the_command_line_is_opened() {
    let mut bench = begin();
    bench.app.context.landing.table = Some("part".into());
    answer(&mut bench, listed(vec![table(1, "stock", "part", None)]));
    assert_eq!(bench.app.place, Place::Browser(TableId(1)));
    bench.press("esc q");
    assert_eq!(bench.app.place, Place::Tables);

    let mut bench = begin();
    bench.app.context.landing.table = Some("nothing".into());
    answer(&mut bench, listed(vec![table(1, "stock", "part", None)]));
    let told = "There is no table nothing here, or you may not see it";
    assert_eq!(bench.told(), told);

    let mut bench = begin();
    bench.app.context.landing.table = Some("prat".into());
    answer(&mut bench, listed(vec![table(1, "public", "part", None)]));
    assert!(
        bench.told().ends_with("the nearest is part"),
        "{}",
        bench.told()
    );
}

#[test]
fn favourites_stand_first_and_stay_so_when_read_again() {
    let mut bench = plant();
    check(&mut bench, "G", "part");
    check(&mut bench, "t", " ▌*stock.part");
    assert_eq!(bench.told(), "stock.part is a favourite: it stands first");
    let screen = bench.screen();
    for text in [" favourites\n", " public\n"] {
        assert!(screen.contains(text), "{text:?} in\n{screen}");
    }
    assert!(!screen.contains(" stock\n"), "{screen}");
    check(&mut bench, "j", "equipment");
    bench.press("/");
    bench.type_text("t");
    check(&mut bench, "", "*stock.part");
    check(&mut bench, "esc k", "*stock.part");
    check(&mut bench, "t", " ▌ part");
    assert_eq!(bench.told(), "stock.part is no favourite any more");
}

#[test]
fn why_a_table_can_only_be_read_is_said() {
    let mut bench = begin();
    let of = |id, name: &str, kind, keyless| TableSummary {
        kind,
        keyless,
        rights: Rights {
            view: true,
            insert: true,
            ..Rights::default()
        },
        ..table(id, "sales", name, None)
    };
    answer(
        &mut bench,
        listed(vec![
            of(1, "a", TableKind::Table, false),
            of(2, "b\n値", TableKind::Table, true),
            of(3, "c", TableKind::View, false),
            of(4, "d", TableKind::MaterialisedView, false),
            of(5, "e", TableKind::Foreign, false),
            of(6, "f", TableKind::Partitioned, false),
            of(7, "g", TableKind::Partitioned, true),
        ]),
    );
    // One schema tells nothing.
    assert!(!bench.screen().contains("sales"), "{}", bench.screen());
    check(&mut bench, "", " ▌ a ");
    assert!(!bench.screen().contains("Read-only:"));
    for (line, why) in [
        ("no key", Some("no key that would name one row")),
        ("view", Some("this is a view")),
        ("materialised", Some("a materialised view")),
        ("foreign", Some("lives on another server")),
        ("partitioned", None),
        ("partitioned, no key", Some("no key")),
    ] {
        check(&mut bench, "j", line);
        let screen = bench.screen();
        let said = screen.lines().find(|line| line.contains("Read-only: "));
        assert_eq!(said.is_some(), why.is_some(), "{screen}");
        assert!(said.unwrap_or_default().contains(why.unwrap_or_default()));
    }
}

/// Two thousand tables in 25 schemas.
fn many() -> Vec<TableSummary> {
    let number = 0..2000_u32;
    let tables = number.map(|n| {
        let schema = format!("schema_{:02}", n % 25);
        let name = format!(
            "{}_{:04}",
            ["order", "invoice", "part", "meter"][n as usize % 4],
            n
        );
        table(n + 1, &schema, &name, Some("what is kept of it"))
    });
    tables.collect()
}

#[test]
fn two_thousand_tables_are_found_and_walked_without_a_stall() {
    let mut bench = begin();
    answer(&mut bench, listed(many()));
    check(&mut bench, "", "invoice_0025");
    bench.press("enter esc q");
    assert!(
        bench.screen().contains(" opened last\n"),
        "{}",
        bench.screen()
    );
    check(&mut bench, "G", "part_1974");
    check(&mut bench, "home j j", "invoice_0225");
    bench.press("/");
    let mut slowest = std::time::Duration::ZERO;
    for c in "inv1425".chars() {
        let began = std::time::Instant::now();
        bench.type_text(&c.to_string());
        bench.screen();
        slowest = slowest.max(began.elapsed());
    }
    check(&mut bench, "", "schema_00.invoice_1425");
    // Far below what a person notices, unoptimised and on a busy machine.
    assert!(slowest.as_millis() < 400, "{slowest:?}");
}

/// Lets keys rest; returns the questions for columns that are put then.
fn rest(bench: &mut Bench) -> Vec<(QueryId, TableId)> {
    bench.take(Message::Wake(Timer::Rest));
    let columns = |(query, request)| match request {
        Request::Catalog(CatalogRequest::LoadShape { table }) => Some((query, table)),
        _ => None,
    };
    bench.asked().into_iter().filter_map(columns).collect()
}

#[test]
fn the_columns_of_the_table_that_keys_rest_on_are_asked_for_one_at_a_time() {
    let mut bench = plant();
    bench.press("down");
    let [(query, TableId(3))] = rest(&mut bench)[..] else {
        panic!("the columns under the cursor are asked for");
    };
    bench.press("down");
    assert_eq!(rest(&mut bench), []);
    let refused = Fault::Other {
        message: "not now".into(),
    };
    bench.answer_to(query, Err(refused));
    assert!(!bench.screen().contains("not now"), "{}", bench.screen());
    let [(_, TableId(1))] = rest(&mut bench)[..] else {
        panic!("the cursor went on meanwhile, and rests again");
    };
}
