"""pytest's hooks and options: what a run leaves, how it ends, and how it is spread."""
