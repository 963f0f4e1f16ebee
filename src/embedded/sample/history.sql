-- What happened in the sample workshop after its tables were adopted: a few saves of its own
-- programs, so that versions and the trail begin with something to see.

update equipment set status = 'Standby' where bfm_no = 'BFM-001';
update equipment set notes = 'Feeds the main air line. Drain the receiver on Mondays and Thursdays before the first shift.' where bfm_no = 'BFM-001';
update equipment set cost = 48730.00, keeper = 'P-003' where bfm_no = 'BFM-001';
update equipment set status = 'Active' where bfm_no = 'BFM-001';
update equipment set status = 'Down' where bfm_no = 'BFM-002';
update equipment set specs = specs || '{"refrigerant_kg": 420}' where bfm_no = 'BFM-002';
update equipment set keeper = 'P-006' where bfm_no = 'BFM-003';
