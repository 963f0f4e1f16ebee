//! Asking the terminal whether it has taken what was sent, by a status report that every terminal
//! since the VT100 answers: what lies in buffers between it and here is seen by nobody else. No
//! pictures here.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// The question (DSR). Its answer is [`crate::input::event::Event::Answered`].
pub const QUESTION: &[u8] = b"\x1b[5n";

/// An answer that takes longer does not come any more.
const LONGEST: Duration = Duration::from_secs(20);

/// A terminal that has not answered its first question for so long may not know it.
const FIRST_WITHIN: Duration = Duration::from_secs(1);

/// What was asked and answered so far.
#[derive(Debug)]
pub struct Fence {
    answers: watch::Receiver<u64>,
    /// Hands answers over: kept for the reader that begins anew after an editor.
    sender: watch::Sender<u64>,
    /// The number of the answer that is awaited.
    asked: u64,
    /// When the question was put.
    since: Option<Instant>,
    /// When the first question was put whose answer is worth waiting for.
    first: Option<Instant>,
}

impl Fence {
    /// Makes one that nothing was asked through.
    pub fn new() -> Fence {
        let (sender, answers) = watch::channel(0);
        Fence {
            answers,
            sender,
            asked: 0,
            since: None,
            first: None,
        }
    }

    /// Where the reader counts answers.
    pub fn sender(&self) -> watch::Sender<u64> {
        self.sender.clone()
    }

    /// Takes note of a question that is on its way. An answer that is not awaited any more does not
    /// come: whoever waited for it too would be an answer behind for good.
    pub fn ask(&mut self) {
        let answers = *self.answers.borrow();
        let before = match self.left() {
            Some(_) => self.asked.max(answers),
            None => answers,
        };
        self.asked = before + 1;
        self.since = Some(Instant::now());
    }

    /// Waits a little for the very first answer too: on a thin line what is sent before it would only
    /// be queued.
    pub fn await_first(&mut self) {
        self.first = self.first.or(self.since);
    }

    /// Whether everything asked was answered, or is not awaited any more. A terminal that has never
    /// answered may not know the question: nothing waits for it, or only a little.
    pub fn is_open(&self) -> bool {
        *self.answers.borrow() >= self.asked || self.waits().is_none()
    }

    /// Waits until it is open.
    pub async fn opened(&mut self) {
        while !self.is_open() {
            let left = self.waits().unwrap_or_default();
            // An error says that nobody reads answers any more, or that the time is over.
            let changed = tokio::time::timeout(left, self.answers.changed()).await;
            if !matches!(changed, Ok(Ok(()))) {
                return;
            }
        }
    }

    /// Waits for the answer to what was asked last, but not for long: what comes later would be
    /// typed into the next program.
    pub async fn settle(&mut self, longest: Duration) {
        let is_fresh = self.left().is_some();
        let asked = self.asked;
        if is_fresh {
            let answered = self.answers.wait_for(|answers| *answers >= asked);
            // No answer: then none is awaited any more.
            let _ = tokio::time::timeout(longest, answered).await;
        }
        self.since = None;
    }

    /// Waits for the answer to what was asked last. Never, where none is awaited.
    pub async fn answered(&mut self) {
        let asked = self.asked;
        if self.since.is_none() {
            return std::future::pending().await;
        }
        if self
            .answers
            .wait_for(|answers| *answers >= asked)
            .await
            .is_err()
        {
            std::future::pending().await
        }
    }

    /// Returns how long the answer to what was asked last took, where it has come; told once.
    pub fn took(&mut self) -> Option<Duration> {
        let came = *self.answers.borrow() >= self.asked;
        let since = self.since.take_if(|_| came)?;
        Some(since.elapsed())
    }

    /// How long the answer to what was asked last may take still; none where none is awaited.
    fn left(&self) -> Option<Duration> {
        rest(LONGEST, self.since?)
    }

    /// How long is waited for it still; not at all, where none is worth it.
    fn waits(&self) -> Option<Duration> {
        match *self.answers.borrow() {
            0 => rest(FIRST_WITHIN, self.first?),
            _ => self.left(),
        }
    }
}

/// What is left of a time that began then.
fn rest(longest: Duration, since: Instant) -> Option<Duration> {
    let left = longest.checked_sub(since.elapsed());
    left.filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_waits_for_a_terminal_that_never_answered() {
        let mut fence = Fence::new();
        fence.ask();
        assert!(fence.is_open());
        fence.opened().await;
    }

    #[tokio::test]
    async fn the_very_first_answer_is_awaited_where_that_is_worth_it() {
        let mut fence = Fence::new();
        let answer = fence.sender();
        fence.ask();
        fence.await_first();
        assert!(!fence.is_open());
        answer.send_modify(|count| *count += 1);
        assert!(fence.is_open());
        let mut fence = Fence::new();
        fence.ask();
        fence.await_first();
        // No answer: it is given up within a second.
        fence.opened().await;
        assert!(fence.is_open());
    }

    #[tokio::test]
    async fn what_was_answered_is_open_and_what_was_not_is_shut() {
        let mut fence = Fence::new();
        let answer = fence.sender();
        fence.ask();
        answer.send_modify(|count| *count += 1);
        fence.answered().await;
        assert!(fence.is_open());
        fence.ask();
        assert!(!fence.is_open());
        assert_eq!(fence.took(), None, "it has not come");
        answer.send_modify(|count| *count += 1);
        fence.opened().await;
        assert!(fence.is_open());
        assert!(fence.took().is_some());
        assert_eq!(fence.took(), None, "told once");
    }

    #[tokio::test]
    async fn an_answer_that_was_lost_is_not_awaited_for_ever() {
        let mut fence = Fence::new();
        let answer = fence.sender();
        fence.ask();
        answer.send_modify(|count| *count += 1);
        fence.ask();
        assert!(!fence.is_open());
        fence.settle(Duration::ZERO).await;
        assert!(fence.is_open(), "given up");
        fence.ask();
        assert!(!fence.is_open());
        answer.send_modify(|count| *count += 1);
        assert!(fence.is_open(), "one answer is enough again");
    }

    #[tokio::test]
    async fn an_answer_that_came_twice_does_not_open_it_for_the_next() {
        let mut fence = Fence::new();
        let answer = fence.sender();
        fence.ask();
        answer.send_modify(|count| *count += 2);
        fence.ask();
        assert!(!fence.is_open());
    }
}
