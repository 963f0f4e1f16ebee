//! Drawing without state: grid, form, diff, dialog, tabs, hints, status.
