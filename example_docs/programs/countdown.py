"""Counts down from ten on one line of the terminal."""

import time

from tinyplan import bar

STEPS = 10


def main() -> None:
    for left in range(STEPS, -1, -1):
        print(f"\r{bar(left / STEPS)} {left:2}", end="", flush=True)
        time.sleep(0.2)
    print("  lift-off")


main()
