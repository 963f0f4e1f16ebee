//! Rows 11, 12 and 19: a token, a proof or a password is seen nowhere: not in what others may watch,
//! not in a log that has every statement, not in what is stored.

use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::embedded::cluster::TestCluster;
use sha2::{Digest, Sha256};

use crate::desk::{save_of, until};
use crate::shared::site::{CODE, PASSWORD, Site, try_password};

use super::plant::Outcome;

#[tokio::test]
async fn no_token_proof_or_password_is_seen_anywhere() -> Outcome {
    let cluster = TestCluster::own()?;
    let site = Site::on(&cluster).await?;
    let loud = "alter system set log_statement = 'all'; select pg_reload_conf()";
    for statement in loud.split("; ") {
        site.owner.batch_execute(statement).await?;
    }
    until(async || shows_all(&site).await).await;
    let anna = site.person("anna").await?;
    try_password(&anna.database, "bert", PASSWORD).await?;
    let machine = anna.shape("machine").await?;
    let record = anna.record(&machine, &["1"]).await?;
    let save = save_of(&machine, &record, 77, &[("name", "quiet")]);
    let saved = anna.save(save).await?;
    assert!(matches!(saved, SaveOutcome::Saved { .. }), "{saved:?}");

    let log = std::fs::read_to_string(cluster.layout().log())?;
    assert!(
        log.contains("login_finish") && log.contains("tx_open"),
        "the log has every statement"
    );
    let watched = site
        .rows("select coalesce(string_agg(query, ' '), '') from pg_stat_activity where usename ~ '_client$'")
        .await?;
    for (place, text) in [("the log", &log), ("pg_stat_activity", &watched.join(" "))] {
        assert_eq!(secrets(&site, text).await?, [""; 0], "{place}");
    }

    // Where the server logs parameters, the token is in its log, and this test would tell.
    let login = site.login();
    let told = format!(
        "alter role \"{login}\" in database {} set log_parameter_max_length = -1",
        site.endpoint().database
    );
    site.owner.batch_execute(&told).await?;
    let bert = site.person("bert").await?;
    bert.shape("machine").await?;
    let log = std::fs::read_to_string(cluster.layout().log())?;
    assert!(secrets(&site, &log).await?.contains(&"a token".to_owned()));
    Ok(())
}

/// Whether the server reads its settings anew by now: a session is told after the server itself.
async fn shows_all(site: &Site) -> bool {
    let shown = site.rows("select current_setting('log_statement')").await;
    shown.is_ok_and(|shown| shown == ["all"])
}

/// What of the site's secrets stands in a text.
async fn secrets(
    site: &Site,
    text: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let mut found = Vec::new();
    for typed in [PASSWORD, CODE] {
        if text.contains(typed) {
            found.push(format!("the words {typed}"));
        }
    }
    let hashes = site
        .rows("select encode(token_hash, 'hex') from rowhouse_private.session")
        .await?;
    assert!(!hashes.is_empty());
    for run in text
        .split(|sign: char| !sign.is_ascii_hexdigit())
        .filter(|run| run.len() == 64)
    {
        let hash: String = Sha256::digest(run)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        match hashes.contains(&hash) {
            true => found.push("a token".to_owned()),
            false => found.push("a key of 32 bytes".to_owned()),
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
