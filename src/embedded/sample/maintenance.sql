-- Procedures, planned work and repairs of the sample workshop.

insert into procedure (procedure_no, title, version, valid_from, steps, tools)
select 'PR-' || lpad(n::text, 3, '0'),
       format('%s of %s', what[1 + n % 6], kind[1 + n % 7]),
       1 + n * 5 % 9,
       date '2018-01-15' + n * 47,
       format(E'1. Tell the control room and hang up the sign.\n2. Switch off, lock, try to start.\n3. %s.\n4. %s.\n5. Take away the lock, run for ten minutes, listen.\n6. Write down the hours and what was found.',
              step[1 + n * 3 % 8], step[1 + (n * 5 + 2) % 8]),
       jsonb_build_array('lock and sign', tool[1 + n % 6], tool[1 + (n * 3 + 1) % 6])
  from generate_series(1, 40) n,
       (select array['Inspection', 'Lubrication', 'Overhaul', 'Cleaning', 'Calibration', 'Test run'] as what,
               array['pumps', 'conveyors', 'fans', 'compressors', 'switchboards', 'lifting gear', 'heat exchangers'] as kind,
               array['Look for cracks, rust and loose bolts', 'Measure vibration at four points', 'Change the filter, note its pressure drop',
                     'Grease each nipple: two strokes', 'Check belt tension with the gauge', 'Measure insulation, at least 1 MΩ',
                     'Clean the fins with low pressure', 'Take an oil sample of 100 ml'] as step,
               array['torque wrench', 'vibration meter', 'grease gun', 'multimeter', 'belt gauge', 'infrared camera'] as tool) words;

insert into preventive_maintenance (pm_no, bfm_no, title, procedure_no, every, last_done, next_due, hours, shutdown, remarks, updated)
select 'PM-' || lpad(n::text, 4, '0'), 'BFM-' || lpad(machine::text, 3, '0'),
       format('%s, %s', (array['Inspect', 'Lubricate', 'Overhaul', 'Clean', 'Calibrate', 'Test'])[1 + n % 6],
              (array['weekly', 'monthly', 'quarterly', 'half-yearly', 'yearly'])[1 + n % 5]),
       case when n % 12 <> 0 then 'PR-' || lpad((1 + n * 7 % 40)::text, 3, '0') end,
       span, done, (done + span)::date,
       0.25 + n * 3 % 32 / 4.0,
       n % 5 >= 3,
       case when n % 8 = 0 then (array['With the builder''s fitter.', 'Only at night; the line runs by day.', 'Auch den Ölstand prüfen.',
            'Take the small ladder.', '記録用紙は二枚。'])[1 + n / 8 % 5] end,
       timestamptz '2024-05-01 10:00+00' - n * interval '53 minutes'
  from generate_series(1, 1302) n
 cross join lateral (select 1 + (n - 1) % 651 machine,
        (array['7 days', '1 mon', '3 mons', '6 mons', '1 year'])[1 + n % 5]::interval span,
        date '2024-04-29' - n * 13 % 160 done) plan;

insert into pm_assignment (pm_no, person_no, duty, since)
select 'PM-' || lpad(n::text, 4, '0'), 'P-' || lpad((1 + (n * 5 + k * 17) % 48)::text, 3, '0'),
       (array['lead', 'second', 'learns'])[k]::assignment_duty, date '2022-01-03' + n % 700
  from generate_series(1, 1302) n, generate_series(1, 3) k
 where k = 1 or (k = 2 and n % 4 = 0) or (k = 3 and n % 12 = 0);

insert into corrective_maintenance (cm_no, bfm_no, reported, reported_by, assigned_to, priority, status, symptom, cause,
                                    work_done, downtime, hours, cost, closed, updated)
select 'CM-' || lpad(n::text, 5, '0'), 'BFM-' || lpad((1 + n * 29 % 651)::text, 3, '0'), at,
       'P-' || lpad((1 + n * 11 % 48)::text, 3, '0'),
       case when now_is <> 'reported' then 'P-' || lpad((1 + n * 7 % 48)::text, 3, '0') end,
       (array['this week', 'today', 'whenever', 'at once', 'this week', 'today'])[1 + n * 5 % 6]::order_priority,
       now_is::order_status,
       symptom[1 + n * 5 % 12],
       case when now_is in ('done', 'in work', 'waiting for parts') then cause[1 + n * 7 % 10] end,
       case when now_is = 'done' then
            case when n % 15 = 0 then format(E'%s\n%s\n%s\n\nSecond visit two days later: %s Photographs are with the shift book. Next time bring the long extractor, because the short one does not reach behind the flange and the cover has to come off again, which costs an hour.',
                                             work[1 + n % 9], work[1 + (n + 2) % 9], work[1 + (n + 5) % 9], work[1 + (n + 7) % 9])
                 else work[1 + n * 5 % 9] end end,
       case when n % 3 <> 0 then (n * 17 % 1400) * interval '1 minute' end,
       case when now_is in ('done', 'in work') then 0.5 + n * 7 % 60 / 4.0 end,
       case when now_is = 'done' then (n::numeric * 3343 % 480000) / 100 end,
       case when now_is in ('done', 'cancelled') then at + (2 + n * 5 % 90) * interval '1 hour' end,
       at + (3 + n * 5 % 90) * interval '1 hour'
  from generate_series(1, 1180) n
 cross join lateral (select timestamptz '2021-03-01 05:30+00' + n * interval '23 hours 20 minutes' + n % 19 * interval '17 minutes' as at,
        case when n > 1150 then (array['reported', 'planned', 'in work'])[1 + n % 3] when n > 1100 then (array['done', 'waiting for parts', 'planned', 'in work'])[1 + n % 4]
             when n % 40 = 0 then 'cancelled' else 'done' end as now_is) state,
       (select array['Does not start.', 'Trips after ten minutes.', 'Noise at the drive end, like gravel.', 'Leaks oil on the floor.', 'Pressure falls below 6 bar.',
                     'Display is dark.', 'Runs, but the belt slips.', 'Smell of burnt varnish.', 'Emergency stop does not latch.', 'Vibrates at full speed.',
                     'Water under the plinth.', 'Temperature alarm every night at two.'] as symptom,
               array['Bearing worn out', 'Contactor welded', 'Seal hardened', 'Cable chafed through', 'Filter blocked', 'Wrong setting after the power cut',
                     'Screw loosened by vibration', 'Fuse blown by a short circuit', 'Mouse in the terminal box', 'Not found'] as cause,
               array['Bearing replaced, greased, run for an hour.', 'Contactor and auxiliary block replaced.', 'Seal replaced; shaft polished.',
                     'Cable replaced over two metres and laid in a duct.', 'Filter replaced, housing cleaned.', 'Settings restored from the list on the door.',
                     'Bolts tightened with 85 Nm and marked.', 'Alignment corrected to 0.04 mm.', 'Wicklung getrocknet, Isolation 2,4 MΩ.'] as work) words;
