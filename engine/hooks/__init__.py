"""What pytest is asked to do, and what it is kept from doing."""
