"""Native libraries print nothing on the terminal; Python still does."""

from __future__ import annotations

import subprocess
import sys


def run(script: str) -> str:
    """Return the standard error of a Python script."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys\nfrom voice_skill.audio.quiet import quiet\n" + script,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def test_native_noise_is_swallowed_and_our_words_are_not() -> None:
    script = """
with quiet():
    os.write(2, b"ALSA lib: noise\\n")
    print("our word", file=sys.stderr)
os.write(2, b"after\\n")
print("and after", file=sys.stderr)
"""
    assert run(script) == "our word\nafter\nand after\n"


def test_what_is_told_with_verbose_is_told_meanwhile() -> None:
    script = """
import logging
from voice_skill.cli.options import log_to_standard_error
log_to_standard_error()
with quiet():
    logging.getLogger("voice_skill.audio").info("the microphone was lost")
"""
    assert run(script).endswith(" ms  the microphone was lost\n")


def test_it_may_be_nested_and_ends_with_an_error() -> None:
    script = """
try:
    with quiet():
        with quiet():
            os.write(2, b"noise\\n")
        os.write(2, b"noise\\n")
        raise OSError("x")
except OSError as error:
    print("caught", error, file=sys.stderr)
os.write(2, b"after\\n")
"""
    assert run(script) == "caught x\nafter\n"


def test_no_descriptor_is_left_open() -> None:
    script = """
before = len(os.listdir("/proc/self/fd"))
for _ in range(50):
    with quiet():
        pass
assert len(os.listdir("/proc/self/fd")) == before
"""
    assert run(script) == ""


def test_a_program_without_a_standard_error_works_too() -> None:
    script = """
os.close(2)
with quiet():
    pass
"""
    assert run(script) == ""
