"""The loop that joins a dialogue to engines: the same code live and over recordings."""
