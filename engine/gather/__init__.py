"""Facts and how they are gathered from hosts."""
