//! Tables, shapes and pages of any database, in the plain way.

mod pages;
mod refusals;
mod saves;
mod shapes;
