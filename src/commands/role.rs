//! `rowhouse role`: lists, shows, makes and changes roles as the owner of the database.

mod show;

use clap::Subcommand;
use serde_json::json;

use super::owner::{connect, tell, write_json};
use super::{CommandError, Global};
use crate::db::Client;
use crate::db::adopt::refresh;
use crate::db::roles::{self, RoleChange};
use crate::domain::role::{Grant, Preset, Verb, condition, grants};

use show::{list, presets, show};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done with roles.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists the roles and who has them, in every tenant.
    List,
    /// Shows what a role gives, table by table.
    Show {
        /// The role's name.
        name: String,
    },
    /// Lists the presets of `role add --preset`.
    Presets,
    /// Makes a role, in every tenant.
    Add {
        /// The role's name.
        name: String,
        /// Begins with a preset; see `role presets`.
        #[arg(long, value_name = "PRESET")]
        preset: Option<String>,
        /// The tables in which a preset lets create records.
        #[arg(
            long,
            value_name = "TABLE,...",
            requires = "preset",
            value_delimiter = ','
        )]
        tables: Vec<String>,
        #[command(flatten)]
        gives: Gives,
    },
    /// Changes a role in every tenant: what is given replaces what it had for the same verb and table.
    Edit {
        /// The role's name.
        name: String,
        /// Its new name.
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// Leaves what it had for the same verb and table beside what is given now.
        #[arg(long)]
        also: bool,
        /// Takes a verb on a table away, as `delete:equipment`; `all:equipment` for every verb.
        #[arg(long, value_name = "VERB:TABLE")]
        revoke: Vec<String>,
        /// Takes an ability away.
        #[arg(long, value_name = "ABILITY")]
        may_not: Vec<String>,
        #[command(flatten)]
        gives: Gives,
    },
    /// Removes a role in every tenant; it is refused while anybody of any tenant has it.
    Remove {
        /// The role's name.
        name: String,
    },
}

/// What a role is to give.
#[derive(Clone, Debug, clap::Args)]
struct Gives {
    /// What the role is for, in a sentence.
    #[arg(long, value_name = "TEXT")]
    describe: Option<String>,
    /// Tables whose records may be seen; `all` for every adopted table, those of later too.
    #[arg(long, value_name = "TABLE,...")]
    view: Vec<String>,
    /// Tables in which records may be created, or one table and the columns that may be filled.
    #[arg(long, value_name = "TABLE[:COLUMN,...]")]
    insert: Vec<String>,
    /// Tables whose records may be changed, or one table and the columns that may be changed.
    #[arg(long, value_name = "TABLE[:COLUMN,...]")]
    update: Vec<String>,
    /// Tables whose records may be deleted.
    #[arg(long, value_name = "TABLE,...")]
    delete: Vec<String>,
    /// Tables whose records its people are not to write to files, although they see them.
    #[arg(long, value_name = "TABLE,...")]
    no_export: Vec<String>,
    /// Only records whose column has one of the values; several of them hold together.
    #[arg(long = "where", value_name = "COLUMN=VALUE,...")]
    rows: Vec<String>,
    /// An ability beyond tables: manage-accounts, see-sessions, end-sessions, see-audit, see-all-tenants.
    #[arg(long, value_name = "ABILITY")]
    may: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or what the database says.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    if let What::Presets = args.what {
        return presets(global.json);
    }
    let (mut client, _) = connect(global).await?;
    match args.what {
        What::Presets => Ok(()),
        What::List => list(&client, global.json).await,
        What::Show { name } => show(&client, &name, global.json).await,
        What::Add {
            name,
            preset,
            tables,
            gives,
        } => {
            let mut wish = Wish::read(gives)?;
            if let Some(preset) = named(preset.as_deref())? {
                wish.begin_with(preset, &tables)?;
            }
            let change = RoleChange {
                new: true,
                ..wish.change(&name)
            };
            apply(&mut client, &change, &name, global.json).await
        }
        What::Edit {
            name,
            rename,
            also,
            revoke,
            may_not,
            gives,
        } => {
            let wish = Wish::read(gives)?;
            let taken: Vec<_> = revoke
                .iter()
                .map(|text| revoked(text))
                .collect::<Result<_, _>>()?;
            let may_not = abilities(&may_not)?;
            let change = RoleChange {
                rename: rename.as_deref(),
                taken: &taken,
                may_not: &may_not,
                beside: also,
                ..wish.change(&name)
            };
            let now = rename.as_deref().unwrap_or(&name);
            apply(&mut client, &change, now, global.json).await
        }
        What::Remove { name } => remove(&mut client, &name, global.json).await,
    }
}

