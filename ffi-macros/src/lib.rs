//! The attribute macros of vo-ffi: parse, check, expand.
//!
//! `parse` reads the attribute and the function, `check` finds all mistakes, in `params` and `types` too, and makes
//! the `model`, and `expand` writes the wrapper. Types are told apart by the traits of `vo-ffi-core`, when the output is
//! compiled; here names are looked at only for lifetimes, for contexts, and for better messages.

mod check;
mod declared;
mod derive;
mod expand;
mod lifetimes;
mod list;
mod methods;
mod model;
mod module;
mod name;
mod params;
mod parse;
#[cfg(test)]
mod tests;
mod types;

use proc_macro::TokenStream;

/// Makes a native of a function: a declaration `extern func Name` in package `pkg` calls it.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[vo_extern("numbers.Gcd")]
/// fn gcd(a: i64, b: i64) -> i64 {
///     if b == 0 { a } else { gcd(b, a % b) }
/// }
///
/// #[vo_extern("numbers.Fill")]
/// fn fill(mut list: VoSlice<i64>, value: i64) {
///     (0..list.len()).for_each(|index| list.set(index, value));
/// }
///
/// #[vo_extern("numbers.Find", reentrant)]
/// fn find(ctx: &mut VmCtx, list: VoSlice<i64>, wanted: VoFunc) -> Result<i64, VoError> {
///     for (index, item) in (0..).zip(&list) {
///         if ctx.call(&wanted, (item,))? {
///             return Ok(index);
///         }
///     }
///     Err(VoError::new("no such number"))
/// }
/// # fn main() {}
/// ```
///
/// The function stays as it is, except that it becomes generic over the lifetime of the call, `'call`, which
/// fills the lifetimes left out in references and in the wrapper types. A parameter `ctx: &mut ExternCtx`, in
/// any position, is the context and no parameter of the native.
///
/// A parameter `#[vo(state)] name: &T`, or `&mut T`, is the value of that type that the embedder gave to the
/// program, and no parameter of the native either.
///
/// The package may be a path, `"unicode/utf8.RuneLen"`. A declaration looks for a native by its package's path, then by
/// its package's name.
///
/// A parameter `#[vo(default = value)] name: T` is one that a declaration may leave out, if it leaves out all behind it,
/// too; then the native has the value, an expression that does not see the other parameters. A program declares a native as
/// often as it likes, under several names: `extern func IndentBy(text string, by int) string = "Indent"`.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// /// `extern func Indent(text string) string` calls it, and so does `extern func Indent(text string, by int) string`.
/// #[vo_extern("text.Indent")]
/// fn indent(text: &str, #[vo(default = 4)] by: u16) -> String {
///     format!("{:by$}{text}", "", by = usize::from(by))
/// }
/// # fn main() {}
/// ```
///
/// Options, behind the name:
/// - `reentrant`: the native takes a `ctx: &mut VmCtx` and can call closures.
/// - `blocking`: it may take long, and the VM's lock, where it has one, is released while it runs. It owns its arguments.
/// - `fast`: it takes and returns numbers, bools, runes and enums alone, or takes structs of them, without a context or a
///   state, so that a call costs nothing but the call; anything else is an error here.
/// - `crate = path`: where the facade is, if not at `::vo_ffi`.
#[proc_macro_attribute]
pub fn vo_extern(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(args.into(), item.into()).into()
}

