//! Vo's types as data: one table in which equal types have equal ids.
//!
//! The table serves a VM's checker, its collector (layouts), declarations, and values at run time
//! (what `%v` prints, what an `any` holds). Named types are created once each; all other types are
//! interned by their structure.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::scalar::{SCALARS, Scalar};

mod bits;
mod c;

pub use bits::BitPiece;
pub use c::{BitField, CMeaning, Packing};

/// A type of one [`TypeTable`]. The predeclared ones are the same in every table.
///
/// ```
/// use vo_ffi_core::{Scalar, TypeId, TypeTable};
///
/// let mut types = TypeTable::new();
/// let ints = types.slice_of(TypeId::INT);
/// // The type word of an interface that holds an `[]int` is this number.
/// assert_eq!(TypeId::from_number(ints.number()), ints);
/// assert_eq!(TypeId::scalar(Scalar::Uint8), TypeId::BYTE);
/// assert_eq!(types.name(TypeId::scalar(Scalar::Bool)), types.name(TypeId::BOOL));
/// // Every type has a name; the type word of nil is of none.
/// assert_eq!((types.name(TypeId::UINT64), types.name(TypeId::UINTPTR)), ("uint64".into(), "uintptr".into()));
/// assert_eq!(TypeId::NIL.number(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct TypeId(u32);

impl TypeId {
    /// The type word of a nil interface; no type has this id.
    pub const NIL: TypeId = TypeId(0);
    /// `bool`
    pub const BOOL: TypeId = TypeId::scalar(Scalar::Bool);
    /// `int`
    pub const INT: TypeId = TypeId::scalar(Scalar::Int);
    /// `rune`, which is `int32`
    pub const RUNE: TypeId = TypeId::scalar(Scalar::Int32);
    /// `byte`, which is `uint8`
    pub const BYTE: TypeId = TypeId::scalar(Scalar::Uint8);
    /// `uint64`
    pub const UINT64: TypeId = TypeId::scalar(Scalar::Uint64);
    /// `uintptr`
    pub const UINTPTR: TypeId = TypeId::scalar(Scalar::Uintptr);
    /// `float64`
    pub const FLOAT64: TypeId = TypeId::scalar(Scalar::Float64);
    /// `string`
    pub const STRING: TypeId = TypeId(15);
    /// `any`, which is `interface{}`
    pub const ANY: TypeId = TypeId(16);
    /// `error`, an interface with one method, `Error() string`
    pub const ERROR: TypeId = TypeId(17);
    /// `[]byte`
    pub const BYTES: TypeId = TypeId(18);
    /// `[]any`, the type of a `...any` parameter
    pub const ANYS: TypeId = TypeId(19);
    /// `func() string`, the type of the method `Error`
    pub const FUNC_STRING: TypeId = TypeId(20);
    /// `errors.errorString`, a struct of one string: what the errors of natives are made of
    pub const ERROR_STRING: TypeId = TypeId(21);
    /// `*errors.errorString`, the dynamic type of an `error` that comes from a native
    pub const ERROR_STRING_PTR: TypeId = TypeId(22);

    /// The id of a predeclared scalar.
    pub const fn scalar(scalar: Scalar) -> TypeId {
        TypeId(scalar as u32 + 1)
    }

    /// The id with this number, as [`TypeId::number`] gave it.
    pub const fn from_number(number: u32) -> TypeId {
        TypeId(number)
    }

    /// The id as a number: a row of the table.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// A field of a struct.
///
/// ```
/// # use vo_ffi_core::{Field, TypeId, TypeKind, TypeTable};
/// let mut types = TypeTable::new();
/// let field = |name: &str, ty, embedded| Field { name: name.into(), ty, embedded };
/// let fields = vec![field("error", TypeId::ERROR, true), field("code", TypeId::INT, false)];
/// let ty = types.intern(TypeKind::Struct(fields));
/// assert_eq!(types.name(ty), "struct { error; code int }");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name; for an embedded field, the name of its type.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Whether it was declared without a name.
    pub embedded: bool,
}

