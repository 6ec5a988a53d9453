"""Serving a site on this machine, with live reload while it is written. Knows nothing of the bundle."""
