-- Claims on records: asking to yield, releasing, hard locks, and the lines that people send each other.

set local role {{owner}};
