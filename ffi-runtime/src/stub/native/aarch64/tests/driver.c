// Calls each function of the generated part directly, through its stub, and through a callback entry, and compares.
// Usage: PROGRAM errno-offset | PROGRAM CODE-FILE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef uint64_t slot;
enum class { IMAGE, BOOL, SIGNED, UNSIGNED, FLOAT };

// A type: which of its bits count, and which may be set.
struct type {
    enum class class;
    size_t size, align;
    const unsigned char *counts, *may_be_set;
};

struct signature {
    const char *text;
    int args, result_slot, errno_slot;
    const struct type *const *params;
    const struct type *result;
    void (*function)(void);
    void (*call)(void (*function)(void), void **args, void *result);
};

extern const struct signature signatures[];
extern const int signature_count;

// The file: for each signature the offset of its stub and of its entry, or 0; then the thunk's offset and size.
static unsigned char *code;

enum { PAGE = 65536, MAX_ARGS = 1000, MARGIN = 64, MAX_RESULT = 1 << 16 };

static uint64_t random_state = 1;
static uint64_t random_bits(void) {
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

// What the functions see, and what they return.
static uint64_t checksum;
static int calls, errno_seen, errno_to_set;
static unsigned char result_bytes[MAX_RESULT];
static volatile uint64_t wide_result;

static void fold(const void *value, const struct type *type) {
    const unsigned char *bytes = value;
    for (size_t i = 0; i < type->size; i++)
        checksum = (checksum ^ (bytes[i] & type->counts[i])) * 0x100000001b3;
    checksum = checksum * 31 + type->size;
}

static void called(void) {
    calls++;
    errno_seen = errno;
    errno = errno_to_set;
}

static const struct signature *current;
static int failures;

static void fail(const char *what) {
    printf("signature %d: %s: %s\n", (int)(current - signatures), current->text, what);
    failures++;
}

static void crashed(int signal) {
    fail(strsignal(signal));
    fflush(stdout);
    _Exit(3);
}

static int equal(const struct type *type, const void *a, const void *b) {
    const unsigned char *x = a, *y = b;
    for (size_t i = 0; i < type->size; i++)
        if ((x[i] ^ y[i]) & type->counts[i])
            return 0;
    return 1;
}

static void fill(const struct type *type, unsigned char *to) {
    for (size_t i = 0; i < type->size; i++)
        to[i] = random_bits() & type->may_be_set[i];
}

// A value as its slot has it: extended, or with anything in the upper bytes.
static slot extended(const struct type *type, const void *value) {
    slot low = 0;
    memcpy(&low, value, type->size);
    if (type->class == SIGNED && type->size < 8) {
        int shift = 64 - 8 * type->size;
        low = (slot)((int64_t)(low << shift) >> shift);
    }
    return low;
}

static slot with_garbage(const struct type *type, const void *value) {
    slot bits = random_bits();
    memcpy(&bits, value, type->size);
    return bits;
}

// The end of a page behind which nothing can be read.
static unsigned char *guarded(void) {
    unsigned char *pages = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + PAGE, PAGE, PROT_NONE))
        perror("mmap"), exit(2);
    return pages + PAGE;
}

static void *args[MAX_ARGS];
static unsigned char *ends[MAX_ARGS + 1];
static unsigned char expected[MAX_RESULT];
static uint64_t expected_checksum;

static void direct_call(void) {
    for (int i = 0; i < current->args; i++) {
        if (!ends[i])
            ends[i] = guarded();
        args[i] = ends[i] - current->params[i]->size;
        fill(current->params[i], args[i]);
    }
    if (current->result)
        fill(current->result, result_bytes);
    wide_result = random_bits();
    memset(expected, 0, sizeof expected);
    checksum = 0;
    current->call(current->function, args, expected);
    expected_checksum = checksum;
}

static void check_result_image(const unsigned char *room) {
    size_t size = current->result->size;
    if (!equal(current->result, room + MARGIN, expected))
        fail("the stub returned another result");
    for (size_t i = 0; i < MARGIN; i++)
        if (room[i] != 0xa5 || room[MARGIN + size + i] != 0xa5) {
            fail("the stub wrote beside the result");
            break;
        }
}

