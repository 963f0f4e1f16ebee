//! What each command of a tape does.

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::{Player, Terminal, settle};
use crate::app::context::Context;
use crate::app::message::{Message, Start};
use crate::db::{ClientInfo, Database};
use crate::domain::table::CoupleRule;
use crate::input::event::{Event, Key, KeyCode, Modifiers, Size};
use crate::input::keymap::Keymap;
use crate::runtime::seat::{Outside, Seat};
use crate::tape::picture::Picture;
use crate::tape::report::differences;
use crate::tape::script::{Command, Expect};

/// Does what a line says.
pub async fn perform(player: &mut Player, command: &Command) -> Result<(), String> {
    match command {
        Command::Size(size) => player.size = *size,
        Command::Seed(seed) => player.seed = *seed,
        Command::Editor(editor) => player.editor = Some(editor.clone()),
        Command::Plain => player.plain = true,
        Command::Couple(words) => player.couples.extend(couple(words)),
        Command::Flag(rule) => player.flags.push(rule.clone()),
        // The runner made the world of the fixture before the first line was played.
        Command::Fixture(_) => {}
        Command::Clock(at) => set_clock(player, *at).await?,
        Command::Start { name, at, sign_in } => {
            start(player, name, at.as_deref(), *sign_in).await?
        }
        Command::Password(name) => type_text(player, &password(player, name)?).await?,
        Command::Press(keys) => press(player, keys).await?,
        Command::Type(text) => type_text(player, text).await?,
        Command::Paste(text) => send(player, Event::Paste(text.clone()))?,
        Command::Resize(size) => send(player, Event::Resize(*size))?,
        Command::Expect(expect) => self::expect(player, expect).await?,
        Command::Snapshot(name) => snapshot(player, name)?,
        Command::Db(sql) => owner(player)?.run(sql).await?,
        Command::HardLocks(table) => owner_mut(player)?.lock_table(table).await?,
        Command::HoldPeople => owner_mut(player)?.hold_people().await?,
        Command::Advance(by) => advance(player, *by).await?,
        Command::Kill => {
            player.seats.remove(&player.latest);
        }
        Command::DropConnections => owner(player)?.cut_others().await?,
    }
    Ok(())
}

fn owner(player: &Player) -> Result<&crate::db::outside::Owner, String> {
    player
        .world
        .owner
        .as_ref()
        .ok_or_else(|| "this needs the database's owner: play a fixture".into())
}

fn couple(words: &[String]) -> Option<CoupleRule> {
    let (table, fields) = words.split_first()?;
    Some(CoupleRule {
        table: table.clone(),
        fields: fields.to_vec(),
        place: "the tape".into(),
    })
}

fn owner_mut(player: &mut Player) -> Result<&mut crate::db::outside::Owner, String> {
    let owner = player.world.owner.as_mut();
    owner.ok_or_else(|| "this needs the database's owner: play a fixture".into())
}

async fn set_clock(player: &mut Player, at: jiff::Timestamp) -> Result<(), String> {
    if !player.world.settable_clock {
        return Err("only a fixture's clock can be set".into());
    }
    player.clock.advance(at.duration_since(player.clock.now()));
    owner(player)?.set_clock(at).await
}

async fn advance(player: &mut Player, by: jiff::SignedDuration) -> Result<(), String> {
    let at = player
        .clock
        .now()
        .checked_add(by)
        .map_err(|error| error.to_string())?;
    set_clock(player, at).await?;
    settle::quiet(player).await
}

/// Starts a terminal; a second one of the same person has another name, and the same home: the
/// folder of drafts is the same.
async fn start(
    player: &mut Player,
    name: &str,
    at: Option<&str>,
    sign_in: bool,
) -> Result<(), String> {
    let world = &player.world;
    let settings = if player.plain {
        world.plain.clone().ok_or("this world knows no plain way")?
    } else {
        world.settings.clone()
    };
    let mut context = Context::new(
        player.size,
        Arc::new(Keymap::default()),
        player.seed,
        player.clock.now(),
    );
    context.couples = player.couples.clone().into();
    context.flags = player.flags.clone().into();
    let client = ClientInfo {
        host: at.unwrap_or("tape").to_owned(),
        tty: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").into(),
        pid: 1,
    };
    let seat = Seat::new(
        context,
        Outside {
            database: Database::new(client),
            clock: player.clock.clone(),
            draft_folder: world.draft_folder.clone(),
            export_folder: files(world)?,
            sign_in_hints: None,
            editor: None,
            find_password: Arc::new(|_| Ok(None)),
            save_profile: Arc::new(|_, _| Err("a tape saves no profile".into())),
        },
    );
    let mut terminal = Terminal {
        seat,
        picture: Picture::empty(player.size),
    };
    terminal.seat.take(Message::Started(Start::Connect {
        settings: Box::new(settings),
        password: world.login_password.clone(),
        table: None,
        key: None,
    }));
    at.unwrap_or(name).clone_into(&mut player.latest);
    player.seats.insert(player.latest.clone(), terminal);
    player.seed += 1;
    settle::quiet(player).await?;
    if sign_in && !player.plain {
        self::sign_in(player, name).await?;
    }
    Ok(())
}

