//! Dice that fall the same way for the same seed, and what is counted of a run. No tests here.

use std::fmt;

/// Numbers that look random and follow from a seed.
pub struct Dice(u64);

impl Dice {
    /// Dice of one of many who share a seed.
    pub fn new(seed: u64, of: u64) -> Self {
        Self(seed ^ of.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one.
    pub fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.any() % most.max(1) as u64).expect("small")
    }

    /// True so many times in a hundred.
    pub fn falls(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What is counted of a run.
#[derive(Debug, Default)]
pub struct Figures {
    /// Changes told as saved.
    pub saved: u32,
    /// Records told as created, and as deleted.
    pub created: u32,
    pub deleted: u32,
    /// Saves that met somebody else's where fields clashed, and where they did not.
    pub conflicts: u32,
    pub merges: u32,
    /// Changes told as not saved because of a fault, and those stopped by the person.
    pub not_saved: u32,
    pub stopped: u32,
    /// Ends that were not known, and were asked for until they were.
    pub unknown: u32,
    /// Saves that were sent again under their number after a fault.
    pub again: u32,
    /// What was done to them.
    pub cuts: u32,
    pub swallowed: u32,
    pub stalls: u32,
    pub kills: u32,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} saved, {} created, {} deleted; {} conflicts, {} merges; {} unknown ends settled, \
             {} sent again, {} told not saved, {} stopped; {} cuts, {} replies swallowed, {} stalls, \
             {} kills",
            self.saved,
            self.created,
            self.deleted,
            self.conflicts,
            self.merges,
            self.unknown,
            self.again,
            self.not_saved,
            self.stopped,
            self.cuts,
            self.swallowed,
            self.stalls,
            self.kills
        )
    }
}
