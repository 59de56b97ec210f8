//! How a bound function is called, in words.

use vo_ffi_core::{Pass, Take};

use super::BoundFunction;

impl BoundFunction {
    /// Which code makes the call and why, and what is done on the way to it and back, a line for each thing.
    ///
    /// ```
    /// use vo_ffi_core::{Declaration, FuncType, Origin, TypeId, TypeTable};
    /// use vo_ffi_runtime::{CEngine, StubChoice};
    ///
    /// let strlen = Declaration {
    ///     name: "main.strlen".into(),
    ///     func: FuncType { params: vec![TypeId::STRING], variadic: false, results: vec![TypeId::UINT64] },
    ///     param_names: vec!["text".into()],
    ///     origin: Origin::C { library: "libc.so.6".into(), symbol: "strlen".into() },
    ///     file: "length.vo".into(),
    ///     line: 1,
    /// };
    /// let engine = CEngine::with_choice(StubChoice::Libffi);
    /// let bound = engine.bind(&strlen, &TypeTable::new()).expect("every Linux has libc");
    /// assert_eq!(
    ///     bound.explain(),
    ///     "libffi: libffi was asked for\nargument 1 `text`: its bytes, or a copy where no NUL follows them"
    /// );
    /// ```
    pub fn explain(&self) -> String {
        let plan = self.plan();
        let mut text = self.path().to_string();
        for (index, arg) in plan.args.iter().enumerate() {
            let Some(words) = passed(arg.pass) else { continue };
            let name = self.callee.param_names.get(index).filter(|name| !matches!(name.as_str(), "" | "_"));
            let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
            text += &format!("\nargument {}{name}: {words}", index + 1);
        }
        if let Some(words) = plan.result.and_then(|result| taken(result.take)) {
            text += &format!("\nresult: {words}");
        }
        if plan.errno.is_some() {
            text += "\nerrno: becomes an error";
        }
        text
    }
}

/// What becomes of a slot; nothing where it is an argument as it is.
fn passed(pass: Pass) -> Option<String> {
    Some(match pass {
        Pass::InPlace => return None,
        Pass::Text => "its bytes, or a copy where no NUL follows them".into(),
        Pass::Bytes => "its bytes".into(),
        Pass::WideText(2) => "a copy in UTF-16".into(),
        Pass::WideText(_) => "a copy in UTF-32".into(),
        Pass::Elements => "the address of its elements".into(),
        Pass::Integer { to, .. } => format!("{}, which it must fit", to.name()),
        Pass::Float { to, .. } => to.name().into(),
        Pass::LongDouble => "a long double".into(),
        Pass::Closure(_) => "a function pointer, as long as the call lasts".into(),
    })
}

/// What becomes of what C returns; nothing where it is a result as it is.
fn taken(take: Take) -> Option<&'static str> {
    match take {
        Take::Extend(_) | Take::Into | Take::Nothing => None,
        Take::CopyText => Some("copied into a string"),
        Take::Struct(_) => Some("written to a new object"),
        Take::LongDouble => Some("rounded to a float64"),
    }
}
