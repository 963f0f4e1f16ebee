-- What roles let people do: columns, rows, and who asks, found out once.

set local role {{owner}};
