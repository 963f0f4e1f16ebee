//! Which part of a list is shown: pure arithmetic for update and view alike; no drawing.

/// Returns the first row to show so that the selected one is seen and as little as possible moves.
pub fn follow(first: usize, selected: usize, height: usize, count: usize) -> usize {
    let height = height.max(1);
    let lowest = count.saturating_sub(height);
    let first = first.min(lowest);
    if selected < first {
        return selected;
    }
    let needed = (selected + 1).saturating_sub(height);
    first.max(needed).min(selected)
}

/// Returns where a selection goes when it moves by so many rows; it stays within the list.
pub fn step(selected: usize, by: isize, count: usize) -> usize {
    selected
        .saturating_add_signed(by)
        .min(count.saturating_sub(1))
}

/// Returns the things of different heights that are shown on the page where the selected one is.
///
/// Pages are filled greedily, so that moving within one page moves nothing else; the last one is
/// filled with what is before it.
pub fn page(heights: &[usize], selected: usize, room: usize) -> std::ops::Range<usize> {
    let mut start = 0;
    let mut used = 0;
    for (number, height) in heights.iter().enumerate() {
        if used + height > room && number > start {
            if selected < number {
                return start..number;
            }
            start = number;
            used = 0;
        }
        used += height;
    }
    while let Some(before) = start
        .checked_sub(1)
        .filter(|at| used + heights[*at] <= room)
    {
        used += heights[before];
        start = before;
    }
    start..heights.len()
}

#[cfg(test)]
mod tests {
    use super::{follow, page, step};

    #[test]
    fn the_selected_row_is_always_seen() {
        for count in 0..12 {
            for selected in 0..count.max(1) {
                for height in 1..6 {
                    for first in 0..14 {
                        let shown = follow(first, selected, height, count);
                        assert!((shown..shown + height).contains(&selected));
                        assert!(shown == 0 || shown + height <= count.max(selected + 1));
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_moves_without_need() {
        assert_eq!(follow(3, 5, 4, 20), 3);
        assert_eq!(follow(3, 7, 4, 20), 4);
        assert_eq!(follow(3, 2, 4, 20), 2);
        assert_eq!(follow(18, 19, 4, 20), 16);
    }

    #[test]
    fn a_step_stays_within_the_list() {
        assert_eq!(step(3, -5, 10), 0);
        assert_eq!(step(3, 50, 10), 9);
        assert_eq!(step(0, 1, 0), 0);
    }

    #[test]
    fn pages_hold_what_fits_and_at_least_one() {
        assert_eq!(page(&[1, 1, 1], 2, 5), 0..3);
        assert_eq!(page(&[2, 2, 2, 2], 1, 4), 0..2);
        assert_eq!(page(&[2, 2, 2, 2], 2, 4), 2..4);
        assert_eq!(page(&[9, 1], 0, 4), 0..1);
        assert_eq!(page(&[9, 1], 1, 4), 1..2);
        assert_eq!(page(&[1, 1, 1, 1, 1, 1], 4, 4), 2..6);
        assert_eq!(page(&[1, 1, 1, 1, 1, 1], 3, 4), 0..4);
        assert_eq!(page(&[1, 3, 1, 2, 1], 4, 4), 2..5);
        assert_eq!(page(&[], 0, 4), 0..0);
    }
}
