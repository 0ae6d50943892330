"""Everything that is printed: turns, transcripts, the live line, tables, progress."""
