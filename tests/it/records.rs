//! Tables, shapes and pages of any database, in the plain way.

mod pages;
mod saves;
mod shapes;
