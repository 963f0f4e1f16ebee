//! Two people in real terminals through a real PgBouncer: they meet in a conflict, it is restarted
//! under them, and nothing is lost.

use rowhouse::embedded::pooler::{Pooler, Pooling};
use rowhouse::input::event::Size;

use super::site::{NAME, Outcome, Site, edit};

const OTHER: &str = "jhymel";

/// Room for the whole header, however long the name of the test's database is.
const WIDE: Size = Size {
    columns: 110,
    rows: 24,
};

const STORED: &str =
    "select location || ' · ' || description from equipment where bfm_no = 'BFM-001'";

#[test]
fn two_people_go_on_through_a_pooler_that_restarts() -> Outcome {
    let site = Site::new()?;
    let pooling = Pooling {
        size: 1,
        ignores_options: false,
        users: vec![(site.login().to_owned(), String::new())],
    };
    let mut pooler = Pooler::start(&site.endpoint, &pooling)?;
    let there = pooler.endpoint(&site.endpoint);
    let (server, port) = (format!("{:?}", there.host), there.port.to_string());
    site.configure(&[("server", &server), ("port", &port)]);
    let (mut one, mut two) = (site.open(), site.open());
    site.sign_in(&mut one, NAME);
    site.sign_in(&mut two, OTHER);
    for terminal in [&mut one, &mut two] {
        terminal.resize(WIDE);
        terminal.wait_for("shared · local · pooler");
        edit(terminal);
    }
    two.wait_for("mmichaels is editing this");
    one.send(b" one");
    one.press("ctrl-s");
    one.wait_for("Saved BFM-001 as version 6");
    two.send(b" two");
    pooler.restart()?;
    two.press("ctrl-s");
    two.wait_for("was saved by mmichaels");
    two.press("y ctrl-s");
    two.wait_for("Saved BFM-001 as version 7");
    assert_eq!(site.ask(STORED), ["Bldg 3 · Compressor #1 two"]);
    // The other is told by the feed, over the same single connection.
    one.wait_for("Compressor #1 two");
    Ok(())
}
