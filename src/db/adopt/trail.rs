//! The trigger function that writes the trail of one table. Text only, nothing is run here.
//!
//! The quick path names the columns that were there at adoption. Whatever it cannot do (a column
//! added, renamed or dropped since, a huge value, a type whose output fails) is done by the slow
//! path, which asks the catalog; and if that fails too, the change is recorded without values.
//! So another program's write does not fail because of us. Before all that an update of usual columns
//! takes the shortest way: as few expressions and statements as there can be, each costs time per row.

use super::facts::{Column, TableFacts};
use super::quote::{body, literal, text_array};

/// Stored size in bytes from which a value takes the slow path, where it may be cut.
const WIDE_BYTES: u32 = 16_384;

/// Who is told of a change beside the tenant of whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// Nobody.
    NoOther,
    /// Of what other programs do, the tenant that this column names.
    OfRow(&'a str),
    /// Every tenant: they share the table.
    All,
}

/// The function that records rows, as `create or replace` text.
pub fn row_function(
    facts: &TableFacts,
    version: Option<&str>,
    key: &[String],
    told: Told<'_>,
) -> String {
    let tenant = match told {
        Told::OfRow(column) => Some(column),
        Told::NoOther | Told::All => None,
    };
    let columns: Vec<&Column> = facts
        .columns
        .iter()
        .filter(|column| Some(column.name.as_str()) != version)
        .collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let table = if facts.is_partitioned() {
        "pg_catalog.pg_partition_root(tg_relid)::pg_catalog.oid"
    } else {
        "tg_relid"
    };
    let shortest = match facts.is_partitioned() || told != Told::NoOther {
        true => String::new(),
        false => shortest(facts, &columns, version, key),
    };
    let text = [
        shortest.as_str(),
        &declarations(&names, table, tenant.is_some()),
        &quick(facts, &columns, version, key),
        &slow(version, key),
        &tenant.map_or(String::new(), |column| whose(&names, column)),
        if facts.is_partitioned() { moves() } else { "" },
        &record(key, told),
        match shortest.is_empty() {
            true => "\n",
            false => ";\nend\n",
        },
    ]
    .concat();
    format!(
        "create or replace function {}() returns trigger\n\
         language plpgsql security definer\nset search_path = pg_catalog, pg_temp{}\nas {}",
        row_function_name(facts),
        settings(&columns),
        body(&text)
    )
}

/// The schema-qualified name of the function that [`row_function`] makes.
pub fn row_function_name(facts: &TableFacts) -> String {
    format!("rowhouse_trail.row_{}", facts.oid)
}

fn declarations(names: &[&str], table: &str, split: bool) -> String {
    let tenant = if split { " tenant text;" } else { "" };
    format!(
        "declare\n  root constant oid := {table};\n  names constant text[] := {};\n  \
         k text[]; ok text[]; o text[]; n text[]; v int8;\n  \
         oj jsonb; nj jsonb; changed text[]; ov text[]; nv text[];\n  \
         quick bool := false; verb text := lower(tg_op);{tenant}\n\
         begin\n",
        text_array(names)
    )
}

/// An update of which everything is as it was at adoption. It leaves what it cannot do to the rest, which
/// begins anew.
fn shortest(
    facts: &TableFacts,
    columns: &[&Column],
    version: Option<&str>,
    key: &[String],
) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let keys = text_array(key);
    format!(
        "declare\n  o text[]; n text[]; changed text[]; ov text[]; nv text[];\nbegin\n  \
         if tg_op = 'UPDATE' then\n    begin\n      \
         if (new *= row({})) is not true{} then raise exception 'other'; end if;\n      \
         o := {}; n := {};\n    exception when others then\n      n := null;\n    end;\n    \
         if o <> n then\n      for i in 1 .. {} loop\n        \
         if o[i] is distinct from n[i] then\n          \
         changed := changed || ({})[i]; ov := ov || o[i]; nv := nv || n[i];\n        end if;\n      \
         end loop;\n      \
         if pg_column_size(ov) + pg_column_size(nv) <= 65536 then\n        \
         perform rowhouse_trail.keep(tg_relid, {}, \
         'update', {}, changed, jsonb_object(changed, ov), jsonb_object(changed, nv), \
         case when changed && {keys} then rowhouse_trail.renamed({keys}, {}, changed, \
         jsonb_object(changed, nv)) end);\n        return null;\n      end if;\n    end if;\n  end if;\n",
        whole("new", facts, version).join(", "),
        too_wide(&["old", "new"], columns).map_or(String::new(), |sizes| format!(" or {sizes}")),
        row("old", columns),
        row("new", columns),
        names.len(),
        text_array(&names),
        keys_of("old", facts, key),
        number("new", facts, version),
        keys_of("old", facts, key),
    )
}

