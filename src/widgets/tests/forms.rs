//! Tests of forms and areas of text.

use ratatui::layout::Position;

use super::{empty, lines, painted, roles_at, theme};
use crate::input::line::{Mode, TextField};
use crate::theme::Role;
use crate::widgets::form::{self, Field, Form, Shown};

#[test]
fn a_form_shows_changes_faults_and_the_field_under_the_cursor() {
    let notes = TextField::new(Mode::Lines, "first line\nsecond line that is long");
    let status = TextField::new(Mode::Line, "Down");
    let fields = [
        Field {
            readonly: true,
            ..Field::new("BFM no", Shown::Text("BFM-002"))
        },
        Field {
            changed: true,
            fault: Some("not one of Active, Down"),
            ..Field::new("status", Shown::Editing(&status))
        },
        Field::new("notes", Shown::Editing(&notes)),
        Field {
            note: "date",
            ..Field::new("installed", Shown::Null)
        },
    ];
    let form = Form {
        fields: &fields,
        focused: Some(1),
    };
    let mut buffer = empty(36, 8);
    let cursor = form::draw(&form, &theme(), buffer.area, &mut buffer);
    assert_eq!(
        lines(&buffer),
        [
            "   BFM no       BFM-002",
            " ▌ status     • Down",
            "                not one of Active, …",
            "   notes        first line↵second …",
            "   installed    ∅ date",
            "",
            "",
            "",
        ]
    );
    assert_eq!(cursor, Some(Position::new(20, 1)));
    assert_eq!(
        roles_at(&buffer, "Down"),
        painted(Role::FieldChanged, Some(Role::FieldFocused))
    );
    assert_eq!(
        roles_at(&buffer, "BFM-002"),
        painted(Role::FieldReadonly, None)
    );
    assert_eq!(
        roles_at(&buffer, "not one"),
        painted(Role::FieldError, None)
    );
    assert_eq!(roles_at(&buffer, "first"), painted(Role::FieldValue, None));
}

#[test]
fn a_form_that_is_too_long_is_shown_by_pages() {
    let names: Vec<String> = (0..10).map(|n| format!("field {n}")).collect();
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(name, Shown::Text(name)))
        .collect();
    let mut buffer = empty(36, 4);
    form::draw(
        &Form {
            fields: &fields,
            focused: Some(5),
        },
        &theme(),
        buffer.area,
        &mut buffer,
    );
    assert_eq!(lines(&buffer)[0], "   field 4    field 4              ↑");
    assert_eq!(lines(&buffer)[1], " ▌ field 5    field 5");
    assert_eq!(lines(&buffer)[3], "   field 7    field 7              ↓");
}

#[test]
fn a_secret_shows_only_how_long_it_is() {
    let secret = TextField::new(Mode::Secret, "hunter2");
    let fields = [Field::new("password", Shown::Editing(&secret))];
    for focused in [None, Some(0)] {
        let mut buffer = empty(40, 1);
        form::draw(
            &Form {
                fields: &fields,
                focused,
            },
            &theme(),
            buffer.area,
            &mut buffer,
        );
        assert!(
            lines(&buffer)[0].ends_with("•••••••"),
            "{:?}",
            lines(&buffer)
        );
    }
}

#[test]
fn a_long_line_is_scrolled_to_its_cursor() {
    let mut field = TextField::new(Mode::Line, "0123456789");
    let shown = |field: &TextField| {
        let mut buffer = empty(6, 1);
        let at = form::edited_line(field, Role::FieldValue, &theme(), buffer.area, &mut buffer);
        (lines(&buffer)[0].clone(), at.unwrap().x)
    };
    assert_eq!(shown(&field), ("…6789".to_string(), 5));
    field.press("home".parse().unwrap());
    assert_eq!(shown(&field), ("012345".to_string(), 0));
}
