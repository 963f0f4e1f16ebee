//! What the linker is told: nothing that is needed, only what makes the program smaller to load.

use std::env;
use std::io::{self, Write};
use std::process::Command;

/// The first C library that can read addresses packed this way.
const PACKED_SINCE: (u32, u32) = (2, 36);

fn main() -> io::Result<()> {
    let mut cargo = io::stdout();
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    let told = |name: &str| env::var(name).unwrap_or_default();
    let linux = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    if linux && told("HOST") == told("TARGET") && c_library().is_some_and(|it| it >= PACKED_SINCE) {
        // A list of every address in the program's tables, a quarter of a megabyte, becomes one of 10 kB.
        let argument = "-Wl,-z,pack-relative-relocs";
        writeln!(cargo, "cargo::rustc-link-arg-bins={argument}")?;
    }
    Ok(())
}

/// The version of the C library here, where it tells.
fn c_library() -> Option<(u32, u32)> {
    let answer = Command::new("getconf")
        .arg("GNU_LIBC_VERSION")
        .output()
        .ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
