//! Making the plan: reads the catalog, chooses key and version column, gathers findings and SQL.
//! Changes nothing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, GenericClient};

use super::apply::Work;
use super::facts::{self, TableFacts};
use super::limits::{self, Limits};
use super::memory::{self, Adopted, MADE, State};
use super::reach::{self, Openings};
use super::roles::{self, Roles};
use super::statements::{self, Choice};
use super::tenants::{self, Crossings};
use super::{AdoptError, Finding, Options, Plan, TablePlan, VERSION_COLUMN, Weight, judge, notice};

/// What plans of single tables have in common.
struct Site<'a> {
    roles: Roles,
    options: &'a Options,
    adopted: Vec<Adopted>,
    /// Names that count as adopted together: those of this plan and those before it.
    named: Vec<String>,
    search_path: String,
    /// What roles limit, by the table's object id.
    limits: BTreeMap<u32, Limits>,
    /// How many tenants there are.
    tenants: i64,
    /// What crosses tenants, by the table's object id, where that was asked.
    crossings: BTreeMap<u32, Crossings>,
    /// What using each schema opens, by the schema's object id.
    openings: BTreeMap<u32, Openings>,
    accepted: BTreeSet<String>,
}

/// Plans as the tables' owner, who need not be a member of our roles.
pub async fn plan_as_owner(
    client: &mut Client,
    tables: &[String],
    options: &Options,
) -> Result<Plan, AdoptError> {
    let work = Work::begin(client).await?;
    let done = plan(&work.tx, tables, options).await;
    work.end(done).await
}

/// Plans the adoption of tables by their names. Pure data comes back, nothing is changed. The
/// connected role must be able to read what our schemas remember; see [`plan_as_owner`].
pub async fn plan<C: GenericClient>(
    client: &C,
    tables: &[String],
    options: &Options,
) -> Result<Plan, AdoptError> {
    let roles = roles::read(client).await?;
    let all = read_tables(client, tables, &roles).await?;
    let site = look_around(client, &all, options, roles).await?;
    let mut plan = Plan {
        statements: Vec::new(),
        tables: all.iter().map(|facts| site.plan_table(facts)).collect(),
        findings: Vec::new(),
        options: options.clone(),
    };
    plan.findings = notice::in_common(&site.choices(&all), &site.roles.client);
    for openings in site.openings.values() {
        let findings = openings
            .findings
            .iter()
            .map(|finding| site.settle(finding.clone()));
        for (finding, remedy) in findings {
            plan.statements.extend(remedy);
            plan.findings.push(finding);
        }
    }
    Ok(plan)
}

/// What the catalog says of a table that is adopted already, and what was chosen for it.
pub async fn choice_again<C: GenericClient>(
    client: &C,
    before: &Adopted,
    options: &Options,
) -> Result<(TableFacts, Choice), AdoptError> {
    let roles = roles::read(client).await?;
    let facts = facts::read(client, before.oid, &roles).await?;
    let site = look_around(client, std::slice::from_ref(&facts), options, roles).await?;
    let choice = site.choose(&facts, Some(before));
    Ok((facts, choice))
}

async fn read_tables<C: GenericClient>(
    client: &C,
    tables: &[String],
    roles: &Roles,
) -> Result<Vec<TableFacts>, AdoptError> {
    let mut all: Vec<TableFacts> = Vec::new();
    for name in tables {
        let oid = facts::resolve(client, name).await?;
        let mut found = facts::read(client, oid, roles).await?;
        if let Some(root) = found.root {
            found = facts::read(client, root, roles).await?;
        }
        if all.iter().all(|known| known.oid != found.oid) {
            all.push(found);
        }
    }
    Ok(all)
}

