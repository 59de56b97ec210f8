//! Objects of an embedder as arguments and results.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use vo_ffi_runtime::{
    Call, CallBuilder, FfiType, FfiValue, Image, Kept, Marshaler, Marshalers, StubChoice, marshal_args,
};

use crate::fixture::library;

/// The objects of a VM.
#[derive(Clone, Debug, PartialEq)]
enum Object {
    Nil,
    Int(i64),
    Float(f64),
    Text(String),
    Point([f64; 2]),
}

impl Object {
    fn address(&self) -> *const u8 {
        std::ptr::from_ref(self).cast()
    }

    /// # Safety
    /// It is the address of an object that was made by `leak`, and is taken once.
    unsafe fn take(address: *const u8) -> Object {
        // SAFETY: as the caller vouches.
        *unsafe { Box::from_raw(address.cast_mut().cast::<Object>()) }
    }

    fn leak(self) -> *const u8 {
        Box::into_raw(Box::new(self)).cast_const().cast()
    }
}

static BATCHES: AtomicUsize = AtomicUsize::new(0);

struct Objects;

// SAFETY: each value is of the type that is asked for: what does not fit is an error.
unsafe impl Marshaler for Objects {
    unsafe fn to_c(&self, object: *const u8, ty: &FfiType, kept: &mut Kept) -> Result<FfiValue, String> {
        // SAFETY: the tests give objects.
        match (unsafe { &*object.cast::<Object>() }, ty) {
            (Object::Int(value), FfiType::I32) => {
                i32::try_from(*value).map(|i32| FfiValue { i32 }).map_err(|_| format!("{value} does not fit"))
            }
            (Object::Int(value), FfiType::I64) => Ok(FfiValue { i64: *value }),
            (Object::Float(value), FfiType::F64) => Ok(FfiValue { f64: *value }),
            (Object::Text(text), FfiType::String) => kept.text(text.as_bytes()),
            (Object::Nil, FfiType::String | FfiType::Other(_)) => Ok(FfiValue::ZERO),
            (other, _) => Err(format!("{other:?} does not fit")),
        }
    }

    unsafe fn from_c(&self, value: FfiValue, ty: &FfiType) -> Result<*const u8, String> {
        // SAFETY: the value is of the type.
        let object = unsafe {
            match ty {
                FfiType::Void => Object::Nil,
                FfiType::I32 => Object::Int(value.i32.into()),
                FfiType::I64 => Object::Int(value.i64),
                FfiType::F64 => Object::Float(value.f64),
                FfiType::String => {
                    Object::Text(std::ffi::CStr::from_ptr(value.ptr.cast()).to_string_lossy().into_owned())
                }
                other => return Err(format!("no object is a {other}")),
            }
        };
        Ok(object.leak())
    }

    unsafe fn to_c_all(
        &self,
        objects: &[*const u8],
        types: &[FfiType],
        out: &mut [FfiValue],
        kept: &mut Kept,
    ) -> Result<(), (usize, String)> {
        BATCHES.fetch_add(1, Ordering::Relaxed);
        for index in 0..objects.len() {
            // SAFETY: as the caller vouches.
            out[index] =
                unsafe { self.to_c(objects[index], &types[index], kept) }.map_err(|why| (index, why))?;
        }
        Ok(())
    }
}

/// Points only.
struct Points;

// SAFETY: each value is the address of two doubles.
unsafe impl Marshaler for Points {
    unsafe fn to_c(&self, object: *const u8, ty: &FfiType, kept: &mut Kept) -> Result<FfiValue, String> {
        // SAFETY: the tests give objects.
        let Object::Point(point) = (unsafe { &*object.cast::<Object>() }) else {
            return Err("it is no point".into());
        };
        let mut image = Image::zeroed(ty);
        image.copy_from_slice(&point.map(f64::to_ne_bytes).concat());
        Ok(kept.image(image))
    }

    unsafe fn from_c(&self, value: FfiValue, _: &FfiType) -> Result<*const u8, String> {
        // SAFETY: the value is the address of two doubles.
        Ok(Object::Point(unsafe { value.ptr.cast::<[f64; 2]>().read_unaligned() }).leak())
    }
}

fn point() -> FfiType {
    FfiType::parse("struct point { double x, y; }").expect("a type")
}

fn call(symbol: &str, args: &[FfiType], result: FfiType, stubs: StubChoice) -> Call {
    let marshalers = Arc::new(Marshalers::new(Objects).with(point(), Points));
    let builder =
        CallBuilder::of_library(&library(), symbol).returns(result).stubs(stubs).marshalers(marshalers);
    args.iter().cloned().fold(builder, CallBuilder::arg).build().expect("a call")
}

