"""From what the domain decided to what a caller is shown."""
