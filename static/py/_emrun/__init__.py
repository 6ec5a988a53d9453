"""What runs inside a page's interpreter: programs, the prompt, and an event loop that blocks."""