async fn look_around<'a, C: GenericClient>(
    client: &C,
    all: &[TableFacts],
    options: &'a Options,
    roles: Roles,
) -> Result<Site<'a>, AdoptError> {
    let adopted = memory::read(client).await?;
    let oids: Vec<u32> = all
        .iter()
        .map(|facts| facts.oid)
        .chain(adopted.iter().map(|one| one.oid))
        .collect();
    let mut openings = BTreeMap::new();
    for facts in all {
        if let Entry::Vacant(place) = openings.entry(facts.schema_oid) {
            place.insert(reach::openings(client, facts.schema_oid, &roles, &oids).await?);
        }
    }
    let mut limited = BTreeMap::new();
    for facts in all {
        limited.insert(facts.oid, limits::read(client, facts.oid).await?);
    }
    let mut crossings = BTreeMap::new();
    if let Some(column) = &options.tenant {
        for facts in all {
            crossings.insert(facts.oid, tenants::read(client, facts.oid, column).await?);
        }
    }
    let named = adopted
        .iter()
        .map(|one| &one.quoted)
        .chain(all.iter().map(|facts| &facts.quoted));
    let before = adopted.iter().flat_map(|one| &one.state.accepted);
    Ok(Site {
        named: named.cloned().collect(),
        accepted: before.chain(&options.accept).cloned().collect(),
        search_path: search_path(client).await?,
        limits: limited,
        tenants: tenants::count(client).await?,
        crossings,
        openings,
        roles,
        options,
        adopted,
    })
}

/// The path of the database, not of this session: other programs' triggers were written for it.
async fn search_path<C: GenericClient>(client: &C) -> Result<String, AdoptError> {
    let row = client
        .query_typed_one(
            "select coalesce((select substr(x, 13) from pg_db_role_setting s, unnest(s.setconfig) x \
                where s.setrole = 0 and x like 'search\\_path=%' \
                  and s.setdatabase = (select oid from pg_database where datname = current_database())), \
              (select reset_val from pg_settings where name = 'search_path' \
                  and source in ('default', 'configuration file')), '\"$user\", public')",
            &[],
        )
        .await?;
    Ok(row.get(0))
}

