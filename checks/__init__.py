"""What must be true: one file a component, only assertions."""