/// Gives the natives of a module their package.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[vo_module("text/count")]
/// mod natives {
///     use vo_ffi::prelude::*;
///
///     /// `count.UpperCase`: without a name of its own, the function's in Go's spelling.
///     #[vo_extern]
///     fn upper_case(text: &str) -> i64 {
///         text.chars().filter(|c| c.is_uppercase()).count() as i64
///     }
///
///     /// `count.CRLFs`
///     #[vo_extern("CRLFs")]
///     fn crlfs(text: &str) -> i64 {
///         text.matches("\r\n").count() as i64
///     }
///
///     /// `count.Lines.While`, a method
///     #[vo_extern("Lines.While", reentrant)]
///     fn lines_while(ctx: &mut VmCtx, lines: VoSlice<VoString>, go_on: VoFunc) -> Result<i64, VoError> {
///         for (line, count) in lines.iter().zip(0..) {
///             if !ctx.call::<bool>(&go_on, (line,))? {
///                 return Ok(count);
///             }
///         }
///         Ok(lines.len() as i64)
///     }
/// }
///
/// let registry = ExternRegistry::from_inventory();
/// for name in ["text/count.CRLFs", "text/count.Lines.While", "text/count.UpperCase"] {
///     assert!(registry.get(name).is_some());
/// }
/// ```
///
/// The first argument is the path that programs import. The module stays as it is; types in it with
/// [`VoObject`](derive@VoObject) and blocks with [`vo_methods`](macro@vo_methods) are of the package, too.
///
/// Options, behind the path:
/// - `declarations = "text/count.vo"`: the file that declares these natives, from the folder of this source file on. Each
///   native is compared with its declaration when it is compiled: an error underlines the type that differs, and names the
///   line of the file. What the file alone does not tell, such as a type of another package, is compared when a program is
///   loaded, as everything is.
/// - `crate = path`: where the facade is, if not at `::vo_ffi`.
///
/// Natives of modules inside are of the same package, unless those have a `#[vo_module]` of their own. What a macro in
/// the module makes is not seen, and needs whole names.
#[proc_macro_attribute]
pub fn vo_module(args: TokenStream, item: TokenStream) -> TokenStream {
    module::expand(args.into(), item.into()).into()
}

/// The entries of natives, by the paths of their functions: an explicit list, for a registry that needs no inventory.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// mod stock {
///     use vo_ffi::prelude::*;
///
///     #[vo_extern("stock.Price")]
///     pub fn price(item: &str) -> i64 {
///         item.len() as i64
///     }
/// }
///
/// #[derive(VoObject)]
/// #[vo(name = "bank.Account")]
/// struct Account(i64);
///
/// #[vo_methods("bank.Account")]
/// impl Account {
///     fn cents(&self) -> i64 {
///         self.0
///     }
/// }
///
/// let registry: ExternRegistry = vo_ffi::natives![stock::price, Account::cents].into_iter().collect();
/// let names: Vec<&str> = registry.entries().iter().map(|entry| entry.name).collect();
/// assert_eq!(names, ["bank.Account.Cents", "stock.Price"]);
/// ```
///
/// It is an array of `&'static ExternEntry`. A path leads to where the function is declared, since each entry is a hidden
/// item beside its function, as visible as that.
#[proc_macro]
pub fn natives(paths: TokenStream) -> TokenStream {
    list::expand(paths.into()).into()
}

/// Makes natives of all functions in an `impl` block of a type with [`VoObject`](derive@VoObject).
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[derive(VoObject)]
/// #[vo(name = "bank.Account")]
/// struct Account {
///     owner: String,
///     cents: i64,
/// }
///
/// #[vo_methods("bank.Account")]
/// impl Account {
///     /// `bank.NewAccount`
///     fn new(owner: &str) -> Account {
///         Account { owner: owner.into(), cents: 0 }
///     }
///
///     /// `bank.Account.Owner`
///     fn owner(&self) -> &str {
///         &self.owner
///     }
///
///     /// `bank.Account.Deposit`
///     fn deposit(&mut self, cents: i64) -> Result<i64, VoError> {
///         self.cents = self.checked(cents).ok_or_else(|| VoError::new("too rich"))?;
///         Ok(self.cents)
///     }
///
///     /// `bank.Account.MoveTo`, which asks the script.
///     #[vo_extern("MoveTo", reentrant)]
///     fn give(&mut self, ctx: &mut VmCtx, other: &mut Account, agrees: VoFunc<(&str,), bool>) -> Result<(), VoError> {
///         if agrees.call(ctx, (self.owner.as_str(),))? {
///             other.cents += std::mem::take(&mut self.cents);
///         }
///         Ok(())
///     }
///
///     #[vo(skip)]
///     fn checked(&self, cents: i64) -> Option<i64> {
///         self.cents.checked_add(cents)
///     }
/// }
/// # fn main() {}
/// ```
///
/// A function with `&self` or `&mut self` is a method, one without is a function of the package. Their names are the
/// functions' in Go's spelling, that of `new` is `New` and the type's. `#[vo_extern("Name", …)]` on one names it, and takes
/// the options of a native; `#[vo(skip)]` leaves it to Rust.
///
/// In a [`vo_module`](macro@vo_module) the name can be left out. `crate = path`, behind the name, is the option of all
/// natives of the block.
#[proc_macro_attribute]
pub fn vo_methods(args: TokenStream, item: TokenStream) -> TokenStream {
    methods::expand(args.into(), item.into()).into()
}

