"""pytest's hooks and options: the selection, gathering, recording, distribution and end of a run."""

import gc

# A gate is short, and what it makes stays until its end: looking for garbage is a twentieth of its time.
gc.set_threshold(100_000, 50, 50)

# The modules that pytest loads, in this order.
PLUGINS = (
    "engine.hooks.masking",
    "engine.hooks.selection",
    "engine.hooks.keywords",
    "engine.hooks.mistakes",
    "engine.hooks.findings",
    "engine.hooks.shortsummary",
    "engine.hooks.running",
    "engine.hooks.gathering",
    "engine.hooks.options",
    "fixtures.common",
)
