//! Nothing that PostgreSQL takes is refused before it is sent, and words mean what the server would
//! make of them where it knows them.

use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;
use rowhouse::app::forms::check::value_fault;
use rowhouse::db::contract::Fault;
use rowhouse::domain::fits;
use rowhouse::domain::table::{Column, Shape};
use rowhouse::domain::value::Value;
use rowhouse::domain::when::{Kind, meaning};

use crate::desk::{Desk, Got, Outcome};

/// Every kind that is checked, as columns of one row that is stored into as a save does.
const SCHEMA: &str = r#"
    create type light as enum ('red', 'dark green', '');
    create domain percent as numeric(5, 2);
    create table probe (
        id int primary key, small int2, middle int4, big int8, money numeric(6, 2), tiny numeric(2, 2),
        free numeric, share percent, real float4, double float8, yes bool, u uuid, d date, tm time,
        tz timetz, ts timestamp, tstz timestamptz, j json, jb jsonb, ints int[], texts text[],
        lit light, name varchar(5), fixed char(3));
    insert into probe (id) values (1);
    create function stored(col text, v text) returns text language plpgsql as $$
    declare made text;
    begin
        execute format('update probe set %I = %L returning %I::text', col, v, col) into made;
        return made;
    exception when others then return null;
    end $$;
    grant all on probe to rowhouse_test_clerk;
"#;

async fn probe() -> Got<(Desk, std::sync::Arc<Shape>)> {
    let desk = Desk::new().await?;
    desk.run(SCHEMA).await?;
    let shape = desk.clerk().await?.shape("probe").await?;
    Ok((desk, shape))
}

/// What the server makes of each text; nothing where it refuses.
async fn stored(desk: &Desk, column: &str, texts: &[String]) -> Got<Vec<Option<String>>> {
    let sql = "select array(select stored($1, v) from unnest($2::text[]) with ordinality t(v, n) order by n)";
    desk.run("set datestyle = 'ISO'; set timezone = 'UTC'")
        .await?;
    let row = desk.owner.query_one(sql, &[&column, &texts]).await?;
    Ok(row.get(0))
}

/// The same texts every time.
fn texts(pattern: &str, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let strategy = string_regex(pattern).expect("a pattern");
    let text = |_| {
        let tree = strategy.new_tree(&mut runner).expect("a text");
        tree.current()
    };
    (0..count).map(text).collect()
}

fn column<'a>(shape: &'a Shape, name: &str) -> &'a Column {
    &shape.columns[shape.column_named(name).expect("a column")]
}

const WHOLE: &str = r"[ \t]{0,1}[+-]{0,1}[0_]{0,2}[0-9]{0,20}[ .x]{0,1}[0-9a-f]{0,2}";
const DECIMAL: &str = r" {0,1}[+-]{0,1}[0-9]{0,5}[.,]{0,1}[0-9]{0,5}(|[eE][+-]{0,1}[0-9]{0,2})";
const MOMENT: &str = r"[12][09][0-9]{2}-[0-9]{1,2}-[0-3]{0,1}[0-9](|[T ][0-2]{0,1}[0-9]:[0-9]{2}(|:[0-6][0-9](|\.[0-9]{1,3}))(| BC|Z|\+01|-03:30| PM))";
const CLOCK: &str = r"[0-2]{0,1}[0-9]:[0-7][0-9](|:[0-6][0-9])(| PM|\+01|-03:30)";
const JSON: &str = r#"([\{\}\[\],: ]|"[a-z]{0,2}"|"\\(u[0-9a-f]{4}|n|x)"|-{0,1}[0-9]{1,2}(|\.[0-9]{0,2})(|e[0-9])|true|null|\n){1,7}"#;
const ARRAY: &str =
    r#"[ ]{0,1}\{(([0-9]{1,2}|"[a,\{]{0,2}"|\\\{|NULL|[\{\}]| ),{0,1}){0,4}\}{0,1}[ b\}]{0,1}"#;
const UUID: &str = r"\{{0,1}[0-9a-fA-F]{8}(-{0,1}[0-9a-f]{4}){3}-{0,1}[0-9a-g]{11,12}\}{0,1}";

