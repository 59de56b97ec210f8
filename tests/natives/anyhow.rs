//! Natives that return `anyhow::Result`.

use anyhow::Context as _;
use vo_ffi::prelude::*;
use vo_ffi::{Trap, TypeId};

use crate::host::{End, Host, func, int, trap};

#[vo_extern("anyhow.Parse")]
fn parse(text: &str) -> anyhow::Result<i64> {
    text.parse().with_context(|| format!("reading {text:?}"))
}

#[vo_extern("anyhow.Open")]
fn open(which: u8) -> anyhow::Result<(i64, String)> {
    let missing = || std::io::Error::from_raw_os_error(2);
    match which {
        0 => Ok((1, "one".into())),
        1 => Err(missing().into()),
        2 => Err(missing()).context("opening the door"),
        3 => anyhow::bail!("no {which}"),
        _ => Err(Trap::new("a panic that goes on").into()),
    }
}

#[vo_extern("anyhow.Mixed")]
fn mixed(text: &str) -> Result<Option<VoError>, VoError> {
    let number = parse(text).map_err(VoError::from_anyhow)?;
    Ok((number < 0).then(|| VoError::new("negative")))
}

const INT: TypeId = TypeId::INT;
const ERROR: TypeId = TypeId::ERROR;

#[test]
fn errors_of_anyhow_are_errors_with_their_causes() {
    let mut host = Host::new();
    let parse = func(&[TypeId::STRING], &[INT, ERROR]);
    let rows = [("12", None), ("x", Some("reading \"x\": invalid digit found in string"))];
    for (text, error) in rows {
        let argument = host.string(text);
        match (host.call("anyhow.Parse", &parse, &[argument]), error) {
            (End::Ok(slots), None) => assert_eq!(slots[0], int(12)),
            (End::Error(found), Some(expected)) => assert_eq!(found, expected),
            other => panic!("{other:?}"),
        }
    }
    let open = func(&[INT], &[INT, TypeId::STRING, ERROR]);
    let rows = [
        (1, End::Error("no such file or directory".into())),
        (2, End::Error("opening the door: No such file or directory (os error 2)".into())),
        (3, End::Error("no 3".into())),
        (4, trap("a panic that goes on")),
    ];
    for (which, expected) in rows {
        assert_eq!(host.call("anyhow.Open", &open, &[int(which)]), expected);
    }
    let text = host.string("-");
    let end = host.call("anyhow.Mixed", &func(&[TypeId::STRING], &[ERROR, ERROR]), &[text]);
    assert_eq!(end, End::Error("reading \"-\": invalid digit found in string".into()));
}
