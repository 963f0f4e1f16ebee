-- The door: limits, growing waits, proving oneself again, old accounts taken over.

set local role {{owner}};
