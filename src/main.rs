//! The program's entrance: hands the command line on and returns an exit code.

fn main() -> std::process::ExitCode {
    rowhouse::commands::main()
}
