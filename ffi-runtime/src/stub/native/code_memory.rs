//! Memory for code: a file in memory that is mapped twice, here to be written, there to be executed. So no address is
//! ever both, and no page changes its protection.

use std::ffi::c_int;
use std::fs::File;
use std::io;
use std::os::fd::FromRawFd as _;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, OnceLock, PoisonError};

use dynasmrt::cache_control;
use memmap2::{Mmap, MmapOptions, MmapRaw};

use super::debug_info;

/// A block's size is a multiple of this, and its start is a cache line.
const GRAIN: usize = 64;

/// How much is mapped at once.
const SLAB: usize = 256 << 10;

/// What freed code is overwritten with: a call through a stale pointer traps at once.
/// On x86-64 these bytes are `int3`, on 64-bit ARM `udf 0`.
const TRAP: u8 = if cfg!(target_arch = "x86_64") { 0xcc } else { 0 };

/// How code keeps its frame, which is the same in all code of a slab: so debuggers and unwinders find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// By the register of frames.
    Register,
    /// One word below the return address, where it calls. 64-bit ARM has no such code.
    #[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "only made on x86-64"))]
    OneWord,
}

/// Code that can be called as long as this lives.
#[derive(Debug)]
pub(crate) struct CodeBlock {
    memory: &'static CodeMemory,
    code: NonNull<u8>,
    place: Place,
}

// SAFETY: the code is written before the block is made, and only its drop, which is unique, writes it again.
unsafe impl Send for CodeBlock {}
// SAFETY: as for `Send`; a shared block is only executed.
unsafe impl Sync for CodeBlock {}

/// Where a block is: its slab, its first grain, how many grains it has.
#[derive(Clone, Copy, Debug)]
struct Place {
    slab: usize,
    grain: usize,
    grains: usize,
}

/// The memory for all code of the process with one kind of frames.
#[derive(Debug)]
pub(crate) struct CodeMemory {
    frame: Frame,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    slabs: Vec<Slab>,
    /// Freed blocks by their number of grains, of slabs that are this process's alone.
    free: Vec<Vec<Place>>,
    /// How often the process had forked when this was last looked at.
    forks: usize,
}

/// A piece of memory with two addresses.
#[derive(Debug)]
struct Slab {
    writable: MmapRaw,
    executable: Mmap,
    used: usize,
    forks: usize,
}

/// How often the process has forked. Both processes see what either writes to a slab from before, so it is left as it is.
static FORKS: AtomicUsize = AtomicUsize::new(0);

impl CodeMemory {
    /// The process's; or why the system gives none.
    pub(crate) fn get(frame: Frame) -> Result<&'static CodeMemory, &'static str> {
        static MEMORIES: [OnceLock<Result<CodeMemory, String>>; 2] = [const { OnceLock::new() }; 2];
        let made = MEMORIES[frame as usize].get_or_init(|| {
            let slab = Slab::map(SLAB, frame)
                .map_err(|error| format!("the system refuses memory for new code: {error}"))?;
            let state = State { forks: slab.forks, slabs: vec![slab], free: Vec::new() };
            Ok(CodeMemory { frame, state: Mutex::new(state) })
        });
        made.as_ref().map_err(String::as_str)
    }

    /// Copies code to where it can be executed.
    pub(crate) fn install(&'static self, code: &[u8]) -> io::Result<CodeBlock> {
        let grains = code.len().div_ceil(GRAIN).max(1);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let place = state.take(grains, self.frame)?;
        let slab = &mut state.slabs[place.slab];
        let (offset, room) = (place.grain * GRAIN, grains * GRAIN);
        // SAFETY: the block is inside the slab, nobody else has it, and nothing in it is being executed.
        unsafe {
            let to = slab.writable.as_mut_ptr().add(offset);
            to.copy_from_nonoverlapping(code.as_ptr(), code.len());
            to.add(code.len()).write_bytes(TRAP, room - code.len());
        }
        let block = &slab.executable[offset..][..room];
        cache_control::synchronize_icache(block);
        cache_control::prepare_for_execution(block);
        let code = NonNull::from(&block[0]);
        Ok(CodeBlock { memory: self, code, place })
    }
}

impl State {
    fn take(&mut self, grains: usize, frame: Frame) -> io::Result<Place> {
        let forks = FORKS.load(Ordering::Acquire);
        if self.forks != forks {
            self.forks = forks;
            self.free.clear();
        }
        if let Some(place) = self.free.get_mut(grains).and_then(Vec::pop) {
            return Ok(place);
        }
        let fits = |slab: &Slab| slab.forks == forks && slab.used + grains * GRAIN <= slab.executable.len();
        if !self.slabs.last().is_some_and(fits) {
            self.slabs.push(Slab::map(SLAB.max(grains * GRAIN), frame)?);
        }
        let index = self.slabs.len() - 1;
        let slab = &mut self.slabs[index];
        let grain = slab.used / GRAIN;
        slab.used += grains * GRAIN;
        Ok(Place { slab: index, grain, grains })
    }

