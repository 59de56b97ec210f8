//! `#[derive(VoObject)]`: a Rust type that lives in the VM's heap.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Data, DeriveInput, Expr, GenericParam, Generics, Ident, LitStr, Path};

use crate::check::Report;
use crate::model::{docs, speak_of_lints};
use crate::{name, parse};

/// What `#[vo(…)]` says of the type.
#[derive(Default)]
struct Options {
    /// `name = "pkg.Type"`
    name: Option<LitStr>,
    /// `package = "pkg"`, which `#[vo_module]` writes.
    package: Option<LitStr>,
    /// `bytes = |value| …`
    bytes: Option<Expr>,
    krate: Option<Path>,
    /// Whether there was no mistake.
    all_read: bool,
}

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let checked = syn::parse2::<DeriveInput>(item).and_then(|input| {
        let mut report = Report::default();
        let options = Options::read(&input.attrs, &mut report);
        let name = check(&input, &options, &mut report);
        report.into_result((input, options, name))
    });
    match checked {
        Ok((input, options, name)) => expand(&input, &options, &name),
        Err(errors) => errors.to_compile_error(),
    }
}

impl Options {
    fn read(attrs: &[Attribute], report: &mut Report) -> Options {
        let mut options = Options { all_read: true, ..Options::default() };
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("vo")) {
            if let Err(error) = attr.parse_nested_meta(|meta| options.read_one(&meta)) {
                options.all_read = false;
                report.add(error);
            }
        }
        options
    }

    fn read_one(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "name" => set(&mut self.name, meta, "name = \"pkg.Type\"", parse::name),
            "package" => set(&mut self.package, meta, "package = \"pkg\"", |value| value.parse()),
            "bytes" => set(&mut self.bytes, meta, "bytes = |value: &Type| …", parse_closure),
            "crate" => set(&mut self.krate, meta, "crate = path", Path::parse_mod_style),
            _ => Err(meta
                .error("the options here are `name = \"pkg.Type\"`, `bytes = |value| …` and `crate = path`")),
        }
    }
}

fn set<T>(
    option: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    written: &str,
    parse: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<()> {
    let word = written.split(' ').next().unwrap_or_default();
    if option.is_some() {
        return Err(meta.error(format!("`{word}` is there twice")));
    }
    match meta.value() {
        Ok(value) => *option = Some(parse(value)?),
        Err(_) => return Err(meta.error(format!("`{word}` needs its value: {written}"))),
    }
    Ok(())
}

/// What `bytes` is: a closure, or the path of a function.
fn parse_closure(value: ParseStream<'_>) -> syn::Result<Expr> {
    match value.parse()? {
        Expr::Lit(number) => {
            let message = "the bytes depend on the value: bytes = |value: &Type| …; what all have is counted without it";
            Err(syn::Error::new_spanned(number, message))
        }
        bytes => Ok(bytes),
    }
}

/// The type is one type.
pub(crate) fn check_generics(generics: &Generics, report: &mut Report) {
    for param in &generics.params {
        match param {
            GenericParam::Lifetime(param) => {
                let lifetime = &param.lifetime;
                report.at(param, format!("a type that scripts hold owns what is in it; remove `{lifetime}`"));
            }
            GenericParam::Type(param) => report.at(
                &param.ident,
                format!("a type that scripts hold is one type; name a type instead of `{}`", param.ident),
            ),
            GenericParam::Const(param) => report.at(
                &param.ident,
                format!("a type that scripts hold is one type; make `{}` a field", param.ident),
            ),
        }
    }
}

/// The full name, `pkg.Type`.
fn check(input: &DeriveInput, options: &Options, report: &mut Report) -> LitStr {
    check_generics(&input.generics, report);
    if let Data::Union(data) = &input.data {
        report.at(data.union_token, "a union does not know what to drop; put it into a struct");
    }
    let ident = input.ident.to_string();
    match (&options.name, &options.package) {
        (Some(name), _) => name::check_type(name, options.package.as_ref(), report),
        (None, Some(package)) => LitStr::new(
            &format!("{}.{}", package.value(), ident.trim_start_matches("r#")),
            input.ident.span(),
        ),
        (None, None) => {
            // An option that could not be read may have been the name.
            if options.all_read {
                report.error(
                    Span::call_site(),
                    format!(
                        "the type's name in Vo is missing: #[vo(name = \"pkg.{ident}\")], or put it into a \
                         #[vo_module(\"pkg\")]"
                    ),
                );
            }
            LitStr::new("unnamed.Type", input.ident.span())
        }
    }
}

fn expand(input: &DeriveInput, options: &Options, name: &LitStr) -> TokenStream {
    let ident = &input.ident;
    let krate = options.krate.clone().unwrap_or_else(|| syn::parse_quote!(::vo_ffi));
    let docs = docs(&input.attrs);
    let allowed = speak_of_lints(&input.attrs).then(|| quote! { #[allow(deprecated)] });
    let extra_bytes = options.bytes.as_ref().map(|bytes| {
        quote! {
            fn extra_bytes(&self) -> usize {
                __vo::bytes_of(self, #bytes)
            }
        }
    });
    let shared = borrowed(ident, &quote! { &'call #ident }, &quote! { lend });
    let exclusive = borrowed(ident, &quote! { &'call mut #ident }, &quote! { lend_mut });
    quote! {
        #allowed
        const _: () = {
            use #krate::__private as __vo;

            impl __vo::RustObject for #ident {
                const OBJECT: &'static __vo::ObjectSpec = &__vo::ObjectSpec {
                    name: #name,
                    docs: #docs,
                    file: ::core::file!(),
                    line: ::core::line!(),
                };
                #extra_bytes
            }

            #shared
            #exclusive

            impl __vo::Nilable for #ident {}

            impl<'call> __vo::IntoVo<'call> for #ident {
                const TYPE: __vo::TypeSpec = __vo::object_type::<#ident>();
                type Raw = [__vo::Slot; 1];

                fn into_slots(self, access: __vo::Access<'call>, ty: __vo::TypeId) -> __vo::Given<Self::Raw> {
                    __vo::new_rust(self, access, ty)
                }
            }
        };
    }
}

/// A reference to the type as a parameter.
fn borrowed(ident: &Ident, reference: &TokenStream, lend: &TokenStream) -> TokenStream {
    quote! {
        impl<'call> __vo::FromVo<'call> for #reference {
            const TYPE: __vo::TypeSpec = __vo::object_type::<#ident>();

            #[inline(always)]
            unsafe fn from_vo(arg: __vo::Arg<'call>) -> __vo::Taken<Self> {
                unsafe { __vo::#lend(arg) }
            }
        }

        impl<'call> __vo::Nilable for #reference {}
    }
}
