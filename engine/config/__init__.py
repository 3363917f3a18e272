"""Configuration files, and the messages about mistakes in them."""