/// Where files go that people write in a tape: beside their drafts.
fn files(world: &crate::tape::world::World) -> Result<std::path::PathBuf, String> {
    let folder = world.draft_folder.with_file_name("files");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

async fn sign_in(player: &mut Player, name: &str) -> Result<(), String> {
    let password = password(player, name)?;
    let enter = [Key::new(KeyCode::Enter, Modifiers::NONE)];
    type_text(player, name).await?;
    press(player, &enter).await?;
    type_text(player, &password).await?;
    press(player, &enter).await?;
    let terminal = player.terminal()?;
    if terminal.seat.app.context.session.is_none() {
        return Err(format!("{name} could not sign in"));
    }
    Ok(())
}

fn password(player: &Player, name: &str) -> Result<String, String> {
    let password = player.world.passwords.get(name);
    let password = password.ok_or_else(|| format!("the fixture has no password of {name}"))?;
    Ok(password.expose_secret().to_owned())
}

/// Keys one by one; each is seen through before the next, as a careful person types.
async fn press(player: &mut Player, keys: &[Key]) -> Result<(), String> {
    for key in keys {
        send(player, Event::Key(*key))?;
        settle::quiet(player).await?;
    }
    Ok(())
}

async fn type_text(player: &mut Player, text: &str) -> Result<(), String> {
    for c in text.chars() {
        let code = if c == '\n' {
            KeyCode::Enter
        } else {
            KeyCode::Char(c)
        };
        send(player, Event::Key(Key::new(code, Modifiers::NONE)))?;
    }
    settle::quiet(player).await
}

fn send(player: &mut Player, event: Event) -> Result<(), String> {
    player.terminal()?.seat.take(Message::Event(event));
    Ok(())
}

async fn expect(player: &mut Player, expect: &Expect) -> Result<(), String> {
    match expect {
        Expect::Text { text, there } => {
            let found = player.terminal()?.picture.has(text);
            let not = if *there { "" } else { "not " };
            (found == *there)
                .then_some(())
                .ok_or_else(|| format!("expected {not}to see {text:?}"))
        }
        Expect::Style { text, role } => {
            let found = player.terminal()?.picture.has_styled(text, role);
            found
                .then_some(())
                .ok_or_else(|| format!("expected {text:?} painted as {role}"))
        }
        Expect::Db { query, value } => {
            let found = owner(player)?.value(query).await?;
            let right = found == *value;
            right
                .then_some(())
                .ok_or_else(|| format!("expected {value:?}, the database says {found:?}"))
        }
        Expect::Over => {
            let over = player.terminal()?.seat.is_over();
            over.then_some(())
                .ok_or_else(|| "expected the program to have ended".into())
        }
    }
}

fn snapshot(player: &mut Player, name: &str) -> Result<(), String> {
    let picture = player.terminal()?.picture.to_string();
    let path = player.snapshots.folder.join(format!("{name}.snap"));
    let kept = std::fs::read_to_string(&path).ok();
    if kept.as_deref() == Some(&picture) {
        return Ok(());
    }
    if player.snapshots.update {
        std::fs::create_dir_all(&player.snapshots.folder).map_err(|error| error.to_string())?;
        std::fs::write(&path, &picture).map_err(|error| error.to_string())?;
        player.played.written.push(name.to_owned());
        return Ok(());
    }
    match kept {
        None => Err(format!("there is no snapshot {name}; --update writes it")),
        Some(kept) => Err(format!(
            "snapshot {name} differs:\n{}",
            differences(&kept, &picture)
        )),
    }
}

impl Picture {
    /// An empty screen, before the first picture.
    pub fn empty(size: Size) -> Self {
        let rows = usize::from(size.rows);
        Self {
            columns: size.columns,
            lines: vec![String::new(); rows],
            cursor: None,
            styles: vec![Vec::new(); rows],
        }
    }
}
