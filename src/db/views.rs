//! Views that people keep of tables: listed, kept and deleted by functions of the shared layer.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::contract::{Fault, ViewsReply, ViewsRequest};
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::domain::memory::SavedView;
use crate::domain::text;
use crate::domain::view::{KeptAt, ListedView, ViewId, ViewOutcome};

/// Answers a request about views.
pub(super) async fn perform(open: &Open, request: ViewsRequest) -> Result<ViewsReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message:
                "views are kept in the database only where rowhouse init installed the shared layer"
                    .into(),
        });
    }
    match request {
        ViewsRequest::ListViews { table } => {
            let sql = "select view_id, name, is_shared, is_mine, username, changed_at, changed_by, version, \
                       may_change, body from rowhouse.views($1)";
            let statement = Statement::new(sql, vec![Param::oid(table.0)]);
            let answers = open.read(vec![statement]).await?;
            let rows = answers.first().map_or(&[][..], Vec::as_slice);
            let views: Result<_, _> = rows.iter().map(listed).collect();
            Ok(ViewsReply::ViewsListed(views?))
        }
        ViewsRequest::SaveView {
            table,
            kept,
            shared,
            view,
        } => {
            let body = serde_json::to_string(&*view).map_err(|error| Fault::Other {
                message: format!("the view cannot be written: {error}"),
            })?;
            let params = vec![
                Param::oid(table.0),
                int8(kept.map(|kept| kept.id.0)),
                int8(kept.map(|kept| kept.version)),
                Param::text(view.name.clone()),
                Param::Text(Type::BOOL, Some(shared.to_string())),
                Param::text(body),
            ];
            let sql = "select outcome, by_whom, at from rowhouse.view_save($1, $2, $3, $4, $5, $6)";
            done(open, Statement::new(sql, params)).await
        }
        ViewsRequest::DropView { table, kept } => {
            let params = vec![
                Param::oid(table.0),
                int8(Some(kept.id.0)),
                int8(Some(kept.version)),
            ];
            let sql = "select outcome, by_whom, at from rowhouse.view_drop($1, $2, $3)";
            done(open, Statement::new(sql, params)).await
        }
    }
}

fn int8(number: Option<i64>) -> Param {
    Param::Text(Type::INT8, number.map(|number| number.to_string()))
}

async fn done(open: &Open, statement: Statement) -> Result<ViewsReply, Fault> {
    let answers = open.write(&[statement]).await.map_err(Broken::into_fault)?;
    let found = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    let outcome: &str = row::column(found, 0)?;
    let changed = row::column(found, 2)?;
    Ok(ViewsReply::ViewKept(match (outcome, changed) {
        ("saved", _) => ViewOutcome::Done,
        ("taken", _) => ViewOutcome::Taken,
        ("changed", Some(at)) => ViewOutcome::Changed {
            by: row::shown_or_null(found, 1)?.unwrap_or_default(),
            at,
        },
        _ => ViewOutcome::Gone,
    }))
}

fn listed(found: &Row) -> Result<ListedView, Fault> {
    let body: &str = row::column(found, 9)?;
    // What a later version wrote and this one cannot read is shown as all rows under its name.
    let mut view: SavedView = serde_json::from_str(body).unwrap_or_default();
    let name: &str = row::column(found, 1)?;
    view.name = text::line(name).into_owned();
    Ok(ListedView {
        view,
        kept: Some(KeptAt {
            id: ViewId(row::column(found, 0)?),
            version: row::column(found, 7)?,
            at: row::time(found, 5)?,
        }),
        shared: row::column(found, 2)?,
        mine: row::column(found, 3)?,
        made_by: row::shown(found, 4)?,
        changed_by: row::shown(found, 6)?,
        may_change: row::column(found, 8)?,
    })
}
