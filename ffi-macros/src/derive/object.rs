//! `#[derive(VoObject)]`: a Rust type that lives in the VM's heap.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Expr, Ident, LitStr, Path};

use crate::check::Report;
use crate::model::docs;
use crate::name;

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
        let mut options = Options::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("vo")) {
            if let Err(error) = attr.parse_nested_meta(|meta| options.read_one(&meta)) {
                report.add(error);
            }
        }
        options
    }

    fn read_one(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "name" => set(&mut self.name, meta, || meta.value()?.parse()),
            "package" => set(&mut self.package, meta, || meta.value()?.parse()),
            "bytes" => set(&mut self.bytes, meta, || meta.value()?.parse()),
            "crate" => set(&mut self.krate, meta, || meta.value()?.call(Path::parse_mod_style)),
            _ => Err(meta
                .error("the options here are `name = \"pkg.Type\"`, `bytes = |value| …` and `crate = path`")),
        }
    }
}

fn set<T>(
    option: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    value: impl FnOnce() -> syn::Result<T>,
) -> syn::Result<()> {
    if option.is_some() {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        return Err(meta.error(format!("`{word}` is there twice")));
    }
    *option = Some(value()?);
    Ok(())
}

/// The full name, `pkg.Type`.
fn check(input: &DeriveInput, options: &Options, report: &mut Report) -> LitStr {
    for param in &input.generics.params {
        report.at(
            param,
            "a type that scripts hold is one type, and owns what is in it: it has no parameters and no lifetimes",
        );
    }
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
            report.error(
                Span::call_site(),
                format!(
                    "the type's name in Vo is missing: #[vo(name = \"pkg.{ident}\")], or put it into a \
                     #[vo_module(\"pkg\")]"
                ),
            );
            LitStr::new("unnamed.Type", input.ident.span())
        }
    }
}

fn expand(input: &DeriveInput, options: &Options, name: &LitStr) -> TokenStream {
    let ident = &input.ident;
    let krate = options.krate.clone().unwrap_or_else(|| syn::parse_quote!(::vo_ffi));
    let docs = docs(&input.attrs);
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
        #[allow(clippy::inline_always, clippy::undocumented_unsafe_blocks, deprecated)]
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
                const TYPE: __vo::TypeSpec = __vo::TypeSpec::Object(<#ident as __vo::RustObject>::OBJECT);
                type Raw = [__vo::Slot; 1];

                fn into_slots(
                    self,
                    __access: __vo::Access<'call>,
                    __type: __vo::TypeId,
                ) -> ::core::result::Result<Self::Raw, __vo::Unfit> {
                    __vo::new_rust(self, __access, __type)
                }
            }
        };
    }
}

/// A reference to the type as a parameter.
fn borrowed(ident: &Ident, reference: &TokenStream, lend: &TokenStream) -> TokenStream {
    quote! {
        impl<'call> __vo::FromVo<'call> for #reference {
            const TYPE: __vo::TypeSpec = __vo::TypeSpec::Object(<#ident as __vo::RustObject>::OBJECT);

            #[inline(always)]
            unsafe fn from_vo(__arg: __vo::Arg<'call>) -> ::core::result::Result<Self, __vo::Mismatch> {
                unsafe { __vo::#lend(__arg) }
            }
        }

        impl<'call> __vo::Nilable for #reference {}
    }
}
