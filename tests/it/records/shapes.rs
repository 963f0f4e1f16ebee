//! The list of tables and what is known of each.

use rowhouse::domain::connection::Way;
use rowhouse::domain::table::{ColumnKind, GuardKind, ReadOnly, Rights, TableKind};

use crate::desk::{CLERK, Desk, Outcome, Seat};

#[tokio::test]
async fn the_plain_way_is_found_and_says_who() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    assert_eq!(clerk.server.way, Way::Plain);
    assert_eq!(clerk.server.role, CLERK);
    assert_eq!(clerk.server.time_zone, "UTC");
    assert!(!clerk.server.tls && !clerk.server.pooler);
    let person = clerk.server.person.expect("the role is the person");
    assert_eq!(person.username, CLERK);
    assert!(!person.may_see_sessions);
    Ok(())
}

#[tokio::test]
async fn the_list_holds_what_may_be_read_and_nothing_else() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let tables = clerk.tables().await?;
    let names: Vec<String> = tables.iter().map(|table| table.name.to_string()).collect();
    assert_eq!(
        names,
        [
            "cheap",
            "everything",
            "hidden",
            "keyless",
            "machine",
            "odd \"name\"; drop",
            "parted",
            "places",
            "ruled",
            "ruled_log",
            "swallowing",
            "unique_only"
        ]
    );
    let machine = &tables[4];
    assert_eq!(machine.comment.as_deref(), Some("Machines"));
    assert_eq!(machine.estimated_rows, Some(500));
    assert_eq!(tables[6].kind, TableKind::Partitioned);
    assert_eq!(tables[6].estimated_rows, Some(20));
    let reader = Seat::open(desk.settings("rowhouse_test_reader")).await?;
    let tables = reader.tables().await?;
    assert!(tables.iter().all(|table| table.name.name != "hidden"));
    let only_read = Rights {
        view: true,
        ..Rights::default()
    };
    assert!(tables.iter().all(|table| table.rights == only_read));
    assert_eq!(
        reader.shape("machine").await?.read_only,
        Some(ReadOnly::NoRight)
    );
    Ok(())
}

#[tokio::test]
async fn a_shape_tells_columns_key_guard_and_rights() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let machine = clerk.shape("machine").await?;
    assert_eq!(machine.key, [0]);
    assert_eq!(machine.guard, GuardKind::Xmin);
    assert_eq!(machine.read_only, None);
    let column = |name: &str| &machine.columns[machine.column_named(name).expect("a column")];
    assert_eq!(column("id").default.as_deref(), Some("identity"));
    assert!(column("name").not_null && !column("place").not_null);
    assert_eq!(column("price").type_name, "numeric(8,2)");
    assert_eq!(column("code").comment.as_deref(), Some("As on the plate"));
    assert_eq!(column("code").kind, ColumnKind::Text { max_chars: Some(5) });
    assert_eq!(column("size").kind, ColumnKind::Text { max_chars: Some(3) });
    let labels = ["low", "it's ok", "high \"x\""].map(str::to_owned).to_vec();
    assert_eq!(column("mood").kind, ColumnKind::Enum { labels });
    assert_eq!(column("notes").default.as_deref(), Some("'none'::text"));
    let facts = &column("price").facts;
    assert_eq!(
        (facts.base.as_str(), facts.modifier),
        ("numeric", (8 << 16 | 2) + 4)
    );
    assert_eq!(facts.checks, ["price >= 0"]);
    assert_eq!(column("size").facts.checks, ["VALUE <> 'bad'"]);
    assert!(column("code").facts.unique && column("id").facts.identity);
    assert!(!column("name").facts.unique && !column("notes").facts.identity);
    let parent = machine.column_named("parent").expect("a column");
    let reference = &machine.references[0];
    assert_eq!(
        (&reference.columns, reference.table),
        (&vec![parent], machine.id)
    );
    assert_eq!(reference.theirs, ["id"]);
    assert!(column("doubled").generated && !column("doubled").may_update);
    assert!(column("name").may_insert && column("name").may_update);
    Ok(())
}

#[tokio::test]
async fn keys_and_reasons_to_be_read_only() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    for (table, key, read_only) in [
        ("everything", vec![0], None),
        ("odd \"name\"; drop", vec![1, 0], None),
        ("unique_only", vec![0], None),
        ("parted", vec![0, 1], None),
        ("keyless", vec![], Some(ReadOnly::NoKey)),
        ("cheap", vec![], Some(ReadOnly::View)),
        ("places", vec![], Some(ReadOnly::MaterialisedView)),
    ] {
        let shape = clerk.shape(table).await?;
        assert_eq!(
            (&shape.key, &shape.read_only),
            (&key, &read_only),
            "{table}"
        );
    }
    let hidden = clerk.shape("hidden").await?;
    let names: Vec<&str> = hidden.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["id", "label"]);
    assert_eq!(hidden.guard, GuardKind::OldValues);
    assert!(hidden.columns[1].may_update && !hidden.columns[0].may_update);
    Ok(())
}
