-- Locations, suppliers and people of the sample workshop; the same rows every time.

insert into location (location, address, floors, area_m2, access_note) values
    ('Bldg 1', 'North Road 1, gate A', 2, 4210.0, 'badge'),
    ('Bldg 2', 'North Road 3', 1, 1880.5, 'badge'),
    ('Bldg 3', 'North Road 5, utilities', 3, 2640.0, 'badge; hearing protection from the door on'),
    ('Bldg 4', 'Canal Street 12', 1, 960.0, 'key at the gatehouse'),
    ('Bldg 5', 'Canal Street 14, cold store', 2, 3105.0, 'two people only; -24 °C'),
    ('Bldg 7', 'Quay 2, packing', 4, 5870.0, 'badge'),
    ('Bldg 9', 'Gießereiweg 9, foundry', 1, 2200.0, 'helmet, no synthetic clothes'),
    ('Boiler house', 'North Road 7', 2, 540.0, 'boiler attendant on duty; ring twice'),
    ('Pump station', 'Río Viejo, bank of the river', 1, 120.0, 'key no 14, tell the control room'),
    ('Roof', 'above Bldg 1 to 3', 1, null, 'harness; not above 50 km/h of wind'),
    ('Workshop', 'North Road 6', 1, 410.0, null),
    ('Yard', 'between Bldg 2 and the quay', 1, 7900.0, null);

insert into supplier (name, country, contact, email, phone, terms_days, rating, since) values
    ('Nordlager Kugel AB', 'SE', 'Åsa Öhrström', 'order@nordlager.example', '+46 31 700 10 20', 30, 4.6, '2009-03-02'),
    ('Hydraulik Weiß GmbH', 'DE', 'Jürgen Groß', 'verkauf@hydraulik-weiss.example', '+49 711 555 0190', 30, 4.1, '2011-08-15'),
    ('東洋ポンプ工業', 'JP', '佐藤 美咲', 'sales@toyo-pump.example', '+81 3 5550 0144', 60, 4.8, '2014-04-01'),
    ('상원전기', 'KR', '김민준', 'help@sangwon.example', '+82 2 555 0178', 45, 4.3, '2016-10-11'),
    ('上海恒通阀门厂', 'CN', '王芳', 'info@hengtong.example', '+86 21 5550 0110', 60, 3.9, '2012-05-28'),
    ('Filtres Côte d''Émeraude', 'FR', 'Zoé Lefèvre', 'contact@filtres-ce.example', '+33 2 99 55 01 12', 30, 3.7, '2008-01-20'),
    ('Łożyska Śląskie Sp. z o.o.', 'PL', 'Małgorzata Wiśniewska', 'biuro@lozyska.example', '+48 32 555 01 33', 21, 4.4, '2015-02-09'),
    ('Türbin Yağları A.Ş.', 'TR', 'İbrahim Çelik', 'satis@turbinyag.example', '+90 232 555 0121', 30, 3.5, '2018-06-30'),
    ('Ελληνικά Ρουλεμάν', 'GR', 'Νίκος Παπαδόπουλος', 'info@rouleman.example', '+30 210 555 0166', 45, 3.8, '2017-11-03'),
    ('شركة الخليج للصيانة', 'AE', 'ليلى حداد', 'service@gulf-maint.example', '+971 4 555 0155', 30, 4.0, '2019-09-22'),
    ('Công ty Điện Cơ Hà Nội', 'VN', 'Nguyễn Thị Hạnh', 'lienhe@dienco.example', '+84 24 5550 0188', 45, 3.6, '2020-01-13'),
    ('O''Malley & Sons Fasteners', 'IE', 'Siobhán O''Malley', 'sales@omalley.example', '+353 1 555 0102', 14, 4.9, '1998-07-07');

