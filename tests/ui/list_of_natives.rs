//! A list has natives alone.

mod stock {
    use vo_ffi::prelude::*;

    #[vo_extern("stock.Price")]
    pub fn price(item: &str) -> i64 {
        item.len() as i64
    }

    pub fn count() -> i64 {
        3
    }
}

use stock::price;

fn main() {
    assert_eq!(price("tea"), 3);
    let _ = vo_ffi::natives![stock::price];
    let _ = vo_ffi::natives![stock::count];
    let _ = vo_ffi::natives![price];
    let _ = vo_ffi::natives!["stock.Price"];
}
