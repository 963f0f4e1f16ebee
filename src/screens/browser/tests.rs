//! The grid by keys and answers: what is asked of the database, and what the screen shows then.

mod act;
mod again;
mod click;
mod files;
mod live;
mod plant;
mod rows;
mod sort;
mod stay;
