# Sourced by scripts/run and scripts/test: everything the program needs, installed where it is missing.
# Sets `python` (the virtual environment's). Says what it installs and why.
set -euo pipefail
root=$(CDPATH= cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
python=$venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $1"; say "hint: $2"; exit "${3:-1}"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

has_package() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need_packages PACKAGE=REASON ...
need_packages() {
  local missing=() entry
  if ! command -v apt-get >/dev/null; then
    if [ ! -e "$venv/.told" ]; then
      say "This system has no apt. Please see that these are there:"
      for entry in "$@"; do say "  ${entry%%=*}: ${entry#*=}"; done
    fi
    return 0
  fi
  for entry in "$@"; do
    has_package "${entry%%=*}" && continue
    missing+=("${entry%%=*}")
    say "Installing ${entry%%=*}: ${entry#*=}."
  done
  [ ${#missing[@]} = 0 ] && return 0
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "not root, and there is no sudo" "as root, run: apt-get install ${missing[*]}"
  fi
  local log; log=$(mktemp)
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    # An old package list is the usual reason: take a new one and try again.
    as_root apt-get update >"$log" 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 || {
      tail -n 5 "$log" >&2; rm -f "$log"
      fail "could not install ${missing[*]}" "look at the lines above, then run this again"; }
  fi
  rm -f "$log"
}

system_libraries() {
  local packages=(
    "libportaudio2=the microphone and the speaker"
    "libasound2-plugins=sound through PulseAudio or PipeWire"
    "espeak-ng=the voice"
  )
  case $(uname -m) in aarch64|arm64) packages+=("libatomic1=speech recognition on ARM") ;; esac
  if ! find_python >/dev/null; then packages+=("python3=the program's language"); fi
  if command -v apt-get >/dev/null && ! "$(find_python || echo python3)" -c 'import venv, ensurepip' 2>/dev/null; then
    packages+=("python3-venv=the program's own folder of libraries")
  fi
  need_packages "${packages[@]}"
}

find_python() {
  local candidate
  for candidate in ${VOICE_SKILL_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10; do
    if command -v "$candidate" >/dev/null &&
       "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      command -v "$candidate"; return 0
    fi
  done
  return 1
}

# sound_environment INTERPRETER: .venv is whole, made here and by the same Python.
sound_environment() {
  "$python" -m pip --version >/dev/null 2>&1 && [ "$("$python" -V)" = "$("$1" -V)" ] &&
    [ "$(cat "$venv/.place" 2>/dev/null)" = "$root" ]
}

# make_environment EXTRA: .venv with the package (and an extra) from pinned versions; nothing when it is up to date.
make_environment() {
  local extra=$1 stamp wanted interpreter
  interpreter=$(find_python) || fail "no Python 3.10 to 3.13 was found" "install one, or name it in VOICE_SKILL_PYTHON"
  # The folder is part of it: a moved checkout needs a new environment.
  wanted=$({ echo "$root"; cat "$root/pyproject.toml" "$root/scripts/constraints.txt"; "$interpreter" -V; } | sha256sum | cut -c1-16)
  stamp=$venv/.installed-${extra:-run}
  if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  if ! sound_environment "$interpreter"; then rm -rf "$venv"; fi
  [ -x "$python" ] || { say "Making .venv with $("$interpreter" -V)."; "$interpreter" -m venv "$venv"; }
  say "Installing the package${extra:+ with its [$extra] tools} from pinned versions."
  "$python" -m pip install --quiet --disable-pip-version-check -c "$root/scripts/constraints.txt" \
    -e "$root${extra:+[$extra]}" >&2 ||
    fail "the package could not be installed" "see pip's message above; a network connection is needed this once" 1
  printf '%s' "$wanted" >"$stamp"
  printf '%s' "$root" >"$venv/.place"
  touch "$venv/.told"
}

models() {
  # If it is not in the usual place, the configuration may name another.
  if [ ! -e "$root/models/vosk-model-small-en-us-0.15/am/final.mdl" ] &&
     ! "$venv/bin/voice-skill" model verify --only speech --quiet >/dev/null 2>&1; then
    say "Installing the speech model (40 MB, this once)."
    "$venv/bin/voice-skill" model install --only speech >&2
  fi
  if [ ! -e "$root/models/all-MiniLM-L6-v2-int8/installed.json" ]; then
    say "Installing the sentence encoder (84 MB to fetch, 23 MB to keep, this once)."
    "$venv/bin/voice-skill" model install --only encoder >&2 ||
      say "Going on without it: free wordings are understood less well."
  fi
}