insert into supplier (name, country, contact, email, phone, terms_days, rating, since)
select format('%s %s %s', place[1 + n % 10], trade[1 + (n / 10) % 5], form[1 + n % 4]),
       country[1 + n % 10],
       format('%s %s', first[1 + (n * 3) % 8], last[1 + (n * 5) % 9]),
       format('sales%s@supplier.example', n),
       format('+44 20 7946 %s', lpad((n * 37 % 10000)::text, 4, '0')),
       (array[14, 21, 30, 30, 45, 60])[1 + n % 6],
       (25 + n * 7 % 25) / 10.0,
       date '2003-01-06' + n * 97
  from generate_series(0, 47) n,
       (select array['Calder', 'Elbe', 'Fenland', 'Gotthard', 'Harbour', 'Ironbridge', 'Jutland', 'Kestrel', 'Loire', 'Meseta'] as place,
               array['Bearings', 'Electric', 'Seals', 'Tools', 'Lubricants'] as trade,
               array['Ltd', 'GmbH', 'SA', 'Co.'] as form,
               array['GB', 'DE', 'GB', 'CH', 'GB', 'GB', 'DK', 'GB', 'FR', 'ES'] as country,
               array['Anna', 'Bram', 'Chloé', 'Dmitri', 'Elif', 'Frøydis', 'Gábor', 'Héctor'] as first,
               array['Novák', 'Müller', 'Sørensen', 'Íñiguez', 'Kowalczyk', 'Şahin', 'Tanaka', 'Usman', 'Vásquez'] as last) words;

insert into person (person_no, name, trade, email, phone, hired, hourly_rate, skills, shift_start, active) values
    ('P-001', 'Maria Michaels', 'mechanic', 'mmichaels@plant.example', 'ext 4101', '2012-09-03', 41.50, '{"vibration analysis",alignment}', '06:00', true),
    ('P-002', 'Jonas Hymel', 'electrician', 'jhymel@plant.example', 'ext 4102', '2017-02-13', 38.20, '{"switchgear","PLC"}', '06:00', true),
    ('P-003', 'Rosa Marikit', 'mechanic', 'rmarikit@plant.example', 'ext 4103', '2019-05-20', 36.75, '{hydraulics,welding}', '14:00', true),
    ('P-004', 'Helen Okafor', 'maintenance manager', 'hokafor@plant.example', 'ext 4100', '2006-04-18', 58.00, '{planning}', '07:30', true),
    ('P-005', '山田 太郎', 'refrigeration', 'tyamada@plant.example', 'ext 4105', '2015-04-01', 44.10, '{"ammonia plant"}', '06:00', true),
    ('P-006', '김서연', 'instrument fitter', 'skim@plant.example', 'ext 4106', '2021-03-02', 35.00, '{calibration}', '14:00', true),
    ('P-007', 'Zoë Brännström', 'boiler attendant', 'zbrannstrom@plant.example', 'ext 4107', '2010-11-29', 39.90, '{"boiler, class A"}', '22:00', true),
    ('P-008', 'Łukasz Żółkiewski', 'welder', 'lzolkiewski@plant.example', 'ext 4108', '2016-08-22', 37.40, '{"TIG","pressure vessels"}', '06:00', true),
    ('P-009', 'أحمد الفارسي', 'electrician', 'aalfarsi@plant.example', 'ext 4109', '2022-01-10', 33.60, '{}', '22:00', true),
    ('P-010', 'Siobhán Ní Dhónaill', 'lubrication', 'snidhonaill@plant.example', 'ext 4110', '2018-06-04', 31.25, '{"oil analysis"}', '06:00', true);

insert into person (person_no, name, trade, email, phone, hired, hourly_rate, skills, shift_start, active)
select 'P-' || lpad(n::text, 3, '0'),
       format('%s %s', first[1 + n * 3 % 14], last[1 + n * 5 % 13]),
       trade[1 + n % 7],
       format('p%s@plant.example', lpad(n::text, 3, '0')),
       'ext ' || 4100 + n,
       date '2004-02-02' + n * 131,
       28 + n * 37 % 140 / 10.0,
       case when n % 3 = 0 then array[trade[1 + (n + 2) % 7], 'first aid'] else '{}' end,
       (array['06:00', '14:00', '22:00'])[1 + n % 3]::time,
       n % 11 <> 0
  from generate_series(11, 48) n,
       (select array['Aino', 'Benoît', 'Carmen', 'Đorđe', 'Esther', 'Fatima', 'Günther', 'Hana', 'Ivo', 'Jürgen', 'Kaja', 'Luís', 'Mei', 'Noor'] as first,
               array['Aguilar', 'Björk', 'Çelik', 'Dvořák', 'Eriksen', 'Förster', 'García', 'Horváth', 'Ito', 'Jansen', 'Kaya', 'Lindqvist', 'Mäkinen'] as last,
               array['mechanic', 'electrician', 'welder', 'instrument fitter', 'lubrication', 'refrigeration', 'storekeeper'] as trade) words;
