-- Receipts of automatic merges: base, both sides and the result, to be looked at and taken back.

set local role {{owner}};
