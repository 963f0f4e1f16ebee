//! `rowhouse adopt`: shows what taking a table in would do, break and open, asks, and does it; or
//! takes it back. The deciding is in `db::adopt`.

mod indexes;

use std::io::{self, BufRead, IsTerminal};

use serde_json::json;

use super::owner::{connect, tell, write_json, write_line};
use super::{CommandError, Global};
use crate::db::Client;
use crate::db::adopt::{self, AdoptError, Finding, Options, Plan, Weight};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The tables to adopt.
    #[arg(
        value_name = "TABLE",
        required_unless_present = "undo",
        conflicts_with = "undo"
    )]
    tables: Vec<String>,
    /// Takes an adopted table back to exactly how it was before.
    #[arg(long, value_name = "TABLE")]
    undo: Option<String>,
    /// Adds no column; saves are then guarded by the row's xmin and the old values.
    #[arg(long)]
    no_column: bool,
    /// Counts versions in this column; it is added where the table lacks it.
    #[arg(long, value_name = "COLUMN", conflicts_with = "no_column")]
    version_column: Option<String>,
    /// The column that holds each row's tenant: people see and write the rows of their own tenant only.
    #[arg(long, value_name = "COLUMN")]
    tenant: Option<String>,
    /// Shares tables without such a column among all tenants, as lookup tables are: their people view
    /// them, and write them as their roles say. Taken back with --undo.
    #[arg(long, conflicts_with_all = ["tenant", "undo", "hard_locks"])]
    shared: bool,
    /// Gives a table that all tenants share back to the first one; its people alone get at it then.
    #[arg(long, conflicts_with_all = ["tenant", "shared", "undo", "hard_locks"])]
    not_shared: bool,
    /// Applies row security to the tables' owner too.
    #[arg(long)]
    force: bool,
    /// Accepts an opening that the plan names; may be given several times.
    #[arg(long, value_name = "NAME")]
    accept: Vec<String>,
    /// Closes every other opening with the SQL that the plan shows.
    #[arg(long)]
    close: bool,
    /// Writes tables whose own triggers need more rights than the shared login may have through a
    /// function with the rights of their owner.
    #[arg(long)]
    through_owner: bool,
    /// Sets or removes hard locks of adopted tables: one person at a time edits a record, and only
    /// they may save it.
    #[arg(long, value_name = "ON|OFF", conflicts_with = "undo")]
    hard_locks: Option<Switch>,
    /// Shows which indexes searching and sorting adopted tables would gain by, what they take, and
    /// builds them while others go on writing.
    #[arg(long, conflicts_with_all = ["undo", "hard_locks"])]
    indexes: bool,
    /// Only shows the plan.
    #[arg(long, conflicts_with = "yes")]
    plan: bool,
    /// Acts without asking.
    #[arg(long)]
    yes: bool,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

/// Runs the command.
///
/// # Errors
/// No connection, a table that cannot be adopted (with the reason), or nobody to ask.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let (mut client, _) = connect(global).await?;
    if let Some(switch) = args.hard_locks {
        return lock(global, &mut client, &args, switch == Switch::On).await;
    }
    if args.indexes {
        return indexes::run(global, &client, &args).await;
    }
    match &args.undo {
        Some(table) => take_back(global, &mut client, table).await,
        None => take_in(global, &mut client, &args).await,
    }
}

async fn take_back(global: &Global, client: &mut Client, table: &str) -> Result<(), CommandError> {
    adopt::undo(client, table)
        .await
        .map_err(CommandError::failed)?;
    match global.json {
        true => write_json(&json!({ "undone": table })),
        false => tell(&format!("{table} is as it was before; its trail is kept.")),
    }
}

/// Sets or removes hard locks, after showing the SQL and asking.
async fn lock(
    global: &Global,
    client: &mut Client,
    args: &Args,
    on: bool,
) -> Result<(), CommandError> {
    for table in &args.tables {
        let statements = adopt::plan_locks(client, table, on).await.map_err(wrong)?;
        if !global.json {
            statements
                .iter()
                .try_for_each(|statement| write_line(&format!("{statement};")))?;
        }
    }
    let word = if on { "on" } else { "off" };
    let names = args.tables.join(", ");
    let act = !args.plan && (args.yes || agreed(&format!("Hard locks of {names} {word}"))?);
    if act {
        for table in &args.tables {
            adopt::set_locks(client, table, on)
                .await
                .map_err(CommandError::failed)?;
        }
    }
    if global.json {
        return write_json(&json!({ "hard_locks": on, "tables": args.tables, "done": act }));
    }
    match (act, args.plan) {
        (true, _) => tell(&format!("Hard locks of {names} are {word}.")),
        (false, true) => Ok(()),
        (false, false) => Err(CommandError::Failed("nothing was changed".into())),
    }
}

async fn take_in(global: &Global, client: &mut Client, args: &Args) -> Result<(), CommandError> {
    let mut options = Options {
        no_column: args.no_column,
        version_column: args.version_column.clone(),
        tenant: args.tenant.clone(),
        shared: args.shared,
        unshared: args.not_shared,
        force: args.force,
        accept: args.accept.clone(),
        close: args.close,
        through: Vec::new(),
    };
    let (mut plan, mut tried) = look(client, &args.tables, &options).await?;
    let failing = adopt::failing(&tried);
    if args.through_owner && !failing.is_empty() {
        options.through = failing;
        (plan, tried) = look(client, &args.tables, &options).await?;
    }
    if !global.json {
        show(&plan, &tried)?;
    }
    if plan.is_refused() {
        return refused(global, &plan, &tried);
    }
    let act = !args.plan && (args.yes || confirmed(&plan)?);
    if act {
        adopt::apply(client, &plan)
            .await
            .map_err(CommandError::failed)?;
    }
    if global.json {
        return write_json(&json!({ "adopted": act, "plan": plan, "tried": tried }));
    }
    match (act, args.plan) {
        (true, _) => tell("Adopted."),
        (false, true) => Ok(()),
        (false, false) => Err(CommandError::Failed("nothing was changed".into())),
    }
}

