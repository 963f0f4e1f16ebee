//! The wall clock and randomness, here and nowhere else, so that tapes can hold them still.

/// Returns random bytes that nobody can guess.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Invariant: every system that Rust's standard library supports gives random bytes.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
