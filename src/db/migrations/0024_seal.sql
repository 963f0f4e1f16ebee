-- The trail sealed, archived and kept.

set local role {{owner}};
