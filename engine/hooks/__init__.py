"""pytest's hooks and options: the selection, gathering, recording, distribution and end of a run."""
