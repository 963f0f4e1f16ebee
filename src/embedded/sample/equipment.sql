-- 651 machines of the sample workshop, what they are made of and what was read on them.

insert into equipment (bfm_no, description, location, status, criticality, manufacturer, model,
                       serial_no, installed, cost, keeper, warranty, specs, notes, created, updated) values
    ('BFM-001', 'Compressor #1', 'Bldg 3', 'Active', 'high', 'Nordluft', 'NL 75-10', 'NL-20117', '2011-03-14', 48250.00, 'P-001', '[2011-03-14,2016-03-14)',
     '{"power_kw": 75, "voltage": 400, "pressure_bar": 10, "oil": "VDL 46", "bearings": ["6313-2Z", "NU 313"]}',
     'Feeds the main air line. Drain the receiver on Mondays before the first shift.', '2011-03-14 09:00+00', '2024-05-06 06:12+00'),
    ('BFM-002', 'Chiller loop', 'Bldg 3', 'Down', 'high', 'Toyo', 'CH-400', 'CH400-0093', '2014-06-02', 112900.00, 'P-005', '[2014-06-02,2019-06-02)',
     '{"power_kw": 132, "voltage": 400, "refrigerant": "R-717", "flow_m3h": 86.5}',
     'Bearings noisy since spring. Ammonia: leave the room at the first alarm.', '2014-06-02 08:30+00', '2024-05-06 06:40+00'),
    ('BFM-003', 'Air handler', 'Bldg 3', 'Active', 'normal', 'Calder', 'AH-12', 'C-55821', '2009-10-19', 17400.00, 'P-002', null,
     '{"power_kw": 11, "voltage": 400, "filters": {"class": "F7", "count": 6}}',
     null, '2009-10-19 10:15+00', '2024-05-03 13:05+00'),
    ('BFM-004', 'Receiver tank, 5 m³', 'Bldg 3', 'Active', 'safety', 'Nordluft', 'RT-5000', 'NL-20118', '2011-03-14', 6120.50, 'P-001', null,
     '{"pressure_bar": 11, "volume_l": 5000}', 'Pressure vessel; inspected every five years.', '2011-03-14 09:20+00', '2024-04-30 07:55+00'),
    ('BFM-005', 'Dryer for compressed air', 'Bldg 3', 'Standby', 'normal', 'Nordluft', 'ND 80', 'ND-7731', '2011-03-15', 8900.00, 'P-001', null,
     '{"dew_point_c": 3, "power_kw": 1.8}', null, '2011-03-15 08:00+00', '2024-04-29 11:31+00'),
    ('BFM-006', 'Cooling tower · 冷却塔', 'Roof', 'Active', 'high', '東洋ポンプ工業', '冷却-250', 'TY-250-11', '2014-06-05', 64300.00, 'P-005', '[2014-06-05,2017-06-05)',
     '{"power_kw": 22, "fans": 2, "note": "凍結注意"}', '冬は毎朝、受け皿の氷を確認すること。 In winter check the tray for ice every morning.', '2014-06-05 07:40+00', '2024-05-02 05:58+00'),
    ('BFM-007', 'Brûleur du générateur de vapeur', 'Boiler house', 'In repair', 'safety', 'Weiß', 'WB-3', 'WB3-4410', '2008-02-11', 23999.99, 'P-007', null,
     '{"fuel": ["gas", "oil"], "power_kw": 3100}', 'Flame guard trips when the damper sticks.', '2008-02-11 12:00+00', '2024-05-05 21:47+00');

update equipment set part_of = 'BFM-001' where bfm_no in ('BFM-004', 'BFM-005');
update equipment set part_of = 'BFM-002' where bfm_no = 'BFM-006';

insert into equipment (bfm_no, description, location, status, criticality, manufacturer, model,
                       serial_no, installed, cost, part_of, keeper, warranty, specs, notes, created, updated)
