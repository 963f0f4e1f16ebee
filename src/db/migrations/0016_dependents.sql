-- What hangs on a record: who refers to it, and what deleting it would take along.

set local role {{owner}};
