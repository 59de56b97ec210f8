//! Decides how the machine's handlers call one another: see `src/machine/state.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(threaded)");
    // Without optimisation a call at the end of a function is a call, and the stack would overflow.
    let optimised = std::env::var("OPT_LEVEL").is_ok_and(|level| !matches!(level.as_str(), "0" | "1"));
    // Where arguments go to the stack, a call cannot become a jump: Windows has too few registers for them.
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let registers =
        matches!(arch.as_str(), "x86_64" | "aarch64") && std::env::var_os("CARGO_CFG_UNIX").is_some();
    // A sanitizer's instrumentation keeps work for after the call.
    let sanitized = std::env::var_os("CARGO_CFG_SANITIZE").is_some_and(|kinds| !kinds.is_empty());
    if optimised && registers && !sanitized {
        println!("cargo::rustc-cfg=threaded");
    }
}
