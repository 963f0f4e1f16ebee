//! The trail holds exact values whatever the session's settings are, of any type, and of any size.

use super::site::{Outcome, Site};

const ODD: &str = "Tablé 'with' \"all\" -- $rowhouse$ that is sixty-three bytes long";

#[tokio::test]
async fn values_are_exact_under_any_settings() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["everything"]).await?;
    site.owner
        .batch_execute(
            r#"set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set extra_float_digits = -5;
               set intervalstyle = 'iso_8601'; set bytea_output = 'escape';
               insert into everything values ('00000000-0000-0000-0000-000000000001', true, 'ab', 'vc', 1,
                 9007199254740993, 0.1, 1e-300, 'NaN', '12.50', '\x00ff', '2024-01-02 03:04:05.678',
                 '2024-01-02 03:04:05+02', 'infinity', '24:00', '1 mon 2 days',
                 '{"a":1 ,"a":2, "z":"\u0000"}', '{"b": 1.50}', '{1,NULL,3}', '{"a b",NULL,"q\"x"}',
                 'it''s "bad"', '{fine,"it''s \"bad\""}', '(1,"a ""b""")', 5, '[1,5)',
                 '[2024-01-01 00:00+00,)', '10.0.0.1/8', '10101', '(1.5,2)', E'lines\n\t"and" \\ ü')"#,
        )
        .await?;
    let told = site
        .rows(
            "select key, value from rowhouse_trail.entry, jsonb_each(new_values) \
              where verb = 'insert' and kind = 'record' order by key collate \"C\"",
        )
        .await?;
    let expected = [
        r#"b|"true""#,
        r#"bin|"\\x00ff""#,
        r#"bt|"10101""#,
        r#"c|"ab""#,
        r#"d|"1e-300""#,
        r#"doc|"lines\n\t\"and\" \\ ü""#,
        r#"dt|"infinity""#,
        r#"i2|"1""#,
        r#"i8|"9007199254740993""#,
        r#"id|"00000000-0000-0000-0000-000000000001""#,
        r#"ip|"10.0.0.1/8""#,
        r#"iv|"1 mon 2 days""#,
        r#"j|"{\"a\":1 ,\"a\":2, \"z\":\"\\u0000\"}""#,
        r#"jb|"{\"b\": 1.50}""#,
        r#"m|"$12.50""#,
        r#"md|"it's \"bad\"""#,
        r#"mds|"{fine,\"it's \\\"bad\\\"\"}""#,
        r#"n|"NaN""#,
        r#"nums|"{1,NULL,3}""#,
        r#"p|"(1,\"a \"\"b\"\"\")""#,
        r#"pd|"5""#,
        r#"pt|"(1.5,2)""#,
        r#"r|"0.1""#,
        r#"rg|"[1,5)""#,
        r#"texts|"{\"a b\",NULL,\"q\\\"x\"}""#,
        r#"tm|"24:00:00""#,
        r#"tr|"[\"2024-01-01 00:00:00+00\",)""#,
        r#"ts|"2024-01-02 03:04:05.678""#,
        r#"tz|"2024-01-02 01:04:05+00""#,
        r#"vc|"vc""#,
    ];
    assert_eq!(told, expected);
    Ok(())
}

#[tokio::test]
async fn what_changed_is_told_and_nothing_else() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "everything"]).await?;
    site.owner
        .batch_execute(
            "update machine set price = 10.5 where id = 1;
             update machine set price = 10.51, mood = null where id = 1;
             update machine set version = version;
             insert into everything (id, p, c) values ('00000000-0000-0000-0000-000000000001', (null, null), 'a');
             update everything set p = null; update everything set c = 'a  '",
        )
        .await?;
    let told = site.trail().await?;
    assert_eq!(
        told[0],
        "update|{1}|3|{price,mood,twice}|{\"mood\": \"fine\", \"price\": \"10.500\", \"twice\": \"21.000\"}|\
         {\"mood\": null, \"price\": \"10.510\", \"twice\": \"21.020\"}"
    );
    assert!(told[1].starts_with("insert"));
    assert_eq!(
        told[2],
        "update|{00000000-0000-0000-0000-000000000001}|2|{p}|{\"p\": \"(,)\"}|{\"p\": null}"
    );
    assert_eq!(told.len(), 3, "{told:#?}");
    // What changed nothing still counts, so that nobody saves over what they have not read.
    assert_eq!(
        site.rows("select rowhouse_version from machine order by id")
            .await?,
        ["4", "2", "2"]
    );
    Ok(())
}

