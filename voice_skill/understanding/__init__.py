"""Hypotheses of what was said become an Understanding: deterministic, no audio, no clock."""
