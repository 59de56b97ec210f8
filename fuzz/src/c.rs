//! C declarations: parsed on each target, laid out, printed, and what was printed parsed again.

use vo_ffi::c::{CKind, CTag, CType, Declarations, Target};

/// Parses, computes the layouts of everything, prints all names and parses what was printed.
pub fn c_parse(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for target in Target::ALL {
        match Declarations::parse(&text, target) {
            Ok(declarations) => walk(declarations),
            Err(errors) => {
                assert!(!errors.0.is_empty(), "what is refused has an error");
                assert!(!errors.to_string().is_empty(), "errors are shown");
                for error in &errors.0 {
                    assert!(text.get(error.span.range()).is_some(), "the place is in the text: {error}");
                    for (span, label) in &error.secondary {
                        assert!(
                            text.get(span.range()).is_some(),
                            "the place of {label} is in the text: {error}"
                        );
                    }
                }
            }
        }
        let mut declarations = Declarations::new(target);
        if let Ok(ty) = declarations.parse_type(&text) {
            declarations.types.name(ty);
        }
    }
}

fn walk(mut declarations: Declarations) {
    let mut types: Vec<CType> = (declarations.tags())
        .map(|(_, tag)| match tag {
            CTag::Record(id) => declarations.types.record_type(id),
            CTag::Enum(id) => declarations.types.enum_type(id),
        })
        .collect();
    types.extend(declarations.typedefs().iter().map(|typedef| typedef.ty));
    types.extend(declarations.functions().iter().map(|function| function.ty));
    types.extend(declarations.variables().iter().map(|variable| variable.ty));
    types.extend(declarations.constants().iter().map(|constant| constant.ty));
    let target = declarations.target().clone();
    for &ty in &types {
        let layout = declarations.types.layout(ty, &target);
        let record = declarations.types.record_layout(ty, &target);
        assert_eq!(layout.map(|layout| layout.size), record.map(|record| record.whole.size));
        print_and_parse(&mut declarations, ty);
    }
}

/// The printed name of a type is that type again, where each part of it has a name.
fn print_and_parse(declarations: &mut Declarations, ty: CType) {
    let name = declarations.types.name(ty);
    if name.len() > 2000 || !is_named(declarations, ty) {
        return;
    }
    let before = name.clone();
    match declarations.parse_type(&name) {
        Ok(again) => assert_eq!(declarations.types.name(again), before),
        Err(errors) => panic!("{errors}\nin the printed type {name}"),
    }
}

/// Whether a type can be written: each struct, union and enum in it has a tag or a typedef that still means it.
fn is_named(declarations: &Declarations, ty: CType) -> bool {
    let types = &declarations.types;
    match types.kind(ty) {
        CKind::Void | CKind::Scalar(_) | CKind::Complex(_) => true,
        CKind::Pointer { to: of, .. } | CKind::Array { of, .. } | CKind::Aligned { of, .. } => {
            is_named(declarations, *of)
        }
        CKind::Func(sig) => {
            is_named(declarations, sig.result)
                && sig.params.iter().all(|&param| is_named(declarations, param))
        }
        CKind::Record(_) | CKind::Enum(_) => declarations.type_named(&types.name(ty)) == Some(ty),
    }
}