    fn give_back(&mut self, place: Place) {
        let slab = &self.slabs[place.slab];
        if slab.forks != FORKS.load(Ordering::Acquire) {
            return;
        }
        // SAFETY: the block is its dropped owner's own, and whoever drops the last user of code does not run it.
        unsafe {
            let start = slab.writable.as_mut_ptr().add(place.grain * GRAIN);
            start.write_bytes(TRAP, place.grains * GRAIN);
        }
        if self.free.len() <= place.grains {
            self.free.resize_with(place.grains + 1, Vec::new);
        }
        self.free[place.grains].push(place);
    }
}

impl Slab {
    fn map(bytes: usize, frame: Frame) -> io::Result<Slab> {
        let bytes = bytes.next_multiple_of(SLAB);
        watch_forks();
        let file = memory_file()?;
        file.set_len(bytes as u64)?;
        let writable = MmapOptions::new().len(bytes).map_raw(&file)?;
        // SAFETY: nobody else can open the file, and a block is never written while it may be executed.
        let executable = unsafe { MmapOptions::new().len(bytes).map_exec(&file)? };
        debug_info::announce(executable.as_ptr(), bytes, frame);
        Ok(Slab { writable, executable, used: 0, forks: FORKS.load(Ordering::Acquire) })
    }
}

impl CodeBlock {
    /// Its first instruction.
    pub(crate) fn code(&self) -> NonNull<u8> {
        self.code
    }
}

impl Drop for CodeBlock {
    fn drop(&mut self) {
        self.memory.state.lock().unwrap_or_else(PoisonError::into_inner).give_back(self.place);
    }
}

/// A file without a name, whose pages may be executed.
fn memory_file() -> io::Result<File> {
    let create = |flags| {
        // SAFETY: the name is a C string, and the call has no other preconditions.
        let fd = unsafe { libc::memfd_create(c"vo-ffi code".as_ptr(), flags) };
        // SAFETY: the descriptor was just made and is owned by nobody else.
        if fd < 0 { Err(io::Error::last_os_error()) } else { Ok(unsafe { File::from_raw_fd(fd) }) }
    };
    // Kernels before 6.3 do not know that files may be executable or not.
    create(libc::MFD_CLOEXEC | libc::MFD_EXEC).or_else(|_| create(libc::MFD_CLOEXEC))
}

fn watch_forks() {
    static WATCHING: Once = Once::new();
    unsafe extern "C" fn forking() {
        FORKS.fetch_add(1, Ordering::AcqRel);
    }
    WATCHING.call_once(|| {
        // SAFETY: the function is safe to run before any fork, and it stays: this code is never unloaded under it
        // without its process's fork handlers.
        let failed: c_int = unsafe { libc::pthread_atfork(Some(forking), None, None) };
        debug_assert_eq!(failed, 0);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `mov eax, value; ret`
    #[cfg(target_arch = "x86_64")]
    fn returns(value: u32) -> Vec<u8> {
        let [a, b, c, d] = value.to_le_bytes();
        vec![0xb8, a, b, c, d, 0xc3]
    }

    /// `mov w0, value; ret`
    #[cfg(target_arch = "aarch64")]
    fn returns(value: u32) -> Vec<u8> {
        [0x5280_0000 | value << 5, 0xd65f_03c0].into_iter().flat_map(u32::to_le_bytes).collect()
    }

    fn run(block: &CodeBlock) -> u32 {
        // SAFETY: the block has the code of such a function.
        let function: extern "C" fn() -> u32 = unsafe { std::mem::transmute(block.code()) };
        function()
    }

    #[test]
    fn blocks_are_freed_one_by_one_and_used_again() {
        let memory = CodeMemory::get(Frame::Register).expect("memory for code");
        let first = memory.install(&returns(1)).expect("a block");
        // So large that no other test has one of its size.
        let mut long = returns(2);
        long.resize(GRAIN * 37, TRAP);
        let second = memory.install(&long).expect("a block");
        assert_eq!((run(&first), run(&second)), (1, 2));
        let place = second.code();
        drop(second);
        let third = memory.install(&long).expect("a block");
        assert_eq!((third.code(), run(&third), run(&first)), (place, 2, 1));
    }

    #[test]
    fn no_address_is_writable_and_executable() {
        let block =
            CodeMemory::get(Frame::Register).expect("memory for code").install(&returns(3)).expect("a block");
        let maps = std::fs::read_to_string("/proc/self/maps").expect("this process's maps");
        let of = |line: &str| {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let [start, end] = [start, end].map(|text| usize::from_str_radix(text, 16));
            (start.ok()?..end.ok()?)
                .contains(&(block.code().as_ptr() as usize))
                .then(|| rest[..4].to_string())
        };
        assert_eq!(maps.lines().find_map(of).as_deref(), Some("r-xs"));
        assert!(!maps.lines().any(|line| line.contains("rwx")), "{maps}");
    }
}
