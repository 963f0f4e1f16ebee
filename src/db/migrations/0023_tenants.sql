-- Tenants in shared tables.

set local role {{owner}};
