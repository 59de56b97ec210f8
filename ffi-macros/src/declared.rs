//! `declarations = "file.vo"`: what a file says of a native, compared with the function when it is compiled.
//!
//! The file is parsed by the parser of the VM. What only Rust's type checker knows, constants compare: they are written
//! here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{LitStr, ReturnType};
use vo_ffi_core::declared::{
    DeclaredExtern, DeclaredFile, DeclaredKind, DeclaredMeaning, DeclaredSignature, DeclaredType, parse_file,
};
use vo_ffi_core::{SCALARS, nearest};

use crate::check::Report;
use crate::expand::{of_native, requirement};
use crate::model::{Native, Param, Value};

/// A file of declarations.
pub(crate) struct Declarations {
    /// The file as the attribute names it, and where that stands.
    pub(crate) shown: LitStr,
    file: Rc<DeclaredFile>,
}

/// What the file says of one native.
pub(crate) struct Declared {
    /// `fmt.vo:12`
    pub(crate) place: String,
    /// Each parameter, the receiver first: as it is written, and its shape.
    pub(crate) params: Vec<(String, TokenStream)>,
    pub(crate) variadic: bool,
    pub(crate) results: Vec<(String, TokenStream)>,
}

thread_local! {
    /// Parsed files: those of one crate are read once.
    static FILES: RefCell<HashMap<PathBuf, Rc<DeclaredFile>>> = RefCell::default();
}

impl Declarations {
    /// The path that a name written in this source file means, as for `include_bytes!`; `None` where nobody compiles, as
    /// in an editor that does not tell the file.
    pub(crate) fn locate(name: &LitStr) -> Option<PathBuf> {
        let source = proc_macro::is_available().then(|| Span::call_site().unwrap().local_file());
        Some(source.flatten()?.parent()?.join(name.value()))
    }

    /// Reads a file, unless that was done before.
    pub(crate) fn read(shown: LitStr, path: PathBuf, report: &mut Report) -> Option<Declarations> {
        if let Some(file) = FILES.with_borrow(|files| files.get(&path).cloned()) {
            return Some(Declarations { shown, file });
        }
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!(
                    "cannot read the declarations: {error}; the path starts at this source file's folder"
                );
                report.error(shown.span(), message);
                return None;
            }
        };
        match parse_file(&text) {
            Ok(file) => {
                let file = Rc::new(file);
                FILES.with_borrow_mut(|files| files.insert(path, Rc::clone(&file)));
                Some(Declarations { shown, file })
            }
            Err(errors) => {
                for error in errors {
                    let help = if error.help.is_empty() { "" } else { "; " };
                    let place = format!("{}:{}", shown.value(), error.line);
                    report.error(shown.span(), format!("{place}: {}{help}{}", error.message, error.help));
                }
                None
            }
        }
    }

    /// The declarations of a native of this name in the package, compared with what tokens show of the function.
    pub(crate) fn declared(
        &self,
        name: &LitStr,
        member: &str,
        params: &[Param],
        report: &mut Report,
    ) -> Vec<Declared> {
        let natives = self.file.externs.iter().filter(|declared| declared.library.is_none());
        let (all, others): (Vec<_>, Vec<_>) = natives.partition(|declared| native_name(declared) == member);
        if all.is_empty() {
            let names: Vec<String> = others.into_iter().map(native_name).collect();
            let near = nearest(member, names.iter().map(String::as_str)).first().copied();
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            report.error(name.span(), format!("{} declares no `{member}`{hint}", self.shown.value()));
        }
        all.into_iter().filter_map(|declared| self.compared(declared, name, params, report)).collect()
    }

    fn compared(
        &self,
        declared: &DeclaredExtern,
        name: &LitStr,
        params: &[Param],
        report: &mut Report,
    ) -> Option<Declared> {
        let place = format!("{}:{}", self.shown.value(), declared.line);
        let receiver = declared.receiver.iter().map(|receiver| &receiver.ty);
        let types: Vec<&DeclaredType> =
            receiver.chain(declared.signature.each_param().map(|(_, ty)| ty)).collect();
        check_count(name, &place, types.len(), params, report)?;
        let shapes = Shapes { file: &self.file, variadic: declared.signature.variadic };
        let last = types.len().saturating_sub(1);
        Some(Declared {
            place,
            params: types.iter().enumerate().map(|(index, ty)| shapes.param(ty, index == last)).collect(),
            variadic: declared.signature.variadic,
            results: (declared.signature.each_result())
                .map(|(_, ty)| (ty.to_string(), shapes.shape(ty, &mut Vec::new())))
                .collect(),
        })
    }
}

