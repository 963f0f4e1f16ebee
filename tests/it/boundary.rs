//! The benchmark of the boundary, tiny: that it runs, and that both sides answer alike. Its figures
//! mean nothing here.

#[path = "../../benches/boundary/lab.rs"]
mod lab;
#[path = "../../benches/boundary/pages.rs"]
mod pages;
#[path = "../../benches/boundary/report.rs"]
mod report;
#[path = "../../benches/boundary/saves.rs"]
mod saves;
#[path = "../../benches/boundary/sign_in.rs"]
mod sign_in;

use lab::{Got, Lab, Scale};
use report::{Promise, Report, median};

#[tokio::test]
async fn the_benchmark_of_the_boundary_runs() -> Got<()> {
    let lab = Lab::open(Scale::quick()).await?;
    assert!(lab.about().await?.starts_with("PostgreSQL"));
    let mut report = Report::default();
    let saves = saves::measure(&lab, &mut report).await?;
    // Every save of ours is in the trail, with its number, and none twice.
    let saves = i64::try_from(saves)?;
    let told = "select count(*), count(distinct request_id) from rowhouse_trail.entry \
                where verb = 'update' and table_oid = 'ours'::regclass";
    let row = lab.owner.query_one(told, &[]).await?;
    assert_eq!(row.get::<_, i64>(0), saves);
    assert_eq!(row.get::<_, i64>(1), saves);
    pages::measure(&lab, &mut report).await?;
    sign_in::measure(&lab, &mut report).await?;
    let ratios = report.lines.iter().filter_map(|line| line.ratio);
    assert!(
        ratios.clone().all(|ratio| ratio.is_finite() && ratio > 0.0),
        "{report}"
    );
    assert!(
        ratios.count() >= 2 * lab.scale.writers.len() + 7,
        "{report}"
    );
    Ok(())
}

#[test]
fn a_report_says_what_is_kept_and_what_is_missed() {
    let mut report = Report::default();
    let figure = |value: f64| (format!("{value} ms"), value);
    let most = Some(Promise::AtMost(2.0));
    report.compare("a page", figure(3.0), "without policy", figure(2.0), most);
    report.compare("a search", figure(5.0), "without policy", figure(2.0), most);
    let told = report.to_string();
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[0].contains("1.50 x without policy 2 ms  (at most 2: kept)"),
        "{told}"
    );
    assert!(
        lines[1].contains("2.50 x without policy 2 ms  (at most 2: MISSED)"),
        "{told}"
    );
    assert!(Promise::AtLeast(0.9).is_kept(0.9) && !Promise::AtLeast(0.9).is_kept(0.89));
    assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
}