/// Plans, and tries the plan out where nothing stands against it.
async fn look(
    client: &mut Client,
    tables: &[String],
    options: &Options,
) -> Result<(Plan, Vec<Finding>), CommandError> {
    let plan = adopt::plan_as_owner(client, tables, options)
        .await
        .map_err(wrong)?;
    let tried = match plan.is_refused() {
        true => Vec::new(),
        false => adopt::trial(client, &plan)
            .await
            .map_err(CommandError::failed)?,
    };
    Ok((plan, tried))
}

/// A name that is no table is wrong usage, everything else a failure.
fn wrong(error: AdoptError) -> CommandError {
    match error {
        AdoptError::NoSuchTable(_) => CommandError::Usage(error.to_string()),
        other => CommandError::failed(other),
    }
}

fn refused(global: &Global, plan: &Plan, tried: &[Finding]) -> Result<(), CommandError> {
    if global.json {
        write_json(&json!({ "adopted": false, "plan": plan, "tried": tried }))?;
    }
    let openings = plan
        .findings()
        .any(|finding| finding.weight == Weight::Refusal && finding.accept.is_some());
    let advice = match openings {
        true => "; --accept NAME takes an opening as it is, --close closes them",
        false => "",
    };
    let cannot: Vec<&str> = plan
        .tables
        .iter()
        .filter(|table| {
            let stands = |f: &Finding| f.weight == Weight::Refusal && f.accept.is_none();
            table.findings.iter().any(stands)
        })
        .map(|table| table.table.as_str())
        .collect();
    let which = match cannot.is_empty() {
        true => String::new(),
        false => format!("; cannot be adopted: {}", cannot.join(", ")),
    };
    Err(CommandError::Failed(format!(
        "nothing was changed{which}{advice}"
    )))
}

/// The SQL first, what it means last, where the question follows.
fn show(plan: &Plan, tried: &[Finding]) -> Result<(), CommandError> {
    for statement in plan
        .statements
        .iter()
        .chain(plan.tables.iter().flat_map(|one| &one.statements))
    {
        for line in format!("{statement};").lines() {
            write_line(line)?;
        }
    }
    for table in &plan.tables {
        write_line("")?;
        write_line(&headline(table))?;
        table.findings.iter().try_for_each(show_finding)?;
    }
    if !plan.findings.is_empty() {
        write_line("")?;
        write_line("in common")?;
        plan.findings.iter().try_for_each(show_finding)?;
    }
    if !tried.is_empty() {
        write_line("")?;
        write_line("tried as the shared login, and rolled back")?;
        tried.iter().try_for_each(show_finding)?;
        if plan.tables.iter().any(|one| !one.through) && !adopt::failing(tried).is_empty() {
            write_line("  --through-owner writes such tables with their owner's rights")?;
        }
    }
    Ok(())
}

fn headline(table: &adopt::TablePlan) -> String {
    let mut guard = match &table.version_column {
        Some(column) => format!("versions in {column}"),
        None => "no version column".to_owned(),
    };
    if let Some(column) = &table.tenant {
        guard.push_str(&format!("  tenant in {column}"));
    } else if table.shared {
        guard.push_str("  shared by all tenants");
    }
    match (table.key.is_empty(), table.again) {
        (true, _) => table.table.clone(),
        (false, false) => format!("{}  key ({})  {guard}", table.table, table.key.join(", ")),
        (false, true) => format!(
            "{}  is adopted already; brought up to date{}",
            table.table,
            if table.hard_locks {
                "; hard locks on"
            } else {
                ""
            }
        ),
    }
}

fn show_finding(finding: &Finding) -> Result<(), CommandError> {
    write_line(&format!("  {:<8} {}", finding.weight.word(), finding.text))?;
    if finding.weight != Weight::Refusal {
        return match &finding.accept {
            Some(_) => Ok(()),
            None => finding
                .remedy
                .iter()
                .try_for_each(|sql| write_line(&format!("           mend it: {sql};"))),
        };
    }
    if let Some(name) = &finding.accept {
        write_line(&format!(
            "           accept it with --accept '{}'",
            name.replace('\'', "'\\''")
        ))?;
    }
    finding
        .remedy
        .iter()
        .try_for_each(|sql| write_line(&format!("           or close it: {sql};")))
}

fn confirmed(plan: &Plan) -> Result<bool, CommandError> {
    let names: Vec<&str> = plan
        .tables
        .iter()
        .map(|table| table.table.as_str())
        .collect();
    agreed(&format!("Adopt {}", names.join(", ")))
}

fn agreed(what: &str) -> Result<bool, CommandError> {
    if !io::stdin().is_terminal() {
        return Err(CommandError::Usage(
            "nobody to ask here; say --yes or --plan".into(),
        ));
    }
    tell(&format!("{what}? Type yes: "))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
