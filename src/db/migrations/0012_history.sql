-- Reading the trail record by record: timelines, blame, one's own changes, the bin.

set local role {{owner}};
