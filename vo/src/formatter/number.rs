//! Numbers are written with small letters, apart from hexadecimal digits.

use std::borrow::Cow;

/// A literal as it is printed; strings and runes stay as they are, without carriage returns.
pub(super) fn normalized(text: &str) -> Cow<'_, str> {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !is_number {
        return if text.contains('\r') { text.replace('\r', "").into() } else { text.into() };
    }
    let Some((prefix, digits)) = text.split_at_checked(2) else { return text.into() };
    match prefix {
        "0x" | "0X" => format!("0x{}", digits.replace('P', "p")).into(),
        "0o" | "0O" | "0b" | "0B" => format!("{}{digits}", prefix.to_ascii_lowercase()).into(),
        _ => text.replace('E', "e").into(),
    }
}
