//! The command `rowhouse doctor`: its exit codes, its JSON, and what it says where nothing answers.

use std::process::{Command, Output};

use serde_json::Value;

use super::ward::Ward;
use crate::desk::Outcome;

/// What is said of the server's age is another matter on each machine.
const AGE: &[&str] = &[
    "--accept",
    "server-forgets",
    "--accept",
    "server-major",
    "--accept",
    "server-late",
];

fn doctor(url: &str, args: &[&str]) -> std::io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse"));
    command
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path());
    command.args(["--url", url, "doctor"]).args(args).output()
}

#[tokio::test]
async fn the_exit_code_says_whether_something_is_to_mend() -> Outcome {
    let ward = Ward::open().await?;
    let login = ward.endpoint.with_user(&ward.roles.client_name()).url();
    let said = doctor(&login, AGE)?;
    let text = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{text}");
    for stage in [
        "✓ sign-in",
        "✓ schema",
        "✓ clock",
        "✓ pooler",
        "✓ hardening",
    ] {
        assert!(text.contains(stage), "{stage}: {text}");
    }
    ward.run("grant truncate on machine to public").await?;
    let said = doctor(&login, AGE)?;
    let text = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(1), "{text}");
    assert!(
        text.contains("✗ table-rights: PUBLIC has TRUNCATE"),
        "{text}"
    );
    assert!(
        text.contains("> revoke truncate on public.machine from public;"),
        "{text}"
    );
    let said = doctor(&login, &["--json"])?;
    let told: Value = serde_json::from_slice(&said.stdout)?;
    assert_eq!(told["seen_as"], "role");
    let serious = told["findings"].as_array().expect("findings").iter();
    let serious = serious.filter(|one| one["severity"] == "serious");
    assert_eq!(
        serious.map(|one| &one["code"]).collect::<Vec<_>>(),
        ["table-rights"]
    );
    let said = doctor(&login, &["--accept", "server-forget"])?;
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("the nearest is server-forgets"));
    Ok(())
}

#[test]
fn calibrating_measures_and_proposes_what_the_database_takes() -> Outcome {
    let said = doctor(
        "postgresql://nobody@nowhere/never",
        &["--calibrate", "--json"],
    )?;
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    let told: Value = serde_json::from_slice(&said.stdout)?;
    let (measured, proposed) = (
        told["measured"].as_array().ok_or("a list")?,
        &told["proposed"],
    );
    assert!(measured.contains(proposed));
    assert!(measured.iter().all(|one| one["ms"].as_u64() > Some(0)));
    let memory = proposed["m"].as_i64().ok_or("memory")?;
    assert!((19_456..=1_048_576).contains(&memory));
    let command = format!("account cost --memory {memory} --passes {}", proposed["t"]);
    let says = told["command"]
        .as_str()
        .is_some_and(|told| told.contains(&command));
    assert!(says, "{told}");
    Ok(())
}

#[test]
fn where_nothing_answers_the_stage_says_so() -> Outcome {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port();
    let said = doctor(&format!("postgresql://anna@127.0.0.1:{free}/plant"), &[])?;
    assert_eq!(said.status.code(), Some(1));
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(text.contains("✓ name       127.0.0.1"), "{text}");
    assert!(text.contains("✗ TCP        nothing listens"), "{text}");
    Ok(())
}
