//! The thread that writes a person's file, in the order of its pieces: a slow disk never keeps the
//! keys waiting. What is written is made elsewhere.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::export::Export;
use crate::app::effect::ExportStep;

/// How long whoever leaves waits for half a file to be removed.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// What the thread is to do.
enum Work {
    Step { file: usize, step: ExportStep },
    Flush(mpsc::Sender<()>),
}

/// Hands the pieces of a file to the thread that writes them.
#[derive(Debug)]
pub struct Exporting {
    work: mpsc::Sender<Work>,
    /// Counts the files, so that nothing is told of one that was given up.
    file: Arc<AtomicUsize>,
}

impl Exporting {
    /// Starts the thread; a name without a folder is one in `folder`. Where the whole file is, or why
    /// there is none, is told through `tell`.
    pub fn open(folder: PathBuf, tell: impl Fn(Result<String, String>) + Send + 'static) -> Self {
        let (work, tasks) = mpsc::channel();
        let file = Arc::<AtomicUsize>::default();
        let mut worker = Worker {
            folder,
            export: Export::default(),
            failed: false,
            file: file.clone(),
            tell,
        };
        let thread = std::thread::Builder::new()
            .name("export".into())
            .spawn(move || worker.run(&tasks));
        if let Err(error) = thread {
            tracing::warn!(%error, "no thread writes files");
        }
        Self { work, file }
    }

    /// Takes the next step of the file.
    ///
    /// # Errors
    /// Why nothing is written at all.
    pub fn take(&self, step: ExportStep) -> Result<(), String> {
        if matches!(step, ExportStep::Begin { .. } | ExportStep::Abandon) {
            self.file.fetch_add(1, Ordering::SeqCst);
        }
        let file = self.file.load(Ordering::SeqCst);
        self.work
            .send(Work::Step { file, step })
            .map_err(|_| "the file could not be written: nothing on this machine writes it".into())
    }

    /// Waits until every step is taken, but not longer than `longest`.
    pub fn flush(&self, longest: Duration) {
        let (done, wait) = mpsc::channel();
        if self.work.send(Work::Flush(done)).is_ok() {
            // A disk that does not answer is waited for no longer.
            let _ = wait.recv_timeout(longest);
        }
    }
}

impl Drop for Exporting {
    /// Nothing half written is left behind.
    fn drop(&mut self) {
        // Without the thread there is no file either.
        let _ = self.take(ExportStep::Abandon);
        self.flush(LEAVE_WITHIN);
    }
}

struct Worker<T> {
    folder: PathBuf,
    export: Export,
    /// Whether it was told of this file that it cannot be written: its other pieces say nothing.
    failed: bool,
    file: Arc<AtomicUsize>,
    tell: T,
}

impl<T: Fn(Result<String, String>)> Worker<T> {
    fn run(&mut self, tasks: &mpsc::Receiver<Work>) {
        while let Ok(task) = tasks.recv() {
            match task {
                Work::Step { file, step } => self.step(file, step),
                // Whoever asked may have stopped waiting.
                Work::Flush(done) => drop(done.send(())),
            }
        }
    }

    fn step(&mut self, file: usize, step: ExportStep) {
        match step {
            ExportStep::Begin { .. } => self.failed = false,
            ExportStep::Write(_) | ExportStep::End if self.failed => return,
            _ => {}
        }
        let Some(told) = self.export.take(step, &self.folder) else {
            return;
        };
        self.failed = told.is_err();
        if self.file.load(Ordering::SeqCst) == file {
            (self.tell)(told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(name: &str) -> ExportStep {
        ExportStep::Begin {
            name: name.into(),
            text: "head\n".into(),
        }
    }

    #[test]
    fn pieces_are_written_in_order_and_a_fault_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (told, heard) = mpsc::channel();
        let tell = move |result| told.send(result).expect("heard");
        let export = Exporting::open(folder.path().into(), tell);
        let wait = Duration::from_secs(30);
        let file = |end: ExportStep| {
            export.take(begin("a.csv")).expect("taken");
            for number in 0..200 {
                let piece = ExportStep::Write(format!("{number}\n"));
                export.take(piece).expect("taken");
            }
            export.take(end).expect("taken");
        };
        file(ExportStep::End);
        let path = heard.recv_timeout(wait).expect("told").expect("written");
        let numbers: String = (0..200).map(|number| format!("{number}\n")).collect();
        let written = std::fs::read_to_string(path).expect("read");
        assert_eq!(written, format!("head\n{numbers}"));
        file(ExportStep::End);
        let why = heard.recv_timeout(wait).expect("told").expect_err("taken");
        assert!(why.contains("is there already"), "{why}");
        export.flush(wait);
        assert!(heard.try_recv().is_err(), "one fault is told once");
        export.take(begin("b.csv")).expect("taken");
        drop(export);
        assert!(
            !folder.path().join("b.csv").exists(),
            "nothing half is left"
        );
        assert!(heard.try_recv().is_err(), "nothing is told of it");
    }
}
