//! The comment above `import "C"`: which of it is C, and which libraries it names.

use std::ops::Range;

/// What a preamble says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Preamble {
    /// The C in it: as long as the comment, with spaces for all that is no C, so that places are the same.
    pub(super) text: String,
    /// The libraries, in order, as the engine takes them, and where they are named.
    pub(super) libraries: Vec<(String, Range<usize>)>,
    /// Where lines `//vo:unguarded` end.
    pub(super) unguarded: Vec<usize>,
    /// What is wrong with its lines for libraries: where, what, and what to do.
    pub(super) problems: Vec<(Range<usize>, String, String)>,
}

/// Reads the comments between the end of the line before and `import "C"`.
pub(super) fn read(comment: &str, runs_tools: bool) -> Preamble {
    let mut preamble = Preamble { text: without_marks(comment), ..Preamble::default() };
    let mut folders = Vec::new();
    let mut at = 0;
    let text = preamble.text.clone();
    for line in text.split_inclusive('\n') {
        let word = line.trim_start();
        let start = at + line.len() - word.len();
        if let Some(flags) = word.strip_prefix("#cgo") {
            preamble.cgo_line(start..start + word.trim_end().len(), flags, &mut folders, runs_tools);
        } else if let Some(rest) = word.strip_prefix("#vo") {
            preamble.vo_line(start..start + word.trim_end().len(), rest);
        }
        match word.trim_end() {
            "//vo:unguarded" => preamble.unguarded.push(at + line.len()),
            other if other.starts_with("//vo:") => {
                let problem = format!("unknown directive {other}");
                preamble.problem(start..start + other.len(), problem, "there is //vo:unguarded");
            }
            _ => {}
        }
        at += line.len();
    }
    preamble
}

impl Preamble {
    /// `#cgo LDFLAGS: -lm -L.` or `#cgo pkg-config: sqlite3`, with conditions before the name: `#cgo linux LDFLAGS: …`
    fn cgo_line(&mut self, place: Range<usize>, flags: &str, folders: &mut Vec<String>, runs_tools: bool) {
        self.blank(place.clone());
        let Some((name, values)) = flags.split_once(':') else {
            return self.problem(place, "#cgo needs a name and a colon", "write `#cgo LDFLAGS: -lm`");
        };
        let mut conditions = name.split_whitespace();
        let name = conditions.next_back().unwrap_or_default();
        if !conditions.clone().all(holds) && conditions.next().is_some() {
            return;
        }
        match name {
            "LDFLAGS" => self.add_flags(place, values, folders),
            "pkg-config" if !runs_tools => {
                let problem = "pkg-config is not run for a program that may not use all libraries";
                self.problem(place, problem, "name the library: `#vo lib: libfoo.so.1`");
            }
            "pkg-config" => match pkg_config(values) {
                Ok(flags) => self.add_flags(place, &flags, folders),
                Err((problem, help)) => self.problem(place, problem, help),
            },
            // What only a compiler needs.
            "CFLAGS" | "CPPFLAGS" | "CXXFLAGS" | "FFLAGS" => {}
            _ => self.problem(
                place,
                format!("#cgo has no {name}"),
                "there are LDFLAGS and pkg-config, and CFLAGS and CPPFLAGS, which count for nothing here",
            ),
        }
    }

    fn add_flags(&mut self, place: Range<usize>, values: &str, folders: &mut Vec<String>) {
        let mut words = values.split_whitespace();
        while let Some(word) = words.next() {
            let mut value = |rest: &str| match rest {
                "" => words.next().unwrap_or_default().to_string(),
                rest => rest.to_string(),
            };
            if let Some(rest) = word.strip_prefix("-L") {
                folders.push(value(rest));
            } else if let Some(rest) = word.strip_prefix("-l") {
                self.libraries.push((linked(&value(rest), folders), place.clone()));
            } else if !word.starts_with('-') {
                self.libraries.push((word.to_string(), place.clone()));
            } else if !word.starts_with("-Wl,")
                && !matches!(word, "-pthread" | "-static" | "-shared" | "-g" | "-s")
            {
                self.problem(
                    place.clone(),
                    format!("{word} means nothing here"),
                    "there are -lNAME and -LFOLDER",
                );
            }
        }
    }

    /// `#vo lib: libfoo.so.1 | libfoo.so`
    fn vo_line(&mut self, place: Range<usize>, rest: &str) {
        self.blank(place.clone());
        match rest.split_once(':') {
            Some((name, list)) if name.trim() == "lib" && !list.trim().is_empty() => {
                self.libraries.push((list.trim().to_string(), place));
            }
            _ => self.problem(
                place,
                "#vo is followed by `lib:` and names",
                "write `#vo lib: libfoo.so.1 | libfoo.so`",
            ),
        }
    }

    fn problem(&mut self, place: Range<usize>, problem: impl Into<String>, help: impl Into<String>) {
        self.problems.push((place, problem.into(), help.into()));
    }

    fn blank(&mut self, place: Range<usize>) {
        let spaces = " ".repeat(place.len());
        self.text.replace_range(place, &spaces);
    }
}

/// What `-lname` finds: a file of that name in one of the folders, else wherever the system has libraries.
fn linked(name: &str, folders: &[String]) -> String {
    let (file, anywhere) = match name.strip_prefix(':') {
        Some(file) => (file.to_string(), file.to_string()),
        None => (format!("lib{name}.so"), format!("lib{name}")),
    };
    let inside = folders.iter().map(|folder| format!("{folder}/{file}"));
    inside.chain([anywhere]).collect::<Vec<_>>().join(" | ")
}

