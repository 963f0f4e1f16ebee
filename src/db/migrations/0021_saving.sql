-- Saves and their trail, made cheaper.

set local role {{owner}};
