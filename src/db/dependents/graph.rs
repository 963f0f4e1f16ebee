//! The foreign keys that a deletion would follow, from the catalog; and the ways through them.

use tokio_postgres::Row;

use crate::db::contract::Fault;
use crate::db::row;
use crate::db::tx::{Param, Statement};
use crate::domain::dependents::{Denied, Fate};
use crate::domain::table::{TableId, TableName};

/// How many foreign keys a way goes through at most.
const DEEPEST: usize = 5;
/// How many ways are looked at, at most.
const MOST_WAYS: usize = 60;

/// A table without an index for its foreign key, and larger than this, is not searched whole.
pub(super) const LARGE: u32 = 50_000;

/// The foreign keys to a table and to every table from which rows would be deleted along. Those of
/// partitions are left out: the whole table has them.
const EDGES: &str = "\
with recursive reach(table_oid) as (
  select $1
  union
  select coalesce(pg_catalog.pg_partition_root(k.conrelid)::oid, k.conrelid)
  from reach r
  join pg_catalog.pg_constraint k on k.confrelid = r.table_oid
  where k.contype = 'f' and k.conparentid = 0 and k.confdeltype = 'c')
select k.oid, c.oid, n.nspname::text, c.relname::text, r.table_oid, k.conkey::int2[],
       array(select a.attname::text from unnest(k.conkey) with ordinality u(attnum, place)
             join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
             order by u.place),
       array(select a.attname::text from unnest(k.confkey) with ordinality u(attnum, place)
             join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
             order by u.place),
       k.confdeltype::text,
       pg_catalog.has_schema_privilege(n.oid, 'usage')
         and (select bool_and(pg_catalog.has_column_privilege(c.oid, u.attnum, 'select'))
              from unnest(k.conkey) u(attnum))
         and (select bool_and(pg_catalog.has_column_privilege(k.confrelid, u.attnum, 'select'))
              from unnest(k.confkey) u(attnum)),
       c.reltuples > 50000 and not exists (
         select from pg_catalog.pg_index i
         where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
           and i.indkey[0] = any (k.conkey))
from reach r
join pg_catalog.pg_constraint k on k.confrelid = r.table_oid
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by n.nspname, c.relname, k.conname, k.oid";

/// The tables of which the person may view rows; the shared layer only.
const VIEWABLE: &str = "select table_oid from rowhouse.my_tables() where can_view";

/// What the person may not do of what a deletion would do; the shared layer only.
const DENIED: &str = "select table_name, verb, adopted from rowhouse.delete_denied($1)";

/// One foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub oid: u32,
    pub child: TableId,
    pub name: TableName,
    pub parent: u32,
    pub numbers: Vec<i16>,
    pub columns: Vec<String>,
    pub referenced: Vec<String>,
    pub fate: Fate,
    /// Whether the person may read what is compared.
    pub readable: bool,
    /// Whether looking for rows would read a large table.
    pub costly: bool,
}

/// What is known of a table's foreign keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    pub edges: Vec<Edge>,
    pub denied: Vec<Denied>,
}

/// The questions about the graph of a table, in the order in which [`read`] takes the answers.
pub(super) fn questions(table: TableId, shared: bool) -> Vec<Statement> {
    let mut questions = vec![Statement::new(EDGES, vec![Param::oid(table.0)])];
    if shared {
        questions.push(Statement::new(VIEWABLE, Vec::new()));
        questions.push(Statement::new(DENIED, vec![Param::oid(table.0)]));
    }
    questions
}

/// Reads the graph.
pub(super) fn read(answers: &[Vec<Row>]) -> Result<Graph, Fault> {
    let mut edges = Vec::new();
    for answer in answers.first().map_or(&[][..], Vec::as_slice) {
        edges.push(edge(answer)?);
    }
    if let Some(viewable) = answers.get(1) {
        let viewable: Vec<u32> = viewable
            .iter()
            .map(|answer| row::column(answer, 0))
            .collect::<Result<_, _>>()?;
        for edge in &mut edges {
            edge.readable &= viewable.contains(&edge.child.0);
        }
    }
    // A row that forbids only at the end may be gone by then.
    let deleted: Vec<TableId> = edges
        .iter()
        .filter(|edge| edge.fate == Fate::Deleted)
        .map(|edge| edge.child)
        .collect();
    for edge in &mut edges {
        if edge.fate == Fate::MayForbid && !deleted.contains(&edge.child) {
            edge.fate = Fate::Forbids;
        }
    }
    let denied = answers.get(2).map_or(&[][..], Vec::as_slice);
    Ok(Graph {
        edges,
        denied: denied.iter().map(denial).collect::<Result<_, _>>()?,
    })
}

