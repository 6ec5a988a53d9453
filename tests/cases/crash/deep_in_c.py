# CPython itself does not limit this recursion: it crashes everywhere.
# ends: crashed
# says: The interpreter crashed: calls were nested too deeply for the browser's stack (
# shows:   File "<example>", line 10 in <module>
import itertools

chain = iter([])
for _ in range(200_000):
    chain = itertools.chain(chain)
next(chain, None)
