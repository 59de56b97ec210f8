//! Package math/bits.

use vo_ffi::prelude::*;

macro_rules! of_width {
    ($ty:ty: $zeros:literal $leading:ident $trailing:literal $trailing_zeros:ident $ones:literal $ones_count:ident
     $reverse:literal $reverse_bits:ident $rotate:literal $rotate_left:ident $len:literal $bit_len:ident) => {
        #[vo_extern($zeros)]
        fn $leading(x: $ty) -> i64 {
            x.leading_zeros().into()
        }

        #[vo_extern($trailing)]
        fn $trailing_zeros(x: $ty) -> i64 {
            x.trailing_zeros().into()
        }

        #[vo_extern($ones)]
        fn $ones_count(x: $ty) -> i64 {
            x.count_ones().into()
        }

        #[vo_extern($reverse)]
        fn $reverse_bits(x: $ty) -> $ty {
            x.reverse_bits()
        }

        #[vo_extern($rotate)]
        fn $rotate_left(x: $ty, k: i64) -> $ty {
            x.rotate_left(k.rem_euclid(<$ty>::BITS.into()) as u32)
        }

        #[vo_extern($len)]
        fn $bit_len(x: $ty) -> i64 {
            (<$ty>::BITS - x.leading_zeros()).into()
        }
    };
}

of_width!(
    u64: "bits.LeadingZeros" leading_zeros_word "bits.TrailingZeros" trailing_zeros_word
    "bits.OnesCount" ones_count_word "bits.Reverse" reverse_word "bits.RotateLeft" rotate_left_word
    "bits.Len" len_word
);
of_width!(
    u8: "bits.LeadingZeros8" leading_zeros_8 "bits.TrailingZeros8" trailing_zeros_8
    "bits.OnesCount8" ones_count_8 "bits.Reverse8" reverse_8 "bits.RotateLeft8" rotate_left_8
    "bits.Len8" len_8
);
of_width!(
    u16: "bits.LeadingZeros16" leading_zeros_16 "bits.TrailingZeros16" trailing_zeros_16
    "bits.OnesCount16" ones_count_16 "bits.Reverse16" reverse_16 "bits.RotateLeft16" rotate_left_16
    "bits.Len16" len_16
);
of_width!(
    u32: "bits.LeadingZeros32" leading_zeros_32 "bits.TrailingZeros32" trailing_zeros_32
    "bits.OnesCount32" ones_count_32 "bits.Reverse32" reverse_32 "bits.RotateLeft32" rotate_left_32
    "bits.Len32" len_32
);
of_width!(
    u64: "bits.LeadingZeros64" leading_zeros_64 "bits.TrailingZeros64" trailing_zeros_64
    "bits.OnesCount64" ones_count_64 "bits.Reverse64" reverse_64 "bits.RotateLeft64" rotate_left_64
    "bits.Len64" len_64
);

#[vo_extern("bits.ReverseBytes64")]
fn reverse_bytes(x: u64) -> u64 {
    x.swap_bytes()
}

#[vo_extern("bits.Mul64")]
fn mul(x: u64, y: u64) -> (u64, u64) {
    let product = u128::from(x) * u128::from(y);
    ((product >> 64) as u64, product as u64)
}

/// The quotient fits: bits.vo has compared `y` with `hi`.
#[vo_extern("bits.div")]
fn div(hi: u64, lo: u64, y: u64) -> (u64, u64) {
    let (dividend, y) = (u128::from(hi) << 64 | u128::from(lo), u128::from(y.max(1)));
    ((dividend / y) as u64, (dividend % y) as u64)
}