fn edge(answer: &Row) -> Result<Edge, Fault> {
    let kind: &str = row::column(answer, 8)?;
    let readable: Option<bool> = row::column(answer, 9)?;
    Ok(Edge {
        oid: row::column(answer, 0)?,
        child: TableId(row::column(answer, 1)?),
        name: TableName {
            schema: row::column(answer, 2)?,
            name: row::column(answer, 3)?,
        },
        parent: row::column(answer, 4)?,
        numbers: row::column(answer, 5)?,
        columns: row::column(answer, 6)?,
        referenced: row::column(answer, 7)?,
        fate: match kind {
            "c" => Fate::Deleted,
            "n" => Fate::SetNull,
            "d" => Fate::SetDefault,
            "r" => Fate::Forbids,
            _ => Fate::MayForbid,
        },
        readable: readable == Some(true),
        costly: row::column(answer, 10)?,
    })
}

fn denial(answer: &Row) -> Result<Denied, Fault> {
    Ok(Denied {
        name: row::shown(answer, 0)?,
        verb: row::shown(answer, 1)?,
        adopted: row::column(answer, 2)?,
    })
}

impl Graph {
    /// The ways from a table through its foreign keys, the shortest first: each is a row of edges,
    /// of which all but the last delete rows. A key that leads back to its own table is followed
    /// again and again, another one once.
    pub(super) fn ways(&self, table: TableId) -> Vec<Vec<&Edge>> {
        let mut ways: Vec<Vec<&Edge>> = Vec::new();
        let mut ends: Vec<Vec<&Edge>> = vec![Vec::new()];
        for _ in 0..DEEPEST {
            let mut longer = Vec::new();
            for way in &ends {
                let from = way.last().map_or(table.0, |edge| edge.child.0);
                let next = self.edges.iter().filter(|edge| edge.parent == from);
                for edge in next.filter(|edge| !leads_back(way, edge)) {
                    let mut one = way.clone();
                    one.push(edge);
                    longer.push(one);
                }
            }
            ends = longer
                .iter()
                .filter(|way| way.last().is_some_and(|edge| edge.fate == Fate::Deleted))
                .cloned()
                .collect();
            ways.extend(longer);
            ways.truncate(MOST_WAYS);
        }
        ways
    }
}

fn leads_back(way: &[&Edge], edge: &Edge) -> bool {
    edge.parent != edge.child.0 && way.iter().any(|before| before.oid == edge.oid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(oid: u32, parent: u32, child: u32, fate: Fate) -> Edge {
        Edge {
            oid,
            child: TableId(child),
            name: TableName {
                schema: "public".into(),
                name: format!("t{child}"),
            },
            parent,
            numbers: vec![1],
            columns: vec!["a".into()],
            referenced: vec!["id".into()],
            fate,
            readable: true,
            costly: false,
        }
    }

    fn ways(edges: &[Edge]) -> Vec<Vec<u32>> {
        let graph = Graph {
            edges: edges.to_vec(),
            denied: Vec::new(),
        };
        let ways = graph.ways(TableId(1));
        let oids = |way: &Vec<&Edge>| way.iter().map(|edge| edge.oid).collect();
        ways.iter().map(oids).collect()
    }

    #[test]
    fn ways_go_on_only_from_rows_that_are_deleted() {
        let edges = [
            edge(10, 1, 2, Fate::Deleted),
            edge(11, 1, 3, Fate::SetNull),
            edge(12, 2, 4, Fate::Forbids),
            edge(13, 3, 5, Fate::Deleted),
        ];
        assert_eq!(ways(&edges), [vec![10], vec![11], vec![10, 12]]);
    }

    #[test]
    fn a_ring_is_followed_once_and_a_tree_down_to_the_deepest() {
        let ring = [edge(10, 1, 2, Fate::Deleted), edge(11, 2, 1, Fate::Deleted)];
        assert_eq!(ways(&ring), [vec![10], vec![10, 11]]);
        let tree = [edge(10, 1, 1, Fate::Deleted)];
        assert_eq!(ways(&tree).len(), DEEPEST);
    }

    #[test]
    fn many_ways_are_cut() {
        let many: Vec<Edge> = (0..20).map(|oid| edge(oid, 1, 1, Fate::Deleted)).collect();
        assert_eq!(ways(&many).len(), MOST_WAYS);
    }
}
