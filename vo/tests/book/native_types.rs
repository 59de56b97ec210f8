//! Natives of all types that `native-types.md` lists, for whom the table is compared with them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use vo_ffi::prelude::*;
use vo_ffi::{FromVo, Results};

type T = f64;
type K = String;
type V = bool;
type E = VoError;

#[derive(Clone, Copy, FromVo, IntoVo, VoPacked)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(FromVo, IntoVo)]
enum Axis {
    X,
    Y,
}

#[derive(FromVo, IntoVo)]
enum Json {
    Null,
    Number(f64),
    Text(String),
}

#[derive(VoObject)]
#[vo(name = "main.Account")]
struct Account;

/// A state.
struct Shop;

/// A type, or a whole parameter.
pub(crate) struct NativeType {
    /// As it is written here.
    pub(crate) rust: &'static str,
    /// The function that has it, in snake case.
    pub(crate) native: &'static str,
    /// Whether the native takes it.
    pub(crate) is_param: bool,
    /// Whether the native returns it.
    pub(crate) is_result: bool,
    /// What the traits say: whether natives can take it, and can return it.
    pub(crate) can_be: (bool, bool),
}

struct Takes<X>(PhantomData<X>);
struct Returns<X>(PhantomData<X>);
struct ReturnsAnyhow<X>(PhantomData<X>);

/// Where a trait is implemented, the constant of the struct itself comes before this one.
trait No {
    const IS: bool = false;
}

impl<X> No for Takes<X> {}
impl<X> No for Returns<X> {}
impl<X> No for ReturnsAnyhow<X> {}

impl<X: FromVo<'static>> Takes<X> {
    const IS: bool = true;
}

impl<X: Results<'static>> Returns<X> {
    const IS: bool = true;
}

impl<X: Results<'static, anyhow::Error>> ReturnsAnyhow<X> {
    const IS: bool = true;
}

/// Makes a native of each type, and the list of all.
macro_rules! natives {
    (
        both { $($both:ident: [$($both_ty:tt)+];)* }
        params { $($param:ident: [$($param_ty:tt)+];)* }
        results { $($result:ident: [$($result_ty:tt)+];)* }
        written { $($written:ident: [$($written_param:tt)+];)* }
        reentrant { $($reentrant:ident: [$($reentrant_param:tt)+];)* }
        neither { $([$($neither_ty:tt)+];)* }
    ) => {
        #[vo_module("main")]
        mod natives {
            use super::*;

            $(
                #[vo_extern]
                fn $both(value: $($both_ty)+) -> $($both_ty)+ {
                    value
                }
            )*

            $(
                #[vo_extern]
                fn $param(_value: $($param_ty)+) {}
            )*

            $(
                #[vo_extern]
                fn $result() -> $($result_ty)+ {
                    panic!("its type counts")
                }
            )*

            $(
                #[vo_extern]
                #[expect(unused_variables, reason = "its type counts")]
                fn $written($($written_param)+) {}
            )*

            $(
                #[vo_extern(reentrant)]
                #[expect(unused_variables, reason = "as above")]
                fn $reentrant($($reentrant_param)+) {}
            )*
        }

        /// All types.
        pub(crate) const TYPES: &[NativeType] = &[
            $(natives!(@type $both, true, true, $($both_ty)+),)*
            $(natives!(@type $param, true, false, $($param_ty)+),)*
            $(natives!(@type $result, false, true, $($result_ty)+),)*
            $(natives!(@entry $written, true, false, (true, false), $($written_param)+),)*
            $(natives!(@entry $reentrant, true, false, (true, false), $($reentrant_param)+),)*
            $(natives!(@type nothing, false, false, $($neither_ty)+),)*
        ];
    };
    (@type $native:ident, $is_param:literal, $is_result:literal, $($ty:tt)+) => {
        natives!(
            @entry $native, $is_param, $is_result,
            (Takes::<$($ty)+>::IS, Returns::<$($ty)+>::IS || ReturnsAnyhow::<$($ty)+>::IS), $($ty)+
        )
    };
    (@entry $native:ident, $is_param:literal, $is_result:literal, $can_be:expr, $($ty:tt)+) => {
        NativeType {
            rust: stringify!($($ty)+),
            native: stringify!($native),
            is_param: $is_param,
            is_result: $is_result,
            can_be: $can_be,
        }
    };
}

natives! {
    both {
        signed_8: [i8];
        signed_16: [i16];
        signed_32: [i32];
        signed_64: [i64];
        unsigned_8: [u8];
        unsigned_16: [u16];
        unsigned_32: [u32];
        unsigned_64: [u64];
        float_32: [f32];
        float_64: [f64];
        truth: [bool];
        character: [char];
        borrowed_text: [&str];
        owned_text: [String];
        cow: [Cow<str>];
        text: [VoString];
        bytes: [&[u8]];
        vector: [Vec<T>];
        slice: [VoSlice<T>];
        any_slice: [VoSlice];
        hash_map: [HashMap<K, V>];
        tree_map: [BTreeMap<K, V>];
        map: [VoMap<K, V>];
        any_map: [VoMap];
        structure: [Point];
        any_struct: [VoStruct];
        pointer: [VoObject];
        enumeration: [Axis];
        choice: [Json];
        object: [VoObject<Account>];
        func: [VoFunc<(K, T), V>];
        fallible_func: [VoFunc<(), Result<V, VoError>>];
        any_func: [VoFunc];
        value: [VoValue];
        interface: [VoInterface];
        optional_bytes: [Option<&[u8]>];
        optional_vector: [Option<Vec<T>>];
        optional_slice: [Option<VoSlice<T>>];
        optional_hash_map: [Option<HashMap<K, V>>];
        optional_tree_map: [Option<BTreeMap<K, V>>];
        optional_map: [Option<VoMap<K, V>>];
        optional_pointer: [Option<VoObject>];
        optional_object: [Option<VoObject<Account>>];
        optional_func: [Option<VoFunc<(K, T), V>>];
        optional_any_func: [Option<VoFunc>];
        optional_value: [Option<VoValue>];
        optional_interface: [Option<VoInterface>];
    }
    params {
        elements: [&[T]];
        elements_to_write: [&mut [T]];
        any_arguments: [VoVariadic];
        arguments: [VoVariadic<T>];
        borrowed_object: [&Account];
        borrowed_object_to_write: [&mut Account];
        optional_elements: [Option<&[T]>];
        optional_elements_to_write: [Option<&mut [T]>];
        optional_borrowed_object: [Option<&Account>];
        optional_borrowed_object_to_write: [Option<&mut Account>];
    }
    results {
        new_object: [Account];
        optional_new_object: [Option<Account>];
        optional_error: [Option<VoError>];
        unit: [()];
        pair: [(T, K)];
        result: [Result<T, E>];
        unit_result: [Result<(), E>];
        pair_result: [Result<(T, K), E>];
        anyhow_result: [anyhow::Result<T>];
    }
    written {
        with_context: [ctx: &mut ExternCtx];
        with_state: [#[vo(state)] shop: &Shop];
        with_state_to_write: [#[vo(state)] shop: &mut Shop];
        with_default: [#[vo(default = 0.5)] by: T];
    }
    reentrant {
        with_vm_context: [ctx: &mut VmCtx];
    }
    neither {
        [usize];
        [isize];
        [i128];
        [u128];
        [Option<T>];
        [&[V]];
        [&[K]];
        [[T; 4]];
    }
}