#[tokio::test]
async fn huge_values_are_cut_with_length_and_hash() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["everything"]).await?;
    site.owner
        .batch_execute(
            "insert into everything (id, doc, bin) values (gen_random_uuid(), repeat('ü', 50000),
                 decode(repeat('ab', 200000), 'hex'));
             update everything set b = true; update everything set doc = repeat('ü', 50000) || '!'",
        )
        .await?;
    site.owner
        .batch_execute("update everything set doc = (select string_agg(md5(n::text), '') from generate_series(1, 3000) n)")
        .await?;
    let told = site
        .rows(
            "select verb, columns, \
                    new_values -> 'doc' ->> 'bytes', length(new_values -> 'doc' ->> 'cut'), \
                    new_values -> 'doc' ->> 'sha256' = encode(sha256(convert_to(case id when 1 then repeat('ü', 50000) \
                        else (select doc from everything) end, 'UTF8')), 'hex'), \
                    new_values -> 'bin' ->> 'bytes', length(new_values -> 'bin' ->> 'cut') \
               from (select row_number() over (order by id) as id, verb, columns, new_values \
                       from rowhouse_trail.entry where kind = 'record') x order by id",
        )
        .await?;
    assert_eq!(
        told.first().map(String::as_str),
        Some("insert|-|100000|1024|t|200000|1026")
    );
    assert_eq!(
        told.last().map(String::as_str),
        Some("update|{doc}|96000|1024|t|-|-")
    );
    Ok(())
}

#[tokio::test]
async fn odd_names_and_composite_keys_work_throughout() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&[ODD]).await?;
    let table = site
        .rows("select format('%I.%I', schema_name, table_name) from rowhouse_private.adopted")
        .await?
        .remove(0);
    let anna = site.person().await?;
    let uuid = "00000000-0000-0000-0000-000000000001";
    let told = anna
        .run(&format!(
            "insert into {table} values ('k''\"\\', '{uuid}', '2024-02-29', 4, 1.10) \
             returning rowhouse_version, xmin"
        ))
        .await
        .remove(0);
    let (version, xmin) = told.split_once('|').unwrap_or_default();
    anna.run(&format!(
        "update {table} set \"rowhouse\" = 1.2 where \"key 2\" = '{uuid}' and xmin = '{xmin}'"
    ))
    .await;
    let delete = |version: &str, xmin: &str| {
        format!(
            "select rowhouse.record_delete('{}'::regclass, array['k''\"\\', '{uuid}', '2024-02-29'], {version}, '{xmin}')",
            table.replace('\'', "''")
        )
    };
    assert_eq!(
        anna.run(&delete(version, xmin)).await,
        ["0"],
        "what was read is outdated"
    );
    let xmin = anna
        .run(&format!("select xmin from {table}"))
        .await
        .remove(0);
    assert_eq!(anna.run(&delete("2", &xmin)).await, ["1"]);
    let told = site.rows("select verb, record_key, version from rowhouse_trail.entry where kind = 'record' order by id").await?;
    let key = format!("{{\"k'\\\"\\\\\",{uuid},2024-02-29}}");
    assert_eq!(
        told,
        [
            format!("insert|{key}|1"),
            format!("update|{key}|2"),
            format!("delete|{key}|2")
        ]
    );
    Ok(())
}

#[tokio::test]
async fn numeric_text_and_unique_keys_name_records() -> Outcome {
    let mut site = Site::new().await?;
    let named =
        "create table named (n regclass primary key); insert into named values ('pg_class')";
    site.owner.batch_execute(named).await?;
    site.adopt(&["numbered", "only_unique", "named"]).await?;
    let anna = site.person().await?;
    for (table, key) in [
        ("numbered", "99999999999999999999.1"),
        ("numbered", "1.5"),
        ("only_unique", "1"),
        ("named", "'pg_class'::regclass"),
    ] {
        let column = if table == "only_unique" { "a" } else { "n" };
        let xmin = anna
            .run(&format!("select xmin from {table} where {column} = {key}"))
            .await
            .remove(0);
        let delete = format!(
            "select rowhouse.record_delete('{table}'::regclass, array[({key})::text], 1, '{xmin}')"
        );
        assert_eq!(anna.run(&delete).await, ["1"], "{table} {key}");
    }
    let keys = site
        .rows("select record_key from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(
        keys,
        ["{99999999999999999999.1}", "{1.50}", "{1}", "{pg_class}"]
    );
    Ok(())
}
