"""A loop of about a second, again and again: the fastest one had the machine for itself."""

import time


def work(turns: int) -> float:
    since, total = time.perf_counter(), 0
    for number in range(turns):
        total += number
    return time.perf_counter() - since


print("ready")
print(f"took {min(work(15_000_000) for _ in range(3)) * 1000:.1f} ms")
