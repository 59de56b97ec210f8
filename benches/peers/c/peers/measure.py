"""Times loops, for the peers in Python."""
import time

COUNT = 1000
ROUNDS = 20
LONG_ENOUGH = 10_000_000
TEXT = "the quick brown fox jumps over the lazy dog"


def version(text):
    print("version", text)


def measure(name, loop, per_turn=1):
    """Doubles the turns until they take long enough, then prints the best of the rounds."""
    turns, best = 1, 0
    while best < LONG_ENOUGH:
        turns *= 2
        start = time.perf_counter_ns()
        computed = loop(turns)
        best = time.perf_counter_ns() - start
        assert computed == turns, f"{name} computes something else"
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        loop(turns)
        best = min(best, time.perf_counter_ns() - start)
    print(f"{name} {best / turns / per_turn:.3f}", flush=True)
