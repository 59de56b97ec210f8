//! Package errors.

use vo_ffi::prelude::*;

#[vo_extern("errors.New")]
fn new(text: VoString) -> Option<VoError> {
    Some(VoError::new(text.to_str_lossy()))
}
