//! Names of natives and of packages: what they are made of, and what was meant where one is malformed.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, Ident, LitStr, Signature};
use vo_ffi_core::declared::KEYWORDS;

use crate::check::Report;
use crate::model::Context;
use crate::params::is_state;

/// The whole name of a native, as it is written or made of its package and what stands in it.
pub(crate) fn resolve(
    written: Option<LitStr>,
    package: Option<&LitStr>,
    sig: &Signature,
    report: &mut Report,
) -> Option<LitStr> {
    let name = match (written, package) {
        (Some(name), None) => check_full(name, report),
        (Some(member), Some(package)) => check_member(&member, &package.value(), report),
        (None, Some(package)) => {
            let name = exported(&sig.ident);
            Some(LitStr::new(&format!("{}.{name}", package.value()), sig.ident.span()))
        }
        (None, None) => None,
    }?;
    check_receiver(&name, sig, report);
    Some(name)
}

/// The path of a package; where it is malformed, an error and a path that serves in its place.
pub(crate) fn check_package(path: LitStr, report: &mut Report) -> LitStr {
    let text = path.value();
    if is_package(&text) {
        return path;
    }
    let meant = text.trim().replace("::", "/").replace([':', '#', ' ', '.', '\\'], "/");
    let meant = meant.trim_matches('/').to_string();
    let hint = hint(&text, [meant.clone()], is_package);
    let expected = "expected the path that programs import, as in \"strings\" or \"unicode/utf8\"";
    report.error(path.span(), format!("{expected}, found {text:?}{hint}"));
    let stand_in = if is_package(&meant) { meant.as_str() } else { "malformed" };
    LitStr::new(stand_in, path.span())
}

/// The name that programs see of a Rust function: `read_file` is `ReadFile`.
pub(crate) fn exported(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    let words = name.split('_').filter(|word| !word.is_empty());
    let exported: String = words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        })
        .collect();
    // A name of underscores alone, or one that begins with a digit then, stays.
    if is_word(&exported) { exported } else { name }
}

fn check_full(name: LitStr, report: &mut Report) -> Option<LitStr> {
    let text = name.value();
    if is_full(&text) {
        return Some(name);
    }
    let slashed = text.trim().replace("::", ".").replace([':', '#', ' '], ".").replace('\\', "/");
    let slashed = slashed.trim_matches('/').to_string();
    let (before, after) = slashed.rsplit_once('/').unwrap_or_default();
    let candidates = [slashed.clone(), format!("{before}.{after}"), slashed.replace('/', ".")];
    let hint = hint(&text, candidates, is_full);
    report.error(name.span(), format!("expected \"pkg.Name\" or \"pkg.Type.Method\", found {text:?}{hint}"));
    None
}

/// The name of a native without its package: `Name`, `Type.Method`.
fn check_member(member: &LitStr, package: &str, report: &mut Report) -> Option<LitStr> {
    let text = member.value();
    let last = package.rsplit('/').next().unwrap_or_default();
    let of_package = |prefix| text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
    let rest = of_package(package).or_else(|| of_package(last));
    if is_member(&text) && rest.is_none() {
        return Some(LitStr::new(&format!("{package}.{text}"), member.span()));
    }
    let meant = rest.unwrap_or(&text).trim().replace("::", ".").replace([':', '#', ' ', '/'], ".");
    let hint = hint(&text, [meant], is_member);
    let expected = format!("expected \"Name\" or \"Type.Method\", without the package {package:?}");
    report.error(member.span(), format!("{expected}, found {text:?}{hint}"));
    None
}

/// The full name of a type, `pkg.Type`, from what is written: that, or `Type` where the package is known.
pub(crate) fn check_type(name: &LitStr, package: Option<&LitStr>, report: &mut Report) -> LitStr {
    let text = name.value();
    let Some(package) = package else {
        let dotted = text.trim().replace("::", ".").replace([':', '#', ' '], ".");
        // A method in place of its type.
        let owner = dotted.rsplit_once('.').map_or("", |(owner, _)| owner).to_string();
        if !is_type(&text) {
            let hint = hint(&text, [dotted, owner], is_type);
            report.error(name.span(), format!("expected \"pkg.Type\", found {text:?}{hint}"));
        }
        return name.clone();
    };
    if !is_word(&text) {
        let last = text.rsplit(['.', ':', '/']).next().unwrap_or_default().to_string();
        let expected = format!("expected \"Type\", without the package {:?}", package.value());
        report.error(name.span(), format!("{expected}, found {text:?}{}", hint(&text, [last], is_word)));
    }
    LitStr::new(&format!("{}.{text}", package.value()), name.span())
}

/// The name in an attribute: the first thing in it, where that is a string.
pub(crate) fn written(attribute: &Attribute) -> Option<LitStr> {
    let parser = |input: ParseStream<'_>| {
        let name = input.parse::<LitStr>()?;
        input.parse::<TokenStream>()?;
        Ok(name)
    };
    attribute.parse_args_with(parser).ok()
}