/// Every column of a row as it was at adoption: a row that has others is not the same, or an error.
fn whole(side: &str, facts: &TableFacts, version: Option<&str>) -> Vec<String> {
    let added = version.filter(|name| facts.column(name).is_none());
    let columns = facts.columns.iter().map(|column| column.quoted.clone());
    columns
        .chain(added.map(super::quote::ident))
        .map(|column| format!("{side}.{column}"))
        .collect()
}

fn quick(facts: &TableFacts, columns: &[&Column], version: Option<&str>, key: &[String]) -> String {
    format!(
        "  begin\n    \
         if (select c.relnatts from pg_class c where c.oid = root) <> {} then\n      \
         raise exception 'columns were added';\n    end if;\n    \
         if tg_op <> 'INSERT' then\n{}      o := {}; k := {}; v := {};\n    end if;\n    \
         if tg_op <> 'DELETE' then\n{}      n := {}; v := {};\n      \
         if k is null then k := {}; end if;\n    end if;\n    \
         quick := true;\n  exception when others then\n    null;\n  end;\n",
        attributes(facts, version),
        wide("old", columns),
        row("old", columns),
        keys_of("old", facts, key),
        number("old", facts, version),
        wide("new", columns),
        row("new", columns),
        number("new", facts, version),
        keys_of("new", facts, key),
    )
}

/// How many columns there were at adoption, dropped ones too.
fn attributes(facts: &TableFacts, version: Option<&str>) -> i16 {
    facts.attributes + i16::from(version.is_some_and(|name| facts.column(name).is_none()))
}

/// The texts of a row.
fn row(side: &str, columns: &[&Column]) -> String {
    let texts: Vec<String> = columns.iter().map(|column| text_of(side, column)).collect();
    format!("array[{}]::text[]", texts.join(", "))
}

/// The texts of a row's key.
fn keys_of(side: &str, facts: &TableFacts, key: &[String]) -> String {
    let texts: Vec<String> = key
        .iter()
        .filter_map(|name| facts.column(name))
        .map(|column| text_of(side, column))
        .collect();
    format!("array[{}]::text[]", texts.join(", "))
}

/// A row's version.
fn number(side: &str, facts: &TableFacts, version: Option<&str>) -> String {
    match version.and_then(|name| facts.column(name)) {
        Some(column) => format!("{side}.{}", column.quoted),
        None => version.map_or("null".to_owned(), |name| {
            format!("{side}.{}", super::quote::ident(name))
        }),
    }
}

/// Raises where a value is huge.
fn wide(side: &str, columns: &[&Column]) -> String {
    too_wide(&[side], columns).map_or(String::new(), |test| {
        format!("      if {test} then raise exception 'wide'; end if;\n")
    })
}

/// Whether a value is huge, before or after; `None` where none can be.
fn too_wide(sides: &[&str], columns: &[&Column]) -> Option<String> {
    let unbounded = columns.iter().filter(|column| column.unbounded);
    let sizes: Vec<String> = unbounded
        .flat_map(|column| sides.iter().map(|side| size_of(side, column)))
        .collect();
    (!sizes.is_empty()).then(|| format!("greatest({}) > {WIDE_BYTES}", sizes.join(", ")))
}

fn slow(version: Option<&str>, key: &[String]) -> String {
    let keys = text_array(key);
    let count = version.map(literal).map_or(String::new(), |name| {
        format!(
            "    v := (coalesce(nj, oj) ->> {name})::int8;\n    \
             oj := oj - {name}; nj := nj - {name};\n"
        )
    });
    format!(
        "  if not quick then\n    begin\n      \
         if tg_op <> 'INSERT' then oj := rowhouse_trail.row_object(old, tg_relid); end if;\n      \
         if tg_op <> 'DELETE' then nj := rowhouse_trail.row_object(new, tg_relid); end if;\n    \
         exception when others then\n      oj := null; nj := null;\n    end;\n    \
         k := rowhouse_trail.key_of(coalesce(oj, nj), {keys});\n{count}  end if;\n"
    )
}

/// Whose row it is, or was before the change.
fn whose(names: &[&str], column: &str) -> String {
    let place = names.iter().position(|name| *name == column);
    let quick = place.map_or("null".to_owned(), |place| {
        format!("(coalesce(o, n))[{}]", place + 1)
    });
    format!(
        "  tenant := case when quick then {quick} else coalesce(oj, nj) ->> {} end;\n",
        literal(column)
    )
}

