#!/usr/bin/env bash
# ./run.sh                the main job: motion in media/street.mp4, results in out/street/
# ./run.sh test           the tests but the slow ones; the last line is "N passed, N failed"
# ./run.sh test --all     every test
# ./run.sh COMMAND ...    anything else goes to the application; ./run.sh --help lists its commands
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
app=$root/out/.app

fail() { echo "run.sh: $*" >&2; exit 1; }

need_ffmpeg() {
  local there='command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null'
  if [ -n "${GMMVISION_FFMPEG-}" ] || eval "$there"; then return; fi
  local sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  echo "run.sh: ffmpeg is missing, installing it" >&2
  {
    if command -v apt-get; then $sudo apt-get update -qq; $sudo apt-get install -y -qq ffmpeg
    elif command -v dnf; then $sudo dnf install -y -q ffmpeg-free || $sudo dnf install -y -q ffmpeg
    elif command -v brew; then brew install -q ffmpeg
    fi
  } >/dev/null || true
  eval "$there" || fail "ffmpeg and ffprobe are needed and could not be installed here: install them (https://ffmpeg.org/download.html) and run this again"
}

# OpenCV's native library, which the tests of GmmVision.OpenCv load, needs GTK; without it they skip, and say so.
want_gtk() {
  if ! command -v apt-get >/dev/null || ldconfig -p 2>/dev/null | grep -q 'libgtk-3\.so\.0'; then return; fi
  local sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  echo "run.sh: libgtk-3-0 is missing, installing it for the tests with OpenCV" >&2
  { $sudo apt-get update -qq; $sudo apt-get install -y -qq --no-install-recommends libgtk-3-0; } >/dev/null || true
}

need_sdk() {
  command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^[1-9][0-9]\.' && return
  fail "the .NET 10 SDK is needed to build: install it (https://dotnet.microsoft.com/download) and run this again"
}

# Runs a command while no other run.sh of this folder builds. (9>&- : build servers outlive us and must not hold the lock.)
alone() {
  mkdir -p "$root/out"
  if command -v flock >/dev/null; then ( flock 9; "$@" 9>&- ) 9>"$root/out/.lock"; else "$@"; fi
}

# Publishing takes seconds, so it happens only when something under src is newer than what was published (a folder is,
# when a file in it was removed); the look costs milliseconds.
is_current() {
  [ -e "$app/.done" ] && [ -z "$(find "$root/src" "$root"/Directory.*.props "$root/run.sh" \( -name obj -o -name bin \) -prune -o -newer "$app/.done" -print -quit)" ]
}

build_app() {
  if is_current; then return; fi       # another run may have built it while we waited
  need_sdk
  echo "run.sh: building (only when a source changed)" >&2
  local next=$app.next project
  rm -rf "$next"; mkdir -p "$next"
  for project in "$root"/src/*/; do mkdir -p "$project"bin "$project"obj; done
  touch "$next/.done"                  # before the build: what is edited meanwhile counts as newer
  dotnet publish "$root/src/GmmVision.Cli/GmmVision.Cli.csproj" -c Release --use-current-runtime --no-self-contained \
    -o "$next" -v q --nologo >&2 || fail "the build failed; the reason is above"
  rm -rf "$app"; mv "$next" "$app"
}

run_app() {
  need_ffmpeg
  is_current || alone build_app
  exec dotnet "$app/GmmVision.Cli.dll" "$@"
}

build_tests() { dotnet build "$root/GmmVision.sln" -c Release -v q --nologo >&2 || fail "the build failed; the reason is above"; }

run_tests() {
  need_ffmpeg; need_sdk; want_gtk
  alone build_tests
  # Slow tests run with all of them, or when asked for by name.
  case "${1-} $*" in
    "--all "*) shift ;;
    *--filter-*) ;;
    *) set -- "$@" --filter-not-trait Category=Slow ;;
  esac
  local log status=0; log=$(mktemp)
  # Half as many again as processors: many tests wait for a camera that plays at its own pace, or for a cluster.
  # In what it takes for a CI (by CI=true and its like) the runner colours its lines although they go into a pipe.
  dotnet "$root/tests/GmmVision.Tests/bin/Release/net10.0/GmmVision.Tests.dll" --no-ansi --max-threads 1.5x "$@" 2>&1 | tee "$log" || status=$?
  count() { sed -n "s/\x1b\[[0-9;]*m//g; s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -1; }
  local passed failed; passed=$(count succeeded); failed=$(count failed); rm -f "$log"
  if [ "${passed:-0}" = 0 ] && [ "$status" = 0 ]; then status=1; fi
  echo "${passed:-0} passed, ${failed:-0} failed"
  return "$status"
}

case "${1-}" in
  test) shift; run_tests "$@" ;;
  "") run_app detect "$root/media/street.mp4" --output "$root/out" --mask --overlay --clips ;;
  *) run_app "$@" ;;
esac
