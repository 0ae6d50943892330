"""`python -m voice_skill` is the same program."""

from voice_skill.cli import run

run()
