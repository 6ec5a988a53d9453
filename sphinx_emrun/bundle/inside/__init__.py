"""Programs for the bundled interpreter. They import nothing of this package, which is not there."""