async fn remove(client: &mut Client, name: &str, json: bool) -> Result<(), CommandError> {
    roles::remove(client, name)
        .await
        .map_err(CommandError::failed)?;
    settle(client).await?;
    match json {
        true => write_json(&json!({ "removed": name })),
        false => tell(&format!("{name} is removed.")),
    }
}

/// What was asked for, read.
struct Wish {
    describe: Option<String>,
    may: Vec<String>,
    given: Vec<Grant>,
    rows: Vec<(String, Vec<String>)>,
}

impl Wish {
    /// Puts what a preset gives before what was asked for.
    fn begin_with(&mut self, preset: &Preset, tables: &[String]) -> Result<(), CommandError> {
        let given = preset.grants(tables).map_err(CommandError::Usage)?;
        self.given.splice(..0, given);
        let abilities = preset.abilities.iter().map(|&word| word.to_owned());
        self.may.extend(abilities);
        self.describe.get_or_insert_with(|| preset.about.to_owned());
        Ok(())
    }

    fn read(gives: Gives) -> Result<Self, CommandError> {
        let verbs = [
            (Verb::View, &gives.view),
            (Verb::Insert, &gives.insert),
            (Verb::Update, &gives.update),
            (Verb::Delete, &gives.delete),
            (Verb::NoExport, &gives.no_export),
        ];
        let mut given = Vec::new();
        for (verb, texts) in verbs {
            for text in texts {
                given.extend(grants(verb, text).map_err(CommandError::Usage)?);
            }
        }
        let rows = gives.rows.iter().map(|text| condition(text));
        let rows = rows
            .collect::<Result<Vec<_>, _>>()
            .map_err(CommandError::Usage)?;
        let mut columns: Vec<&String> = rows.iter().map(|(column, _)| column).collect();
        columns.sort();
        if let Some(pair) = columns.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(CommandError::Usage(format!(
                "--where names {} twice: put its values into one, or add the others with role edit --also",
                pair[0]
            )));
        }
        Ok(Self {
            describe: gives.describe,
            may: abilities(&gives.may)?,
            given,
            rows,
        })
    }

    fn change<'a>(&'a self, name: &'a str) -> RoleChange<'a> {
        RoleChange {
            name,
            description: self.describe.as_deref(),
            may: &self.may,
            given: &self.given,
            rows: &self.rows,
            ..RoleChange::default()
        }
    }
}

fn named(preset: Option<&str>) -> Result<Option<&'static Preset>, CommandError> {
    preset.map_or(Ok(None), |name| {
        Preset::named(name).map(Some).ok_or_else(|| {
            CommandError::Usage(format!(
                "there is no preset {name}; see rowhouse role presets"
            ))
        })
    })
}

fn abilities(words: &[String]) -> Result<Vec<String>, CommandError> {
    let known = [
        "manage accounts",
        "see sessions",
        "end sessions",
        "see audit",
        "see all tenants",
    ];
    let read = |word: &String| {
        let plain = word.replace('-', " ");
        match known.contains(&plain.as_str()) {
            true => Ok(plain),
            false => Err(CommandError::Usage(format!(
                "{word} is no ability: {}",
                known.map(|one| one.replace(' ', "-")).join(", ")
            ))),
        }
    };
    words.iter().map(read).collect()
}

fn revoked(text: &str) -> Result<(Option<Verb>, Option<String>), CommandError> {
    let fault = || CommandError::Usage(format!("{text:?}: a verb, a colon and a table"));
    let (verb, table) = text.split_once(':').ok_or_else(fault)?;
    let verb = match (verb, Verb::read(verb)) {
        ("all", _) => None,
        (_, Some(verb)) => Some(verb),
        _ => return Err(fault()),
    };
    match table {
        "" => Err(fault()),
        "all" => Ok((verb, None)),
        name => Ok((verb, Some(name.to_owned()))),
    }
}

/// Changes a role, has the tables hold people to it, and shows what it gives now.
async fn apply(
    client: &mut Client,
    change: &RoleChange<'_>,
    name: &str,
    json: bool,
) -> Result<(), CommandError> {
    roles::change(client, change)
        .await
        .map_err(CommandError::failed)?;
    settle(client).await?;
    show(client, name, json).await
}

/// Brings tables up to date whose rows or columns roles limit now.
async fn settle(client: &mut Client) -> Result<(), CommandError> {
    let refreshed = refresh(client).await.map_err(CommandError::failed)?;
    match refreshed.left.as_slice() {
        [] => Ok(()),
        left => tell(&format!(
            "What limits rows or columns gives nothing yet in {}: their owner runs rowhouse adopt on them.",
            left.join(", ")
        )),
    }
}
