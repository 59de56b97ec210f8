// Java 17's incubating linker. Method handles are constants, which the compiler needs to compile them into the call.

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.foreign.CLinker;
import jdk.incubator.foreign.FunctionDescriptor;
import jdk.incubator.foreign.GroupLayout;
import jdk.incubator.foreign.MemoryAccess;
import jdk.incubator.foreign.MemoryAddress;
import jdk.incubator.foreign.MemoryLayout;
import jdk.incubator.foreign.MemorySegment;
import jdk.incubator.foreign.ResourceScope;
import jdk.incubator.foreign.SegmentAllocator;
import jdk.incubator.foreign.SymbolLookup;

import static jdk.incubator.foreign.CLinker.C_DOUBLE;
import static jdk.incubator.foreign.CLinker.C_FLOAT;
import static jdk.incubator.foreign.CLinker.C_INT;
import static jdk.incubator.foreign.CLinker.C_LONG;
import static jdk.incubator.foreign.CLinker.C_POINTER;

final class Peers {
    static final int COUNT = 1000;
    static final int ROUNDS = 100;
    static final long LONG_ENOUGH = 2_000_000;
    static final long WARM = 500_000_000;
    static final String TEXT = "the quick brown fox jumps over the lazy dog";

    static final CLinker LINKER = CLinker.getInstance();
    static final SymbolLookup LIBRARY = lookup();

    static final GroupLayout PAIR = MemoryLayout.structLayout(C_DOUBLE, C_DOUBLE);
    static final GroupLayout TRIPLE = MemoryLayout.structLayout(C_DOUBLE, C_DOUBLE, C_DOUBLE);

