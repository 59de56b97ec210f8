//! Operations that are rare or long: functions of the machine, reached through [`Op::Runtime`](super::Op::Runtime).
//!
//! `a`, `b`, `c` are registers unless the description says otherwise, `e` is the wide operand of the
//! [`Op::Ext`](super::Op::Ext) that follows (0 where it is not mentioned), `e.a` its small one. All may allocate.

macro_rules! runtime_fns {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A function of the machine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum RuntimeFn {
            $($(#[$doc])* $name,)*
        }

        impl RuntimeFn {
            /// All functions, in the order of their numbers.
            pub const ALL: &[RuntimeFn] = &[$(RuntimeFn::$name),*];
        }
    };
}

runtime_fns! {
    /// `a = make([]T, b, c)`, `e` the element type; `c` may be [`NO_REG`](super::NO_REG)
    MakeSlice,
    /// `a = b[low:high:max]` of an array image: bounds as for [`Op::SliceSlice`](super::Op::SliceSlice), in
    /// registers from `c` on; their flags are in `e.a`; `e` is the array type. Panics where `b` is nil.
    SliceArray,
    /// `a = (*[N]T)(b)` of a slice, `e` the array type; nil stays nil. Panics where the slice is shorter.
    SliceToArray,
    /// `a = append(b, c...)` of slices, `e` the element type
    AppendSlice,
    /// `a = append(b, c...)` of a `[]byte` and a string
    AppendStr,
    /// `a = copy(b, c)` of slices, `e` the element type; `a` may be [`NO_REG`](super::NO_REG)
    CopySlice,
    /// `a = copy(b, c)` of a `[]byte` and a string; `a` may be [`NO_REG`](super::NO_REG)
    CopyStr,
    /// Zeroes the elements of the slice `a`, `e` the element type.
    ClearSlice,
    /// `a = make(map[K]V)`, `e` the map type
    MakeMap,
    /// `a = len(b)` of a map
    MapLen,
    /// `a =` where a loop over the map `b` ends, whatever the loop adds to it
    MapEnd,
    /// `delete(a, b)`, `e` the map type
    MapDelete,
    /// `clear(a)` of a map
    MapClear,
    /// `a = string(b)` of a `[]byte`
    BytesToStr,
    /// `a = []byte(b)`
    StrToBytes,
    /// `a = string(b)` of a `[]rune`
    RunesToStr,
    /// `a = []rune(b)`
    StrToRunes,
    /// `a = string(b)` of an integer: one rune
    RuneToStr,
    /// `a = string(b)` of an array of C characters, up to its NUL; `e` is the array type
    CharsToStr,
    /// `a = b == c` of two images of the type `e`
    EqImage,
    /// Panics where the type word `a` is not of a type that implements the interface `e`.
    AssertInterface,
    /// `a = min(b, c)` of float64s
    MinF,
    /// `a = max(b, c)` of float64s
    MaxF,
    /// `a:a+1 = recover()`
    Recover,
    /// `print` of `b` (a number) interfaces in pairs of registers from `a` on
    Print,
    /// `println` of `b` (a number) interfaces in pairs of registers from `a` on
    Println,
}