/// Parameters and results of a function.
///
/// ```
/// # use vo_ffi_core::{FuncType, TypeId, TypeKind, TypeTable};
/// let mut types = TypeTable::new();
/// let params = vec![TypeId::STRING, TypeId::ANYS];
/// let func = FuncType { params, variadic: true, results: vec![TypeId::INT, TypeId::ERROR] };
/// let ty = types.intern(TypeKind::Func(func));
/// assert_eq!(types.name(ty), "func(string, ...any) (int, error)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// The parameters' types; with `variadic`, the last is the slice.
    pub params: Vec<TypeId>,
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// The results' types.
    pub results: Vec<TypeId>,
}

/// A method of an interface, or of a named type.
///
/// ```
/// # use vo_ffi_core::{Method, TypeId, TypeKind, TypeTable};
/// let mut types = TypeTable::new();
/// let string = Method { name: "String".into(), ty: TypeId::FUNC_STRING, pointer_receiver: false };
/// let stringer = types.intern(TypeKind::Interface(vec![string]));
/// assert_eq!(types.name(stringer), "interface { String() string }");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// Its type, a [`TypeKind::Func`] without the receiver.
    pub ty: TypeId,
    /// Whether its receiver is a pointer; false for a method of an interface.
    pub pointer_receiver: bool,
}

/// What a type is made of. For a named type, what its underlying type is made of.
///
/// ```
/// # use vo_ffi_core::{TypeId, TypeKind, TypeTable};
/// /// The type of what `for range` gives second.
/// fn element(types: &TypeTable, ty: TypeId) -> Option<TypeId> {
///     match types.kind(ty) {
///         TypeKind::Slice(elem) | TypeKind::Array(elem, _) | TypeKind::Map(_, elem) => Some(*elem),
///         TypeKind::String => Some(TypeId::RUNE),
///         _ => None,
///     }
/// }
/// assert_eq!(element(&TypeTable::new(), TypeId::BYTES), Some(TypeId::BYTE));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// A named type whose declaration has not been read yet.
    Incomplete,
    /// bool, an integer or a float
    Scalar(Scalar),
    /// string
    String,
    /// `[]T`
    Slice(TypeId),
    /// `[N]T`
    Array(TypeId, u64),
    /// `map[K]V`
    Map(TypeId, TypeId),
    /// `*T`
    Pointer(TypeId),
    /// `func(…) …`
    Func(FuncType),
    /// `struct{…}`
    Struct(Vec<Field>),
    /// `interface{…}`, methods sorted by name
    Interface(Vec<Method>),
    /// A type that programs know behind a pointer alone: one of Rust, whose image is one word, see
    /// [`Heap::new_rust`](crate::Heap::new_rust), or one of C
    Opaque,
}

/// Size, alignment and field offsets, in bytes, as a C compiler for LP64 would choose them.
///
/// ```
/// # use vo_ffi_core::{Field, Layout, TypeId, TypeKind, TypeTable};
/// let mut types = TypeTable::new();
/// let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
/// // struct { c byte; x float64; any any }
/// let fields = vec![field("c", TypeId::BYTE), field("x", TypeId::FLOAT64), field("any", TypeId::ANY)];
/// let ty = types.intern(TypeKind::Struct(fields));
/// assert_eq!(*types.layout(ty), Layout { size: 32, align: 8, offsets: vec![0, 8, 16] });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The size, a multiple of the alignment.
    pub size: usize,
    /// The alignment, a power of two.
    pub align: usize,
    /// The offset of each field of a struct; empty for other types.
    pub offsets: Vec<usize>,
}

/// A row of the table.
///
/// ```
/// # use vo_ffi_core::{TypeId, TypeKind, TypeTable};
/// let types = TypeTable::new();
/// let info = types.info(TypeId::ERROR_STRING);
/// assert_eq!(info.name.as_deref(), Some("errors.errorString"));
/// assert!(matches!(&info.kind, TypeKind::Struct(fields) if fields[0].ty == TypeId::STRING));
/// assert_eq!((types.name(info.underlying).as_str(), info.methods[0].name.as_str()), ("struct { s string }", "Error"));
/// ```
#[derive(Clone, Debug)]
pub struct TypeInfo {
    /// What it is made of.
    pub kind: TypeKind,
    /// For a named type: `pkg.Name`, or `Name` where it is predeclared.
    pub name: Option<String>,
    /// The type without its name; itself where it has none.
    pub underlying: TypeId,
    /// For a named type: its methods, in order of declaration.
    pub methods: Vec<Method>,
    /// For a type of C: what it is there, beyond what it is made of.
    pub c: Option<CMeaning>,
    packing: Packing,
    layout: OnceLock<Layout>,
}

