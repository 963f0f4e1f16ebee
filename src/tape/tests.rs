//! Tests of the reader of tapes; playing is tested by the tapes themselves.

use super::parse::parse;
use super::script::{Command, Expect};

fn commands(text: &str) -> Vec<Command> {
    let script = parse(text).expect("a tape");
    script.steps.into_iter().map(|step| step.command).collect()
}

#[test]
fn commands_are_read() {
    let commands = commands(concat!(
        "# a comment\n",
        "Set Size 120x40\n\n",
        "Start anna\n",
        "anna> Press j*3 Enter Ctrl+S\n",
        "Type \"a \\\"b\\\"\\n\\u{4e2d}\"\n",
        "Expect not text \"gone\"\n",
        "Expect db \"select 1\" = \"1\"\n",
        "Advance 31s\n",
    ));
    assert_eq!(commands.len(), 7);
    assert!(matches!(&commands[2], Command::Press(keys) if keys.len() == 5));
    assert_eq!(commands[3], Command::Type("a \"b\"\n中".into()));
    assert_eq!(
        commands[4],
        Command::Expect(Expect::Text {
            text: "gone".into(),
            there: false
        })
    );
}

#[test]
fn faults_name_the_line() {
    for (text, line, word) in [
        ("Start anna\nSleep 3", 2, "Sleep"),
        ("Type \"open", 1, "quote"),
        ("Press nokey", 1, "nokey"),
        ("Set Size big", 1, "80x24"),
        ("Expect peace", 1, "Expect knows"),
    ] {
        let error = parse(text).expect_err("a fault");
        assert_eq!(error.line, line, "{text}");
        assert!(error.what.contains(word), "{error}");
    }
}
