//! Choosing among tenants, for whoever may see all of them.

use super::contract::{Fault, TenantsReply, TenantsRequest};
use super::login::me;
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::domain::account::TenantLine;

/// Answers a request about choosing.
pub(super) async fn perform(open: &Open, request: TenantsRequest) -> Result<TenantsReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "tenants are known only where rowhouse init installed the shared layer".into(),
        });
    }
    match request {
        TenantsRequest::List => {
            let ask = Statement::new(
                "select name, closed, chosen from rowhouse.tenants()",
                Vec::new(),
            );
            let answers = open.read(vec![ask]).await?;
            let lines = answers.iter().flatten().map(|found| {
                Ok(TenantLine {
                    name: row::shown(found, 0)?,
                    closed: row::shown_or_null(found, 1)?,
                    chosen: row::column(found, 2)?,
                })
            });
            lines.collect::<Result<_, _>>().map(TenantsReply::Listed)
        }
        TenantsRequest::Choose { name } => {
            let name = Param::Text(tokio_postgres::types::Type::TEXT, name);
            let choose = Statement::new("select rowhouse.choose_tenant($1)", vec![name]);
            let answers = open
                .write(&[choose, me::ask()])
                .await
                .map_err(Broken::into_fault)?;
            // What was read before is another tenant's.
            open.shapes.clear();
            let told = row::only(answers.get(1).map_or(&[], Vec::as_slice))?;
            me::know(open, told).map(TenantsReply::Chosen)
        }
    }
}
