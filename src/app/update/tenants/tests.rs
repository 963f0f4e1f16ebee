//! Choosing a tenant by keys in, questions out.

use crate::app::bench::{self, Bench};
use crate::db::contract::login::SignedIn;
use crate::db::contract::{
    CatalogReply, Fault, LoginReply, QueryId, Reply, Request, TenantsReply, TenantsRequest,
};
use crate::domain::account::TenantLine;

fn signed_in(chooses: bool, tenant: Option<&str>) -> SignedIn {
    let mut session = bench::session("anna");
    session.person.may_choose_tenant = chooses;
    session.person.tenant = tenant.map(str::to_owned);
    session
}

fn at_tables(session: SignedIn) -> Bench {
    let mut bench = Bench::at_sign_in();
    bench.type_text("anna");
    bench.press("enter");
    bench.type_text("correct horse");
    bench.press("enter");
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(session))));
    answer_tables(&mut bench);
    bench
}

fn answer_tables(bench: &mut Bench) {
    let list = |(query, request): &(QueryId, Request)| {
        matches!(request, Request::Catalog(_)).then_some(*query)
    };
    if let Some(query) = bench.asked().iter().find_map(list) {
        let tables = bench::tables(&["equipment"]).into();
        bench.answer_to(
            query,
            Ok(Reply::Catalog(CatalogReply::TablesListed(tables))),
        );
    }
    bench.effects.clear();
}

fn asked(bench: &mut Bench) -> Option<(QueryId, TenantsRequest)> {
    bench
        .asked()
        .into_iter()
        .find_map(|(query, request)| match request {
            Request::Tenants(request) => Some((query, request)),
            _ => None,
        })
}

fn lines() -> Vec<TenantLine> {
    let line = |name: &str, closed: Option<&str>| TenantLine {
        name: name.into(),
        closed: closed.map(str::to_owned),
        chosen: false,
    };
    vec![line("North", None), line("South", Some("South is closed."))]
}

fn with_list(bench: &mut Bench) {
    bench.press("T");
    let (query, request) = asked(bench).expect("asked for the list");
    assert!(matches!(request, TenantsRequest::List));
    bench.answer_to(query, Ok(Reply::Tenants(TenantsReply::Listed(lines()))));
    bench.effects.clear();
    bench.screen();
}

#[test]
fn a_tenant_is_chosen_and_the_header_says_it() {
    let mut bench = at_tables(signed_in(true, None));
    let screen = bench.screen();
    assert!(screen.contains("ALL TENANTS, reading only"), "{screen}");
    assert!(screen.contains("T choose tenant"), "{screen}");
    with_list(&mut bench);
    let screen = bench.screen();
    assert!(screen.contains("all tenants, reading only"), "{screen}");
    bench.press("down");
    bench.press("enter");
    let (query, request) = asked(&mut bench).expect("asked to choose");
    assert!(
        matches!(&request, TenantsRequest::Choose { name: Some(name) } if name == "North"),
        "{request:?}"
    );
    let there = signed_in(true, Some("North"));
    bench.answer_to(query, Ok(Reply::Tenants(TenantsReply::Chosen(there))));
    assert!(
        bench.told().contains("You act in North now"),
        "{}",
        bench.told()
    );
    answer_tables(&mut bench);
    let screen = bench.screen();
    assert!(
        screen.contains("North") && !screen.contains("ALL TENANTS"),
        "{screen}"
    );
}

#[test]
fn a_closed_one_is_told_and_not_asked_for() {
    let mut bench = at_tables(signed_in(true, None));
    with_list(&mut bench);
    bench.type_text("sou");
    bench.press("enter");
    assert!(asked(&mut bench).is_none());
    assert_eq!(bench.told(), "South is closed.");
    bench.press("esc");
    assert!(bench.app.overlay.is_none());
}

#[test]
fn nobody_else_chooses() {
    let mut bench = at_tables(signed_in(false, Some("North")));
    assert!(!bench.screen().contains("choose tenant"));
    bench.press("T");
    assert!(asked(&mut bench).is_none());
    assert!(
        bench.told().contains("sees all tenants"),
        "{}",
        bench.told()
    );
}

#[test]
fn what_went_wrong_is_told_and_nothing_changes() {
    let mut bench = at_tables(signed_in(true, None));
    with_list(&mut bench);
    bench.press("down");
    bench.press("enter");
    let (query, _) = asked(&mut bench).expect("asked");
    let message = "North is closed.".to_owned();
    bench.answer_to(query, Err(Fault::NotPermitted { message }));
    assert_eq!(bench.told(), "North is closed.");
    assert!(bench.screen().contains("ALL TENANTS, reading only"));
}
