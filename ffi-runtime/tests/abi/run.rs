//! Calls of all functions of a library, both ways.

use std::path::Path;
use std::sync::{Arc, Mutex};

use vo_ffi_core::Slot;
use vo_ffi_core::c::{CType, CTypes, Form, ResultPlan};
use vo_ffi_runtime::{CallOptions, CallPath, Callback, CallbackFrame, Function, StubChoice, StubError};

use crate::TARGET;
use crate::exceptions;
use crate::guarded::Guarded;
use crate::images::{agree, mask, random_image};
use crate::random::Random;
use crate::signatures::{Library, Signature};
use crate::source::STEP;

/// What lies behind a result that must not be written.
const CANARY: [u8; 16] = [0xa5; 16];

/// What was seen that should not be; empty if all is well.
pub(crate) fn differences(library: &Library, path: &Path, compiler: &str) -> Vec<String> {
    // SAFETY: the library has no initialisers.
    let code = unsafe { libloading::Library::new(path) }.expect("a library");
    let _ = std::fs::remove_file(path);
    let address = |name: &str| {
        // SAFETY: only the address is taken.
        unsafe { *code.get::<*mut u8>(name.as_bytes()).expect("a symbol of the source") }
    };
    let mut world = World {
        types: &library.types,
        seen: address("seen"),
        given: address("given"),
        guards: (0..20).map(|_| Guarded::new(STEP)).collect(),
        random: Random(library.functions.len() as u64),
        path_counts: [0; 2],
    };
    let mut differences = Vec::new();
    for (number, function) in library.functions.iter().enumerate() {
        if exceptions::of_compiler(compiler, world.types, function).is_some() {
            continue;
        }
        let head = address(&format!("f{number}"));
        let caller = (!function.sig.variadic).then(|| address(&format!("c{number}")));
        for choice in [StubChoice::Native, StubChoice::Libffi] {
            if choice == StubChoice::Libffi && exceptions::of_libffi(world.types, function).is_some() {
                continue;
            }
            if std::env::var_os("VO_FFI_TRACE").is_some() {
                eprintln!("{}\n{choice:?}, f{number}", types_of(world.types, function));
            }
            let called = world.call(function, head.cast(), choice);
            let called_back = caller.map_or(Ok(()), |caller| world.call_back(function, caller, choice));
            for outcome in [called, called_back] {
                if let Err(difference) = outcome {
                    let text = types_of(world.types, function);
                    differences.push(format!("{text}\n{choice:?}, f{number}: {difference}\n"));
                }
            }
        }
    }
    let [native, libffi] = world.path_counts;
    assert!(
        native > libffi && libffi > library.functions.len() / 8,
        "{native} by stub, {libffi} through libffi"
    );
    differences.sort_by_key(String::len);
    differences
}

fn types_of(types: &CTypes, function: &Signature) -> String {
    let args: Vec<CType> = function.args().collect();
    let used: Vec<CType> = args.iter().copied().chain([function.sig.result]).collect();
    let args: Vec<String> = args.iter().map(|&ty| types.name(ty)).collect();
    let fixed = if function.sig.variadic { function.sig.params.len() } else { args.len() };
    let definitions = types.definitions(&used);
    format!("{definitions}{} f({}) // {fixed} fixed", types.name(function.sig.result), args.join(", "))
}

struct World<'l> {
    types: &'l Arc<CTypes>,
    seen: *mut u8,
    given: *mut u8,
    guards: Vec<Guarded>,
    random: Random,
    /// How many functions were called by stubs and through libffi.
    path_counts: [usize; 2],
}

