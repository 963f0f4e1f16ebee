//! What the doctor cannot look at: that is a finding too, and not the same as nothing found. No tests here.

use super::breaks::{Break, hidden, warning};

/// What says whether roles limit a table answers with an error.
const LIMITS_GONE: &str = "\
    alter function rowhouse_private.needed(oid) rename to needed_kept;
    create function rowhouse_private.needed(p_table oid, out scoped text[], out limited boolean)
    language sql stable as 'select null::text[], (1 / 0)::boolean';
    revoke all on function rowhouse_private.needed(oid) from public";
const LIMITS_BACK: &str = "\
    drop function rowhouse_private.needed(oid);
    alter function rowhouse_private.needed_kept(oid) rename to needed";

/// What could not be compared is not passed over in silence.
pub(super) const BLIND: &[Break] = &[
    Break {
        also: &["table-older"],
        ..hidden(warning("policies-differ", LIMITS_GONE, LIMITS_BACK))
    },
    Break {
        also: &["policies-differ"],
        ..hidden(warning("table-older", LIMITS_GONE, LIMITS_BACK))
    },
    Break {
        also: &["policies-differ", "tenant-reference", "tenant-unique"],
        ..hidden(warning(
            "table-older",
            "alter table rowhouse_private.adopted add column kept jsonb;
             update rowhouse_private.adopted set kept = state, state = state || '{\"undo\": 5}'",
            "update rowhouse_private.adopted set state = kept;
             alter table rowhouse_private.adopted drop column kept",
        ))
    },
];
