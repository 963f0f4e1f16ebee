//! The one integration binary: tapes, database, attacks, faults, process, tidy.

mod adopt;
mod attacks;
mod demo;
mod desk;
mod docs;
mod door;
mod embedded;
mod faults;
mod install;
mod pool;
mod proxy;
mod pty;
mod records;
mod shared;
mod tapes;
mod tidy;
mod tls;
