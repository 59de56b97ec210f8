//! A native that its file of declarations does not have, or has with other parameters.

use vo_ffi::prelude::*;

#[vo_module("shop", declarations = "declarations/shop.vo")]
mod natives {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn totl(prices: &[i32]) -> i64 {
        prices.len() as i64
    }

    #[vo_extern]
    fn unheard_of() {}

    #[vo_extern("Till.Close")]
    fn close(till: VoObject) -> bool {
        till.is_nil()
    }

    #[vo_extern]
    fn save(path: &str) -> Result<(), VoError> {
        let _ = path;
        Ok(())
    }

    #[vo_extern]
    fn find(name: &str, #[vo(default = 1)] which: i64, #[vo(default = 1)] how: i64) {
        let _ = (name, which, how);
    }
}

fn main() {}
