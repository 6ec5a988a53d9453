"""Cannot be imported."""

raise ValueError("not here")
