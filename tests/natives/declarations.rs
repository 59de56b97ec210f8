//! `declarations = "file.vo"`: natives that are compared with a file when they are compiled. What does not compile is among
//! the cases of `tests/ui`.

use std::collections::BTreeSet;

use vo_ffi::declared::parse_file;
use vo_ffi::prelude::*;

#[vo_module("drawing", declarations = "declarations/drawing.vo")]
mod natives {
    use std::collections::HashMap;

    use vo_ffi::prelude::*;

    #[derive(Clone, Copy, FromVo, VoPacked)]
    #[repr(C)]
    struct Point {
        x: f64,
        y: f64,
    }

    #[derive(FromVo)]
    struct Tree<'call> {
        name: &'call str,
        kids: VoSlice<'call>,
    }

    #[derive(VoObject)]
    struct Canvas {
        size: (u16, u16),
    }

    #[vo_extern]
    fn area(points: &[Point], scale: f32) -> f64 {
        points.iter().map(|point| point.x * point.y).sum::<f64>() * f64::from(scale)
    }

    #[vo_extern]
    fn join(sep: &str, parts: VoVariadic<String>) -> Result<String, VoError> {
        Ok(parts.iter().collect::<Vec<_>>().join(sep))
    }

    #[vo_extern("Each", reentrant)]
    fn for_each(
        ctx: &mut VmCtx,
        from: i64,
        to: i64,
        handler: VoFunc<(i64, VoSlice<VoString>), Result<bool, VoError>>,
    ) -> Result<(), VoError> {
        for event in from..to {
            let tags = ctx.new_slice(&[]);
            handler.call(ctx, (event, tags))??;
        }
        Ok(())
    }

    #[vo_extern]
    fn count(names: HashMap<String, i32>, anything: VoValue, when: i64) -> (i64, bool) {
        (names.len() as i64 + when, matches!(anything, VoValue::Nil))
    }

    #[vo_extern]
    fn depth(tree: Tree<'_>) -> i64 {
        (tree.name.len() + tree.kids.len()) as i64
    }

    #[vo_extern]
    fn round(x: f64, #[vo(default = 0)] places: u8) -> f64 {
        let scale = 10f64.powi(places.into());
        (x * scale).round() / scale
    }

    #[vo_methods]
    impl Canvas {
        fn new(width: u16, height: u16) -> Canvas {
            Canvas { size: (width, height) }
        }

        fn draw(&mut self, p: Point) -> Result<i64, VoError> {
            self.size.0 = p.x as u16;
            Ok(i64::from(self.size.0) + p.y as i64)
        }

        fn size(&self) -> (u16, u16) {
            self.size
        }
    }

    #[vo_extern("Point.Grow")]
    fn grow(mut point: VoObject, by: f64) {
        for index in 0..2 {
            if let VoValue::Float(value) = point.field(index) {
                point.set_field(index, value + by);
            }
        }
    }
}

#[test]
fn all_that_is_declared_is_there() {
    let file = parse_file(include_str!("declarations/drawing.vo")).expect("the file is right");
    let registry = ExternRegistry::from_inventory();
    let natives = file.externs.iter().filter(|declared| declared.library.is_none());
    let names: BTreeSet<String> = natives
        .map(|declared| {
            declared.symbol.as_ref().map_or_else(|| declared.member_name(), |name| name.text.clone())
        })
        .collect();
    let found: BTreeSet<String> =
        registry.package("drawing").iter().map(|entry| entry.name["drawing.".len()..].to_string()).collect();
    assert_eq!(names, found);
}
