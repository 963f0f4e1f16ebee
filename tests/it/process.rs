//! The program as a process: the real binary in a real terminal on a real server. How it starts,
//! how it is left, and what is kept when it, the line or the server is cut off.

mod ahead;
mod clipboard;
mod drafts;
mod editor;
mod exports;
mod latency;
mod leaving;
mod limits;
mod line;
mod locked;
mod lost;
mod many;
mod plainest;
mod pooler;
mod restarts;
mod secrets;
mod site;
mod terminals;
mod thin;
mod typing;
mod wrong;