fn run(call: &Call, objects: &[Object]) -> Result<Object, String> {
    let addresses: Vec<_> = objects.iter().map(Object::address).collect();
    // SAFETY: the fixture's functions have these types, and the objects are this VM's.
    let result = unsafe { call.call_objects(&addresses) }.map_err(|error| error.to_string())?;
    // SAFETY: the marshalers leak objects.
    Ok(unsafe { Object::take(result) })
}

#[test]
fn objects_go_to_c_and_come_back() {
    use FfiType::*;
    use Object::*;
    let text = |text: &str| Text(text.into());
    let sum: Vec<Object> = (1..10).map(Int).collect();
    let rows = [
        ("neg_i32", vec![I32], I32, vec![Int(7)], Int(-7)),
        ("neg_f64", vec![F64], F64, vec![Float(1.5)], Float(-1.5)),
        ("tail", vec![String], String, vec![text("hello")], text("ello")),
        ("run", vec![], Void, vec![], Nil),
        ("swap", vec![point()], point(), vec![Point([1.5, 2.5])], Point([2.5, 1.5])),
        ("sum9", vec![I64; 9], I64, sum, Int(285)),
    ];
    for (symbol, args, result, objects, expected) in rows {
        for stubs in [StubChoice::Native, StubChoice::Libffi] {
            let call = call(symbol, &args, result.clone(), stubs);
            assert_eq!(run(&call, &objects), Ok(expected.clone()), "{symbol} by {stubs:?}");
        }
    }
}

#[test]
fn objects_that_do_not_fit() {
    use FfiType::*;
    use Object::*;
    let call = |symbol, args: &[FfiType], result| call(symbol, args, result, StubChoice::Auto);
    let rows = [
        (run(&call("neg_i32", &[I32], I32), &[]), "`neg_i32` takes 1 argument, and got 0"),
        (run(&call("neg_i32", &[I32], I32), &[Nil]), "argument 1 of `neg_i32`, i32: Nil does not fit"),
        (
            run(&call("neg_i32", &[I32], I32), &[Int(1 << 40)]),
            "argument 1 of `neg_i32`, i32: 1099511627776 does not fit",
        ),
        (
            run(&call("tail", &[String], String), &[Text("a\0b".into())]),
            "argument 1 of `tail`, string: the text has a NUL at byte 1, where C would take it to end",
        ),
        (
            run(&call("swap", &[point()], point()), &[Int(1)]),
            "argument 1 of `swap`, struct point: it is no point",
        ),
        (run(&call("neg_i8", &[], I8), &[]), "the result of `neg_i8`, i8: no object is a i8"),
    ];
    for (result, expected) in rows {
        assert_eq!(result, Err(expected.to_string()));
    }
    let wide = FfiType::parse("struct { char c[100]; }").expect("a type");
    let error = run(&call("run", &[wide], Void), &[Nil]);
    assert_eq!(
        error,
        Err("argument 1 of `run`, struct of 100 bytes: the marshaler gave no address".to_string())
    );
    let named = CallBuilder::of_library(&library(), "neg_i32").named_arg("x", I32).returns(I32);
    let error = run(&named.build().expect("a call"), &[Int(1)]);
    let expected = "argument 1 `x` of `neg_i32`, i32: nothing converts objects; give CallBuilder::marshalers";
    assert_eq!(error, Err(expected.to_string()));
}

#[test]
fn objects_are_marshalled_all_at_once_where_one_marshaler_is_for_all() {
    let objects = [Object::Int(1), Object::Float(2.5)];
    let addresses = objects.each_ref().map(Object::address);
    let types = [FfiType::I64, FfiType::F64];
    let count = |marshalers: &Marshalers| {
        let before = BATCHES.load(Ordering::Relaxed);
        let (mut out, mut kept) = ([FfiValue::ZERO; 2], Kept::default());
        // SAFETY: the objects are this VM's, and fit.
        unsafe {
            marshal_args(marshalers, &addresses, &types, &mut out, &mut kept).expect("they fit");
            assert_eq!((out[0].i64, out[1].f64), (1, 2.5));
        }
        BATCHES.load(Ordering::Relaxed) - before
    };
    assert_eq!(count(&Marshalers::new(Objects).with(point(), Points)), 0);
    assert!(count(&Marshalers::new(Objects)) >= 1);
}
