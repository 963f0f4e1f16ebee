//! Rows for a file: streamed in one read-only transaction, never many of them in memory; the trail is
//! told before the first is read and after the last.

use tokio::sync::mpsc::Sender;
use tokio_postgres::Row;

use super::contract::rows::{Extract, Piece, RowsReply, RowsRequest};
use super::contract::{Fault, fault::SessionEnd};
use super::dial::Options;
use super::fault;
use super::open::Open;
use super::page::cursor;
use super::row;
use super::shape::{self, Known};
use super::tx::{self, Broken, Param, Statement, Unit};
use crate::domain::export::{Form, Scribe};
use crate::domain::table::TableId;

/// How many rows are asked for at once: between them the gate is passed again.
const AT_ONCE: u64 = 10_000;

/// How long a piece of text grows before it is handed on.
const PIECE: usize = 64 * 1024;

/// It takes as long as it takes, all of it is wanted, and whoever takes it may rest: only that they are
/// there is asked for now and then, so that a machine which is gone keeps no table from being altered.
const SETTINGS: &str = "select set_config('statement_timeout', '0', true), \
     set_config('cursor_tuple_fraction', '1', true), \
     set_config('idle_in_transaction_session_timeout', '0', true), \
     set_config('tcp_keepalives_idle', '60', true), set_config('tcp_keepalives_interval', '10', true), \
     set_config('tcp_keepalives_count', '6', true)";

/// Answers a request.
pub(super) async fn perform(open: &Open, request: RowsRequest) -> Result<RowsReply, Fault> {
    match request {
        RowsRequest::NoteStopped { table, form, rows } => {
            note_end(open, table, form, rows, false).await?;
            Ok(RowsReply::Noted)
        }
    }
}

/// Hands the text of rows on, piece by piece, and returns how many rows there were. Ends with
/// [`Fault::Cancelled`] when nobody takes it any more.
pub(super) async fn stream(open: &Open, wish: &Extract, out: &Sender<Piece>) -> Result<u64, Fault> {
    let known = shape::load(open, wish.table).await?;
    let columns = cursor::readable(&known, wish)?;
    if open.is_shared() {
        note_begin(open, wish).await?;
    }
    let named = columns.iter().map(|column| {
        let name = known.columns[*column].bare_name.as_str();
        (name, &known.shape.columns[*column])
    });
    let mut scribe = Scribe::new(wish.form, wish.raw, named);
    let streamed = take_all(open, &known, wish, &columns, &mut scribe, out).await;
    shape::forgetting(open, wish.table, streamed)?;
    if open.is_shared() {
        note_end(open, wish.table, wish.form, scribe.rows(), true).await?;
    }
    Ok(scribe.rows())
}

async fn take_all(
    open: &Open,
    known: &Known,
    wish: &Extract,
    columns: &[usize],
    scribe: &mut Scribe,
    out: &Sender<Piece>,
) -> Result<(), Fault> {
    let prelude = open.prelude()?;
    let gate = match open.is_shared() {
        true => Some(gate_of(open, wish.table)?),
        false => None,
    };
    let work = [
        Statement::new(SETTINGS, Vec::new()),
        shape::mark(wish.table, open.is_shared()),
        cursor::declare(known, wish, columns)?,
    ];
    let mut link = open.pool.get().await?;
    if open.options == Options::Withheld {
        link.forget_backend();
    }
    let unit = Unit {
        rename: None,
        begin: tx::READ,
        prelude: &prelude,
        statements: &work,
    };
    let begun = tx::begin_stream(&mut link, unit, open.limit()).await;
    let begun = begun.map_err(fault::of_reading)?;
    shape::check_table(open, known, begun.get(1).map_or(&[], Vec::as_slice))?;
    let fetch = format!("fetch forward {AT_ONCE} from {}", cursor::NAME);
    let mut text = scribe.head();
    let (places, limit) = (columns.len(), open.limit());
    loop {
        let gate = gate.as_ref().filter(|_| scribe.rows() > 0);
        let before = scribe.rows();
        let asked = tx::next_rows(&mut link, gate, &fetch, limit).await;
        let mut rows = asked.map_err(fault::of_reading)?;
        still_viewed(&rows.passed)?;
        while let Some(row) = rows
            .next(&mut link, limit)
            .await
            .map_err(fault::of_reading)?
        {
            write_down(&row, places, scribe, &mut text)?;
            hand_on(&mut text, scribe.rows(), PIECE, out).await?;
        }
        hand_on(&mut text, scribe.rows(), 0, out).await?;
        if scribe.rows() - before < AT_ONCE {
            break;
        }
    }
    text.push_str(scribe.tail());
    hand_on(&mut text, scribe.rows(), 0, out).await?;
    let ended = tx::end_stream(&mut link, open.limit()).await;
    ended.map_err(fault::of_reading)
}

/// The gate, which also says whether the table may be viewed.
fn gate_of(open: &Open, table: TableId) -> Result<Statement, Fault> {
    let mut gate = open.gate()?;
    gate.sql = "select rowhouse.tx_open($1, $2), rowhouse.may($3, 'view')".into();
    gate.params.push(Param::oid(table.0));
    Ok(gate)
}

/// The cursor has rows from before: whoever may view no more is given no more of them.
fn still_viewed(passed: &[Row]) -> Result<(), Fault> {
    let may: Option<bool> = match passed.first() {
        Some(answer) => row::column(answer, 1)?,
        None => Some(true),
    };
    match may {
        Some(true) => Ok(()),
        _ => Err(Fault::NotPermitted {
            message: "your roles do not let you view this table any more".into(),
        }),
    }
}

fn write_down(
    row: &Row,
    places: usize,
    scribe: &mut Scribe,
    text: &mut String,
) -> Result<(), Fault> {
    let values = (0..places).map(|place| row::column::<Option<&str>>(row, place));
    let values: Vec<Option<&str>> = values.collect::<Result<_, _>>()?;
    scribe.row(text, values);
    Ok(())
}

/// Hands a text on that is longer than this.
async fn hand_on(
    text: &mut String,
    rows: u64,
    longer: usize,
    out: &Sender<Piece>,
) -> Result<(), Fault> {
    if text.len() <= longer {
        return Ok(());
    }
    let text = std::mem::take(text);
    let piece = Piece { text, rows };
    out.send(piece).await.map_err(|_| Fault::Cancelled)
}

/// Tells the trail what is about to be written; refused where the person's roles do not let them.
async fn note_begin(open: &Open, wish: &Extract) -> Result<(), Fault> {
    let note = Statement::new(
        "select rowhouse.export_begun($1, $2, $3)",
        vec![
            Param::oid(wish.table.0),
            Param::text(wish.form.name()),
            Param::text(&wish.words),
        ],
    );
    written(open, note).await
}

/// Tells the trail how many rows were written, whether to the end or not.
async fn note_end(
    open: &Open,
    table: TableId,
    form: Form,
    rows: u64,
    whole: bool,
) -> Result<(), Fault> {
    let note = Statement::new(
        "select rowhouse.export_ended($1, $2, $3::text::bigint, $4::text::boolean)",
        vec![
            Param::oid(table.0),
            Param::text(form.name()),
            Param::text(rows.to_string()),
            Param::text(whole.to_string()),
        ],
    );
    written(open, note).await
}

async fn written(open: &Open, note: Statement) -> Result<(), Fault> {
    if !open.is_shared() {
        return Ok(());
    }
    if open.session().is_none() {
        return Err(Fault::SessionOver {
            why: SessionEnd::Unknown,
        });
    }
    let done = open.write(&[note]).await;
    done.map(drop).map_err(Broken::into_fault)
}
