"""PulseAudio's client library, set so that a server that dies does not hang it.

A client holds the piece of a recording that it is reading. Where that piece lies in memory shared
with the server, and the server dies, the client's loop waits for it to be let go, while whoever
holds it waits for the loop: PortAudio then never returns from the stream (libpulse 16; always,
where a piece is held at that moment). `pactl subscribe` was seen to run in circles for ever in the
same moment, in the ring buffer that it shares with the server (once in some 500 restarts). Without
shared memory the sound is copied, 32 kB a second, and there is nothing to wait for. PipeWire's
server shares none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from voice_skill.files.atomic import whole_file
from voice_skill.files.places import cache_folder

VARIABLE = "PULSE_CLIENTCONFIG"
SYSTEM = Path("/etc/pulse/client.conf")


def share_no_memory() -> None:
    """Lead libpulse, in this process and its children, to the user's settings and our one.

    Must come before the first connection. Where our file cannot be written all stays as it was.
    """
    ours = cache_folder() / "pulse-client.conf"
    if os.environ.get(VARIABLE) == str(ours):
        return
    with suppress(OSError):
        with whole_file(ours) as stream:
            stream.write(settings(os.environ, Path.home(), SYSTEM).encode())
        os.environ[VARIABLE] = str(ours)


def settings(environment: Mapping[str, str], home: Path, system: Path) -> str:
    """Return the text of a file that reads what libpulse would read, and shares no memory.

    As libpulse looks for it: the file that `environment` names, else the user's, else `system`;
    then the `*.conf` in the folder beside it that has the same name and `.d`.
    """
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    candidates = [
        home / ".pulse" / "client.conf",
        configuration / "pulse" / "client.conf",
        system,
    ]
    if named := environment.get(VARIABLE):
        candidates = [Path(named)]
    own = next((path for path in candidates if path.is_file()), candidates[-1])
    read = [own, *sorted(Path(f"{own}.d").glob("*.conf"))]
    included = [f".include {path.absolute()}\n" for path in read if os.access(path, os.R_OK)]
    return "".join([*included, "enable-shm = no\n"])
