//! The one integration binary: tapes, database, attacks, faults, process, tidy.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test that cannot go on says so, and a story of two people is told in one piece"
)]

pub mod adopt;
mod attacks;
mod bouncer;
mod boundary;
mod crowd;
mod demo;
mod desk;
mod docs;
mod doctor;
mod door;
mod embedded;
mod faults;
mod install;
mod looks;
mod nasty;
mod pool;
mod process;
mod proxy;
mod pty;
mod records;
mod role;
mod shared;
mod speed;
mod standby;
mod tapes;
mod tidy;
mod tls;
mod truth;
mod walks;
