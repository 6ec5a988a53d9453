# ends: crashed
# says: The interpreter crashed: it was aborted (
# shows:   File "<example>", line 8 in <module>
def function():
    pass


exec(function.__code__.replace(co_code=b"\xff\xff" * 10))
