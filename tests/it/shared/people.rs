//! Signing in and out, and who may see and end sessions.

use rowhouse::db::contract::fault::SessionEnd;
use rowhouse::db::contract::{
    Fault, LoginReply, LoginRequest, Reply, Request, SessionsReply, SessionsRequest,
};
use rowhouse::domain::connection::Way;
use rowhouse::domain::session::{
    Activity, OpenRecord, PresenceMode, SessionId, SessionLine, SessionState,
};

use super::site::{CODE, PASSWORD, Site, choose, login, sign_in, try_password};
use crate::desk::{Got, Outcome, Seat, first_page, key};

async fn sessions(seat: &Seat) -> Got<Vec<SessionLine>> {
    let request = Request::Sessions(SessionsRequest::ListSessions);
    match seat.database.perform(request).await? {
        Reply::Sessions(SessionsReply::SessionsListed(lines)) => Ok(lines),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_code_leads_to_a_password_and_the_password_in() -> Outcome {
    let site = Site::new().await?;
    let seat = site.stranger().await?;
    assert_eq!(seat.server.way, Way::Shared);
    assert_eq!(seat.server.person, None);
    assert!(matches!(
        seat.tables().await,
        Err(Fault::SessionOver { .. })
    ));
    let refused = try_password(&seat.database, "anna", "not the code at all").await?;
    assert!(matches!(refused, LoginReply::Refused { .. }), "{refused:?}");
    let unknown = try_password(&seat.database, "nobody", "not the code at all").await?;
    assert!(matches!(unknown, LoginReply::Refused { .. }), "{unknown:?}");
    let LoginReply::SignedIn(signed_in) =
        try_password(&seat.database, " Anna ", &CODE.to_uppercase()).await?
    else {
        panic!("the code was refused");
    };
    assert!(signed_in.must_choose_password);
    assert_eq!(signed_in.failed_since, 1);
    assert_eq!(seat.tables().await.unwrap_err(), Fault::MustChoosePassword);
    let LoginReply::PasswordChosen(chosen) = choose(&seat.database, "anna").await? else {
        panic!("no password chosen");
    };
    assert_eq!(chosen.person.display_name, "Anna Zürn");
    assert_eq!(chosen.person.roles, ["technician"]);
    assert!(!chosen.must_choose_password && !chosen.person.may_see_sessions);
    assert!(chosen.idle_limit_seconds > 0);
    let names: Vec<String> = seat
        .tables()
        .await?
        .iter()
        .map(|t| t.name.to_string())
        .collect();
    assert_eq!(names, ["everything", "machine", "parted", "unique_only"]);
    let name = format!("rowhouse/anna/{}", chosen.session.0);
    let seen = site.rows("select application_name from pg_stat_activity where datname = current_database() and application_name like 'rowhouse/%'").await?;
    assert_eq!(seen, [name]);

    let reply = login(
        &seat.database,
        LoginRequest::SignOut {
            reason: "done".into(),
        },
    )
    .await?;
    assert!(matches!(reply, LoginReply::SignedOut));
    assert!(matches!(
        seat.tables().await,
        Err(Fault::SessionOver { .. })
    ));
    let refused = try_password(&seat.database, "anna", CODE).await?;
    assert!(
        matches!(refused, LoginReply::Refused { .. }),
        "the code works once"
    );
    let again = try_password(&seat.database, "anna", PASSWORD).await?;
    assert!(matches!(again, LoginReply::SignedIn(_)), "{again:?}");
    let told = site
        .rows("select query from pg_stat_activity where query like '%tx_open%'")
        .await?;
    assert!(
        told.iter().all(|query| !query.contains("tx_open('")),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn too_many_tries_wait() -> Outcome {
    let site = Site::new().await?;
    let seat = site.stranger().await?;
    let mut left = Vec::new();
    for _ in 0..8 {
        match try_password(&seat.database, "bert", "guess after guess").await? {
            LoginReply::Refused { tries_left, .. } => left.push(tries_left),
            LoginReply::MustWait { seconds } => {
                assert!(seconds > 0);
                assert!(left.len() >= 2 && left[0] > left[1], "{left:?}");
                return Ok(());
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("it never had to wait: {left:?}");
}

#[tokio::test]
async fn the_manager_sees_who_is_here_and_ends_a_session() -> Outcome {
    let site = Site::new().await?;
    let (boss, anna) = (site.person("boss").await?, site.person("anna").await?);
    let machine = anna.shape("machine").await?;
    let touch = SessionsRequest::Touch(Activity {
        active: true,
        place: "editor machine".into(),
        heard: Vec::new(),
        records: vec![OpenRecord {
            table: machine.id,
            name: machine.name.clone(),
            key: key(&["3"]),
            mode: PresenceMode::Edit,
            dirty: true,
        }],
    });
    anna.database.perform(Request::Sessions(touch)).await?;
    let lines = sessions(&boss).await?;
    let annas = lines
        .iter()
        .find(|line| line.username == "anna" && line.state != SessionState::Ended);
    let annas = annas.expect("anna is here");
    assert_eq!(annas.state, SessionState::Active);
    assert_eq!(annas.station, "bench pts/1");
    assert_eq!(annas.record, Some(("machine".into(), key(&["3"]))));
    assert!(annas.dirty && !annas.mine);
    assert!(
        lines
            .iter()
            .any(|line| line.mine && line.username == "boss")
    );

    let refused = anna
        .database
        .perform(Request::Sessions(SessionsRequest::ListSessions))
        .await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    let end = |session: SessionId| SessionsRequest::EndSession {
        session,
        reason: "shift is over".into(),
    };
    let refused = anna
        .database
        .perform(Request::Sessions(end(annas.id)))
        .await;
    assert!(
        matches!(refused, Err(Fault::NotPermitted { .. })),
        "{refused:?}"
    );
    for was_open in [true, false] {
        let reply = boss
            .database
            .perform(Request::Sessions(end(annas.id)))
            .await?;
        assert!(
            matches!(reply, Reply::Sessions(SessionsReply::SessionEnded { was_open: so, .. }) if so == was_open)
        );
    }
    let over = anna.page(first_page(&machine, 5)).await.unwrap_err();
    let why = SessionEnd::Ended {
        reason: "shift is over".into(),
    };
    assert_eq!(over, Fault::SessionOver { why });
    sign_in(&anna.database, "anna").await?;
    anna.page(first_page(&*anna.shape("machine").await?, 5))
        .await?;
    Ok(())
}
