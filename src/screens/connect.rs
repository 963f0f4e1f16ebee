//! The connection screen: settings of a profile, tested stage by stage, saved and connected to.

mod act;
mod entry;
pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::db::contract::connect::Stage;
use crate::domain::connection::{ConnectionSettings, TlsMode, Way};
use crate::input::action::{Action, Scope, SignInAction};
use crate::input::line::TextField;

use entry::{Entry, Source};

/// The connection screen: settings of a profile, tested stage by stage.
#[derive(Debug)]
pub struct Connect {
    /// What is not on the screen stays as it was.
    base: ConnectionSettings,
    /// Whether settings were taken over, so that coming back finds what was typed.
    taken: Option<ConnectionSettings>,
    /// Which of the entries is under the cursor.
    focus: Entry,
    /// Whether the entry under the cursor is as it was when the cursor came.
    untouched: bool,
    name: TextField,
    server: TextField,
    port: TextField,
    database: TextField,
    user: TextField,
    root: TextField,
    command: TextField,
    password: TextField,
    way: Option<Way>,
    tls: Option<TlsMode>,
    source: Source,
    /// Which entry is not right, and why.
    fault: Option<(Entry, String)>,
    /// What a test found.
    tested: Loadable<Vec<Stage>>,
}

impl Default for Connect {
    fn default() -> Self {
        Self {
            base: ConnectionSettings::default(),
            taken: None,
            focus: Entry::Server,
            untouched: true,
            name: TextField::line(),
            server: TextField::line(),
            port: TextField::line(),
            database: TextField::line(),
            user: TextField::line(),
            root: TextField::line(),
            command: TextField::line(),
            password: TextField::secret(),
            way: None,
            tls: None,
            source: Source::Ask,
            fault: None,
            tested: Loadable::Idle,
        }
    }
}

impl Connect {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Connect]
    }

    /// The person came here: the present settings are there to be changed.
    pub fn arrived(&mut self, cx: &Context, _out: &mut Outbox) {
        let present = cx.settings.as_deref().cloned().unwrap_or_else(|| {
            let settings = ConnectionSettings::default();
            ConnectionSettings {
                tls: settings.usual_tls(),
                ..settings
            }
        });
        if self.taken.as_ref() != Some(&present) {
            self.take(present);
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        [
            SignInAction::TestConnection,
            SignInAction::SaveProfile,
            SignInAction::Leave,
        ]
        .map(Action::SignIn)
        .into()
    }
}
