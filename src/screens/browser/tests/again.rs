//! A question that is refused because something about the table is not as it was, its columns being
//! the same: rights that were given or taken. What is shown is asked for again, but not for ever.

use super::plant::{EQUIPMENT, Plant};
use crate::db::contract::{Fault, QueryId, Request};

fn outdated() -> Fault {
    Fault::Outdated {
        message: "the table was altered meanwhile; it is read again".into(),
    }
}

/// Before the grid of a table whose columns are known, as when a draft of it was continued.
fn before_the_grid() -> Plant {
    let mut plant = Plant::begin(5);
    let shape = crate::domain::table::Shape {
        id: EQUIPMENT,
        ..plant.shape.clone()
    };
    let shapes = &mut plant.bench.app.context.shapes;
    shapes.insert(EQUIPMENT, shape.into());
    plant.asked.clear();
    plant.press_ahead("enter");
    plant
}

fn refuse(plant: &mut Plant) {
    let pages = |(_, request): &(QueryId, Request)| matches!(request, Request::Records(_));
    let at = plant
        .open
        .iter()
        .position(pages)
        .expect("rows are asked for");
    let (query, _) = plant.open.remove(at);
    plant.bench.answer_to(query, Err(outdated()));
    plant.collect();
}

#[test]
fn a_grid_that_was_refused_is_read_once_its_table_is_known_again() {
    let mut plant = before_the_grid();
    refuse(&mut plant);
    plant.settle();
    let screen = plant.bench.screen();
    assert!(screen.contains("BFM-001"), "{screen}");
    assert!(!screen.contains("altered meanwhile"), "{screen}");
}

#[test]
fn one_that_is_refused_for_ever_is_not_asked_for_ever() {
    let mut plant = before_the_grid();
    for _ in 0..3 {
        let pages = |(_, request): &(QueryId, Request)| matches!(request, Request::Records(_));
        if plant.open.iter().any(pages) {
            refuse(&mut plant);
        }
        let shapes = |(_, request): &(QueryId, Request)| matches!(request, Request::Catalog(_));
        while let Some(at) = plant.open.iter().position(shapes) {
            let (query, request) = plant.open.remove(at);
            let reply = plant.answer(request);
            plant.bench.answer_to(query, reply);
            plant.collect();
        }
    }
    let records = |(_, request): &&(QueryId, Request)| matches!(request, Request::Records(_));
    assert_eq!(plant.open.iter().filter(records).count(), 0);
    let screen = plant.bench.screen();
    assert!(screen.contains("altered meanwhile"), "{screen}");
}
