"""A loop that takes about a second."""

import time


def work(turns: int) -> None:
    total = 0
    for number in range(turns):
        total += number


print("ready")
work(1_000_000)
since = time.perf_counter()
work(8_000_000)
print(f"took {(time.perf_counter() - since) * 1000:.1f} ms")