    static final MethodHandle NOP = leaf("nop", void.class, FunctionDescriptor.ofVoid());
    static final MethodHandle ADD = leaf("add", int.class, FunctionDescriptor.of(C_INT, C_INT, C_INT), int.class, int.class);
    static final MethodHandle MIX = leaf("mix", double.class,
        FunctionDescriptor.of(C_DOUBLE, C_INT, C_DOUBLE, C_LONG, C_FLOAT), int.class, double.class, long.class, float.class);
    static final MethodHandle SUM8 = leaf("sum8", int.class,
        FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT, C_INT, C_INT, C_INT, C_INT, C_INT),
        int.class, int.class, int.class, int.class, int.class, int.class, int.class, int.class);
    static final MethodHandle TURN_PAIR = leaf("turn_pair", MemorySegment.class, FunctionDescriptor.of(PAIR, PAIR), MemorySegment.class);
    static final MethodHandle TURN_TRIPLE =
        leaf("turn_triple", MemorySegment.class, FunctionDescriptor.of(TRIPLE, TRIPLE), MemorySegment.class);
    static final MethodHandle SUM =
        leaf("sum", int.class, FunctionDescriptor.of(C_INT, C_POINTER, C_INT), MemoryAddress.class, int.class);
    static final MethodHandle SCRAMBLE =
        leaf("scramble", void.class, FunctionDescriptor.ofVoid(C_POINTER, C_INT), MemoryAddress.class, int.class);
    static final MethodHandle SORTED =
        leaf("sorted", int.class, FunctionDescriptor.of(C_INT, C_POINTER, C_INT), MemoryAddress.class, int.class);
    static final MethodHandle STRLEN = leaf("strlen", long.class, FunctionDescriptor.of(C_LONG, C_POINTER), MemoryAddress.class);
    static final MethodHandle SNPRINTF = leaf("snprintf", int.class,
        FunctionDescriptor.of(C_INT, C_POINTER, C_LONG, C_POINTER,
            CLinker.asVarArg(C_INT), CLinker.asVarArg(C_POINTER), CLinker.asVarArg(C_DOUBLE)),
        MemoryAddress.class, long.class, MemoryAddress.class, int.class, MemoryAddress.class, double.class);
    static final MethodHandle ITERATE =
        function("iterate", int.class, FunctionDescriptor.of(C_INT, C_INT, C_POINTER), int.class, MemoryAddress.class);
    static final MethodHandle QSORT = function("qsort", void.class,
        FunctionDescriptor.ofVoid(C_POINTER, C_LONG, C_LONG, C_POINTER),
        MemoryAddress.class, long.class, long.class, MemoryAddress.class);

    static SymbolLookup lookup() {
        System.load(System.getProperty("peers.library"));
        return SymbolLookup.loaderLookup();
    }

    static MethodHandle function(String name, Class<?> result, FunctionDescriptor types, Class<?>... parameters) {
        MemoryAddress address = LIBRARY.lookup(name).or(() -> CLinker.systemLookup().lookup(name)).orElseThrow();
        return LINKER.downcallHandle(address, MethodType.methodType(result, parameters), types);
    }

    /** A function that is short and does not call back, which the linker can call without a change of the thread's state. */
    static MethodHandle leaf(String name, Class<?> result, FunctionDescriptor types, Class<?>... parameters) {
        return function(name, result, types.withAttribute(FunctionDescriptor.TRIVIAL_ATTRIBUTE_NAME, true), parameters);
    }

    static MemoryAddress entry(String name, FunctionDescriptor types, Class<?>... parameters) throws Throwable {
        MethodHandle method =
            MethodHandles.lookup().findStatic(Peers.class, name, MethodType.methodType(int.class, parameters));
        return LINKER.upcallStub(method, types, ResourceScope.globalScope());
    }

    static int successor(int x) {
        return x + 1;
    }

    static int ascending(MemoryAddress a, MemoryAddress b) {
        MemorySegment all = MemorySegment.globalNativeSegment();
        return MemoryAccess.getIntAtOffset(all, a.toRawLongValue()) - MemoryAccess.getIntAtOffset(all, b.toRawLongValue());
    }

    interface Loop {
        long run(long turns) throws Throwable;
    }

    static long timed(String name, long turns, Loop loop) throws Throwable {
        long start = System.nanoTime();
        long computed = loop.run(turns);
        long took = System.nanoTime() - start;
        if (computed != turns) throw new IllegalStateException(name + " computes something else: " + computed + " for " + turns);
        return took;
    }

    /** Doubles the turns until they take long enough, lets the compilers finish, then prints the best of the rounds. */
    static void measure(String name, int perTurn, Loop loop) throws Throwable {
        long turns = 1, best = 0;
        for (long end = System.nanoTime() + WARM; best < LONG_ENOUGH || System.nanoTime() < end;) {
            if (best < LONG_ENOUGH) turns *= 2;
            best = timed(name, turns, loop);
        }
        for (int round = 0; round < ROUNDS; round++) best = Math.min(best, timed(name, turns, loop));
        System.out.printf("%s %.3f%n", name, (double) best / turns / perTurn);
    }

    static long nop(long n) throws Throwable {
        for (long i = 0; i < n; i++) NOP.invokeExact();
        return n;
    }

    static long add(long n) throws Throwable {
        int x = 0;
        for (long i = 0; i < n; i++) x = (int) ADD.invokeExact(x, 1);
        return x;
    }

    static long mix(long n) throws Throwable {
        double x = 0;
        for (long i = 0; i < n; i++) x = (double) MIX.invokeExact(1, x, 2L, 0.5f);
        return (long) x;
    }

    static long sum8(long n) throws Throwable {
        int x = 0;
        for (long i = 0; i < n; i++) x = (int) SUM8.invokeExact(x, 1, 2, 3, 4, -2, -3, -4);
        return x;
    }

    static long strlen(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            SegmentAllocator reused = SegmentAllocator.ofSegment(MemorySegment.allocateNative(64, scope));
            long x = 0;
            for (long i = 0; i < n; i++) x += (long) STRLEN.invokeExact(CLinker.toCString(TEXT, reused).address());
            return x / 43;
        }
    }

    static long pair(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            MemorySegment p = MemorySegment.allocateNative(PAIR, scope);
            SegmentAllocator reused = SegmentAllocator.ofSegment(MemorySegment.allocateNative(PAIR, scope));
            for (long i = 0; i < n; i++) p = (MemorySegment) TURN_PAIR.invokeExact(reused, p);
            return fields(p);
        }
    }

    static long triple(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            MemorySegment p = MemorySegment.allocateNative(TRIPLE, scope);
            SegmentAllocator reused = SegmentAllocator.ofSegment(MemorySegment.allocateNative(TRIPLE, scope));
            for (long i = 0; i < n; i++) p = (MemorySegment) TURN_TRIPLE.invokeExact(reused, p);
            return fields(p);
        }
    }

    static long fields(MemorySegment p) {
        double total = 0;
        for (long i = 0; i < p.byteSize() / 8; i++) total += MemoryAccess.getDoubleAtIndex(p, i);
        return (long) total;
    }

    static long callback(long n) throws Throwable {
        MemoryAddress back = SUCCESSOR;
        long x = 0;
        for (long i = 0; i < n; i++) x += (int) ITERATE.invokeExact(COUNT, back);
        return x / COUNT;
    }

    static long sum(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            MemorySegment numbers = MemorySegment.allocateNative(4L * COUNT, 4, scope);
            for (int i = 0; i < COUNT; i++) MemoryAccess.setIntAtIndex(numbers, i, i);
            long x = 0;
            for (long i = 0; i < n; i++) x += (int) SUM.invokeExact(numbers.address(), COUNT);
            return x / 499_500;
        }
    }

    static long qsort(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            MemoryAddress numbers = MemorySegment.allocateNative(4L * COUNT, 4, scope).address();
            for (long i = 0; i < n; i++) {
                SCRAMBLE.invokeExact(numbers, COUNT);
                QSORT.invokeExact(numbers, (long) COUNT, 4L, ASCENDING);
            }
            return (int) SORTED.invokeExact(numbers, COUNT) * n;
        }
    }

    static long snprintf(long n) throws Throwable {
        try (ResourceScope scope = ResourceScope.newConfinedScope()) {
            MemoryAddress buffer = MemorySegment.allocateNative(64, scope).address();
            MemoryAddress format = CLinker.toCString("%d %s %.2f", scope).address();
            MemoryAddress text = CLinker.toCString("apples", scope).address();
            long x = 0;
            for (long i = 0; i < n; i++) x += (int) SNPRINTF.invokeExact(buffer, 64L, format, 42, text, 1.5);
            return x / 14;
        }
    }

    static MemoryAddress SUCCESSOR, ASCENDING;

    public static void main(String[] arguments) throws Throwable {
        SUCCESSOR = entry("successor", FunctionDescriptor.of(C_INT, C_INT), int.class);
        ASCENDING =
            entry("ascending", FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER), MemoryAddress.class, MemoryAddress.class);
        System.out.println("version Java " + Runtime.version());
        measure("nop", 1, Peers::nop);
        measure("add", 1, Peers::add);
        measure("mix", 1, Peers::mix);
        measure("sum8", 1, Peers::sum8);
        measure("strlen", 1, Peers::strlen);
        measure("pair", 1, Peers::pair);
        measure("triple", 1, Peers::triple);
        measure("callback", COUNT, Peers::callback);
        measure("sum", 1, Peers::sum);
        measure("qsort", 1, Peers::qsort);
        measure("snprintf", 1, Peers::snprintf);
    }
}