/// All types of a program.
///
/// To look up a [`TypeId`] that is not of this table is a panic.
///
/// ```
/// use vo_ffi_core::{Field, TypeId, TypeKind, TypeTable};
///
/// let mut types = TypeTable::new();
/// // type Point struct { x, y float64 }
/// let point = types.new_named("main.Point");
/// let field = |name: &str| Field { name: name.into(), ty: TypeId::FLOAT64, embedded: false };
/// let fields = types.intern(TypeKind::Struct(vec![field("x"), field("y")]));
/// types.set_underlying(point, fields);
///
/// let (pointer, points) = (types.pointer_to(point), types.slice_of(point));
/// assert_eq!((types.name(pointer).as_str(), types.name(points).as_str()), ("*main.Point", "[]main.Point"));
/// assert_eq!(types.layout(point).offsets, [0, 8]);
/// ```
#[derive(Clone, Debug)]
pub struct TypeTable {
    rows: Vec<TypeInfo>,
    interned: HashMap<TypeKind, TypeId>,
}

impl Default for TypeTable {
    fn default() -> Self {
        TypeTable::new()
    }
}

impl TypeTable {
    /// A table of the predeclared types.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// assert_eq!(types.name(TypeId::ERROR), "error");
    /// assert_eq!(types.find_named("error"), Some(TypeId::ERROR));
    /// ```
    pub fn new() -> TypeTable {
        let mut table = TypeTable { rows: Vec::new(), interned: HashMap::new() };
        table.push(TypeKind::Incomplete, Some("nil".into()));
        for row in &SCALARS {
            table.intern(TypeKind::Scalar(row.scalar));
        }
        table.intern(TypeKind::String);
        table.intern(TypeKind::Interface(Vec::new()));
        let error = table.new_named("error");
        let bytes = table.slice_of(TypeId::BYTE);
        let anys = table.slice_of(TypeId::ANY);
        let func = table.intern(TypeKind::Func(FuncType {
            params: Vec::new(),
            variadic: false,
            results: vec![TypeId::STRING],
        }));
        let method = Method { name: "Error".into(), ty: func, pointer_receiver: false };
        let text = table.new_named("errors.errorString");
        let text_ptr = table.pointer_to(text);
        let interface = table.intern(TypeKind::Interface(vec![method.clone()]));
        table.set_underlying(error, interface);
        let field = Field { name: "s".into(), ty: TypeId::STRING, embedded: false };
        let fields = table.intern(TypeKind::Struct(vec![field]));
        table.set_underlying(text, fields);
        table.add_method(text, Method { pointer_receiver: true, ..method });
        let ids = [error, bytes, anys, func, text, text_ptr];
        debug_assert_eq!(
            ids,
            [
                TypeId::ERROR,
                TypeId::BYTES,
                TypeId::ANYS,
                TypeId::FUNC_STRING,
                TypeId::ERROR_STRING,
                TypeId::ERROR_STRING_PTR,
            ]
        );
        table
    }

    /// How many ids there are; all are below this number.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let before = types.len();
    /// let ints = types.slice_of(TypeId::INT);
    /// assert_eq!((ints.number() as usize, types.len()), (before, before + 1));
    /// ```
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: the predeclared types are always there.
    ///
    /// ```
    /// assert!(!vo_ffi_core::TypeTable::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of a type.
    ///
    /// # Panics
    /// If `id` is not of this table.
    #[inline]
    pub fn info(&self, id: TypeId) -> &TypeInfo {
        &self.rows[id.0 as usize]
    }

    /// What a type is made of, seen through its name.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// let names = types.new_named("main.Names");
    /// let strings = types.slice_of(TypeId::STRING);
    /// types.set_underlying(names, strings);
    /// assert_eq!(*types.kind(names), TypeKind::Slice(TypeId::STRING));
    /// ```
    #[inline]
    pub fn kind(&self, id: TypeId) -> &TypeKind {
        &self.info(id).kind
    }

