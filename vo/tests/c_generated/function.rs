//! A random function: defined in C, called by C and by Vo.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::arg::{Arg, closure_body, make_result, result_in};
use crate::leaves::Language;
use crate::leaves::Language::{C, Vo};
use crate::random::Random;
use crate::types::{Record, Type};

/// A function of the library.
#[derive(Debug)]
pub(crate) struct Function {
    number: usize,
    args: Vec<Arg>,
    /// How many of the arguments are behind the `...`.
    more: usize,
    result: Option<Type>,
}

impl Function {
    pub(crate) fn random(random: &mut Random, number: usize, records: &[Rc<Record>]) -> Function {
        let most = *random.pick(&[4, 7, 12]);
        let count = random.below(most);
        let mut args: Vec<Arg> = (0..count).map(|_| Arg::random(random, records)).collect();
        let more = if count > 0 && random.chance(20) { 1 + random.below(4) } else { 0 };
        args.extend((0..more).map(|_| Arg::variadic(random, records)));
        let result = (!random.chance(12)).then(|| Type::random(random, records));
        Function { number, args, more, result }
    }

    fn fixed(&self) -> usize {
        self.args.len() - self.more
    }

    /// Whether libffi can express all of its types.
    pub(crate) fn is_plain(&self) -> bool {
        self.result.as_ref().is_none_or(Type::is_plain) && self.args.iter().all(Arg::is_plain)
    }

    fn head(&self) -> String {
        let fixed = self.args[..self.fixed()].iter().enumerate();
        let mut params: Vec<String> = fixed.map(|(index, arg)| arg.declared(&format!("a{index}"))).collect();
        if self.more > 0 {
            params.push("...".into());
        } else if params.is_empty() {
            params.push("void".into());
        }
        format!("{} f{}({})", result_in(C, self.result.as_ref()), self.number, params.join(", "))
    }

    pub(crate) fn prototype(&self) -> String {
        self.head() + ";\n"
    }

    /// The definition: a hash of all arguments is left in `last`, and makes the result.
    pub(crate) fn definition(&self) -> String {
        let mut text = format!("{} {{\n\tunsigned long long h = {}ull; ", self.head(), self.number);
        if self.more > 0 {
            let _ = write!(text, "va_list list; va_start(list, a{}); ", self.fixed() - 1);
        }
        for (index, arg) in self.args.iter().enumerate() {
            let name = format!("a{index}");
            if index >= self.fixed() {
                let declared = arg.declared(&name);
                let ty = arg.declared("");
                let _ = write!(text, "{declared} = va_arg(list, {}); ", ty.trim());
            }
            text += "\n\t";
            text += &arg.read_in_c(&name);
        }
        text += "\n\tlast = h; ";
        text += &make_result(C, self.result.as_ref());
        text + "\n}\n"
    }

    /// A call with everything that it prints, as statements.
    pub(crate) fn call(&self, language: Language) -> String {
        let (mut before, mut passed, mut shown) = (String::new(), Vec::new(), Vec::new());
        for (index, arg) in self.args.iter().enumerate() {
            let name = format!("a{index}");
            let (setup, value) = arg.passed(language, &name, self.number);
            before = before + &setup + "\n\t";
            passed.push(value);
            if let Arg::Pointer(ty, _) = arg {
                shown.extend(ty.leaves(&name).iter().map(|leaf| leaf.number(language)));
            }
        }
        let call = format!("f{}({})", self.number, passed.join(", "));
        let call = match (language, &self.result) {
            (C, None) => call + ";",
            (C, Some(ty)) => format!("{} r = {call};", ty.c()),
            (Vo, None) => format!("C.{call}"),
            (Vo, Some(_)) => format!("r := C.{call}"),
        };
        if let Some(ty) = &self.result {
            shown.extend(ty.leaves("r").iter().map(|leaf| leaf.number(language)));
        }
        format!("{before}{call}\n\t{}", show(language, self.number, &shown))
    }

    /// The functions in C that the driver passes where Vo passes closures.
    pub(crate) fn closures_in_c(&self) -> String {
        let mut text = String::new();
        for (index, arg) in self.args.iter().enumerate() {
            if let Arg::Closure(params, result) = arg {
                let declared: Vec<String> =
                    params.iter().enumerate().map(|(at, ty)| format!("{} b{at}", ty.c())).collect();
                let declared = if declared.is_empty() { "void".into() } else { declared.join(", ") };
                let head = format!("static {} g{}_{index}", result_in(C, result.as_ref()), self.number);
                let _ =
                    writeln!(text, "{head}({declared}) {{ {}}}", closure_body(C, params, result.as_ref()));
            }
        }
        text
    }
}

/// Prints the numbers of a call.
fn show(language: Language, number: usize, shown: &[String]) -> String {
    match language {
        C => {
            let shown: Vec<String> =
                shown.iter().map(|number| format!("printf(\" %llu\", {number}); ")).collect();
            format!("printf(\"f{number} %llu %llu\", last, seen); {}puts(\"\");\n", shown.concat())
        }
        Vo => {
            let shown: Vec<String> = shown.iter().map(|number| format!(", {number}")).collect();
            format!("fmt.Println(\"f{number}\", C.last, seen{})\n", shown.concat())
        }
    }
}