/// Which native a declaration means: that of its own name, or of the one behind `=`.
fn native_name(declared: &DeclaredExtern) -> String {
    declared.symbol.as_ref().map_or_else(|| declared.member_name(), |symbol| symbol.text.clone())
}

fn check_count(
    name: &LitStr,
    place: &str,
    declared: usize,
    params: &[Param],
    report: &mut Report,
) -> Option<()> {
    let values: Vec<&Value> = (params.iter())
        .filter_map(|param| match param {
            Param::Value(value) => Some(value),
            Param::Context(_) | Param::State(_) => None,
        })
        .collect();
    let required = values.iter().take_while(|value| value.default.is_none()).count();
    if (required..=values.len()).contains(&declared) {
        return Some(());
    }
    let count = |count: usize| format!("{count} parameter{}", if count == 1 { "" } else { "s" });
    report.error(
        name.span(),
        format!("{place} declares {}, this function has {}", count(declared), count(values.len())),
    );
    None
}

/// Writes types as shapes, constants of `vo_ffi::__private`.
struct Shapes<'f> {
    file: &'f DeclaredFile,
    variadic: bool,
}

impl Shapes<'_> {
    /// A parameter: its text and its shape, which for the last of a variadic function is that of a slice.
    fn param(&self, ty: &DeclaredType, is_last: bool) -> (String, TokenStream) {
        let shape = self.shape(ty, &mut Vec::new());
        match self.variadic && is_last {
            true => (format!("...{ty}"), quote! { __vo::Shape::Slice(&#shape) }),
            false => (ty.to_string(), shape),
        }
    }

    /// `open` are the named types around it: what contains itself is not told.
    fn shape(&self, ty: &DeclaredType, open: &mut Vec<String>) -> TokenStream {
        match &ty.kind {
            DeclaredKind::Name(name) => self.named(name, open),
            DeclaredKind::Qualified { .. } => quote! { __vo::Shape::Unknown },
            DeclaredKind::Paren(inner) => self.shape(inner, open),
            DeclaredKind::Pointer(target) => self.pointer(target),
            DeclaredKind::Slice(elem) => {
                let elem = self.shape(elem, open);
                quote! { __vo::Shape::Slice(&#elem) }
            }
            DeclaredKind::Array(..) => quote! { __vo::Shape::Array },
            DeclaredKind::Map(key, value) => {
                let (key, value) = (self.shape(key, open), self.shape(value, open));
                quote! { __vo::Shape::Map(&#key, &#value) }
            }
            DeclaredKind::Func(signature) => self.func(signature, open),
            DeclaredKind::Struct(fields) => {
                let mut shapes = Vec::new();
                for field in fields {
                    let shape = self.shape(&field.ty, open);
                    let embedded = field.names.is_empty().then(|| embedded_name(&field.ty));
                    let names = field.names.iter().map(|name| name.text.clone()).chain(embedded);
                    shapes.extend(names.map(|name| quote! { (#name, #shape) }));
                }
                quote! { __vo::Shape::Struct(&[#(#shapes),*]) }
            }
            DeclaredKind::Interface(elements) if elements.is_empty() => quote! { __vo::Shape::Any },
            DeclaredKind::Interface(_) => quote! { __vo::Shape::Interface },
        }
    }

    fn named(&self, name: &str, open: &mut Vec<String>) -> TokenStream {
        if open.iter().any(|other| other == name) {
            return quote! { __vo::Shape::Unknown };
        }
        if let Some(declared) = self.file.types.iter().find(|declared| declared.name.text == name) {
            return match &declared.meaning {
                DeclaredMeaning::Type(ty) | DeclaredMeaning::Alias(ty) => {
                    open.push(name.into());
                    let shape = self.shape(ty, open);
                    open.pop();
                    shape
                }
                // By value, which the VM refuses.
                DeclaredMeaning::Opaque => quote! { __vo::Shape::Unknown },
            };
        }
        predeclared(name)
    }

    fn pointer(&self, target: &DeclaredType) -> TokenStream {
        let declared = match &target.unparen().kind {
            DeclaredKind::Name(name) => self.file.types.iter().find(|declared| declared.name.text == *name),
            DeclaredKind::Qualified { .. } => return quote! { __vo::Shape::Unknown },
            _ => None,
        };
        match declared {
            Some(declared) if declared.meaning == DeclaredMeaning::Opaque => {
                let name = format!("{}.{}", self.file.package.text, declared.name.text);
                quote! { __vo::Shape::Opaque(#name) }
            }
            _ => quote! { __vo::Shape::Pointer },
        }
    }

    fn func(&self, signature: &DeclaredSignature, open: &mut Vec<String>) -> TokenStream {
        let last = signature.each_param().count().saturating_sub(1);
        let params: Vec<TokenStream> = (signature.each_param().enumerate())
            .map(|(index, (_, ty))| {
                let shape = self.shape(ty, open);
                match signature.variadic && index == last {
                    true => quote! { __vo::Shape::Slice(&#shape) },
                    false => shape,
                }
            })
            .collect();
        let results: Vec<TokenStream> = signature.each_result().map(|(_, ty)| self.shape(ty, open)).collect();
        quote! { __vo::Shape::Func(&[#(#params),*], &[#(#results),*]) }
    }
}

/// The name of the field that an embedded type makes.
fn embedded_name(ty: &DeclaredType) -> String {
    match &ty.unparen().kind {
        DeclaredKind::Pointer(target) => embedded_name(target),
        DeclaredKind::Qualified { name, .. } => name.text.clone(),
        _ => ty.to_string(),
    }
}

/// A name that no file of one package declares: predeclared, or of another file.
fn predeclared(name: &str) -> TokenStream {
    let scalar = match name {
        "byte" => "uint8",
        "rune" => "int32",
        other => other,
    };
    if let Some(row) = SCALARS.iter().find(|row| row.name == scalar) {
        let variant = format_ident!("{}", format!("{:?}", row.scalar));
        return quote! { __vo::Shape::Scalar(__vo::Scalar::#variant) };
    }
    match name {
        "string" => quote! { __vo::Shape::String },
        "any" => quote! { __vo::Shape::Any },
        "error" => quote! { __vo::Shape::Error },
        _ => quote! { __vo::Shape::Unknown },
    }
}

/// Whether the types of a native are those of a declaration: each an error at the type.
pub(crate) fn requirements(native: &Native, declared: &Declared) -> TokenStream {
    let place = &declared.place;
    let last = declared.params.len().saturating_sub(1);
    let params = native.values().zip(&declared.params).enumerate();
    let params = params.map(|(index, (value, (written, shape)))| {
        let variadic = declared.variadic && index == last;
        let arguments = quote! { #index, #variadic, &#shape, [#written, #place] };
        requirement(&value.ty, &arguments, |span| of_native("param_as_declared", span))
    });
    let written = match &declared.results[..] {
        [] => "nothing".to_string(),
        [(one, _)] => format!("`{one}`"),
        all => {
            let all: Vec<&str> = all.iter().map(|(written, _)| written.as_str()).collect();
            format!("`({})`", all.join(", "))
        }
    };
    let at = match native.function.sig.output {
        ReturnType::Default => native.function.sig.ident.to_token_stream(),
        ReturnType::Type(..) => native.output.to_token_stream(),
    };
    let results = declared.results.iter().enumerate().map(|(index, (written, _))| {
        let number = (index + 1).to_string();
        let arguments = quote! { #index, RESULTS, [#number, #written, #place] };
        requirement(&at, &arguments, |span| of_native("result_as_declared", span))
    });
    let arguments = quote! { RESULTS, [#written, #place] };
    let count = requirement(&at, &arguments, |span| of_native("results_as_declared", span));
    let shapes = declared.results.iter().map(|(_, shape)| shape);
    quote! {
        #(#params)*
        const _: () = {
            const RESULTS: &[__vo::Shape] = &[#(#shapes),*];
            #count
            #(#results)*
        };
    }
}