select 'BFM-' || lpad(n::text, 3, '0'),
       format('%s, %s', what, place[1 + n * 11 % 12]) || case when n % 17 = 0 then ' · ' || foreign_name[1 + n % 6] else '' end,
       (array['Bldg 1', 'Bldg 3', 'Bldg 2', 'Bldg 7', 'Bldg 5', 'Boiler house', 'Bldg 7', 'Bldg 4', 'Pump station', 'Bldg 9', 'Roof', 'Yard', 'Workshop'])[1 + n * 5 % 13],
       case when n % 23 = 0 then 'Retired' when n % 13 = 0 then 'Down' when n % 29 = 0 then 'In repair'
            when n % 7 = 0 then 'Standby' else 'Active' end::equipment_status,
       case when n % 31 = 0 then 'safety' when n % 6 = 0 then 'high' when n % 5 = 0 then 'low' else 'normal' end::criticality,
       maker[1 + n * 3 % 8],
       format('%s-%s', chr(65 + n % 26) || chr(65 + n * 7 % 26), 10 + n * 17 % 890),
       format('%s%s', chr(65 + n * 3 % 26), lpad((100000 + n * 7919 % 900000)::text, 6, '0')) || '-' || n,
       date '1996-01-08' + n * 4003 % 10100,
       case when n % 37 <> 0 then 450 + n::numeric * 7717 % 98000 + n * 13 % 100 / 100.0 end,
       case when n % 9 = 0 then 'BFM-' || lpad((n - 3)::text, 3, '0') end,
       case when n % 4 <> 0 then 'P-' || lpad((1 + n * 7 % 48)::text, 3, '0') end,
       case when n % 10 = 0 then daterange('2021-01-01'::date + n, '2026-01-01'::date + n) end,
       jsonb_build_object('power_kw', round(n * 31 % 900 / 10.0, 1), 'voltage', (array[24, 230, 400, 690])[1 + n % 4])
         || case when n % 3 = 0 then jsonb_build_object('bearings', jsonb_build_array(format('62%s-2RS', lpad((n % 16)::text, 2, '0')), format('63%s', lpad((n % 20)::text, 2, '0')))) else '{}' end
         || case when n % 8 = 0 then jsonb_build_object('drive', jsonb_build_object('belt', format('SPA %s', 900 + n % 40 * 50), 'ratio', round(n % 30 / 10.0, 1))) else '{}' end,
       case when n % 9 = 4 then
                format(E'%s\n\nAccess: %s.\n%s\n\nSpare drive belongs to this machine and stands in the %s. Last overhaul %s; the report is in folder %s.',
                       remark[1 + n % 11], access[1 + n % 5], remark[1 + (n + 4) % 11], 'workshop',
                       to_char(date '2015-01-05' + n * 3, 'YYYY-MM-DD'), n % 40 + 1)
            when n % 3 = 0 then remark[1 + n * 5 % 11] end,
       timestamptz '2010-01-04 08:00+00' + n * interval '7 days 3 hours',
       timestamptz '2024-04-30 16:00+00' - n * interval '1 hour 7 minutes'
  from generate_series(8, 651) n,
       (select array['line 1', 'line 2', 'line 3', 'north side', 'south side', 'upper deck', 'mezzanine', 'cellar', 'bay 4', 'bay 6', 'west wall', 'at the quay'] as place,
               array['Nordluft', 'Calder', 'Weiß', 'Toyo', 'Sangwon', 'Śląsk', 'Meseta', '恒通'] as maker,
               array['给水泵', 'ポンプ室', '펌프실', 'Förderband', 'Чиллер', 'Αντλία'] as foreign_name,
               array['key at the gatehouse', 'ladder needed', 'from the walkway only', 'two people', 'through the switch room'] as access,
               array['Runs warm above 80 % load; watch the temperature after lunch.',
                     'Coupling was aligned with the laser, 0.03 mm.',
                     'Guard has a new lock; the key is no 7.',
                     'Label on the terminal box is wrong: L2 and L3 are swapped.',
                     'Oil level is read with the machine standing.',
                     'Vibration 4.5 mm/s on the drive end, limit 7.1.',
                     'Gasket material: graphite, never rubber.',
                     'The builder''s manual is in German; a translation is in the drawer.',
                     'Starts only when the door switch is pressed hard.',
                     'Grease: two strokes a month, not more.',
                     'Foundation bolt 3 was re-cast in 2019.'] as remark) words
 cross join lateral (select (array['Centrifugal pump', 'Gear pump', 'Belt conveyor', 'Screw conveyor', 'Exhaust fan', 'Supply fan', 'Air compressor',
        'Hydraulic press', 'Drill press', 'Lathe', 'Fork lift', 'Overhead crane', 'Packing machine', 'Palletiser', 'Heat exchanger', 'Plate cooler',
        'Water softener', 'Dosing station', 'Emergency light panel', 'Switchboard', 'Transformer', 'Dock leveller', 'Roller door', 'Mixer',
        'Filter press', 'Vacuum pump', 'Label printer', 'Weighing cell', 'Battery charger'])[1 + n * 7 % 29] as what) kind;

insert into meter_reading (bfm_no, read_on, running_hours, energy_kwh, read_by)
select 'BFM-' || lpad(n::text, 3, '0'), date '2024-01-01' + month * 31,
       1000 + n * 97 % 30000 + month * (300 + n % 200) + n % 10 / 10.0,
       case when n % 4 <> 0 then n * 1113.125 + month * 2410.375 end,
       'P-' || lpad((1 + (n + month) % 48)::text, 3, '0')
  from generate_series(1, 651) n, generate_series(0, 3) month;
