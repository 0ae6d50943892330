"""The diary's room: where episodes are stored, exported and laid out for a page."""
