//! The value stays in the heap of the VM.

use vo_ffi::prelude::*;

#[derive(VoObject)]
#[vo(name = "bank.Account")]
struct Account {
    owner: String,
    cents: i64,
}

#[vo_methods("bank.Account")]
impl Account {
    fn close(self) -> i64 {
        self.cents
    }

    fn shared(self: std::rc::Rc<Self>) -> i64 {
        self.cents
    }

    fn boxed(mut self: Box<Self>) {
        self.cents = 0;
    }

    fn spelled_out(self: &Self) -> i64 {
        self.cents
    }
}

fn main() {}