impl World<'_> {
    fn call(&mut self, function: &Signature, address: *const (), choice: StubChoice) -> Result<(), String> {
        let options = CallOptions { errno: false, stubs: choice };
        let made = self.make(function, address, options);
        let made = match made {
            Ok(made) => made,
            Err(StubError::NoPath { .. }) if choice == StubChoice::Libffi => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        match made.path() {
            CallPath::Stub => self.path_counts[0] += 1,
            _ => self.path_counts[1] += 1,
        }
        let images: Vec<Vec<u8>> = self.images(function);
        let mut frame = vec![Slot::from_bits(0xdead_dead_dead_dead); made.plan().slots()];
        for (index, arg) in made.plan().args.iter().enumerate() {
            frame[usize::from(arg.slot)] = match arg.form {
                Form::Value { .. } => dirty(&images[index]),
                Form::Image { .. } => Slot::from_ptr(self.guards[index].put(&images[index])),
            };
        }
        let expected = random_image(&mut self.random, self.types, function.sig.result);
        // SAFETY: the library's buffers are larger than any image, and nothing else uses them.
        unsafe {
            std::ptr::write_bytes(self.seen, 0, 20 * STEP);
            self.given.copy_from_nonoverlapping(expected.as_ptr(), expected.len());
        }
        let mut room = Room::new(self.types, function.sig.result);
        if let Some(slot) = result_slot(&made.plan().result) {
            frame[usize::from(slot)] = Slot::from_ptr(room.result());
        }
        // SAFETY: the function has this type, the frame is its plan's.
        unsafe { made.call_frame(&mut frame) };
        self.compare_args(function, &images)?;
        let found = match made.plan().result {
            ResultPlan::Void => return Ok(()),
            ResultPlan::Value { slot, bytes, class, .. } => {
                let word = frame[usize::from(slot)];
                let mut wide = expected.clone();
                let fill = class == vo_ffi_core::Class::Signed && expected[usize::from(bytes) - 1] >= 0x80;
                wide.resize(8, if fill { 0xff } else { 0 });
                if word.bits().to_le_bytes() != *wide {
                    return Err(format!("the result is {word:?}, expected {wide:x?}"));
                }
                return Ok(());
            }
            ResultPlan::Parts { .. } | ResultPlan::Memory { .. } => room.found()?,
        };
        match agree(found, &expected, &mask(self.types, function.sig.result)) {
            true => Ok(()),
            false => Err(format!("the result is {found:x?}, expected {expected:x?}")),
        }
    }

    fn make(
        &self,
        function: &Signature,
        address: *const (),
        options: CallOptions,
    ) -> Result<Function, StubError> {
        // SAFETY: the code is the library's, which stays loaded.
        let made = unsafe { Function::at(address, self.types.clone(), function.sig.clone(), options) }?;
        if function.sig.variadic { made.with_arguments(&function.more) } else { Ok(made) }
    }

    fn images(&mut self, function: &Signature) -> Vec<Vec<u8>> {
        function.args().map(|ty| random_image(&mut self.random, self.types, ty)).collect()
    }

    fn compare_args(&self, function: &Signature, images: &[Vec<u8>]) -> Result<(), String> {
        for (index, (ty, image)) in function.args().zip(images).enumerate() {
            // SAFETY: the buffer has room for the images of 20 arguments.
            let seen = unsafe { std::slice::from_raw_parts(self.seen.add(index * STEP), image.len()) };
            if !agree(seen, image, &mask(self.types, ty)) {
                return Err(format!("argument {index} arrived as {seen:x?}, given {image:x?}"));
            }
        }
        Ok(())
    }

    fn call_back(&mut self, function: &Signature, caller: *mut u8, choice: StubChoice) -> Result<(), String> {
        let images = self.images(function);
        for (index, image) in images.iter().enumerate() {
            // SAFETY: as above.
            unsafe { self.seen.add(index * STEP).copy_from_nonoverlapping(image.as_ptr(), image.len()) };
        }
        let expected = random_image(&mut self.random, self.types, function.sig.result);
        let arrived: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (result, log) = (expected.clone(), arrived.clone());
        let handler = move |frame: &mut CallbackFrame<'_>| {
            let count = frame.args();
            *log.lock().expect("no panic") = (0..count).map(|index| bytes_of(frame, index)).collect();
            frame.set_result(dirty(&result));
            let image = frame.result_image();
            image.copy_from_slice(&result[..image.len()]);
        };
        let callback = match Callback::with_choice(choice, self.types, &function.sig, handler) {
            Ok(callback) => callback,
            Err(StubError::NoPath { .. }) if choice == StubChoice::Libffi => return Ok(()),
            Err(error) => return Err(error.to_string()),
        };
        // SAFETY: the caller takes a pointer to such a function.
        unsafe {
            std::ptr::write_bytes(self.given, 0, expected.len());
            let caller: unsafe extern "C" fn(*const ()) = std::mem::transmute(caller);
            caller(callback.code());
        }
        let arrived = arrived.lock().expect("no panic");
        for (index, (ty, image)) in function.args().zip(&images).enumerate() {
            if !agree(&arrived[index], image, &mask(self.types, ty)) {
                let found = &arrived[index];
                return Err(format!("argument {index} called back as {found:x?}, given {image:x?}"));
            }
        }
        // SAFETY: the buffer is larger than any image.
        let found = unsafe { std::slice::from_raw_parts(self.given, expected.len()) };
        match agree(found, &expected, &mask(self.types, function.sig.result)) {
            true => Ok(()),
            false => Err(format!("called back, C got {found:x?}, expected {expected:x?}")),
        }
    }
}

/// A value in the low bytes of a slot, with junk above it.
fn dirty(image: &[u8]) -> Slot {
    let mut word = [0xee; 8];
    let len = image.len().min(8);
    word[..len].copy_from_slice(&image[..len]);
    Slot::from_bits(u64::from_le_bytes(word))
}

/// An argument's bytes; of a value, those of its slot, which must be extended.
fn bytes_of(frame: &CallbackFrame<'_>, index: usize) -> Vec<u8> {
    match frame.form(index) {
        Form::Image { .. } => frame.image(index).to_vec(),
        Form::Value { class, bytes } => {
            let word = frame.arg(index).bits().to_le_bytes();
            let (low, high) = word.split_at(bytes.into());
            let negative = class == vo_ffi_core::Class::Signed && low[low.len() - 1] >= 0x80;
            assert!(
                high.iter().all(|&byte| byte == if negative { 0xff } else { 0 }),
                "{word:x?} is not extended"
            );
            low.to_vec()
        }
    }
}

fn result_slot(result: &ResultPlan) -> Option<u16> {
    match *result {
        ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } => Some(slot),
        ResultPlan::Void | ResultPlan::Value { .. } => None,
    }
}

/// Room for a result with a canary on either side.
struct Room {
    bytes: Vec<u8>,
    start: usize,
    size: usize,
}

impl Room {
    fn new(types: &CTypes, ty: CType) -> Room {
        let (size, align) =
            types.layout(ty, TARGET).map_or((0, 1), |layout| (layout.size as usize, layout.align as usize));
        let bytes = vec![CANARY[0]; size + align + 2 * CANARY.len()];
        let first = bytes.as_ptr() as usize + CANARY.len();
        Room { start: first.next_multiple_of(align) - bytes.as_ptr() as usize, bytes, size }
    }

    fn result(&mut self) -> *mut u8 {
        self.bytes[self.start..].as_mut_ptr()
    }

    fn found(&self) -> Result<&[u8], String> {
        let (before, rest) = self.bytes.split_at(self.start);
        let (found, after) = rest.split_at(self.size);
        let untouched = before.ends_with(&CANARY) && after.starts_with(&CANARY);
        if untouched { Ok(found) } else { Err(format!("bytes beside the result were written: {after:x?}")) }
    }
}
