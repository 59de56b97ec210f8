#[vo_extern("text.Indent")]
fn indent(text: &str, #[vo(default = WIDTH / 2)] by: u16) -> String {
    format!("{:by$}{text}", "", by = usize::from(by))
}