    /// The type without its name.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let celsius = types.new_named("main.Celsius");
    /// types.set_underlying(celsius, TypeId::FLOAT64);
    /// assert_eq!((types.underlying(celsius), types.underlying(TypeId::INT)), (TypeId::FLOAT64, TypeId::INT));
    /// ```
    pub fn underlying(&self, id: TypeId) -> TypeId {
        self.info(id).underlying
    }

    /// The scalar that a type is, seen through its name.
    ///
    /// ```
    /// # use vo_ffi_core::{Scalar, TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let celsius = types.new_named("main.Celsius");
    /// types.set_underlying(celsius, TypeId::FLOAT64);
    /// assert_eq!(types.as_scalar(celsius), Some(Scalar::Float64));
    /// assert_eq!(types.as_scalar(TypeId::STRING), None);
    /// ```
    pub fn as_scalar(&self, id: TypeId) -> Option<Scalar> {
        match self.kind(id) {
            TypeKind::Scalar(scalar) => Some(*scalar),
            _ => None,
        }
    }

    /// The full names of all named types.
    ///
    /// ```
    /// # use vo_ffi_core::TypeTable;
    /// let mut types = TypeTable::new();
    /// types.new_named("main.Point");
    /// assert!(types.names().any(|name| name == "main.Point"));
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|row| row.name.as_deref())
    }

    /// The type with this structure, where the table has it.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// assert_eq!(types.find(&TypeKind::Slice(TypeId::INT)), None);
    /// let ints = types.slice_of(TypeId::INT);
    /// assert_eq!(types.find(&TypeKind::Slice(TypeId::INT)), Some(ints));
    /// ```
    pub fn find(&self, kind: &TypeKind) -> Option<TypeId> {
        self.interned.get(kind).copied()
    }

    /// The named type of this full name; the first, where several functions declare one each.
    ///
    /// ```
    /// # use vo_ffi_core::TypeTable;
    /// let mut types = TypeTable::new();
    /// let point = types.new_named("main.Point");
    /// assert_eq!((types.find_named("main.Point"), types.find_named("Point")), (Some(point), None));
    /// ```
    pub fn find_named(&self, name: &str) -> Option<TypeId> {
        let row = self.rows.iter().position(|row| row.name.as_deref() == Some(name))?;
        Some(TypeId(row as u32))
    }

    /// The type with this structure, made where it is new.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// let matrix = types.intern(TypeKind::Slice(TypeId::BYTES));
    /// assert_eq!(types.intern(TypeKind::Slice(TypeId::BYTES)), matrix);
    /// assert_eq!(types.name(matrix), "[][]uint8");
    /// ```
    pub fn intern(&mut self, kind: TypeKind) -> TypeId {
        if let Some(&id) = self.interned.get(&kind) {
            return id;
        }
        let id = self.push(kind.clone(), None);
        self.interned.insert(kind, id);
        id
    }

    /// `[]elem`
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// assert_eq!(types.slice_of(TypeId::BYTE), TypeId::BYTES);
    /// let (row, index) = (types.array_of(TypeId::INT, 3), types.map_of(TypeId::STRING, TypeId::INT));
    /// let row = types.pointer_to(row);
    /// assert_eq!((types.name(row).as_str(), types.name(index).as_str()), ("*[3]int", "map[string]int"));
    /// ```
    pub fn slice_of(&mut self, elem: TypeId) -> TypeId {
        self.intern(TypeKind::Slice(elem))
    }

    /// `*target`
    pub fn pointer_to(&mut self, target: TypeId) -> TypeId {
        self.intern(TypeKind::Pointer(target))
    }

    /// `[len]elem`
    pub fn array_of(&mut self, elem: TypeId, len: u64) -> TypeId {
        self.intern(TypeKind::Array(elem, len))
    }

    /// `map[key]value`
    pub fn map_of(&mut self, key: TypeId, value: TypeId) -> TypeId {
        self.intern(TypeKind::Map(key, value))
    }

    /// A new named type, different from every other, to be completed by
    /// [`set_underlying`](TypeTable::set_underlying).
    ///
    /// ```
    /// # use vo_ffi_core::{Field, TypeId, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// // type List struct { next *List }
    /// let list = types.new_named("main.List");
    /// let next = Field { name: "next".into(), ty: types.pointer_to(list), embedded: false };
    /// let fields = types.intern(TypeKind::Struct(vec![next]));
    /// types.set_underlying(list, fields);
    /// assert_eq!(types.layout(list).size, 8);
    /// ```
    pub fn new_named(&mut self, name: impl Into<String>) -> TypeId {
        self.push(TypeKind::Incomplete, Some(name.into()))
    }

    /// Completes a named type. `underlying` may be named itself; it must be complete.
    ///
    /// [`TypeTable::new_named`] has an example.
    pub fn set_underlying(&mut self, named: TypeId, underlying: TypeId) {
        let underlying = self.underlying(underlying);
        let TypeInfo { kind, c, packing, layout, .. } = self.info(underlying).clone();
        let row = &mut self.rows[named.0 as usize];
        row.kind = kind;
        row.underlying = underlying;
        if let Some(CMeaning::Record { .. }) = c {
            // It has the layout of what it is made of, which need not be that of its fields.
            (row.c, row.packing, row.layout) = (c, packing, layout);
        }
    }

    /// The type of this full name that is written in Rust; the first, where packages of one name have one each.
    ///
    /// ```
    /// # use vo_ffi_core::TypeTable;
    /// let mut types = TypeTable::new();
    /// types.new_named("main.Account"); // what a function declares inside
    /// let account = types.new_opaque("main.Account");
    /// assert_eq!(types.find_opaque("main.Account"), Some(account));
    /// ```
    pub fn find_opaque(&self, name: &str) -> Option<TypeId> {
        let mut ids = (0..self.rows.len() as u32).map(TypeId);
        ids.find(|&id| self.is_rust(id) && self.info(id).name.as_deref() == Some(name))
    }

    /// Whether it is a type that is written in Rust.
    ///
    /// ```
    /// # use vo_ffi_core::TypeTable;
    /// let mut types = TypeTable::new();
    /// let (account, file) = (types.new_opaque("main.Account"), types.new_c_opaque("C.FILE"));
    /// assert_eq!([account, file].map(|ty| types.is_rust(ty)), [true, false]);
    /// ```
    pub fn is_rust(&self, id: TypeId) -> bool {
        let info = self.info(id);
        info.kind == TypeKind::Opaque && info.c.is_none()
    }

    /// A new named type that is written in Rust, different from every other.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// // extern type Account
    /// let account = types.new_opaque("main.Account");
    /// let pointer = types.pointer_to(account);
    /// assert_eq!((types.kind(account), types.name(pointer).as_str()), (&TypeKind::Opaque, "*main.Account"));
    /// ```
    pub fn new_opaque(&mut self, name: impl Into<String>) -> TypeId {
        let named = self.new_named(name);
        self.set_opaque(named);
        named
    }

    /// Completes a named type as one that is written in Rust. No two of these are alike.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// // For a front end that makes all names before it looks at what they mean.
    /// let account = types.new_named("main.Account");
    /// types.set_opaque(account);
    /// assert_eq!(*types.kind(account), TypeKind::Opaque);
    /// ```
    pub fn set_opaque(&mut self, named: TypeId) {
        let row = &mut self.rows[named.0 as usize];
        row.kind = TypeKind::Opaque;
        row.underlying = named;
    }

    /// Adds a method to a named type.
    ///
    /// ```
    /// # use vo_ffi_core::{Method, TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// // type Code int; func (c Code) Error() string
    /// let code = types.new_named("main.Code");
    /// types.set_underlying(code, TypeId::INT);
    /// types.add_method(code, Method { name: "Error".into(), ty: TypeId::FUNC_STRING, pointer_receiver: false });
    /// assert!(types.implements(code, TypeId::ERROR));
    /// ```
    pub fn add_method(&mut self, named: TypeId, method: Method) {
        self.rows[named.0 as usize].methods.push(method);
    }

    /// Size, alignment and field offsets. The type must be complete and must not contain itself.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let row = types.array_of(TypeId::RUNE, 5);
    /// let layout = types.layout(row);
    /// assert_eq!((layout.size, layout.align), (20, 4));
    /// ```
    #[inline]
    pub fn layout(&self, id: TypeId) -> &Layout {
        self.info(id).layout.get_or_init(|| self.compute_layout(id))
    }

    /// How many slots a value takes in a frame: 2 for an interface, 1 for every other type.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// assert_eq!((types.slots(TypeId::STRING), types.slots(TypeId::ERROR)), (1, 2));
    /// ```
    #[inline]
    pub fn slots(&self, id: TypeId) -> usize {
        if self.is_interface(id) { 2 } else { 1 }
    }

    /// Whether it is `any`, `error` or another interface.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// assert!(types.is_interface(TypeId::ERROR) && !types.is_interface(TypeId::STRING));
    /// ```
    #[inline]
    pub fn is_interface(&self, id: TypeId) -> bool {
        matches!(self.kind(id), TypeKind::Interface(_))
    }

    /// Whether its slot holds the address of an image: a struct or an array.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// assert!(types.is_image(TypeId::ERROR_STRING) && !types.is_image(TypeId::ERROR_STRING_PTR));
    /// ```
    #[inline]
    pub fn is_image(&self, id: TypeId) -> bool {
        matches!(self.kind(id), TypeKind::Struct(_) | TypeKind::Array(..))
    }

    /// The type as Vo writes it: `[]int`, `map[string]main.Point`, `func(int) error`.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let by_name = types.map_of(TypeId::STRING, TypeId::ERROR_STRING_PTR);
    /// assert_eq!(types.name(by_name), "map[string]*errors.errorString");
    /// ```
    pub fn name(&self, id: TypeId) -> String {
        let mut text = String::new();
        self.write_name(id, &mut text);
        text
    }

    fn push(&mut self, kind: TypeKind, name: Option<String>) -> TypeId {
        let id = TypeId(self.rows.len() as u32);
        let layout = OnceLock::new();
        let packing = Packing::default();
        self.rows.push(TypeInfo {
            kind,
            name,
            underlying: id,
            methods: Vec::new(),
            c: None,
            packing,
            layout,
        });
        id
    }

    fn compute_layout(&self, id: TypeId) -> Layout {
        let plain = |size| Layout { size, align: size, offsets: Vec::new() };
        match self.kind(id) {
            TypeKind::Incomplete => Layout { size: 0, align: 1, offsets: Vec::new() },
            TypeKind::Opaque => plain(8),
            TypeKind::Scalar(scalar) => plain(scalar.size()),
            TypeKind::Interface(_) => Layout { size: 16, align: 8, offsets: Vec::new() },
            TypeKind::Array(elem, len) => {
                let elem = self.layout(*elem);
                let size = elem.size.saturating_mul(*len as usize);
                Layout { size, align: elem.align, offsets: Vec::new() }
            }
            TypeKind::Struct(fields) => self.struct_layout(fields, self.info(id).packing),
            _ => plain(8),
        }
    }

    fn struct_layout(&self, fields: &[Field], packing: Packing) -> Layout {
        let (mut size, mut align) = (0usize, packing.align.unwrap_or(1));
        let mut offsets = Vec::with_capacity(fields.len());
        for field in fields {
            let inner = self.layout(field.ty);
            let inner_align = if packing.packed { 1 } else { inner.align };
            let offset = size.next_multiple_of(inner_align);
            offsets.push(offset);
            size = offset.saturating_add(inner.size);
            align = align.max(inner_align);
        }
        Layout { size: size.checked_next_multiple_of(align).unwrap_or(usize::MAX), align, offsets }
    }

    fn write_name(&self, id: TypeId, out: &mut String) {
        let info = self.info(id);
        if let Some(name) = &info.name {
            out.push_str(name);
            return;
        }
        match &info.kind {
            TypeKind::Incomplete | TypeKind::Opaque => out.push('?'),
            TypeKind::Scalar(scalar) => out.push_str(scalar.name()),
            TypeKind::String => out.push_str("string"),
            TypeKind::Slice(elem) => self.write_prefixed("[]", *elem, out),
            TypeKind::Array(elem, len) => self.write_prefixed(&format!("[{len}]"), *elem, out),
            TypeKind::Pointer(target) => self.write_prefixed("*", *target, out),
            TypeKind::Map(key, value) => {
                self.write_prefixed("map[", *key, out);
                self.write_prefixed("]", *value, out);
            }
            TypeKind::Func(func) => {
                out.push_str("func");
                self.write_signature(func, out);
            }
            TypeKind::Struct(fields) => self.write_struct(fields, out),
            TypeKind::Interface(methods) if methods.is_empty() => out.push_str("any"),
            TypeKind::Interface(methods) => {
                out.push_str("interface { ");
                for (index, method) in methods.iter().enumerate() {
                    out.push_str(if index > 0 { "; " } else { "" });
                    out.push_str(&method.name);
                    if let TypeKind::Func(func) = self.kind(method.ty) {
                        self.write_signature(func, out);
                    }
                }
                out.push_str(" }");
            }
        }
    }

    fn write_prefixed(&self, prefix: &str, id: TypeId, out: &mut String) {
        out.push_str(prefix);
        self.write_name(id, out);
    }

    fn write_struct(&self, fields: &[Field], out: &mut String) {
        if fields.is_empty() {
            out.push_str("struct {}");
            return;
        }
        out.push_str("struct {");
        for (index, field) in fields.iter().enumerate() {
            out.push_str(if index > 0 { "; " } else { " " });
            if !field.embedded {
                let _ = write!(out, "{} ", field.name);
            }
            self.write_name(field.ty, out);
        }
        out.push_str(" }");
    }

    /// Writes `(int, ...string) (bool, error)`.
    ///
    /// ```
    /// # use vo_ffi_core::{FuncType, TypeId, TypeTable};
    /// let func = FuncType { params: vec![TypeId::ANYS], variadic: true, results: vec![TypeId::INT, TypeId::ERROR] };
    /// let mut text = String::from("func Println");
    /// TypeTable::new().write_signature(&func, &mut text);
    /// assert_eq!(text, "func Println(...any) (int, error)");
    /// ```
    pub fn write_signature(&self, func: &FuncType, out: &mut String) {
        out.push('(');
        for (index, &param) in func.params.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            match self.kind(param) {
                TypeKind::Slice(elem) if func.variadic && index + 1 == func.params.len() => {
                    self.write_prefixed("...", *elem, out);
                }
                _ => self.write_name(param, out),
            }
        }
        out.push(')');
        match func.results.as_slice() {
            [] => {}
            [one] => self.write_prefixed(" ", *one, out),
            many => {
                for (index, &result) in many.iter().enumerate() {
                    self.write_prefixed(if index > 0 { ", " } else { " (" }, result, out);
                }
                out.push(')');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_vo_writes_them() {
        let mut table = TypeTable::new();
        let map = table.map_of(TypeId::STRING, TypeId::BYTES);
        let func = table.intern(TypeKind::Func(FuncType {
            params: vec![TypeId::INT, TypeId::ANYS],
            variadic: true,
            results: vec![map, TypeId::ERROR],
        }));
        let cases = [
            (TypeId::ANYS, "[]any"),
            (map, "map[string][]uint8"),
            (func, "func(int, ...any) (map[string][]uint8, error)"),
            (TypeId::ERROR_STRING_PTR, "*errors.errorString"),
            (table.underlying(TypeId::ERROR), "interface { Error() string }"),
            (table.underlying(TypeId::ERROR_STRING), "struct { s string }"),
        ];
        for (id, expected) in cases {
            assert_eq!(table.name(id), expected);
        }
    }

    #[test]
    fn structs_are_laid_out_as_in_c() {
        let mut table = TypeTable::new();
        let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
        let inner = table.intern(TypeKind::Struct(vec![field("a", TypeId::BYTE), field("b", TypeId::RUNE)]));
        let outer = table.intern(TypeKind::Struct(vec![
            field("c", TypeId::BYTE),
            field("inner", inner),
            field("any", TypeId::ANY),
            field("d", TypeId::BOOL),
        ]));
        assert_eq!(*table.layout(inner), Layout { size: 8, align: 4, offsets: vec![0, 4] });
        assert_eq!(*table.layout(outer), Layout { size: 40, align: 8, offsets: vec![0, 4, 16, 32] });
    }

    #[test]
    fn equal_types_have_equal_ids() {
        let mut table = TypeTable::new();
        assert_eq!(table.slice_of(TypeId::BYTE), TypeId::BYTES);
        assert_ne!(table.new_named("a.T"), table.new_named("a.T"));
    }
}
