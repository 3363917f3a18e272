"""Files that people write, and what is wrong with them."""
