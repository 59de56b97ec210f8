"""Times loops, for the peers in Python."""
import time

COUNT = 1000
ROUNDS = 100
LONG_ENOUGH = 2_000_000
TEXT = "the quick brown fox jumps over the lazy dog"


def version(text):
    print("version", text)


def measure(name, loop, per_turn=1):
    """Doubles the turns until they take long enough, then prints the best of the rounds."""
    turns = 2
    while best_of(3, name, loop, turns) < LONG_ENOUGH:
        turns *= 2
    print(f"{name} {best_of(ROUNDS, name, loop, turns) / turns / per_turn:.3f}", flush=True)


def best_of(rounds, name, loop, turns):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        computed = loop(turns)
        best = min(best, time.perf_counter_ns() - start)
        assert computed == turns, f"{name} computes something else"
    return best
