"""What runs inside the interpreter of a page: programs, the prompt, and an event loop that blocks as Python's own does."""
