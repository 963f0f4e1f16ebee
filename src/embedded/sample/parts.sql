-- Spare parts of the sample workshop, and which machine needs which.

insert into part (part_no, description, unit, stock, reorder_at, price, supplier_id, shelf, barcode, hazards, data_sheet)
select format('%s-%s', code, lpad(n::text, 4, '0')),
       format('%s %s', what, size),
       unit::part_unit,
       n * 7 % 60 + case when unit in ('litre', 'metre', 'kilogram') then n % 4 * 0.25 else 0 end,
       case when n % 5 <> 0 then n % 12 end,
       case when n % 41 <> 0 then 0.35 + n::numeric * 1171 % 90000 / 100.0 end,
       1 + n * 11 % 60,
       format('%s%s-%s', chr(65 + n % 8), 1 + n % 14, 1 + n % 6),
       lpad((4000000000000 + n::bigint * 7700417)::text, 13, '0'),
       case code when 'OIL' then array['flammable', 'slippery'] when 'CHM' then array['corrosive'] else '{}' end,
       case when n % 60 = 0 then decode('255044462d312e340a25e2e3cfd30a' || lpad(to_hex(n), 8, '0'), 'hex') end
  from generate_series(1, 420) n
 cross join lateral (select
        (array['BRG', 'SEL', 'BLT', 'FLT', 'OIL', 'FUS', 'VLV', 'MOT', 'CBL', 'CHM', 'SNS', 'FST'])[1 + n % 12] as code,
        (array['Deep groove bearing', 'Shaft seal', 'V-belt', 'Filter element', 'Gear oil', 'Fuse', 'Ball valve', 'Motor', 'Cable', 'Descaler', 'Sensor Pt100', 'Hex bolt'])[1 + n % 12] as what,
        (array['piece', 'piece', 'piece', 'piece', 'litre', 'piece', 'piece', 'piece', 'metre', 'kilogram', 'piece', 'set'])[1 + n % 12] unit) kind
 cross join lateral (select case code
        when 'BRG' then format('62%s-2RS', lpad((n % 16)::text, 2, '0'))
        when 'SEL' then format('%s × %s × %s mm', 20 + n % 60, 40 + n % 60, 7 + n % 5)
        when 'BLT' then format('SPA %s', 900 + n % 40 * 50)
        when 'FLT' then format('F%s, %s mm', 5 + n % 4, 287 + n % 3 * 305)
        when 'OIL' then format('VG %s', (array[32, 46, 68, 150, 220])[1 + n % 5])
        when 'FUS' then format('gG %s A', (array[10, 16, 25, 35, 63, 100])[1 + n % 6])
        when 'VLV' then format('DN %s, 阀门', (array[15, 20, 25, 40, 50, 80])[1 + n % 6])
        when 'MOT' then format('%s kW, 4-pole', (array[0.37, 0.75, 1.5, 4, 7.5, 11])[1 + n % 6])
        when 'CBL' then format('4G%s mm²', (array[1.5, 2.5, 4, 6, 10])[1 + n % 5])
        when 'CHM' then format('type %s', chr(65 + n % 5))
        when 'SNS' then format('%s mm, Ø %s', 50 + n % 8 * 25, 3 + n % 4)
        else format('M%s × %s, 8.8', (array[6, 8, 10, 12, 16, 20])[1 + n % 6], 20 + n % 9 * 10) end as size) dimension;

insert into equipment_part (bfm_no, part_no, quantity, place)
select distinct on (bfm, part.part_no) bfm, part.part_no,
       case when part.unit in ('litre', 'metre', 'kilogram') then 0.5 + n % 40 / 4.0 else 1 + n % 4 end,
       (array['drive end', 'free end', 'inlet', 'outlet', 'terminal box', null])[1 + (n + k) % 6]
  from generate_series(1, 651) n
 cross join generate_series(1, 3) k
 cross join lateral (select 'BFM-' || lpad(n::text, 3, '0') bfm, 1 + (n * 13 + k * 89) % 420 part_row) pick
  join (select row_number() over (order by part_no) part_row, part_no, unit from part) part using (part_row)
 where (n + k) % 7 <> 0
 order by bfm, part.part_no, k;