/// A row that moves between partitions fires DELETE there and INSERT here; it is one change.
fn moves() -> &'static str {
    "  if current_setting('rowhouse.moving', true) = txid_current()::text then\n    \
     if tg_op = 'DELETE' and rowhouse_trail.move_left(root, k) then\n      return null;\n    \
     elsif tg_op = 'UPDATE' then\n      perform rowhouse_trail.move_stayed(root, k);\n    \
     elsif tg_op = 'INSERT' then\n      \
     select m.old_key, m.old_values into ok, oj from rowhouse_trail.move_arrived(root, k) m;\n      \
     if ok is not null then\n        \
     if quick then nj := rowhouse_trail.object(names, n); quick := false; end if;\n        \
     k := ok; verb := 'update'; changed := rowhouse_trail.difference(oj, nj);\n        \
     oj := rowhouse_trail.only(oj, changed); nj := rowhouse_trail.only(nj, changed);\n      \
     end if;\n    end if;\n  end if;\n"
}

/// The last part: `split` where each entry is recorded for the tenant whose row it is.
fn record(key: &[String], told: Told<'_>) -> String {
    let recording = "  if quick and tg_op = 'UPDATE' then\n    \
     if o = n then return null; end if;\n    \
     for i in 1 .. cardinality(names) loop\n      \
     if o[i] is distinct from n[i] then\n        \
     changed := changed || names[i]; ov := ov || o[i]; nv := nv || n[i];\n      end if;\n    \
     end loop;\n    \
     oj := rowhouse_trail.object(changed, ov); nj := rowhouse_trail.object(changed, nv);\n  \
     elsif quick then\n    \
     oj := rowhouse_trail.object(names, o); nj := rowhouse_trail.object(names, n);\n  \
     elsif tg_op = 'UPDATE' and oj is not null then\n    \
     changed := rowhouse_trail.difference(oj, nj);\n    \
     if changed is null then return null; end if;\n    \
     oj := rowhouse_trail.only(oj, changed); nj := rowhouse_trail.only(nj, changed);\n  \
     end if;\n";
    // Only an update of a key column gives the record another name.
    let keys = text_array(key);
    let write = match told {
        Told::NoOther => "write(",
        Told::OfRow(_) => "write_of(tenant, ",
        Told::All => "write_shared(",
    };
    format!(
        "{recording}  perform rowhouse_trail.{write}root, k, verb, v, changed, oj, nj, \
         case when verb = 'update' and changed && {keys} \
         then rowhouse_trail.renamed({keys}, k, changed, nj) end);\n  \
         return null;\nend"
    )
}

/// What a column's size is measured by, without reading what is stored out of line. Bytes double as
/// text, and the trail keeps text up to 64 KiB.
fn size_of(side: &str, column: &Column) -> String {
    match column.base.as_str() {
        "bytea" => format!("octet_length({side}.{}) - 16383", column.quoted),
        _ => format!("pg_column_size({side}.{})", column.quoted),
    }
}

/// The text form of one column, without running code that others may replace.
fn text_of(side: &str, column: &Column) -> String {
    let value = format!("{side}.{}", column.quoted);
    match column.plain {
        // In JSON a date looks the same whatever the settings are.
        true if column.base == "date" => format!("(to_jsonb({value}) #>> '{{}}')"),
        true => format!("{value}::text"),
        false => format!("case when {value} is distinct from null then format('%s', {value}) end"),
    }
}

/// The settings that a column's text form depends on, and only those: each costs time per row.
fn settings(columns: &[&Column]) -> String {
    let has = |words: &[&str]| {
        columns.iter().any(|column| {
            let foreign = !column.plain && !column.is_enum;
            let is_date = column.plain && column.base == "date";
            foreign || !is_date && words.iter().any(|word| column.base.contains(word))
        })
    };
    let mut text = String::new();
    if has(&[
        "date",
        "timestamp",
        "tsrange",
        "tstzrange",
        "tsmultirange",
        "tstzmultirange",
    ]) {
        text.push_str("\nset datestyle = 'ISO, YMD'\nset timezone = 'UTC'");
    }
    if has(&["interval"]) {
        text.push_str("\nset intervalstyle = 'postgres'");
    }
    if has(&["bytea"]) {
        text.push_str("\nset bytea_output = 'hex'");
    }
    let floats = [
        "real",
        "double precision",
        "point",
        "line",
        "lseg",
        "box",
        "path",
        "polygon",
        "circle",
    ];
    if has(&floats) {
        text.push_str("\nset extra_float_digits = '1'");
    }
    if has(&["money"]) {
        text.push_str("\nset lc_monetary = 'C'");
    }
    text
}