/// Whether a word before the name of a `#cgo` line is true of this machine.
fn holds(condition: &str) -> bool {
    condition.split(',').all(|word| {
        let (word, wanted) = word.strip_prefix('!').map_or((word, true), |word| (word, false));
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        (word == std::env::consts::OS || word == arch || word == "cgo" || word == "vo") == wanted
    })
}

/// The linker's flags for packages.
fn pkg_config(packages: &str) -> Result<String, (String, String)> {
    let packages: Vec<&str> = packages.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    let output = std::process::Command::new("pkg-config").arg("--libs").args(&packages).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let line = said.lines().next().unwrap_or("it failed").trim_end_matches('.').to_string();
            let help = "install the package's development files, or name the library: `#vo lib: libfoo.so.1`";
            Err((format!("pkg-config: {line}"), help.into()))
        }
        Err(error) => {
            let help = "install pkg-config, or name the library: `#vo lib: libfoo.so.1`";
            Err((format!("pkg-config cannot be run: {error}"), help.into()))
        }
    }
}

/// The bodies of comments, with spaces for what makes them comments.
fn without_marks(comment: &str) -> String {
    let mut text = String::with_capacity(comment.len());
    let mut rest = comment;
    while !rest.is_empty() {
        let (mark, body, close) = match rest.get(..2) {
            Some("//") => (2, rest.find('\n').unwrap_or(rest.len()) - 2, 0),
            Some("/*") => (2, rest[2..].find("*/").unwrap_or(rest.len() - 2), 2),
            _ => {
                let next = rest.chars().next().map_or(0, char::len_utf8);
                text.push_str(if rest.starts_with('\n') { "\n" } else { &"    "[..next.min(4)] });
                rest = &rest[next..];
                continue;
            }
        };
        // A directive is a comment of C's too.
        text.push_str(if rest.starts_with("//vo:") { "//" } else { "  " });
        text.push_str(&rest[mark..mark + body]);
        let end = (mark + body + close).min(rest.len());
        text.push_str(&" ".repeat(end - mark - body));
        rest = &rest[end..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_found_in_each_kind_of_comment() {
        for comment in
            ["//vo:unguarded\n// int f;\n", "// //vo:unguarded\n// int f;\n", "/*\n//vo:unguarded\nint f;*/"]
        {
            let end = comment.find("unguarded\n").map(|at| at + "unguarded\n".len());
            assert_eq!(read(comment, true).unguarded.first().copied(), end, "{comment}");
        }
    }

    #[test]
    fn comments_keep_their_places() {
        let rows = [
            ("/*\nint f(void);\n*/\n", "  \nint f(void);\n  \n"),
            ("// int f(void); // f\n//int g;\n", "   int f(void); // f\n  int g;\n"),
            ("/* a */ // b\n", "   a       b\n"),
            ("//vo:unguarded\n// int f;\n", "//vo:unguarded\n   int f;\n"),
        ];
        for (comment, expected) in rows {
            assert_eq!(read(comment, true).text, expected, "{comment}");
        }
    }

    #[test]
    fn libraries_are_named_in_order() {
        let rows: [(&str, &[&str]); 6] = [
            ("// #cgo LDFLAGS: -lm -lz\n", &["libm", "libz"]),
            ("// #cgo LDFLAGS: -L. -L /opt/x -lfoo\n", &["./libfoo.so | /opt/x/libfoo.so | libfoo"]),
            ("// #vo lib: libfoo.so.1 | libfoo.so\n", &["libfoo.so.1 | libfoo.so"]),
            ("// #cgo linux LDFLAGS: -lm\n// #cgo windows LDFLAGS: -lwin\n", &["libm"]),
            ("// #cgo !linux LDFLAGS: -lm\n// #cgo CFLAGS: -I.\n", &[]),
            ("// #cgo LDFLAGS: -l:libm.so.6 ./libown.so -Wl,-rpath,.\n", &["libm.so.6", "./libown.so"]),
        ];
        for (comment, expected) in rows {
            let preamble = read(comment, true);
            let names: Vec<String> = preamble.libraries.into_iter().map(|(name, _)| name).collect();
            assert_eq!(
                (names, preamble.problems),
                (expected.iter().map(|&name| name.into()).collect(), vec![]),
                "{comment}"
            );
        }
    }

    #[test]
    fn what_is_no_flag_is_a_problem_at_its_line() {
        let rows = [
            ("// #cgo LDFLAG: -lm\n", "#cgo has no LDFLAG"),
            ("// #cgo -lm\n", "#cgo needs a name and a colon"),
            ("// #cgo LDFLAGS: -O2\n", "-O2 means nothing here"),
            ("// #vo library: x\n", "#vo is followed by `lib:` and names"),
            ("// #vo lib:\n", "#vo is followed by `lib:` and names"),
            ("// //vo:unguardd\n", "unknown directive //vo:unguardd"),
        ];
        for (comment, expected) in rows {
            let problems = read(comment, true).problems;
            let [(place, problem, _)] = &problems[..] else { panic!("one problem: {comment}") };
            assert_eq!((place.start, problem.as_str()), (3, expected), "{comment}");
        }
    }
}