/// Makes a struct of named fields, or an enum, a type that natives take.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[derive(FromVo, IntoVo)]
/// struct Point {
///     x: f64,
///     y: f64,
/// }
///
/// #[derive(FromVo)]
/// struct Label<'call> {
///     text: &'call str,
///     at: Point,
///     #[vo(rename = "Colour")]
///     color: Color,
/// }
///
/// #[derive(FromVo, IntoVo)]
/// enum Color {
///     Red,
///     Green = 5,
/// }
///
/// #[vo_extern("shapes.Centre")]
/// fn centre(points: Vec<Point>) -> Point {
///     let count = points.len() as f64;
///     let sum = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>();
///     Point { x: sum(|point| point.x) / count, y: sum(|point| point.y) / count }
/// }
///
/// #[vo_extern("shapes.Describe")]
/// fn describe(label: Label<'_>) -> String {
///     let color = if matches!(label.color, Color::Red) { "red" } else { "green" };
///     format!("{} in {color} at {}, {}", label.text, label.at.x, label.at.y)
/// }
/// # fn main() {}
/// ```
///
/// In Vo:
///
/// ```go
/// type Point struct { X, Y float64 }
/// type Color int
/// type Label struct { Text string; At Point; Colour Color }
///
/// extern func Centre(points []Point) Point
/// extern func Describe(label Label) string
/// ```
///
/// **A struct** stands for a struct of Vo that has the same fields in the same order, whatever its own name. Names are
/// the same where they differ in case and underscores alone: a field `first_name` is Vo's `FirstName`, `firstName` or
/// `first_name`. `#[vo(rename = "Name")]` on a field asks for exactly that name. A field's type is any that a parameter
/// may have, of the same size in Vo: an `i32` is no `int`. All of this is compared when a program is linked; in the
/// call each field is read where it lies. A struct may have one lifetime, that of the call; write `Label<'_>` in a
/// native.
///
/// **An enum without fields** stands for an integer: `int`, or the type that `#[repr(u8)]` and the like name. An argument
/// that is no variant is a trap.
///
/// **An enum whose variants hold a value each** stands for an `any`: the first variant whose type fits the value that is in
/// it. A variant without a value is nil, and one that holds a `VoValue` fits everything.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[derive(FromVo, IntoVo)]
/// enum Json {
///     Null,
///     Bool(bool),
///     Number(f64),
///     Text(String),
/// }
///
/// /// `extern func Twice(value any) any`
/// #[vo_extern("json.Twice")]
/// fn twice(value: Json) -> Json {
///     match value {
///         Json::Number(number) => Json::Number(number * 2.0),
///         Json::Text(text) => Json::Text(text.repeat(2)),
///         other => other,
///     }
/// }
/// # fn main() {}
/// ```
///
/// `#[vo(crate = path)]` says where the facade is, if not at `::vo_ffi`.
#[proc_macro_derive(FromVo, attributes(vo))]
pub fn from_vo(item: TokenStream) -> TokenStream {
    derive::derive(derive::Derive::FromVo, item.into()).into()
}

