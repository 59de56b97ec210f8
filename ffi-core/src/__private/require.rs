//! What the traits know of a native's types and no bound can express: where it does not hold, an error of the compiler.

use crate::__private::NativeBody;
use crate::__private::shape::{Shape, fits, result_count_fits, result_fits};
use crate::spec::ParamSpec;

/// The parameter takes one argument, since others follow it.
#[track_caller]
pub const fn one_argument<N: NativeBody>(index: usize) {
    let ParamSpec { name, facts, .. } = N::PARAMS[index];
    require(!facts.variadic, name, " takes all further arguments, so it must be the last parameter");
}

/// The parameter of a reentrant native borrows no elements.
#[track_caller]
pub const fn no_elements<N: NativeBody>(index: usize) {
    let ParamSpec { name, facts, .. } = N::PARAMS[index];
    let why = " borrows the elements of a slice, which a closure may change while this reentrant native runs; take a \
               `VoSlice` and use `get` and `set`";
    require(!facts.borrows_elements, name, why);
}

/// The parameter of a blocking native is its own.
#[track_caller]
pub const fn owned<N: NativeBody>(index: usize) {
    let ParamSpec { name, facts, .. } = N::PARAMS[index];
    let why = " is the script's, which may go on while this blocking native runs; take what the native can own: `String`, \
               `Vec<T>`";
    require(facts.owned, name, why);
}

/// The parameter of a fast native is a scalar.
#[track_caller]
pub const fn scalar<N: NativeBody>(index: usize) {
    let ParamSpec { name, facts, .. } = N::PARAMS[index];
    require(
        !facts.sees_heap,
        name,
        " is no number, bool or rune, which is all that a fast native takes; remove `fast`",
    );
}

/// The results of a fast native are scalars.
#[track_caller]
pub const fn scalar_results<N: NativeBody>() {
    require(!N::RESULTS.sees_heap, "fast", " natives return numbers, bools and runes alone; remove `fast`");
}

/// The parameter is of the type that a file declares.
#[track_caller]
pub const fn param_as_declared<N: NativeBody>(
    index: usize,
    variadic: bool,
    shape: &Shape,
    [written, place]: [&str; 2],
) {
    let ParamSpec { name, ty, facts, .. } = &N::PARAMS[index];
    let holds = facts.variadic == variadic && fits(ty, shape);
    let why = &["` is declared `", written, "` at ", place, ", which this type does not stand for"];
    require_all(holds, &[&["`", name], why]);
}

/// There are as many results as a file declares.
#[track_caller]
pub const fn results_as_declared<N: NativeBody>(shapes: &[Shape], [written, place]: [&str; 2]) {
    let why =
        ["the declaration at ", place, " returns ", written, ", which are not as many results as these"];
    require_all(result_count_fits(&N::RESULTS, shapes), &[&why]);
}

/// The result is of the type that a file declares.
#[track_caller]
pub const fn result_as_declared<N: NativeBody>(
    index: usize,
    shapes: &[Shape],
    [number, written, place]: [&str; 3],
) {
    let why = [
        "result ",
        number,
        " is declared `",
        written,
        "` at ",
        place,
        ", which this type does not stand for",
    ];
    require_all(result_fits(&N::RESULTS, shapes, index), &[&why]);
}

#[track_caller]
pub(super) const fn require(holds: bool, name: &str, why: &str) {
    require_all(holds, &[&["`", name, "`", why]]);
}

#[track_caller]
const fn require_all(holds: bool, message: &[&[&str]]) {
    if !holds {
        panic!("{}", Message::EMPTY.with_all(message).text());
    }
}

/// A text put together while compiling.
struct Message {
    bytes: [u8; 1024],
    len: usize,
}

impl Message {
    const EMPTY: Message = Message { bytes: [0; 1024], len: 0 };

    const fn with(mut self, text: &str) -> Message {
        let mut index = 0;
        while index < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text.as_bytes()[index];
            self.len += 1;
            index += 1;
        }
        self
    }

    const fn with_all(mut self, texts: &[&[&str]]) -> Message {
        let mut outer = 0;
        while outer < texts.len() {
            let mut inner = 0;
            while inner < texts[outer].len() {
                self = self.with(texts[outer][inner]);
                inner += 1;
            }
            outer += 1;
        }
        self
    }

    const fn text(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Only where a letter did not fit.
            Err(_) => "a parameter does not fit the words of the attribute",
        }
    }
}