/// The name of a native in a module: the one in its attribute, or the function's.
pub(crate) fn written_or_exported(attribute: &Attribute, ident: &Ident) -> LitStr {
    written(attribute).unwrap_or_else(|| LitStr::new(&exported(ident), ident.span()))
}

/// The name of a method in a block of them: `Name` alone.
pub(crate) fn check_word(name: &LitStr, report: &mut Report) -> Option<String> {
    let text = name.value();
    if is_word(&text) {
        return Some(text);
    }
    let last = text.rsplit(['.', ':', '#', '/', ' ']).next().unwrap_or_default().to_string();
    let hint = hint(&text, [last], is_word);
    report.error(
        name.span(),
        format!("expected \"Name\", without the package and the type, found {text:?}{hint}"),
    );
    None
}

/// What stands behind the package of a full name.
pub(crate) fn member_of(text: &str) -> &str {
    let in_package = text.rsplit('/').next().unwrap_or_default();
    in_package.split_once('.').map_or("", |(_, member)| member)
}

fn check_receiver(name: &LitStr, sig: &Signature, report: &mut Report) {
    let text = name.value();
    let has_value = sig.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => Context::of(&input.ty).is_none() && !is_state(input),
        FnArg::Receiver(_) => true,
    });
    let in_package = text.rsplit('/').next().unwrap_or_default();
    if in_package.matches('.').count() == 2 && !has_value {
        report.error(
            sig.paren_token.span.join(),
            format!(
                "the method \"{text}\" needs its receiver as the first parameter, as in `object: VoObject`"
            ),
        );
    }
}

fn hint<const N: usize>(text: &str, candidates: [String; N], is_right: fn(&str) -> bool) -> String {
    if let Some(meant) = candidates.iter().find(|candidate| is_right(candidate)) {
        return format!("; did you mean \"{meant}\"?");
    }
    match text.split(['.', '/']).find(|part| KEYWORDS.contains(part)) {
        Some(keyword) => format!("; `{keyword}` is a keyword of Vo"),
        None => String::new(),
    }
}

/// `pkg.Name` or `pkg.Type.Method`, where the package may be a path: `unicode/utf8.RuneLen`.
fn is_full(text: &str) -> bool {
    // The elements of a path before its last may have dots.
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    match text[last..].split_once('.') {
        Some((package, member)) => is_package(&text[..last + package.len()]) && is_member(member),
        None => false,
    }
}

fn is_type(text: &str) -> bool {
    is_full(text) && !member_of(text).contains('.')
}

fn is_member(text: &str) -> bool {
    text.matches('.').count() < 2 && text.split('.').all(is_word)
}

/// A path whose last element is the package's name.
fn is_package(text: &str) -> bool {
    let is_element = |element: &str| {
        element.starts_with(char::is_alphanumeric)
            && element.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '~'))
    };
    let (folders, name) = text.rsplit_once('/').map_or((None, text), |(folders, name)| (Some(folders), name));
    is_word(name) && folders.is_none_or(|folders| folders.split('/').all(is_element))
}

/// A name that a program can write.
fn is_word(text: &str) -> bool {
    !KEYWORDS.contains(&text)
        && text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use quote::format_ident;

    use super::*;

    #[test]
    fn names_are_paths_and_members() {
        let rows = [
            ("fmt.Println", true),
            ("os.File.Close", true),
            ("unicode/utf8.RuneLen", true),
            ("github.com/a-b/c.T.M", true),
            ("größe.Maß", true),
            ("", false),
            ("fmt", false),
            ("fmt.", false),
            (".Println", false),
            ("a.b.c.d", false),
            ("a/b", false),
            ("/a.B", false),
            ("a//b.C", false),
            ("a/b-c.D", false),
            ("a.B/C", false),
            ("fmt.2Println", false),
            ("maps.range", false),
            ("maps.extern", false),
            ("go/ast.Walk", true),
        ];
        for (text, expected) in rows {
            assert_eq!(is_full(text), expected, "{text}");
        }
    }

    #[test]
    fn functions_have_exported_names() {
        let rows = [
            ("read_file", "ReadFile"),
            ("len", "Len"),
            ("_unused", "Unused"),
            ("r#type", "Type"),
            ("utf8_len", "Utf8Len"),
            ("__", "__"),
            ("_2d", "_2d"),
            ("öffne_datei", "ÖffneDatei"),
        ];
        for (ident, expected) in rows {
            let ident = match ident.strip_prefix("r#") {
                Some(raw) => Ident::new_raw(raw, proc_macro2::Span::call_site()),
                None => format_ident!("{ident}"),
            };
            assert_eq!(exported(&ident), expected);
        }
    }
}
