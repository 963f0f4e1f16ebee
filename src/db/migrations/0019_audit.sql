-- Reading the trail across records, for those who may.

set local role {{owner}};
