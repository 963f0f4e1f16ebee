//! The records that can be referred to, found by the shared layer's search: under a policy no index
//! serves a text. The rows are read from the table under its policies, in the same statement.

use serde_json::{Value as Json, json};
use tokio_postgres::types::Type;

use super::Target;
use crate::db::sql::{Sql, beginning};
use crate::db::tx::{Param, Statement};

/// First those whose key begins with the text, then those whose names contain it, as without search.
/// `None` where the search does not serve.
pub(super) fn find(target: &Target<'_>, typed: &str, limit: u16) -> Option<Statement> {
    let known = target.known;
    let named = target.key.iter().all(|place| known.columns[*place].equal);
    // Tables and types have other names by the layer's search path.
    let shown = target.key.iter().chain(&target.labels);
    let by_path = shown.into_iter().any(|place| known.columns[*place].by_path);
    if !known.searches || typed.is_empty() || !named || by_path {
        return None;
    }
    let most = u32::from(limit) + 1;
    let mut sql = Sql::new("with by_key as (");
    let by_key = what(target, typed, &target.key, true, most);
    push_half(&mut sql, target, 0, by_key);
    sql.push("), by_name as (");
    // Enough of them, also when those whose key begins with it are taken out.
    let by_name = what(target, typed, &target.labels, false, 2 * most);
    push_half(&mut sql, target, 1, by_name);
    let begins = sql.bind(Param::text(beginning(typed)));
    let taken = target.tests(&target.key, &begins);
    sql.push(&format!(" where ({taken}) is not true) "));
    sql.push("(select * from by_key) union all (select * from by_name) ");
    sql.push(&format!("order by half, place limit {most}"));
    Some(sql.finish())
}

fn what(target: &Target<'_>, typed: &str, columns: &[usize], begins: bool, limit: u32) -> Json {
    let number = |place: &usize| target.known.shape.columns[*place].number;
    let key: Vec<i16> = target.key.iter().map(number).collect();
    let there = |place: &&usize| !target.known.columns[**place].not_null;
    let there = target.key.iter().filter(there);
    json!({
        "key": key,
        "sort": key.iter().map(|number| json!({ "c": number })).collect::<Vec<_>>(),
        "all": there.map(|place| json!({ "c": number(place), "op": "some" })).collect::<Vec<_>>(),
        "words": typed,
        "in": columns.iter().map(number).collect::<Vec<_>>(),
        "begins": begins,
        "limit": limit,
    })
}

fn push_half(sql: &mut Sql, target: &Target<'_>, half: u8, what: Json) {
    let known = target.known;
    let key = target.key.iter().map(|place| known.text(*place));
    let labels = target.labels.iter().map(|place| target.label(*place));
    let all = key.chain(labels).enumerate();
    let all: Vec<String> = all.map(|(at, text)| format!("{text} as c{at}")).collect();
    let table = sql.bind(Param::oid(known.shape.id.0));
    let what = sql.bind(Param::Text(Type::JSONB, Some(what.to_string())));
    // The keys are made values of their types apart: a cast in the join would be kept from the table
    // by its policies, and every row would be read.
    let (mut casts, mut joins) = (String::new(), String::new());
    for (at, place) in target.key.iter().enumerate() {
        let detail = &known.columns[*place];
        let (name, cast, n) = (&detail.name, &detail.cast, at + 1);
        casts.push_str(&format!(", (key)[{n}]::{cast} as k{n}"));
        joins.push_str(&format!(" and t.{name} = k.k{n}"));
    }
    sql.push(&format!(
        "with k as materialized (select place{casts} from rowhouse.search({table}, {what})) \
         select {}, {half} as half, k.place from k join {} t on true{joins}",
        all.join(", "),
        known.table
    ));
}