#[tokio::test]
async fn what_the_server_takes_is_not_refused() -> Outcome {
    let (desk, shape) = probe().await?;
    for (name, pattern) in [
        ("small", r"[+-]{0,1}[0-9]{1,6}"),
        ("small", WHOLE),
        ("middle", WHOLE),
        ("middle", r"-{0,1}2{0,1}147483[0-9]{3}"),
        ("big", WHOLE),
        ("big", r"-{0,1}92233720368547758[0-9]{2}"),
        ("money", DECIMAL),
        ("money", r"-{0,1}(9{3,5}|0{0,3}[0-9]{2,5})\.{0,1}9{0,4}"),
        ("tiny", r"-{0,1}[01]{0,1}\.[0-9]{1,4}"),
        ("free", DECIMAL),
        ("share", DECIMAL),
        ("real", DECIMAL),
        (
            "double",
            r"(NaN|-{0,1}[Ii]nf(inity){0,1}|[0-9]{0,2}\.{0,1}[0-9]{0,2})",
        ),
        ("yes", r" {0,1}[tTfyYnNo01]{1}[ruenofa]{0,3}[es]{0,1}"),
        ("u", UUID),
        ("d", MOMENT),
        ("ts", MOMENT),
        ("tstz", MOMENT),
        ("tm", CLOCK),
        ("tz", CLOCK),
        ("j", JSON),
        ("jb", JSON),
        ("ints", ARRAY),
        ("texts", ARRAY),
        ("lit", "(red|dark green|green|Red| red|)"),
        ("name", "[a-é ]{1,6} {0,3}"),
        ("fixed", "[a-é ]{1,3} {0,3}"),
    ] {
        let texts = texts(pattern, 600);
        let made = stored(&desk, name, &texts).await?;
        let about = column(&shape, name);
        let mut found = (0, 0, 0);
        for (text, made) in texts.iter().zip(&made) {
            let fault = value_fault(about, &Value::text(text));
            match (fault, made) {
                (Some(fault), Some(made)) => {
                    panic!("{name} takes {text:?} as {made:?}, but here it {fault}")
                }
                (Some(_), None) => found.0 += 1,
                (None, Some(made)) => {
                    found.1 += 1;
                    if let Some(rounded) = fits::rounded(about.facts.modifier, text)
                        && about.facts.base == "numeric"
                    {
                        assert_eq!(&rounded, made, "{name} {text:?}");
                    }
                }
                (None, None) => found.2 += 1,
            }
        }
        // The patterns are no good where everything or nothing is taken.
        assert!(found.1 > 10, "{name} took {} of {pattern}", found.1);
        assert!(
            found.0 > 0 || found.2 == 0,
            "{name}: nothing was refused of {pattern}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn words_are_refused_by_the_server_or_mean_the_same() -> Outcome {
    let (desk, _) = probe().await?;
    let now: jiff::Timestamp = rows(&desk, "select now()").await?.parse()?;
    let now = now.to_zoned(jiff::tz::TimeZone::UTC);
    let words = [
        "today",
        "tomorrow",
        "yesterday",
        "mon",
        "friday",
        "+3d",
        "-2w",
        "+1m",
        "+1y",
        "+2h",
        "-30min",
        "+30m",
        "fri 8:00",
        "today 14:30",
        "tomorrow 0:00",
        "+1w 23:59:59",
    ];
    let texts: Vec<String> = words.map(str::to_owned).to_vec();
    for (name, base) in [
        ("d", "date"),
        ("tm", "time"),
        ("tz", "timetz"),
        ("ts", "timestamp"),
        ("tstz", "timestamptz"),
    ] {
        let kind = Kind::of(base).expect("a kind");
        let made = stored(&desk, name, &texts).await?;
        let ours = texts.iter().map(|text| meaning(text, kind, &now));
        let (mut known, mut new) = (0, Vec::new());
        for ((text, made), ours) in texts.iter().zip(&made).zip(ours) {
            match (ours, made) {
                (Some(ours), Some(made)) => {
                    assert_eq!(&ours.value, made, "{name} {text}");
                    known += 1;
                }
                (Some(ours), None) => new.push(ours.value),
                (None, _) => {}
            }
        }
        assert!(
            known > 0 || matches!(name, "tm" | "tz"),
            "{name} knows no word"
        );
        // What was made of the others is stored exactly as it was shown.
        assert_eq!(
            stored(&desk, name, &new).await?,
            new.into_iter().map(Some).collect::<Vec<_>>()
        );
    }
    Ok(())
}

/// The one place where words are read otherwise than the server would: it takes what follows a day
/// for a zone and drops it. What is meant instead stands under the field, and is sent as a day.
#[tokio::test]
async fn days_counted_from_a_day_are_not_dropped() -> Outcome {
    let (desk, _) = probe().await?;
    let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    for (text, day) in [
        ("2026-02-28+1d", "2026-03-01"),
        ("2026-03-31-1m", "2026-02-28"),
    ] {
        let ours = meaning(text, Kind::Date, &now).expect("a day").value;
        assert_eq!(ours, day);
        let made = stored(&desk, "d", &[text.to_owned(), ours]).await?;
        let dropped = made[0].as_deref();
        assert!(
            dropped.is_none() || dropped == Some(&text[..10]),
            "{made:?}"
        );
        assert_eq!(made[1].as_deref(), Some(day));
    }
    Ok(())
}

#[tokio::test]
async fn a_date_is_the_same_whatever_the_zone_of_the_session() -> Outcome {
    let (desk, _) = probe().await?;
    for zone in [
        "UTC",
        "Pacific/Kiritimati",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Pacific/Pago_Pago",
    ] {
        let now: jiff::Timestamp = "2026-03-08T02:30:00Z".parse()?;
        let now = now.to_zoned(jiff::tz::TimeZone::get(zone)?);
        let today = meaning("today", Kind::Date, &now).expect("a day").value;
        assert_eq!(today, now.date().to_string());
        let sql = format!("set timezone = '{zone}'; update probe set d = '{today}'");
        desk.run(&sql).await?;
        assert_eq!(rows(&desk, "select d from probe").await?, today, "{zone}");
    }
    Ok(())
}

async fn rows(desk: &Desk, sql: &str) -> Got<String> {
    Ok(desk
        .rows(sql)
        .await?
        .into_iter()
        .next()
        .ok_or(Fault::Busy)?)
}
