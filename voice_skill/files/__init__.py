"""Files that are fetched once and checked, and folders that are for their owner alone."""
