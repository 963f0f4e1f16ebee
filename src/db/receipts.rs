//! Receipts of automatic merges: written behind the save they belong to, in the same transaction
//! and round trip, and read back.

use serde_json::{Value as Json, json};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::change::Change;
use super::contract::{Fault, ReceiptsReply, ReceiptsRequest};
use super::open::Open;
use super::row;
use super::shape::Known;
use super::tx::{Param, Statement};
use crate::domain::receipt::{MergeNote, MergedField, Receipt, ReceiptId, Side};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::domain::text;
use crate::domain::value::Value;

/// How many receipts a page has.
const PAGE: usize = 30;

/// The longest field that is noted, over its three values: longer ones are left out.
const MOST_BYTES: usize = 200_000;

/// The statement that writes what a save merged, if it merged anything and it can be kept.
pub(super) fn writing(open: &Open, known: &Known, change: &Change) -> Option<Statement> {
    let Change::Update(save) = change else {
        return None;
    };
    let merges: Vec<Json> = save.merges.iter().filter_map(written).collect();
    if !open.is_shared() || merges.is_empty() {
        return None;
    }
    let params = vec![
        Param::text(save.request.to_string()),
        Param::oid(known.shape.id.0),
        Param::text(Json::Array(merges).to_string()),
    ];
    let sql = "select rowhouse.receipt_add($1, $2, $3)";
    Some(Statement::new(sql, params))
}

fn written(note: &MergeNote) -> Option<Json> {
    let length = |field: &MergedField| {
        let all = [Some(&field.base), Some(&field.theirs), field.yours.as_ref()];
        let texts = all.into_iter().flatten().filter_map(Value::as_text);
        texts.map(str::len).sum::<usize>()
    };
    let fields = note
        .fields
        .iter()
        .filter(|field| length(field) <= MOST_BYTES);
    let fields: Vec<Json> = fields.map(field).collect();
    (!fields.is_empty()).then(|| json!({ "version": note.version, "fields": fields }))
}

fn field(field: &MergedField) -> Json {
    let mut json = json!({
        "column": field.column,
        "base": field.base.as_text(),
        "theirs": field.theirs.as_text(),
        "took": field.took.name(),
    });
    if let (Some(yours), Some(map)) = (&field.yours, json.as_object_mut()) {
        map.insert("yours".into(), json!(yours.as_text()));
    }
    json
}

/// Answers a request about receipts.
pub(super) async fn perform(open: &Open, request: ReceiptsRequest) -> Result<ReceiptsReply, Fault> {
    let ReceiptsRequest::ListReceipts { table, key, before } = request;
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "receipts are kept only where rowhouse init installed the shared layer".into(),
        });
    }
    let key = key.map(|key| Param::Texts(key.0));
    let params = vec![
        Param::Text(Type::OID, table.map(|table| table.0.to_string())),
        key.unwrap_or(Param::Text(Type::TEXT_ARRAY, None)),
        Param::Text(Type::INT8, before.map(|before| before.0.to_string())),
        Param::int4(i32::try_from(PAGE + 1).unwrap_or(i32::MAX)),
    ];
    let sql = "select receipt_id, at, table_oid::int8, record_key, username, mine, theirs_by, theirs_at, \
               fields from rowhouse.receipts($1, $2, $3, $4)";
    let answers = open.read(vec![Statement::new(sql, params)]).await?;
    let rows = answers.first().map_or(&[][..], Vec::as_slice);
    let receipts: Result<_, _> = rows.iter().take(PAGE).map(receipt).collect();
    Ok(ReceiptsReply::ReceiptsListed {
        receipts: receipts?,
        more: rows.len() > PAGE,
    })
}

fn receipt(found: &Row) -> Result<Receipt, Fault> {
    let table: i64 = row::column(found, 2)?;
    Ok(Receipt {
        id: ReceiptId(row::column(found, 0)?),
        at: row::time(found, 1)?,
        table: TableId(u32::try_from(table).unwrap_or_default()),
        key: RecordKey(row::column(found, 3)?),
        username: row::shown(found, 4)?,
        mine: row::column(found, 5)?,
        theirs_by: row::shown_or_null(found, 6)?,
        theirs_at: row::column(found, 7)?,
        fields: fields(row::column(found, 8)?),
    })
}

/// The fields as they were written; what is none of ours is left out.
fn fields(written: &str) -> Vec<MergedField> {
    let list: Vec<Json> = serde_json::from_str(written).unwrap_or_default();
    let value = |json: &Json| Value::from(json.as_str().map(str::to_owned));
    let read = |field: &Json| {
        Some(MergedField {
            column: text::line(field.get("column")?.as_str()?).into_owned(),
            base: value(field.get("base")?),
            theirs: value(field.get("theirs")?),
            yours: field.get("yours").map(value),
            took: Side::named(field.get("took")?.as_str()?)?,
        })
    };
    list.iter().filter_map(read).collect()
}
