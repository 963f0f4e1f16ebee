//! Lines between people, as they come: each counts once, and each answers its own question.

use super::*;

fn line(id: i64, kind: LineKind, username: &str, key: &str) -> Line {
    Line {
        id: LineId(id),
        kind,
        username: username.into(),
        table: TableId(1),
        key: RecordKey(vec![key.into()]),
        at: Timestamp::UNIX_EPOCH,
        due: Timestamp::from_second(60 * id).ok(),
    }
}

fn asked(username: &str) -> Asked {
    Asked {
        username: username.into(),
        at: Timestamp::UNIX_EPOCH,
        due: Timestamp::UNIX_EPOCH,
    }
}

fn target(key: &str) -> Target {
    Target {
        table: TableId(1),
        key: RecordKey(vec![key.into()]),
    }
}

#[test]
fn a_line_counts_once_until_the_server_knows_that_it_was_heard() {
    let mut claims = Claims::default();
    let first = line(1, LineKind::Asked, "jhymel", "BFM-001");
    assert_eq!(claims.hear(vec![first.clone()]).len(), 1);
    assert!(
        claims.hear(vec![first.clone()]).is_empty(),
        "the poll brings it again"
    );
    assert_eq!(claims.asked.len(), 1);
    assert_eq!(claims.untold(), [LineId(1)]);
    claims.told(&[LineId(1)]);
    assert!(claims.untold().is_empty());
    assert!(
        claims.hear(vec![first]).is_empty(),
        "a poll that was under way"
    );
}

#[test]
fn taking_over_ends_the_questions_about_that_record_only() {
    let mut claims = Claims::default();
    let lines = ["BFM-001", "BFM-002"].iter().zip(1..);
    claims.hear(
        lines
            .map(|(key, id)| line(id, LineKind::Asked, "jhymel", key))
            .collect(),
    );
    claims.hear(vec![line(3, LineKind::Released, "manager", "BFM-001")]);
    assert!(claims.question(Some(&target("BFM-001"))).is_none());
    assert!(claims.question(Some(&target("BFM-002"))).is_some());
}

#[test]
fn what_is_not_edited_any_more_answers_by_itself_but_for_what_is_being_saved() {
    let mut claims = Claims::default();
    let lines = ["BFM-001", "BFM-002", "BFM-003"].iter().zip(1..);
    claims.hear(
        lines
            .map(|(key, id)| line(id, LineKind::Asked, "jhymel", key))
            .collect(),
    );
    claims.after_save = Some((FormId(1), line(3, LineKind::Asked, "jhymel", "BFM-003")));
    let gone = claims.let_go(&[target("BFM-001")]);
    assert_eq!(
        gone.iter().map(|line| line.id).collect::<Vec<_>>(),
        [LineId(2)]
    );
    assert_eq!(claims.asked.len(), 2);
}

#[test]
fn answers_put_off_or_end_what_was_asked_of_that_person() {
    let mut claims = Claims::default();
    claims.asks.push(Ask {
        target: target("BFM-001"),
        of: vec![asked("jhymel"), asked("rmarikit")],
        told: true,
    });
    claims.hear(vec![line(5, LineKind::Later, "jhymel", "BFM-001")]);
    let ask = claims.ask_about(&target("BFM-001")).expect("still open");
    assert_eq!(ask.due(), Timestamp::from_second(300).expect("a time"));
    assert!(!ask.told, "when that time is over it is told anew");
    claims.hear(vec![line(6, LineKind::Done, "jhymel", "BFM-001")]);
    assert_eq!(claims.asks[0].whom(), "rmarikit");
    claims.hear(vec![line(7, LineKind::Given, "rmarikit", "BFM-001")]);
    assert!(claims.ask_about(&target("BFM-001")).is_none());
}
