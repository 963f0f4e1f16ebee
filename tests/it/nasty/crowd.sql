-- Two thousand tables in twenty-five schemas.
do $$ begin
    for s in 1..25 loop
        execute format('create schema %I', 'plant ' || s);
        for t in 1..80 loop
            execute format('create table %I.%I (id int primary key, label text, at timestamptz)',
                'plant ' || s, (array['pump', 'Valve', 'boiler', 'lift'])[t % 4 + 1] || '_' || t);
        end loop;
    end loop;
end $$;
