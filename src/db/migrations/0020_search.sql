-- Search and filters that keep their indexes under policies.

set local role {{owner}};
