"""Hearing and speaking on this machine: the speech model, its decoders, and the voice."""
