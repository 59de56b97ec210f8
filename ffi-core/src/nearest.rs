//! Names that are almost the one that was looked for.

/// The names among `candidates` that differ from `name` only in case or by a letter or two: the nearest
/// ones, in alphabetical order.
///
/// ```
/// let exported = ["cos", "cosh", "sin", "compressBound"];
/// assert_eq!(vo_ffi_core::nearest("coss", exported), ["cos", "cosh"]);
/// assert_eq!(vo_ffi_core::nearest("COS", exported), ["cos"]);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    const MOST: usize = 3;
    // Nobody mistypes a name of this length by a letter, and comparing would take long.
    const LONGEST: usize = 256;
    if name.len() > LONGEST {
        return Vec::new();
    }
    let lower = name.to_lowercase();
    // A short name is a letter or two away from too many others.
    let reach = (name.len() / 3).min(2);
    let mut found: Vec<(usize, &str)> = (candidates.into_iter())
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= reach)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, _)| distance <= reach)
        .collect();
    found.sort_unstable();
    found.dedup();
    let best = found.first().map_or(0, |&(distance, _)| distance);
    found.retain(|&(distance, _)| distance == best);
    found.truncate(MOST);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The Levenshtein distance of two names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
