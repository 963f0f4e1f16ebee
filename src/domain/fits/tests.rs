//! What is refused before it is sent; that nothing is refused which PostgreSQL takes is tested
//! against a server, in tests/it/records.

use super::{fault, rounded};

fn numeric(precision: i32, scale: i32) -> i32 {
    (precision << 16 | (scale & 0x7ff)) + 4
}

#[track_caller]
fn check(base: &str, modifier: i32, text: &str, expect: &str) {
    let found = fault(base, modifier, text).unwrap_or_default();
    assert_eq!(found, expect, "{base} {text}");
}

#[test]
fn whole_numbers_are_whole_and_fit() {
    let check = |base, text: &str, expect| check(base, -1, text, expect);
    check("int2", " -32768 ", "");
    check("int2", "32768", "does not fit: -32768 to 32767");
    check(
        "int4",
        "2147483648",
        "does not fit: -2147483648 to 2147483647",
    );
    check("int8", "-9223372036854775808", "");
    let long = "9".repeat(60);
    check(
        "int8",
        &long,
        "does not fit: -9223372036854775808 to 9223372036854775807",
    );
    for text in ["1.5", "1,5", "", "-", "1 2", "abc", "1e3"] {
        check("int4", text, "is not a whole number");
    }
    for text in ["+7", "007", "0x1F", "1_000"] {
        check("int4", text, "");
    }
}

#[test]
fn decimals_are_exact_and_fit_their_precision() {
    let money = numeric(12, 2);
    check("numeric", money, "9999999999.99", "");
    let most = "does not fit: at most 10 digits before the point";
    check("numeric", money, "9999999999.995", most);
    check("numeric", money, "10000000000", most);
    check("numeric", money, "1e10", most);
    check("numeric", money, "0.0000001e17", most);
    check("numeric", money, "000000000000000001", "");
    check("numeric", numeric(2, 2), "0.99", "");
    check("numeric", numeric(2, 2), "1", "does not fit numeric(2,2)");
    check("numeric", numeric(2, -3), "99499", "");
    check(
        "numeric",
        numeric(2, -3),
        "99500",
        "does not fit: at most 5 digits before the point",
    );
    check("numeric", numeric(3, 5), "0.00999", "");
    check(
        "numeric",
        numeric(3, 5),
        "0.01",
        "does not fit numeric(3,5)",
    );
    check("numeric", -1, &"9".repeat(500), "");
    check("numeric", money, "12,5", "is not a number");
    check("numeric", money, "NaN", "");
}

#[test]
fn what_is_rounded_is_told_exactly() {
    let check = |typed: &str, scale: i32, expect: &str| {
        let found = rounded(numeric(12, scale), typed).unwrap_or_default();
        assert_eq!(found, expect, "{typed}");
    };
    check("12.345", 2, "12.35");
    check("-12.345", 2, "-12.35");
    check("12.344999999999999999999999", 2, "12.34");
    check("0.004", 2, "0.00");
    check("99.999", 2, "100.00");
    check("12.300", 2, "");
    check("12.3", 2, "");
    check("1234", -2, "1200");
    check("1e-3", 2, "0.00");
    check("x", 2, "");
}

#[test]
fn days_times_uuids_and_arrays() {
    let there = "there is no such day";
    let check = |base, text: &str, expect| check(base, -1, text, expect);
    check("date", "2024-02-29", "");
    check("date", "2026-02-29", there);
    check("date", "2026-13-01", there);
    check("date", "2026-4-31", there);
    check("date", "0044-03-15 BC", "");
    check("date", "31.12.2026", "");
    check("timestamptz", "2026-02-30T10:00Z", there);
    check("timestamp", "2026-03-01 24:00", "");
    check("timestamp", "2026-03-01 25:00", "there is no such time");
    check("time", "10:60", "there is no such time");
    check("time", "10:59:60", "");
    check("uuid", "{6ecd8c99-4036-403d-bf84-cf8400f67836}", "");
    check(
        "uuid",
        "6ecd8c99",
        "is not a uuid: 32 digits of 0-9 and a-f",
    );
    check("_int4", "{1,NULL,3}", "");
    check("_text", r#"{"a}",b\}}"#, "");
    check("_text", "[0:1]={a,b}", "");
    check("_text", "a,b", "is not an array: write {a,b}");
    check(
        "_text",
        "{a",
        "is not an array: a brace or quote is not closed",
    );
    check(
        "_text",
        "{a}b",
        "is not an array: something follows its end",
    );
    check(
        "_text",
        "{a}}",
        "is not an array: something follows its end",
    );
}