/// Makes a struct of named fields, or an enum, a type that natives return.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[derive(IntoVo)]
/// struct Entry {
///     name: String,
///     size: i64,
/// }
///
/// #[vo_extern("files.List")]
/// fn list(names: Vec<String>) -> Vec<Entry> {
///     names.into_iter().map(|name| Entry { size: name.len() as i64, name }).collect()
/// }
/// # fn main() {}
/// ```
///
/// The script gets a new struct of the declared type; as [`FromVo`](derive@FromVo) says, its fields are these.
#[proc_macro_derive(IntoVo, attributes(vo))]
pub fn into_vo(item: TokenStream) -> TokenStream {
    derive::derive(derive::Derive::IntoVo, item.into()).into()
}

/// Lets natives borrow slices of a `#[repr(C)]` struct of numbers, as `&[T]` and `&mut [T]`.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[derive(Clone, Copy, FromVo, VoPacked)]
/// #[repr(C)]
/// struct Particle {
///     x: f32,
///     y: f32,
///     age: u16,
/// }
///
/// #[vo_extern("particles.Age")]
/// fn age(particles: &mut [Particle]) {
///     particles.iter_mut().for_each(|particle| particle.age += 1);
/// }
/// # fn main() {}
/// ```
///
/// Its fields are numbers, or such structs: not `bool`, `char` or references, of which not every pattern of bits is one.
/// What a declaration may say is what [`FromVo`](derive@FromVo) says, which it needs too.
#[proc_macro_derive(VoPacked, attributes(vo))]
pub fn vo_packed(item: TokenStream) -> TokenStream {
    derive::derive(derive::Derive::Packed, item.into()).into()
}

/// Lets scripts hold values of a Rust type, by pointer: they live in the VM's heap, and the collector drops them.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// /// Money of somebody, in cents.
/// #[derive(VoObject)]
/// #[vo(name = "bank.Account")]
/// struct Account {
///     cents: i64,
/// }
///
/// #[vo_extern("bank.Open")]
/// fn open(cents: i64) -> Account {
///     Account { cents }
/// }
///
/// #[vo_extern("bank.Account.Deposit")]
/// fn deposit(account: &mut Account, cents: i64) -> Result<i64, VoError> {
///     account.cents = account.cents.checked_add(cents).ok_or_else(|| VoError::new("too rich"))?;
///     Ok(account.cents)
/// }
/// # fn main() {}
/// ```
///
/// In Vo, where only `*Account` is a type that programs use:
///
/// ```go
/// extern type Account
///
/// extern func Open(cents int) *Account
/// extern func (account *Account) Deposit(cents int) (int, error)
/// ```
///
/// A native takes `&T` and `&mut T`, which are lent until it returns: two arguments that would see each other's changes are
/// a trap, and so is a closure that uses the value which the native that called it has as `&mut T`. `VoObject<T>` is the
/// pointer itself; it lends the value [for a moment](../vo_ffi/struct.VoObject.html#method.with). `Option<&T>` is `None` for
/// nil. A result `T` is a new object, and `Option<T>` may be nil.
///
/// The type owns what is in it. A value of the script in it is a `Root`; where that leads back to the object, neither is
/// ever dropped.
///
/// Options, in `#[vo(…)]`:
/// - `name = "pkg.Type"`: its name in Vo; in a [`vo_module`](macro@vo_module), `"Type"`, or nothing for the name that it has.
/// - `bytes = |value: &T| …`: how many bytes a value owns beside itself, so that the collector knows how much there is.
/// - `crate = path`: where the facade is, if not at `::vo_ffi`.
#[proc_macro_derive(VoObject, attributes(vo))]
pub fn vo_object(item: TokenStream) -> TokenStream {
    derive::object::derive(item.into()).into()
}
