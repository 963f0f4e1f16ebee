//! What is certainly no value of a type, told before the server says so. What the server might take
//! passes: it has the last word.

use jiff::civil::Date;

/// Says why a text is certainly no value of a base type; nothing where the server may take it.
pub fn fault(base: &str, modifier: i32, text: &str) -> Option<String> {
    match base {
        "int2" => whole(text, i128::from(i16::MIN), i128::from(i16::MAX)),
        "int4" => whole(text, i128::from(i32::MIN), i128::from(i32::MAX)),
        "int8" => whole(text, i128::from(i64::MIN), i128::from(i64::MAX)),
        "numeric" => numeric(text, modifier),
        "float4" | "float8" => (!may_be_number(text)).then(|| "is not a number".into()),
        "uuid" => uuid(text),
        "date" | "timestamp" | "timestamptz" => moment(text),
        "time" | "timetz" => {
            let text = text.trim_matches(is_blank);
            (clock(text) == Some(false)).then(no_such_time)
        }
        _ if base.starts_with('_') => array(text),
        _ => None,
    }
}

/// Returns what a number becomes when it is stored with fewer decimals than were typed.
pub fn rounded(modifier: i32, text: &str) -> Option<String> {
    let (_, scale) = precision(modifier)?;
    let typed = Decimal::read(text)?;
    if typed.scale <= scale || typed.digits.is_empty() {
        return None;
    }
    let stored = typed.round(scale);
    let cut = typed.scale - scale;
    let zeros = typed
        .digits
        .bytes()
        .rev()
        .take_while(|digit| *digit == b'0');
    let same = i64::try_from(zeros.count()).is_ok_and(|zeros| zeros >= cut);
    (!same).then(|| stored.to_string())
}

/// The whole digits and decimals of a numeric column that has limits.
fn precision(modifier: i32) -> Option<(i64, i64)> {
    let packed = modifier.checked_sub(4).filter(|packed| *packed >= 0)?;
    let scale = ((packed & 0x7ff) ^ 1024) - 1024;
    Some((i64::from((packed >> 16) & 0xffff), i64::from(scale)))
}

fn is_blank(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn whole(text: &str, least: i128, most: i128) -> Option<String> {
    let text = text.trim_matches(is_blank);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let based = digits.strip_prefix('0').unwrap_or_default();
    // Other bases and separators are new in PostgreSQL 16.
    if based.starts_with(['x', 'X', 'o', 'O', 'b', 'B']) || digits.contains('_') {
        return None;
    }
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("is not a whole number".into());
    }
    let number: Option<i128> = text.trim_start_matches('+').parse().ok();
    let fits = number.is_some_and(|number| (least..=most).contains(&number));
    (!fits).then(|| format!("does not fit: {least} to {most}"))
}

fn numeric(text: &str, modifier: i32) -> Option<String> {
    let Some(number) = Decimal::read(text) else {
        return (!may_be_number(text)).then(|| "is not a number".into());
    };
    let (digits, scale) = precision(modifier)?;
    let stored = number.round(scale);
    let length = i64::try_from(stored.digits.len()).unwrap_or(i64::MAX) + scale - stored.scale;
    if stored.digits.is_empty() || length <= digits {
        return None;
    }
    Some(match digits - scale {
        before @ 1.. => format!("does not fit: at most {before} digits before the point"),
        _ => format!("does not fit numeric({digits},{scale})"),
    })
}

/// Whether the server might read it as a number: digits, or one of the named ones.
pub fn may_be_number(text: &str) -> bool {
    let text = text.trim();
    let named = text.trim_start_matches(['+', '-']).to_lowercase();
    if ["nan", "infinity", "inf"].contains(&named.as_str()) {
        return true;
    }
    let sign = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(sign) && {
        let begin = text.trim_start_matches(['+', '-']);
        begin.starts_with(|c: char| c.is_ascii_digit() || c == '.')
    }
}

/// An exact decimal number: its digits without leading zeros, of which `scale` are decimals.
struct Decimal {
    negative: bool,
    digits: String,
    scale: i64,
}

/// The largest exponent that is read here; the server knows larger ones.
const LARGEST_EXPONENT: i64 = 1_000;

