//! Geometry in words: what it is, its reference system, how many points, and how far it reaches. The
//! types of PostgreSQL's core from their text, those of PostGIS from the bytes that it writes in hex.

use super::bytes::decoded;
use super::counted;

/// The most points that are looked at; a value is no larger.
const MOST: u32 = 100_000_000;

/// What is to be known of a value; `None` where it is no geometry.
pub(super) fn look(base: &str, whole: &str) -> Option<Vec<String>> {
    match base {
        "geometry" | "geography" => {
            let bytes = decoded(whole)?;
            let mut found = Found::default();
            let head = Reader::new(&bytes).shape(&mut found, 0)?;
            Some(words(&head.in_words(), &found))
        }
        "point" | "lseg" | "box" | "path" | "polygon" | "circle" | "line" => core(base, whole),
        _ => None,
    }
}

/// The kind alone, from the beginning of a value of PostGIS.
pub(super) fn kind(beginning: &str) -> Option<String> {
    let even = beginning.len() - beginning.len() % 2;
    let bytes = decoded(beginning.get(..even)?)?;
    Reader::new(&bytes).head().map(|head| head.in_words())
}

/// A type of PostgreSQL's own.
fn core(base: &str, whole: &str) -> Option<Vec<String>> {
    let numbers = whole.split(|sign: char| !(sign.is_ascii_alphanumeric() || "+-.".contains(sign)));
    let numbers: Vec<f64> = numbers
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let mut found = Found::default();
    let name = match (base, numbers.as_slice()) {
        ("line", [a, b, c]) => {
            return Some(vec![format!("a line: {a} x + {b} y + {c} = 0")]);
        }
        ("circle", [x, y, radius]) => {
            found.add(x - radius, y - radius);
            found.add(x + radius, y + radius);
            found.points = 1;
            format!("a circle of radius {radius}")
        }
        ("path", _) if whole.starts_with('[') => "an open path".to_owned(),
        ("path", _) => "a closed path".to_owned(),
        ("lseg", _) => "a line segment".to_owned(),
        _ => format!("a {base}"),
    };
    if base != "circle" {
        let pairs = numbers.chunks_exact(2);
        pairs.for_each(|pair| found.add(pair[0], pair[1]));
    }
    Some(words(&name, &found))
}

fn words(name: &str, found: &Found) -> Vec<String> {
    let points = usize::try_from(found.points).unwrap_or(usize::MAX);
    let mut words = vec![format!("{name}, {}", counted(points, "point"))];
    if let Some([x0, y0, x1, y1]) = found.extent {
        words.push(match (x0 == x1, y0 == y1) {
            (true, true) => format!("at x {x0}, y {y0}"),
            _ => format!("x from {x0} to {x1}, y from {y0} to {y1}"),
        });
    }
    words
}

/// What was met on the way.
#[derive(Default)]
struct Found {
    points: u32,
    extent: Option<[f64; 4]>,
}

impl Found {
    fn add(&mut self, x: f64, y: f64) {
        self.points += 1;
        if x.is_nan() || y.is_nan() {
            return;
        }
        let [x0, y0, x1, y1] = self.extent.unwrap_or([x, y, x, y]);
        self.extent = Some([x0.min(x), y0.min(y), x1.max(x), y1.max(y)]);
    }
}

/// What stands at the head of a shape.
struct Head {
    kind: u32,
    numbers: usize,
    srid: Option<u32>,
}

const KINDS: [&str; 17] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "CURVE",
    "SURFACE",
    "POLYHEDRALSURFACE",
    "TIN",
    "TRIANGLE",
];

impl Head {
    fn in_words(&self) -> String {
        let place = usize::try_from(self.kind)
            .ok()
            .and_then(|kind| kind.checked_sub(1));
        let kind = place.and_then(|place| KINDS.get(place));
        let kind = kind.copied().unwrap_or("geometry");
        let more = match self.numbers {
            3 => " of three dimensions",
            4 => " of four dimensions",
            _ => "",
        };
        match self.srid {
            Some(srid) => format!("{kind}{more}, SRID {srid}"),
            None => format!("{kind}{more}, without SRID"),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    little: bool,
}

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest, little: true }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn word(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    fn number(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(match self.little {
            true => f64::from_le_bytes(bytes),
            false => f64::from_be_bytes(bytes),
        })
    }

    fn head(&mut self) -> Option<Head> {
        let [order] = self.take()?;
        self.little = order == 1;
        let word = self.word()?;
        let has = |bit: u32| word & bit != 0;
        let srid = match has(0x2000_0000) {
            true => Some(self.word()?),
            false => None,
        };
        let numbers = 2 + usize::from(has(0x8000_0000)) + usize::from(has(0x4000_0000));
        Some(Head {
            kind: word & 0xff,
            numbers,
            srid,
        })
    }

    fn shape(&mut self, found: &mut Found, depth: usize) -> Option<Head> {
        let head = self.head()?;
        match head.kind {
            1 => self.points(1, head.numbers, found)?,
            2 | 8 => {
                let points = self.word()?;
                self.points(points, head.numbers, found)?;
            }
            3 | 17 => {
                for _ in 0..self.word()? {
                    let points = self.word()?;
                    self.points(points, head.numbers, found)?;
                }
            }
            _ if depth < 32 => {
                for _ in 0..self.word()? {
                    self.shape(found, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(head)
    }

    fn points(&mut self, points: u32, numbers: usize, found: &mut Found) -> Option<()> {
        if points > MOST {
            return None;
        }
        for _ in 0..points {
            let (x, y) = (self.number()?, self.number()?);
            for _ in 2..numbers {
                self.number()?;
            }
            // A point that is nowhere is written as NaN.
            if !(x.is_nan() && y.is_nan()) {
                found.add(x, y);
            }
        }
        Some(())
    }
}