static void stub_call(unsigned char *stub) {
    static unsigned char room[MAX_RESULT + 2 * MARGIN] __attribute__((aligned(MARGIN)));
    struct { void (*code)(void); } target = { current->function };
    unsigned char callee[TARGET_OFFSET + 8];
    void *target_address = &target;
    memcpy(callee + TARGET_OFFSET, &target_address, 8);
    int slots = current->args + (current->result_slot >= 0) + (current->errno_slot >= 0);
    slot *frame = (slot *)ends[MAX_ARGS] - slots;
    slot before[MAX_ARGS + 2];
    for (int i = 0; i < current->args; i++) {
        const struct type *type = current->params[i];
        frame[i] = type->class == IMAGE ? (slot)args[i] : with_garbage(type, args[i]);
    }
    for (int i = current->args; i < slots; i++)
        frame[i] = random_bits();
    if (current->result && current->result->class == IMAGE) {
        memset(room, 0xa5, current->result->size + 2 * MARGIN);
        frame[current->result_slot] = (slot)(room + MARGIN);
    }
    memcpy(before, frame, slots * sizeof *frame);
    checksum = 0, calls = 0;
    errno = 77, errno_to_set = 1 + random_bits() % 100;
    uint64_t (*native)(void *, const void *, slot *) = (uint64_t (*)(void *, const void *, slot *))stub;
    if ((uint32_t)native((void *)16, callee, frame) != 0)
        fail("the stub's status is not 0");
    if (calls != 1 || checksum != expected_checksum)
        fail("the function saw other arguments");
    if (memcmp(before, frame, current->args * sizeof *frame))
        fail("the stub changed its arguments");
    if (current->result && current->result->class == IMAGE)
        check_result_image(room);
    else if (current->result && frame[current->result_slot] != extended(current->result, expected))
        fail("the stub returned another value");
    if (errno_seen != (current->errno_slot >= 0 ? 0 : 77))
        fail("errno was not cleared, or cleared without need");
    if (current->errno_slot >= 0 && frame[current->errno_slot] != (slot)errno_to_set)
        fail("errno was not captured");
}

struct head {
    void (*handler)(struct head *, slot *);
    void *entry;
} head;

static void handler(struct head *given, slot *frame) {
    calls++;
    if (given != &head)
        fail("the handler got another head");
    for (int i = 0; i < current->args; i++) {
        const struct type *type = current->params[i];
        if (type->class != IMAGE) {
            if (frame[i] != extended(type, args[i]))
                fail("a slot is not extended");
            fold(&frame[i], type);
        } else {
            if (frame[i] % type->align)
                fail("an image is not aligned");
            fold((void *)frame[i], type);
        }
    }
    if (!current->result)
        return;
    if (current->result->class == IMAGE)
        memcpy((void *)frame[current->result_slot], expected, current->result->size);
    else
        frame[current->result_slot] = with_garbage(current->result, expected);
}

static void callback(unsigned char *entry, unsigned char *thunk) {
    static unsigned char room[MAX_RESULT] __attribute__((aligned(MARGIN)));
    head.handler = handler, head.entry = entry;
    checksum = 0, calls = 0;
    memset(room, 0, sizeof room);
    current->call((void (*)(void))thunk, args, room);
    if (calls != 1 || checksum != expected_checksum)
        fail("the handler saw other arguments");
    if (current->result && !equal(current->result, room, expected))
        fail("the callback returned another result");
}

static uint32_t word(int index) {
    uint32_t word;
    memcpy(&word, code + 4 * index, 4);
    return word;
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    enum { MOST = 64 << 20 };
    code = mmap(0, MOST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!file || code == MAP_FAILED || fread(code, 1, MOST, file) == 0)
        perror(path), exit(2);
    // A thunk ends in the address of its head.
    void *address = &head;
    memcpy(code + word(2 * signature_count) + word(2 * signature_count + 1) - 8, &address, 8);
    if (mprotect(code, MOST, PROT_READ | PROT_EXEC))
        perror("mprotect"), exit(2);
    __builtin___clear_cache((char *)code, (char *)code + MOST);
}

int main(int argc, char **argv) {
    (void)argc;
    if (strcmp(argv[1], "errno-offset") == 0) {
        printf("%ld", (long)((char *)&errno - (char *)__builtin_thread_pointer()));
        return 0;
    }
    load(argv[1]);
    signal(SIGSEGV, crashed), signal(SIGBUS, crashed), signal(SIGILL, crashed), signal(SIGTRAP, crashed);
    ends[MAX_ARGS] = guarded();
    int stubs = 0, entries = 0;
    for (int i = 0; i < signature_count; i++) {
        current = &signatures[i];
        direct_call();
        stub_call(code + word(2 * i)), stubs++;
        if (word(2 * i + 1))
            callback(code + word(2 * i + 1), code + word(2 * signature_count)), entries++;
    }
    printf("%d stubs, %d entries, %d failures\n", stubs, entries, failures);
    return failures != 0;
}
