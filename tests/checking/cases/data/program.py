raise ValueError("of a file")
