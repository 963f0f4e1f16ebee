//! Unit tests of what is pure.

use super::quote::{body, ident, literal, text_array};

#[test]
fn quotes_survive_whatever_is_in_them() {
    assert_eq!(ident("a \"b\" c"), "\"a \"\"b\"\" c\"");
    assert_eq!(literal("it's"), "'it''s'");
    assert_eq!(literal("back\\slash's"), "E'back\\\\slash''s'");
    assert_eq!(text_array::<&str>(&[]), "array[]::text[]");
    assert_eq!(text_array(&["a", "b'"]), "array['a', 'b''']::text[]");
}

#[test]
fn a_body_never_ends_early() {
    assert_eq!(body("x"), "$rowhouse$\nx$rowhouse$");
    let nasty = "select '$rowhouse$', '$rowhouse_$'";
    assert_eq!(body(nasty), format!("$rowhouse__$\n{nasty}$rowhouse__$"));
}
