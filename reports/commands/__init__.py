"""The commands of `python -m reports`, a module each: `add` adds its arguments, `run` returns the exit code."""