impl Site<'_> {
    fn plan_table(&self, facts: &TableFacts) -> TablePlan {
        let before = self.adopted.iter().find(|one| one.oid == facts.oid);
        let mut table = TablePlan {
            table: facts.quoted.clone(),
            oid: facts.oid,
            key: Vec::new(),
            version_column: None,
            tenant: None,
            shared: false,
            through: false,
            again: before.is_some(),
            hard_locks: before.is_some_and(|one| one.hard_locks),
            findings: judge::refusals(facts, &self.named, before.is_some()),
            statements: Vec::new(),
            undo: Vec::new(),
        };
        if !table.findings.is_empty() {
            return table;
        }
        let choice = self.choose(facts, before);
        table.undo = before.map_or_else(
            || statements::undo(facts, &self.roles, &choice),
            |one| one.state.undo.clone(),
        );
        table
            .findings
            .extend(judge::version_refusal(facts, self.options, &choice));
        if let Some(crossings) = self.crossings.get(&facts.oid) {
            let found = tenants::refusal(facts, &choice, crossings);
            table.findings.extend(found);
            let found = tenants::notices(facts, &choice, crossings);
            table.findings.extend(found);
        }
        table
            .findings
            .extend(tenants::unsplit(facts, &choice, self.tenants));
        for finding in notice::notices(facts, &choice) {
            let (finding, remedy) = self.settle(finding);
            if !remedy.is_empty() {
                table.undo.extend(notice::reopen_public(facts));
            }
            table.statements.extend(remedy);
            table.findings.push(finding);
        }
        table
            .statements
            .extend(statements::adopt(facts, &self.roles, &choice));
        let state = self.state(facts, &choice, before, table.undo.clone());
        // Plain data with string keys cannot fail to become JSON.
        let state = serde_json::to_string(&state).unwrap_or_default();
        table
            .statements
            .push(statements::remember(facts, &choice, &state));
        table
            .statements
            .extend(statements::note_columns(facts, &self.roles));
        table.through = choice.through;
        table.tenant = choice.tenant;
        table.shared = choice.shared;
        table.key = choice.key;
        table.version_column = choice.version;
        table
    }

    fn choose(&self, facts: &TableFacts, before: Option<&Adopted>) -> Choice {
        let version = match (before, self.options.no_column) {
            (Some(one), _) => one.version.clone(),
            (None, true) => None,
            (None, false) => {
                let wanted = self
                    .options
                    .version_column
                    .as_deref()
                    .unwrap_or(VERSION_COLUMN);
                Some(wanted.to_owned())
            }
        };
        let key = before.map_or_else(
            || facts.key().unwrap_or_default().to_vec(),
            |one| one.key.clone(),
        );
        let tenant = before
            .and_then(|one| one.tenant.clone())
            .or_else(|| self.options.tenant.clone());
        Choice {
            adds_column: version
                .as_ref()
                .is_some_and(|name| facts.column(name).is_none()),
            version,
            force: before.map_or_else(
                || self.options.force || facts.owner == self.roles.owner,
                |one| one.state.force,
            ),
            again: before.is_some(),
            through: before.is_some_and(|one| one.state.through)
                || self.options.through.contains(&facts.quoted),
            search_path: format!("{}, {}", self.search_path, facts.schema_quoted),
            limits: self
                .limits
                .get(&facts.oid)
                .cloned()
                .unwrap_or_default()
                .split(tenant.is_some()),
            shared: self.options.shared
                || before.is_some_and(|one| one.shared) && !self.options.unshared,
            tenant,
            followed: facts
                .followed
                .iter()
                .filter(|name| !key.contains(name))
                .cloned()
                .collect(),
            key,
        }
    }

    /// What is remembered; of a table adopted before, what was there at first stays.
    fn state(
        &self,
        facts: &TableFacts,
        choice: &Choice,
        before: Option<&Adopted>,
        undo: Vec<String>,
    ) -> State {
        let neighbours = self.adopted.iter().filter(|one| one.schema == facts.schema);
        let mut schema_undo: Vec<String> = neighbours
            .map(|one| one.state.schema_undo.clone())
            .max_by_key(Vec::len)
            .unwrap_or_default();
        let openings = self.openings.get(&facts.schema_oid);
        if let (true, Some(openings)) = (self.options.close, openings) {
            schema_undo.extend(openings.undo.iter().cloned());
        }
        let mut sequences: BTreeSet<String> = facts.sequences.iter().cloned().collect();
        sequences.extend(
            before
                .iter()
                .flat_map(|one| one.state.sequences.iter().cloned()),
        );
        State {
            undo,
            adds_column: before.map_or(choice.adds_column, |one| one.state.adds_column),
            force: choice.force,
            schema_opened: self.schema_opened(facts, before),
            schema_undo,
            accepted: self.accepted.iter().cloned().collect(),
            sequences: sequences.into_iter().collect(),
            through: choice.through,
            search_path: choice.search_path.clone(),
            made: MADE,
        }
    }

    /// The choices for the tables that can be adopted.
    fn choices<'a>(&self, all: &'a [TableFacts]) -> Vec<(&'a TableFacts, Choice)> {
        let possible = all.iter().filter_map(|facts| {
            let before = self.adopted.iter().find(|one| one.oid == facts.oid);
            let refused = !judge::refusals(facts, &self.named, before.is_some()).is_empty();
            (!refused).then(|| (facts, self.choose(facts, before)))
        });
        possible.collect()
    }

    /// The roles that use the schema only because of adoptions.
    fn schema_opened(&self, facts: &TableFacts, before: Option<&Adopted>) -> Vec<String> {
        if let Some(one) = before {
            return one.state.schema_opened.clone();
        }
        let by_neighbour = |role: &String| {
            self.adopted
                .iter()
                .any(|one| one.schema == facts.schema && one.state.schema_opened.contains(role))
        };
        [&self.roles.client, &self.roles.owner, &self.roles.search]
            .into_iter()
            .filter(|role| !facts.schema_granted.contains(role) || by_neighbour(role))
            .cloned()
            .collect()
    }

    /// Weighs a refusal that the owner may accept by name or have closed; what closing runs.
    fn settle(&self, mut finding: Finding) -> (Finding, Vec<String>) {
        let Some(name) = &finding.accept else {
            return (finding, Vec::new());
        };
        let short = name.split('(').next().unwrap_or(name);
        if self.accepted.contains(name) || self.accepted.contains(short) {
            finding.weight = Weight::Leak;
            return (finding, Vec::new());
        }
        if self.options.close {
            finding.weight = Weight::Breaks;
            finding.text.push_str("; this plan closes it");
            let remedy = finding.remedy.clone();
            return (finding, remedy);
        }
        (finding, Vec::new())
    }
}
