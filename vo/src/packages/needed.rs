//! The declarations of packages that a program needs, found by name before anything is parsed, so that importing a
//! large package costs what is used of it.
//!
//! A name that occurs somewhere in the program may mean any declaration of that name, in any package that is imported:
//! too much may stay, never too little.

use hashbrown::{HashMap, HashSet};

use super::{PATHS, sources};

/// What natives and the machine ask for by name.
const ALWAYS: &[&str] =
    &["Errno", "Error", "GoString", "Is", "PathError", "String", "Unwrap", "errorString", "init"];

/// The packages that some texts import, directly or not, without what they do not need.
pub(crate) struct Needed {
    files: HashMap<&'static str, Vec<(&'static str, String)>>,
}

impl Needed {
    /// What programs of these texts need.
    pub(crate) fn by<'t>(texts: impl Iterator<Item = &'t [u8]> + Clone) -> Needed {
        let paths = imported(texts.clone());
        let mut search = Search::default();
        for path in &paths {
            for &(name, text) in sources(path).unwrap_or_default() {
                search.add_file(path, name, text);
            }
        }
        ALWAYS.iter().for_each(|name| search.meet(name));
        for text in texts {
            words(text).filter_map(|word| std::str::from_utf8(word).ok()).for_each(|word| search.meet(word));
        }
        search.finish()
    }

    /// The files of a package: their names and what is left of their texts, each line at its place.
    pub(crate) fn files(&self, path: &str) -> Option<&[(&'static str, String)]> {
        self.files.get(path).map(Vec::as_slice)
    }
}

/// Every package whose path stands somewhere in quotes, and what those import; `errors` is always there.
fn imported<'t>(texts: impl Iterator<Item = &'t [u8]> + Clone) -> Vec<&'static str> {
    let quotes = |text: &[u8], path: &str| {
        let quoted = format!("\"{path}\"");
        super::text::find(text, quoted.as_bytes()).is_some()
    };
    let mentioned = |path: &&str| *path == "errors" || texts.clone().any(|text| quotes(text, path));
    let mut paths: Vec<&'static str> = PATHS.iter().copied().filter(mentioned).collect();
    let mut at = 0;
    while let Some(path) = paths.get(at).copied() {
        for (_, text) in sources(path).unwrap_or_default() {
            // Imports come before the first declaration with a body.
            let head = text.find("\n)\n").map_or(*text, |end| &text[..end]);
            let new = PATHS.iter().filter(|path| quotes(head.as_bytes(), path) && !paths.contains(path));
            let new: Vec<&'static str> = new.copied().collect();
            paths.extend(new);
        }
        at += 1;
    }
    paths
}

/// A declaration, or lines that belong to none.
struct Chunk {
    file: usize,
    start: usize,
    end: usize,
    /// The type that a method belongs to.
    receiver: Option<&'static str>,
    kept: bool,
}

struct PackageFile {
    path: &'static str,
    name: &'static str,
    text: &'static str,
}

#[derive(Default)]
struct Search {
    files: Vec<PackageFile>,
    chunks: Vec<Chunk>,
    /// The chunks that declare a name, and those of its methods where it is a type.
    by_name: HashMap<&'static str, Vec<(usize, Role)>>,
    met: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Declared,
    Receiver,
}

impl Search {
    fn add_file(&mut self, path: &'static str, name: &'static str, text: &'static str) {
        let file = self.files.len();
        self.files.push(PackageFile { path, name, text });
        let mut start = 0;
        while start < text.len() {
            let head = line(text, start);
            let end = if opens(head) { closing(text, start + head.len()) } else { start + head.len() };
            let (names, receiver) = declared(&text[start..end]);
            let index = self.chunks.len();
            let kept = names.is_empty() && !head.starts_with("//");
            self.chunks.push(Chunk { file, start, end, receiver, kept });
            for name in names {
                self.by_name.entry(name).or_default().push((index, Role::Declared));
            }
            if let Some(receiver) = receiver {
                self.by_name.entry(receiver).or_default().push((index, Role::Receiver));
            }
            start = end;
        }
    }

    /// Keeps what a name may mean, and what that needs in turn.
    fn meet(&mut self, name: &str) {
        let mut new = vec![name.to_string()];
        while let Some(name) = new.pop() {
            if !self.met.insert(name.clone()) {
                continue;
            }
            for (index, role) in self.by_name.get(name.as_str()).cloned().unwrap_or_default() {
                if !self.is_needed(index, role) {
                    continue;
                }
                let chunk = &mut self.chunks[index];
                if std::mem::replace(&mut chunk.kept, true) {
                    continue;
                }
                let text = &self.files[chunk.file].text[chunk.start..chunk.end];
                let met = &self.met;
                new.extend(names(text).filter(|name| !met.contains(*name)).map(str::to_string));
            }
        }
    }

