//! Libraries of C functions, and calls of these with values as bytes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use vo_ffi_core::Slot;
use vo_ffi_core::c::{Declarations, Form, ResultPlan, Target};
use vo_ffi_runtime::{CallOptions, Function, Library, StubChoice, StubError};

use crate::guarded::Guarded;

/// The bytes of a value, of its members one after the other.
macro_rules! bytes {
    ($($member:expr),* $(,)?) => { [$(&$member.to_ne_bytes()[..]),*].concat() };
}
pub(crate) use bytes;

/// A compiled library and what it declares.
#[derive(Clone)]
pub(crate) struct Fixture {
    pub(crate) compiler: &'static str,
    pub(crate) library: Library,
    pub(crate) declarations: Arc<Declarations>,
}

impl Fixture {
    /// The library of `traps.c`; nothing without the compiler.
    pub(crate) fn compile(compiler: &'static str) -> Option<Fixture> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps/traps.c");
        Fixture::of(compiler, "traps", &source, include_str!("traps.h"))
    }

    /// The library of some source, which declares this.
    pub(crate) fn of(
        compiler: &'static str,
        name: &str,
        source: &Path,
        declarations: &str,
    ) -> Option<Fixture> {
        Command::new(compiler).arg("--version").output().ok()?;
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lib{name}-{compiler}.so"));
        let built = Command::new(compiler)
            .args(["-std=gnu11", "-shared", "-fPIC", "-O2", "-w", "-Wno-psabi"])
            .arg(source)
            .arg("-o")
            .arg(&path)
            .status();
        assert!(built.is_ok_and(|status| status.success()), "{compiler} refuses {}", source.display());
        let library = Library::open(path.to_str().expect("a path in UTF-8")).expect("the library");
        let declarations = Declarations::parse(declarations, Target::HOST).expect("declarations");
        Some(Fixture { compiler, library, declarations: Arc::new(declarations) })
    }

    /// A function, with arguments of these types behind its parameters.
    pub(crate) fn function(
        &self,
        name: &str,
        more: &[&str],
        stubs: StubChoice,
    ) -> Result<Function, StubError> {
        let declared = self.declarations.function(name).expect("a declaration");
        let address = self.library.symbol(&declared.symbol).expect("a symbol").address();
        let types = &self.declarations.types;
        let sig = types.as_func(declared.ty).expect("a function").clone();
        let options = CallOptions { errno: false, stubs };
        // SAFETY: the fixture keeps the library loaded.
        let function = unsafe { Function::at(address, Arc::new(types.clone()), sig, options) }?;
        let named = |name: &&str| self.declarations.type_named(name).expect("a type");
        let more: Vec<_> = more.iter().map(named).collect();
        if more.is_empty() { Ok(function) } else { function.with_arguments(&more) }
    }
}

/// Calls a function. Values have junk above their bytes, images end where the next page cannot be read, and so does the
/// result. The bytes of the result come back; of a value, all of its slot.
pub(crate) fn call(function: &Function, args: &[Vec<u8>]) -> Vec<u8> {
    let plan = function.plan();
    assert_eq!(plan.args.len(), args.len());
    let mut guards: Vec<Guarded> = args.iter().map(|_| Guarded::new(4096)).collect();
    let mut frame = vec![Slot::from_bits(0xeeee_eeee_eeee_eeee); plan.slots()];
    for ((slot, arg), (bytes, guard)) in frame.iter_mut().zip(&plan.args).zip(args.iter().zip(&mut guards)) {
        *slot = match arg.form {
            Form::Value { bytes: size, .. } => {
                assert_eq!(bytes.len(), usize::from(size), "an argument has other bytes");
                let mut word = [0xee; 8];
                word[..bytes.len()].copy_from_slice(bytes);
                Slot::from_bits(u64::from_ne_bytes(word))
            }
            Form::Image { bytes: size, .. } => {
                assert_eq!(bytes.len(), size as usize, "an argument has other bytes");
                Slot::from_ptr(guard.put(bytes))
            }
        };
    }
    let mut room = Guarded::new(4096);
    let image = match plan.result {
        ResultPlan::Parts { slot, bytes, .. } | ResultPlan::Memory { slot, bytes, .. } => {
            let at = room.put(&vec![0xdd; bytes as usize]);
            frame[usize::from(slot)] = Slot::from_ptr(at);
            Some((at, bytes as usize))
        }
        ResultPlan::Void | ResultPlan::Value { .. } => None,
    };
    // SAFETY: the function has the type of its declaration, and the frame is its plan's.
    unsafe { function.call_frame(&mut frame) };
    match (image, &plan.result) {
        // SAFETY: the callee has written so many bytes there.
        (Some((at, bytes)), _) => unsafe { std::slice::from_raw_parts(at, bytes) }.to_vec(),
        (None, ResultPlan::Value { slot, .. }) => frame[usize::from(*slot)].bits().to_ne_bytes().to_vec(),
        _ => Vec::new(),
    }
}
