//! Arriving at a database as one of its people, from the command line: with an account where people
//! have one, with the PostgreSQL role otherwise. No rows here.

use std::io::{self, IsTerminal};

use secrecy::SecretString;

use super::super::client::client_info;
use super::super::{CommandError, Global};
use crate::config::process_environment;
use crate::db::Database;
use crate::db::contract::connect::Server;
use crate::db::contract::{
    ConnectReply, ConnectRequest, Fault, LoginReply, LoginRequest, Reply, Request,
};
use crate::domain::connection::{ConnectionSettings, Way};

/// The variable that holds the account's password.
const PASSWORD: &str = "ROWHOUSE_ACCOUNT_PASSWORD";

/// Connects, and signs in where people have accounts.
///
/// # Errors
/// No connection, no password, or a sign-in that is refused.
pub async fn arrive(global: &Global, account: Option<&str>) -> Result<Database, CommandError> {
    let chosen = global.connection()?;
    let database = Database::new(client_info());
    let opened = connect(&database, &chosen.settings, chosen.password).await;
    let server = match opened {
        Err(Fault::LoginRefused {
            message,
            password_missing: true,
        }) => {
            let way = "set ROWHOUSE_PASSWORD or PGPASSFILE";
            let prompt = format!("Password of {}: ", chosen.settings.user);
            let password = ask(&prompt, &format!("{message}: {way}"))?;
            connect(&database, &chosen.settings, Some(password)).await
        }
        opened => opened,
    };
    if server.map_err(CommandError::failed)?.way == Way::Shared {
        sign_in(&database, account).await?;
    }
    Ok(database)
}

/// Ends the session, where there is one.
pub async fn leave(database: &Database) {
    let out = LoginRequest::SignOut {
        reason: "left".into(),
    };
    // A session that is not ended ends by itself.
    let _ = database.perform(Request::Login(out)).await;
}

async fn connect(
    database: &Database,
    settings: &ConnectionSettings,
    password: Option<SecretString>,
) -> Result<Server, Fault> {
    let request = ConnectRequest::Open {
        settings: Box::new(settings.clone()),
        password,
    };
    match database.perform(Request::Connect(request)).await? {
        Reply::Connect(ConnectReply::Opened(server)) => Ok(server),
        _ => Err(Fault::ConnectionLost),
    }
}

async fn sign_in(database: &Database, account: Option<&str>) -> Result<(), CommandError> {
    let Some(account) = account else {
        return Err(CommandError::Usage(
            "people sign in here: name the account with --account or ROWHOUSE_ACCOUNT".into(),
        ));
    };
    let password = match process_environment(PASSWORD) {
        Some(password) => SecretString::from(password),
        None => ask(
            &format!("Password of {account}: "),
            &format!("a password is needed: set {PASSWORD}"),
        )?,
    };
    let request = LoginRequest::SignIn {
        username: account.to_owned(),
        password,
    };
    let reply = database.perform(Request::Login(request)).await;
    let failed = |why: String| Err(CommandError::Failed(why));
    match reply.map_err(CommandError::failed)? {
        Reply::Login(LoginReply::SignedIn(session)) if !session.must_choose_password => Ok(()),
        Reply::Login(LoginReply::SignedIn(_) | LoginReply::NeedsOldPassword { .. }) => failed(
            format!("{account} has to choose a password first: sign in once with rowhouse"),
        ),
        Reply::Login(LoginReply::MustWait { seconds }) => failed(format!(
            "too many tries: the next one is judged in {seconds} s"
        )),
        _ => failed(format!("{account} or the password is not right")),
    }
}

fn ask(prompt: &str, otherwise: &str) -> Result<SecretString, CommandError> {
    if !io::stdin().is_terminal() {
        return Err(CommandError::Failed(format!(
            "{otherwise}, or run this in a terminal"
        )));
    }
    Ok(SecretString::from(rpassword::prompt_password(prompt)?))
}
