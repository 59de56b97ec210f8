//! The tokens of C.

/// A token, as a part of the [text](super::source::Source::text).
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether it is the first of its line.
    pub(super) leads: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    End,
    /// Something that is no token and was reported.
    Wrong,
    Name,
    Number,
    Char,
    Text,
    // Punctuation.
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Semicolon,
    Comma,
    Colon,
    ColonColon,
    Question,
    Dot,
    Ellipsis,
    Arrow,
    Assign,
    AssignOp,
    PlusPlus,
    MinusMinus,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    ShiftLeft,
    ShiftRight,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Xor,
    AndAnd,
    OrOr,
    Not,
    Tilde,
    // Keywords.
    Typedef,
    Extern,
    Static,
    Auto,
    Register,
    ThreadLocal,
    Inline,
    Noreturn,
    Constexpr,
    Const,
    Volatile,
    Restrict,
    Atomic,
    Alignas,
    Alignof,
    Sizeof,
    Offsetof,
    Attribute,
    Declspec,
    Extension,
    /// `__cdecl` and its like, which mean nothing on 64-bit machines.
    IgnoredConvention,
    /// `_Nonnull` and its like.
    Nullability,
    Void,
    CharWord,
    Short,
    Int,
    Long,
    Signed,
    Unsigned,
    Float,
    Double,
    Bool,
    Complex,
    Int128,
    /// A type that C compilers know and this parser does not.
    UnsupportedType,
    Struct,
    Union,
    Enum,
    Typeof,
    Generic,
    StaticAssert,
    Asm,
    True,
    False,
    Nullptr,
    /// `if`, `return` and the other words of function bodies.
    Statement,
}

/// All spellings of the keywords, in the order of bytes.
const KEYWORDS: &[(&str, Kind)] = &[
    ("_Alignas", Kind::Alignas),
    ("_Alignof", Kind::Alignof),
    ("_Atomic", Kind::Atomic),
    ("_BitInt", Kind::UnsupportedType),
    ("_Bool", Kind::Bool),
    ("_Complex", Kind::Complex),
    ("_Decimal128", Kind::UnsupportedType),
    ("_Decimal32", Kind::UnsupportedType),
    ("_Decimal64", Kind::UnsupportedType),
    ("_Float128", Kind::UnsupportedType),
    ("_Float16", Kind::UnsupportedType),
    ("_Float32", Kind::Float),
    ("_Float32x", Kind::Double),
    ("_Float64", Kind::Double),
    ("_Float64x", Kind::UnsupportedType),
    ("_Generic", Kind::Generic),
    ("_Imaginary", Kind::UnsupportedType),
    ("_Nonnull", Kind::Nullability),
    ("_Noreturn", Kind::Noreturn),
    ("_Null_unspecified", Kind::Nullability),
    ("_Nullable", Kind::Nullability),
    ("_Static_assert", Kind::StaticAssert),
    ("_Thread_local", Kind::ThreadLocal),
    ("__alignof", Kind::Alignof),
    ("__alignof__", Kind::Alignof),
    ("__asm", Kind::Asm),
    ("__asm__", Kind::Asm),
    ("__attribute", Kind::Attribute),
    ("__attribute__", Kind::Attribute),
    ("__auto_type", Kind::Auto),
    ("__bf16", Kind::UnsupportedType),
    ("__builtin_offsetof", Kind::Offsetof),
    ("__cdecl", Kind::IgnoredConvention),
    ("__complex", Kind::Complex),
    ("__complex__", Kind::Complex),
    ("__const", Kind::Const),
    ("__const__", Kind::Const),
    ("__declspec", Kind::Declspec),
    ("__extension__", Kind::Extension),
    ("__fastcall", Kind::IgnoredConvention),
    ("__float128", Kind::UnsupportedType),
    ("__fp16", Kind::UnsupportedType),
    ("__inline", Kind::Inline),
    ("__inline__", Kind::Inline),
    ("__int128", Kind::Int128),
    ("__restrict", Kind::Restrict),
    ("__restrict__", Kind::Restrict),
    ("__signed", Kind::Signed),
    ("__signed__", Kind::Signed),
    ("__stdcall", Kind::IgnoredConvention),
    ("__thiscall", Kind::IgnoredConvention),
    ("__thread", Kind::ThreadLocal),
    ("__typeof", Kind::Typeof),
    ("__typeof__", Kind::Typeof),
    ("__unaligned", Kind::Nullability),
    ("__vectorcall", Kind::UnsupportedType),
    ("__volatile", Kind::Volatile),
    ("__volatile__", Kind::Volatile),
    ("alignas", Kind::Alignas),
    ("alignof", Kind::Alignof),
    ("asm", Kind::Asm),
    ("auto", Kind::Auto),
    ("break", Kind::Statement),
    ("case", Kind::Statement),
    ("char", Kind::CharWord),
    ("const", Kind::Const),
    ("constexpr", Kind::Constexpr),
    ("continue", Kind::Statement),
    ("default", Kind::Statement),
    ("do", Kind::Statement),
    ("double", Kind::Double),
    ("else", Kind::Statement),
    ("enum", Kind::Enum),
    ("extern", Kind::Extern),
    ("false", Kind::False),
    ("float", Kind::Float),
    ("for", Kind::Statement),
    ("goto", Kind::Statement),
    ("if", Kind::Statement),
    ("inline", Kind::Inline),
    ("int", Kind::Int),
    ("long", Kind::Long),
    ("nullptr", Kind::Nullptr),
    ("offsetof", Kind::Offsetof),
    ("register", Kind::Register),
    ("restrict", Kind::Restrict),
    ("return", Kind::Statement),
    ("short", Kind::Short),
    ("signed", Kind::Signed),
    ("sizeof", Kind::Sizeof),
    ("static", Kind::Static),
    ("static_assert", Kind::StaticAssert),
    ("struct", Kind::Struct),
    ("switch", Kind::Statement),
    ("thread_local", Kind::ThreadLocal),
    ("true", Kind::True),
    ("typedef", Kind::Typedef),
    ("typeof", Kind::Typeof),
    ("typeof_unqual", Kind::Typeof),
    ("union", Kind::Union),
    ("unsigned", Kind::Unsigned),
    ("void", Kind::Void),
    ("volatile", Kind::Volatile),
    ("while", Kind::Statement),
];

