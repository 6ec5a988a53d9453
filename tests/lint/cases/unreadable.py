"""No Python, or not that of this version: nothing is said."""

import curses
this is no Python
