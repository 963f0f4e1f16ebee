//! Questions that have ended: what of them is told to the core. Nothing is asked here.

use std::collections::HashMap;

use tokio::task::{AbortHandle, JoinError};

use crate::app::message::Message;
use crate::db::contract::{Fault, QueryId, Reply};

/// Makes the message of a question that ended; none where nobody waits for it any more.
pub fn taken(
    aborts: &mut HashMap<QueryId, AbortHandle>,
    joined: Result<(QueryId, Result<Reply, Fault>), JoinError>,
) -> Option<Message> {
    let (query, reply) = match joined {
        Ok(answer) => answer,
        // A task that was aborted was answered by the core already.
        Err(error) if error.is_cancelled() => return None,
        Err(error) => {
            let query = aborts.iter().find(|(_, abort)| abort.id() == error.id())?;
            (
                *query.0,
                Err(Fault::Other {
                    message: "a fault inside Rowhouse".into(),
                }),
            )
        }
    };
    aborts.remove(&query);
    Some(Message::Answered {
        query,
        reply: Box::new(reply),
    })
}
