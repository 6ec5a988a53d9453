"""A loop of some 0.4 s, by turns with looks for signals and without: how long all of each took."""

import ctypes
import time

#: CPython's switch (`Python/emscripten_signal.c`): a loop that it has off can be neither stopped nor asked.
looks = ctypes.c_int.in_dll(ctypes.pythonapi, "Py_EMSCRIPTEN_SIGNAL_HANDLING")
ON, OFF = 1, 0


def work(switch: int) -> float:
    looks.value = switch
    since, total = time.perf_counter(), 0
    for number in range(6_000_000):
        total += number
    looks.value = ON
    return time.perf_counter() - since


print("ready")
work(ON)  # as in the middle of a long computation: at its beginning it asks
took = {ON: 0.0, OFF: 0.0}
# Whatever else the machine does, and however fast it is just then, it hits both.
for switch in (ON, OFF, OFF, ON):
    took[switch] += work(switch)
print("".join(f"took {seconds * 1000:.1f} ms\n" for seconds in took.values()))
