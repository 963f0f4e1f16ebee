//! How fast the line to the terminal is; no other settings.

use rustix::termios::{tcgetattr, ttyname};

/// The fastest line on which every byte counts, in baud.
const SLOW: u32 = 38_400;

/// Returns the speed of the line to the terminal in baud, where it is a slow one.
pub fn slow_baud() -> Option<u32> {
    let stdout = rustix::stdio::stdout();
    let attributes = tcgetattr(stdout).ok()?;
    let name = ttyname(stdout, Vec::new()).ok();
    let name = name
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let baud = attributes.output_speed();
    judged_slow(baud, &name).then_some(baud)
}

/// A pseudo-terminal and a console say 38400 when nobody set a speed; only on a real line does
/// that number mean something. Below it, somebody set it.
fn judged_slow(baud: u32, name: &str) -> bool {
    let name = name.trim_start_matches("/dev/");
    let numbered = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    let console = name.strip_prefix("tty").is_some_and(numbered);
    let no_line = name.starts_with("pts/") || name.starts_with("ttys") || console;
    match baud {
        0 => false,
        SLOW => !no_line && name.starts_with("tty"),
        baud => baud < SLOW,
    }
}

#[cfg(test)]
mod tests {
    use super::judged_slow;

    #[test]
    fn only_a_real_line_is_slow_by_default() {
        assert!(judged_slow(9600, "/dev/ttyS0"));
        assert!(judged_slow(38_400, "/dev/ttyUSB0"));
        assert!(judged_slow(9600, "/dev/pts/3"));
        assert!(!judged_slow(38_400, "/dev/pts/3"));
        assert!(!judged_slow(38_400, "/dev/tty1"));
        assert!(!judged_slow(38_400, ""));
        assert!(!judged_slow(115_200, "/dev/ttyS0"));
        assert!(!judged_slow(0, "/dev/pts/3"));
    }
}
