//! The list of tables by keys and answers.

use std::sync::Arc;

use crate::app::bench::{Bench, session};
use crate::app::place::Place;
use crate::app::update::replies;
use crate::db::contract::{CatalogReply, CatalogRequest, Fault, Reply, Request};
use crate::domain::table::{Rights, TableId, TableKind, TableName, TableSummary};

fn table(id: u32, schema: &str, name: &str, comment: Option<&str>) -> TableSummary {
    TableSummary {
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
    check(&mut bench, "j j j", " ▌ stock.part     spare parts");
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
}
