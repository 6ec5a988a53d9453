"""What a reader waits for, measured in real browsers beside stock Pyodide from the same files."""
