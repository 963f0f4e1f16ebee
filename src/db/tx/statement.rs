//! Statements and their parameters; every parameter travels as text or bytes, none is printed.

use std::borrow::Cow;
use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

/// One statement with its parameters.
#[derive(Debug, Default)]
pub(in crate::db) struct Statement {
    /// The text, with `$1` and so on.
    pub sql: Cow<'static, str>,
    /// The parameters.
    pub params: Vec<Param>,
}

impl Statement {
    /// Makes a statement.
    pub(in crate::db) fn new(sql: impl Into<Cow<'static, str>>, params: Vec<Param>) -> Self {
        Self {
            sql: sql.into(),
            params,
        }
    }
}

/// One parameter. Nothing of it can be printed.
#[derive(Clone)]
pub(in crate::db) enum Param {
    /// A value in text form under a type, or of no type: then the column decides.
    Text(Type, Option<String>),
    /// A secret text.
    Secret(SecretString),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list of texts.
    Texts(Vec<String>),
}

impl Param {
    /// A text whose type the place decides where it stands.
    pub(in crate::db) fn untyped(text: Option<&str>) -> Self {
        Self::Text(Type::UNKNOWN, text.map(str::to_owned))
    }

    /// A text.
    pub(in crate::db) fn text(text: impl Into<String>) -> Self {
        Self::Text(Type::TEXT, Some(text.into()))
    }

    /// A 4-byte number.
    pub(in crate::db) fn int4(number: i32) -> Self {
        Self::Text(Type::INT4, Some(number.to_string()))
    }

    /// An 8-byte number.
    pub(in crate::db) fn int8(number: i64) -> Self {
        Self::Text(Type::INT8, Some(number.to_string()))
    }

    /// One sign, as the catalog has them.
    pub(in crate::db) fn char(sign: &str) -> Self {
        Self::Text(Type::CHAR, Some(sign.to_owned()))
    }

    /// An object id.
    pub(in crate::db) fn oid(number: u32) -> Self {
        Self::Text(Type::OID, Some(number.to_string()))
    }

    /// true or false.
    pub(in crate::db) fn bool(value: bool) -> Self {
        Self::Text(Type::BOOL, Some(value.to_string()))
    }

    pub(super) fn kind(&self) -> Type {
        match self {
            Self::Text(kind, _) => kind.clone(),
            Self::Secret(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
            Self::Texts(_) => Type::TEXT_ARRAY,
        }
    }
}

impl std::fmt::Debug for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Param({})", self.kind())
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Text(_, None) => return Ok(IsNull::Yes),
            Self::Text(_, Some(text)) => out.put_slice(text.as_bytes()),
            Self::Secret(secret) => out.put_slice(secret.expose_secret().as_bytes()),
            Self::Bytes(bytes) => out.put_slice(bytes),
            Self::Texts(texts) => return texts.to_sql(&Type::TEXT_ARRAY, out),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Self::Text(..) | Self::Secret(_) => Format::Text,
            Self::Bytes(_) | Self::Texts(_) => Format::Binary,
        }
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(kind, out)
    }
}
