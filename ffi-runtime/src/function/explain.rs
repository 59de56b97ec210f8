//! How a function is called, in words.

use vo_ffi_core::c::Convention;

use crate::function::Function;

impl Function {
    /// How it is called: its type, its calling convention, which code makes the call and why, and where each argument
    /// and the result go.
    ///
    /// ```
    /// use vo_ffi_runtime::{CallOptions, Library, StubChoice};
    ///
    /// let libm = Library::open("libm.so.6")?;
    /// let options = CallOptions { stubs: StubChoice::Libffi, errno: false };
    /// let ldexp = libm.function_with("double ldexp(double x, int exponent)", options)?;
    /// # #[cfg(target_arch = "x86_64")]
    /// assert_eq!(ldexp.explain(), "\
    /// double ldexp(double x, int exponent)
    /// convention: sysv64, the default
    /// called by: libffi: libffi was asked for
    /// sysv64, 0 bytes on the stack
    /// slot 0: double -> xmm0
    /// slot 1: i32 -> rdi
    /// slot 2: double <- xmm0
    /// ");
    /// # Ok::<(), vo_ffi_runtime::FunctionError>(())
    /// ```
    pub fn explain(&self) -> String {
        let plan = self.plan();
        let convention = plan.convention.registers().name;
        let why = match self.sig().convention {
            Some(_) => "as declared",
            None => "the default",
        };
        let host = Convention::of(vo_ffi_core::c::Target::HOST);
        let foreign = if host == Some(plan.convention) { "" } else { ", not this machine's own" };
        format!(
            "{}\nconvention: {convention}, {why}{foreign}\ncalled by: {}\n{plan}",
            self.declaration(),
            self.path()
        )
    }

    /// It as C declares it, with the arguments that [`Function::with_arguments`] added.
    pub fn declaration(&self) -> String {
        let types = self.types();
        let mut params: Vec<String> = (self.argument_types().enumerate())
            .map(|(index, ty)| types.declare(ty, self.param_name(index).unwrap_or_default()))
            .collect();
        if self.sig().variadic {
            params.insert(self.sig().params.len(), "...".into());
        }
        if params.is_empty() {
            params.push("void".into());
        }
        let name = if self.name().is_empty() { "function" } else { self.name() };
        types.declare(self.sig().result, &format!("{name}({})", params.join(", ")))
    }
}
