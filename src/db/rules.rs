//! Changes of tables that have rules: nothing may stand around the statement, so COMMIT waits
//! for the count, one round trip more.

use super::change::{self, Change};
use super::contract::Fault;
use super::open::Open;
use super::record;
use super::save::Answer;
use super::shape::Known;
use super::tx::Broken;

/// Carries a change out in two steps: change and count, then commit or undo.
pub(super) async fn carry_out(
    open: &Open,
    known: &Known,
    change: &Change,
) -> Result<Answer, Broken> {
    let statement = match change {
        Change::Update(save) => change::bare_update(known, save),
        Change::Insert { entries, .. } => change::bare_insert(known, entries),
        Change::Delete {
            key, guard, base, ..
        } => change::bare_delete(known, key, guard, base),
    };
    // A record that was deleted is looked for as well: a rule may have done something else.
    let statement = statement.map_err(Broken::Unsent)?;
    let key = change.key(known);
    let read = key.map(|key| record::select(known, &key)).transpose();
    let read = read.map_err(Broken::Unsent)?;
    let (count, rows) = open
        .write_counted(change.request(), statement, read)
        .await?;
    if count > 1 {
        return Err(Broken::Unsent(Fault::Other {
            message: "its rules would change several rows".into(),
        }));
    }
    let found = rows.first();
    Ok(Answer {
        rows: i32::from(count == 1),
        record: found
            .map(|found| record::read(known, found, 0))
            .transpose()
            .map_err(Broken::Unsent)?,
    })
}