impl Decimal {
    /// Nothing for other forms than plain decimals with an exponent.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_blank);
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [before, after].concat();
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || exponent.abs() > LARGEST_EXPONENT {
            return None;
        }
        Some(Self {
            negative,
            digits: digits.trim_start_matches('0').to_owned(),
            scale: i64::try_from(after.len()).ok()? - exponent,
        })
    }

    /// Rounds half away from zero, as PostgreSQL does.
    fn round(&self, scale: i64) -> Self {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        let drop = self.scale - scale;
        let (kept, first) = match drop {
            ..=0 => return self.copy(&self.digits, self.scale),
            drop if drop > length => ("", b'0'),
            drop => {
                let end = usize::try_from(length - drop).unwrap_or(0);
                (&self.digits[..end], self.digits.as_bytes()[end])
            }
        };
        let mut digits: Vec<u8> = kept.bytes().collect();
        if first >= b'5' {
            let mut place = digits.len();
            loop {
                if place == 0 {
                    digits.insert(0, b'1');
                    break;
                }
                place -= 1;
                if digits[place] == b'9' {
                    digits[place] = b'0';
                } else {
                    digits[place] += 1;
                    break;
                }
            }
        }
        self.copy(&String::from_utf8_lossy(&digits), scale)
    }

    fn copy(&self, digits: &str, scale: i64) -> Self {
        Self {
            negative: self.negative,
            digits: digits.to_owned(),
            scale,
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.negative && !self.digits.is_empty() {
            true => "-",
            false => "",
        };
        let Ok(scale @ 1..) = usize::try_from(self.scale) else {
            let zeros = usize::try_from(-self.scale).unwrap_or(0);
            let zeros = if self.digits.is_empty() { 1 } else { zeros };
            return write!(f, "{sign}{}{}", self.digits, "0".repeat(zeros));
        };
        let padded = format!("{:0>width$}", self.digits, width = scale + 1);
        let (before, after) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{before}.{after}")
    }
}

fn uuid(text: &str) -> Option<String> {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let known = |sign: char| sign.is_ascii_hexdigit() || "{}-".contains(sign);
    let fits = digits == 32 && text.chars().all(known);
    (!fits).then(|| "is not a uuid: 32 digits of 0-9 and a-f".into())
}

/// Days and times that do not exist, where the text begins with a year of four digits.
fn moment(text: &str) -> Option<String> {
    let text = text.trim_matches(is_blank);
    let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    let numbers: Vec<&str> = day.split('-').collect();
    let [year, month, day] = numbers.as_slice() else {
        return None;
    };
    let is_number = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let plain = year.len() == 4 && is_number(year, 4) && is_number(month, 2) && is_number(day, 2);
    let before_christ = rest.to_lowercase().contains("bc");
    if !plain || before_christ {
        return None;
    }
    let there = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    if there().is_none() {
        return Some("there is no such day".into());
    }
    let rest = rest.get(1..).unwrap_or_default();
    (clock(rest) == Some(false)).then(no_such_time)
}

fn no_such_time() -> String {
    "there is no such time".into()
}

/// Whether a text begins with a time that exists; nothing where it begins with none of this form.
fn clock(text: &str) -> Option<bool> {
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != ':');
    let (clock, _) = text.split_at(end.unwrap_or(text.len()));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    if minute.len() != 2 || hour.is_empty() || hour.len() > 2 || second.len() > 2 {
        return None;
    }
    let number = |part: &str| part.parse::<u8>().ok();
    Some(number(hour)? <= 24 && number(minute)? <= 59 && number(second)? <= 60)
}

/// An array whose braces do not match.
fn array(text: &str) -> Option<String> {
    let text = text.trim_matches(is_blank);
    if text.starts_with('[') {
        return None;
    }
    if !text.starts_with('{') {
        return Some("is not an array: write {a,b}".into());
    }
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (place, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 && place + 1 < text.len() {
            return Some("is not an array: something follows its end".into());
        }
    }
    (depth > 0 || quoted).then(|| "is not an array: a brace or quote is not closed".into())
}

#[cfg(test)]
mod tests;