/// Where in [`KEYWORDS`] those with each first byte are.
const STARTS: [(u8, u8); 128] = {
    let mut starts = [(0, 0); 128];
    let mut index = 0;
    while index < KEYWORDS.len() {
        let first = KEYWORDS[index].0.as_bytes()[0] as usize;
        if starts[first].1 == 0 {
            starts[first].0 = index as u8;
        }
        index += 1;
        starts[first].1 = index as u8;
    }
    starts
};

/// Punctuation, the longer before the shorter; what ends in `=` and assigns is one kind.
const PUNCTUATION: &[(&str, Kind)] = &[
    ("<<=", Kind::AssignOp),
    (">>=", Kind::AssignOp),
    ("...", Kind::Ellipsis),
    ("->", Kind::Arrow),
    ("++", Kind::PlusPlus),
    ("--", Kind::MinusMinus),
    ("<<", Kind::ShiftLeft),
    (">>", Kind::ShiftRight),
    ("<=", Kind::LessEqual),
    (">=", Kind::GreaterEqual),
    ("==", Kind::Equal),
    ("!=", Kind::NotEqual),
    ("&&", Kind::AndAnd),
    ("||", Kind::OrOr),
    ("+=", Kind::AssignOp),
    ("-=", Kind::AssignOp),
    ("*=", Kind::AssignOp),
    ("/=", Kind::AssignOp),
    ("%=", Kind::AssignOp),
    ("&=", Kind::AssignOp),
    ("|=", Kind::AssignOp),
    ("^=", Kind::AssignOp),
    ("::", Kind::ColonColon),
    ("<:", Kind::OpenBracket),
    (":>", Kind::CloseBracket),
    ("<%", Kind::OpenBrace),
    ("%>", Kind::CloseBrace),
    ("<", Kind::Less),
    (">", Kind::Greater),
    ("+", Kind::Plus),
    ("-", Kind::Minus),
    ("/", Kind::Slash),
    ("%", Kind::Percent),
    ("&", Kind::And),
    ("|", Kind::Or),
    ("^", Kind::Xor),
    ("!", Kind::Not),
    ("~", Kind::Tilde),
    ("?", Kind::Question),
    (":", Kind::Colon),
    (".", Kind::Dot),
    ("=", Kind::Assign),
];

impl Kind {
    /// The kind of a word: of a keyword, or a name.
    pub(super) fn of_word(word: &str) -> Kind {
        let first = usize::from(word.as_bytes().first().copied().unwrap_or(0));
        let (from, to) = STARTS.get(first).copied().unwrap_or((0, 0));
        let candidates = &KEYWORDS[usize::from(from)..usize::from(to)];
        candidates.iter().find(|(keyword, _)| *keyword == word).map_or(Kind::Name, |&(_, kind)| kind)
    }

    /// The punctuation that a text begins with, and its length.
    pub(super) fn of_punctuation(text: &[u8]) -> Option<(Kind, usize)> {
        let single = match text.first()? {
            b'(' => Kind::OpenParen,
            b')' => Kind::CloseParen,
            b'[' => Kind::OpenBracket,
            b']' => Kind::CloseBracket,
            b'{' => Kind::OpenBrace,
            b'}' => Kind::CloseBrace,
            b';' => Kind::Semicolon,
            b',' => Kind::Comma,
            b'*' if text.get(1) != Some(&b'=') => Kind::Star,
            _ => {
                let found = PUNCTUATION.iter().find(|(mark, _)| text.starts_with(mark.as_bytes()));
                return found.map(|&(mark, kind)| (kind, mark.len()));
            }
        };
        Some((single, 1))
    }

    /// The bracket that closes this one.
    pub(super) fn closer(self) -> Option<Kind> {
        match self {
            Kind::OpenParen => Some(Kind::CloseParen),
            Kind::OpenBracket => Some(Kind::CloseBracket),
            Kind::OpenBrace => Some(Kind::CloseBrace),
            _ => None,
        }
    }

    pub(super) fn is_closer(self) -> bool {
        matches!(self, Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keyword_is_found() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a.0 < b.0));
        for &(keyword, kind) in KEYWORDS {
            assert_eq!(Kind::of_word(keyword), kind, "{keyword}");
        }
        assert_eq!(Kind::of_word("structs"), Kind::Name);
    }
}
