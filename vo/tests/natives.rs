//! Every native of the packages that only compute is called with the values at the bounds of its types.

use vo_ffi::ExternRegistry;
use vo_ffi::testing::check_all;
// Its natives are registered where it is linked.
use vo_vm as _;

/// Whose natives read and write nothing but their arguments.
const PACKAGES: &[&str] =
    &["bits", "bytes", "errors", "filepath", "math", "path", "sort", "strconv", "strings", "unicode", "utf8"];

/// What looks at the file system, and what goes round a loop as often as an argument says, as in Go.
const EXCEPT: &[&str] = &["filepath.glob", "math.Jn", "math.Yn"];

#[test]
fn natives_keep_the_abi() {
    let registry = ExternRegistry::from_inventory();
    let report =
        check_all(&registry, |entry| PACKAGES.contains(&entry.package()) && !EXCEPT.contains(&entry.name));
    assert!(report.faults.is_empty(), "{report}");
    let called = report.called.len();
    assert!(called > 150 && report.calls > 30 * called, "{report}");
}
