"""The meaning of sentences as numbers: a sentence encoder in numpy, its weights, kept vectors."""
