#[vo_module("text/count")]
mod natives {
    use vo_ffi::prelude::*;

    /// A word and how often it is there.
    #[derive(VoObject)]
    struct Word {
        text: String,
    }

    #[vo_extern]
    #[cfg(unix)]
    fn upper_case(text: &str) -> i64 {
        text.chars().filter(|c| c.is_uppercase()).count() as i64
    }
}
