//! Package sort. A closure compares elements where they lie, by index, so they are sorted in place: by
//! quicksort with a bound on its depth, or by insertion and rotation where the order of equals matters.

use vo_ffi::prelude::*;

/// Slices up to this length are sorted by insertion.
const SHORT: usize = 12;

/// Whether the element at the first index is less than that at the second.
type Less<'call> = VoFunc<'call, (i64, i64), bool>;

/// A slice that is being sorted, and the closure that compares its elements.
struct Sorter<'a, 'call> {
    ctx: &'a mut VmCtx<'call>,
    slice: VoSlice<'call>,
    less: Less<'call>,
}

fn sorter<'a, 'call>(
    ctx: &'a mut VmCtx<'call>,
    x: VoValue<'call>,
    less: Less<'call>,
) -> Result<Sorter<'a, 'call>, VoError> {
    match x {
        VoValue::Slice(slice) => Ok(Sorter { ctx, slice, less }),
        _ => Err(VoError::new("reflect: call of Swapper on a value that is not a slice")),
    }
}

#[vo_extern("sort.Slice", reentrant)]
fn slice(ctx: &mut VmCtx, x: VoValue, less: Less<'_>) -> Result<(), VoError> {
    let mut sorter = sorter(ctx, x, less)?;
    let len = sorter.slice.len();
    let depth = 2 * (usize::BITS - len.leading_zeros());
    sorter.quicksort(0, len, depth)
}

#[vo_extern("sort.SliceStable", reentrant)]
fn slice_stable(ctx: &mut VmCtx, x: VoValue, less: Less<'_>) -> Result<(), VoError> {
    let mut sorter = sorter(ctx, x, less)?;
    let len = sorter.slice.len();
    sorter.merge_sort(0, len)
}

#[vo_extern("sort.SliceIsSorted", reentrant)]
fn slice_is_sorted(ctx: &mut VmCtx, x: VoValue, less: Less<'_>) -> Result<bool, VoError> {
    let mut sorter = sorter(ctx, x, less)?;
    for i in 1..sorter.slice.len() {
        if sorter.less(i, i - 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Sorter<'_, '_> {
    fn less(&mut self, i: usize, j: usize) -> Result<bool, VoError> {
        self.less.call(self.ctx, (i as i64, j as i64))
    }

    /// Sorts `low..high`. The larger part is done in the loop, so recursion is at most logarithmic.
    fn quicksort(&mut self, mut low: usize, mut high: usize, mut depth: u32) -> Result<(), VoError> {
        while high - low > SHORT {
            if depth == 0 {
                return self.heapsort(low, high);
            }
            depth -= 1;
            let middle = self.partition(low, high)?;
            if middle - low < high - middle {
                self.quicksort(low, middle, depth)?;
                low = middle + 1;
            } else {
                self.quicksort(middle + 1, high, depth)?;
                high = middle;
            }
        }
        self.insertion_sort(low, high)
    }

    /// Puts the median of three at its final place, smaller ones before it, and gives that place. However
    /// inconsistent the closure is, the indices stay inside.
    fn partition(&mut self, low: usize, high: usize) -> Result<usize, VoError> {
        let (middle, last) = (low + (high - low) / 2, high - 1);
        if self.less(middle, low)? {
            self.slice.swap(middle, low);
        }
        if self.less(last, middle)? {
            self.slice.swap(last, middle);
            if self.less(middle, low)? {
                self.slice.swap(middle, low);
            }
        }
        self.slice.swap(low, middle);
        let (mut i, mut j) = (low + 1, last);
        loop {
            while i <= j && self.less(i, low)? {
                i += 1;
            }
            while i <= j && self.less(low, j)? {
                j -= 1;
            }
            if i >= j {
                break;
            }
            self.slice.swap(i, j);
            i += 1;
            j -= 1;
        }
        self.slice.swap(low, j);
        Ok(j)
    }

    fn insertion_sort(&mut self, low: usize, high: usize) -> Result<(), VoError> {
        for i in low + 1..high {
            let mut j = i;
            while j > low && self.less(j, j - 1)? {
                self.slice.swap(j, j - 1);
                j -= 1;
            }
        }
        Ok(())
    }

    fn heapsort(&mut self, low: usize, high: usize) -> Result<(), VoError> {
        let len = high - low;
        for root in (0..len / 2).rev() {
            self.sift_down(low, root, len)?;
        }
        for end in (1..len).rev() {
            self.slice.swap(low, low + end);
            self.sift_down(low, 0, end)?;
        }
        Ok(())
    }

    fn sift_down(&mut self, low: usize, mut root: usize, end: usize) -> Result<(), VoError> {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return Ok(());
            }
            if child + 1 < end && self.less(low + child, low + child + 1)? {
                child += 1;
            }
            if !self.less(low + root, low + child)? {
                return Ok(());
            }
            self.slice.swap(low + root, low + child);
            root = child;
        }
    }

    fn merge_sort(&mut self, low: usize, high: usize) -> Result<(), VoError> {
        if high - low <= SHORT {
            return self.insertion_sort(low, high);
        }
        let middle = low + (high - low) / 2;
        self.merge_sort(low, middle)?;
        self.merge_sort(middle, high)?;
        self.merge(low, middle, high)
    }

    /// Merges two sorted neighbours in place (SymMerge, Kim and Kutzner 2004).
    fn merge(&mut self, low: usize, middle: usize, high: usize) -> Result<(), VoError> {
        if low >= middle || middle >= high {
            return Ok(());
        }
        if high - low == 2 {
            if self.less(middle, low)? {
                self.slice.swap(low, middle);
            }
            return Ok(());
        }
        let half = low + (high - low) / 2;
        let sum = half + middle;
        let (mut start, mut end) = match middle > half {
            true => (sum - high, half),
            false => (low, middle),
        };
        let last = sum - 1;
        while start < end {
            let probe = start + (end - start) / 2;
            if self.less(last - probe, probe)? {
                end = probe;
            } else {
                start = probe + 1;
            }
        }
        let end = sum - start;
        self.rotate(start, middle, end);
        self.merge(low, start, half)?;
        self.merge(half, end, high)
    }

    /// Exchanges the neighbours `low..middle` and `middle..high`.
    fn rotate(&mut self, low: usize, middle: usize, high: usize) {
        self.reverse(low, middle);
        self.reverse(middle, high);
        self.reverse(low, high);
    }

    fn reverse(&mut self, low: usize, high: usize) {
        for offset in 0..(high - low) / 2 {
            self.slice.swap(low + offset, high - 1 - offset);
        }
    }
}

#[vo_extern("sort.Ints")]
fn ints(mut x: VoSlice<i64>) {
    let mut sorted = x.to_vec();
    sorted.sort_unstable();
    x.copy_from_slice(&sorted);
}

#[vo_extern("sort.Float64s")]
fn float64s(mut x: VoSlice<f64>) {
    let mut sorted = x.to_vec();
    sorted.sort_by(|a, b| {
        b.is_nan().cmp(&a.is_nan()).then(a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
    });
    x.copy_from_slice(&sorted);
}

#[vo_extern("sort.Strings")]
fn strings(mut x: VoSlice<VoString>) {
    let mut sorted: Vec<VoString> = x.iter().collect();
    sorted.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    sorted.into_iter().enumerate().for_each(|(index, item)| x.set(index, item));
}
