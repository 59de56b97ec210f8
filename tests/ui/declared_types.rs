//! What natives and a file of declarations say of the same function is compared when the natives are compiled.

use vo_ffi::prelude::*;

#[vo_module("shop", declarations = "declarations/shop.vo")]
mod natives {
    use vo_ffi::prelude::*;

    #[derive(FromVo, IntoVo)]
    struct Item {
        name: String,
        price: f64,
    }

    #[derive(VoObject)]
    struct Drawer;

    #[vo_extern]
    fn total(prices: &[i64], tax: f32) -> i64 {
        prices.iter().sum::<i64>() + tax as i64
    }

    #[vo_extern]
    fn find(name: VoSlice<u8>) -> (Item, bool) {
        (Item { name: format!("{name:?}"), price: 0.0 }, false)
    }

    #[vo_extern("Each", reentrant)]
    fn each(ctx: &mut VmCtx, items: VoSlice, f: VoFunc<(VoValue,), bool>) -> Result<(), VoError> {
        for item in &items {
            f.call(ctx, (item,))?;
        }
        Ok(())
    }

    #[vo_extern]
    fn log(parts: VoSlice) {
        let _ = parts;
    }

    #[vo_extern("Till.Open")]
    fn open(drawer: &mut Drawer) -> Result<(), VoError> {
        let _ = drawer;
        Ok(())
    }

    #[vo_extern]
    fn names() -> (Vec<String>, bool) {
        (Vec::new(), true)
    }
}

fn main() {}
