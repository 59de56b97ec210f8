//! The memory that code is in.

use std::ops::Range;

use libtest_mimic::{Failed, Trial};
use vo_ffi_core::c::{CType, CTypes, FuncSig};
use vo_ffi_runtime::{Callback, StubChoice};

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("no address is writable and executable", no_address_is_both)]
}

/// A line of `/proc/self/maps`.
struct Map {
    addresses: Range<usize>,
    rights: String,
    name: String,
}

fn maps() -> Vec<Map> {
    let text = std::fs::read_to_string("/proc/self/maps").expect("this process's maps");
    let map = |line: &str| {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let [start, end] = [start, end].map(|text| usize::from_str_radix(text, 16));
        let rights = words.next()?.to_string();
        Some(Map { addresses: start.ok()?..end.ok()?, rights, name: words.skip(3).collect() })
    };
    text.lines().filter_map(map).collect()
}

fn no_address_is_both() -> Result<(), Failed> {
    let sig = FuncSig { params: vec![], variadic: false, result: CType::VOID, convention: None };
    let callback = Callback::with_choice(StubChoice::Native, &CTypes::new(), &sig, |_| {})?;
    let maps = maps();
    let ours: Vec<&Map> = maps.iter().filter(|map| map.name.contains("vo-fficode")).collect();
    let of = |rights: &str| ours.iter().filter(|map| map.rights == rights).count();
    assert!(
        of("rw-s") > 0 && of("rw-s") == of("r-xs") && ours.len() == 2 * of("rw-s"),
        "two maps of each slab"
    );
    let home = maps.iter().find(|map| map.addresses.contains(&(callback.code() as usize)));
    assert_eq!(home.map(|map| map.rights.as_str()), Some("r-xs"));
    let both: Vec<&str> =
        maps.iter().filter(|map| map.rights.starts_with("rwx")).map(|map| &*map.name).collect();
    assert_eq!(both, [""; 0]);
    Ok(())
}