    /// A method is needed where both its name and its type are; other declarations, where one of their names is.
    fn is_needed(&self, index: usize, role: Role) -> bool {
        let Some(receiver) = self.chunks[index].receiver else { return true };
        match role {
            Role::Declared => self.met.contains(receiver),
            Role::Receiver => {
                let chunk = &self.chunks[index];
                let head = &self.files[chunk.file].text[chunk.start..chunk.end];
                declared(head).0.iter().any(|name| self.met.contains(*name))
            }
        }
    }

    fn finish(self) -> Needed {
        let mut files: HashMap<&'static str, Vec<(&'static str, String)>> = HashMap::new();
        let mut chunks = self.chunks.iter().peekable();
        for (index, file) in self.files.iter().enumerate() {
            let mut left = String::with_capacity(file.text.len());
            while let Some(chunk) = chunks.next_if(|chunk| chunk.file == index) {
                let text = &file.text[chunk.start..chunk.end];
                match chunk.kept {
                    true => left.push_str(text),
                    false => left.extend(text.bytes().filter(|&byte| byte == b'\n').map(char::from)),
                }
            }
            files.entry(file.path).or_default().push((file.name, left));
        }
        Needed { files }
    }
}

/// The line at an offset, with its newline.
fn line(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    rest.find('\n').map_or(rest, |end| &rest[..=end])
}

/// Whether a line begins something that ends with a bracket at the left margin.
fn opens(head: &str) -> bool {
    head.ends_with("{\n") || head.ends_with("(\n")
}

fn closing(text: &str, from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        let line = line(text, at);
        at += line.len();
        if line.starts_with(['}', ')']) {
            break;
        }
    }
    at
}

/// The names that a declaration declares, and the type that a method belongs to. Nothing for what always stays.
fn declared(text: &'static str) -> (Vec<&'static str>, Option<&'static str>) {
    let text = text.strip_prefix("extern ").unwrap_or(text);
    let Some((keyword, rest)) = text.split_once(' ') else { return (Vec::new(), None) };
    match (keyword, rest.strip_prefix('(')) {
        ("func", Some(method)) => {
            let (receiver, head) = method.split_once(") ").unwrap_or_default();
            let receiver = receiver.split([' ', '*']).next_back().unwrap_or_default();
            (names(head).take(1).collect(), Some(receiver))
        }
        ("func" | "type", None) => (names(rest).take(1).collect(), None),
        ("const" | "var", None) => (before_equals(rest), None),
        ("const" | "var" | "type", Some(block)) => {
            let entries = block.lines().filter(|line| line.starts_with('\t') && !line.starts_with("\t\t"));
            (entries.flat_map(before_equals).collect(), None)
        }
        _ => (Vec::new(), None),
    }
}

/// The names that `a, b int = 1, 2` declares.
fn before_equals(entry: &'static str) -> Vec<&'static str> {
    let entry = entry.lines().next().unwrap_or_default();
    if entry.trim_start().starts_with("//") {
        return Vec::new();
    }
    let left = entry.split('=').next().unwrap_or_default();
    left.split(',').filter_map(|part| names(part).next()).collect()
}

/// All words that may be names, but for those in lines of comments.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| words(line.as_bytes())).filter_map(|word| std::str::from_utf8(word).ok())
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    text.split(move |byte| !is_part(byte)).filter(|word| !word.is_empty() && !word[0].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_left_out_and_lines_keep_their_numbers() {
        let program = b"package main\nimport \"strings\"\nfunc main() { println(strings.ToTitle(\"a\")) }";
        let needed = Needed::by([&program[..]].into_iter());
        let (name, text) = &needed.files("strings").expect("it is imported")[0];
        let (_, whole) = sources("strings").expect("a package")[0];
        assert_eq!((*name, text.lines().count()), ("strings.vo", whole.lines().count()));
        for (line, whole) in text.lines().zip(whole.lines()) {
            assert!(line == whole || line.is_empty(), "{line}");
        }
        assert!(
            text.contains("func ToTitle(") && text.contains("func Map(") && text.contains(") WriteRune(")
        );
        assert!(!text.contains("func Title(") && !text.contains(") Grow("));
        assert!(needed.files("unicode").is_some() && needed.files("os").is_none());
    }
}
