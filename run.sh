#!/usr/bin/env bash
# ./run.sh                the main job: motion in media/street.mp4, results in out/street/
# ./run.sh test           every test; the last line is "N passed, N failed"
# ./run.sh COMMAND ...    anything else goes to the application
set -euo pipefail
cd_root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
app=$cd_root/out/.app

need_ffmpeg() {
  command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null && return
  local sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  echo "run.sh: ffmpeg is missing, installing it" >&2
  if command -v apt-get >/dev/null; then $sudo apt-get update -qq && $sudo apt-get install -y -qq ffmpeg >/dev/null
  elif command -v dnf >/dev/null; then $sudo dnf install -y -q ffmpeg-free || $sudo dnf install -y -q ffmpeg
  elif command -v brew >/dev/null; then brew install -q ffmpeg
  fi || true
  command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null && return
  echo "run.sh: ffmpeg and ffprobe are needed and could not be installed here; install them (https://ffmpeg.org) and run this again" >&2
  exit 1
}

need_dotnet() {
  command -v dotnet >/dev/null && return
  echo "run.sh: the .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
  exit 1
}

run_tests() {
  need_dotnet
  local log status=0; log=$(mktemp)
  dotnet build "$cd_root/GmmVision.sln" -c Release -v q --nologo >&2
  dotnet "$cd_root/tests/GmmVision.Tests/bin/Release/net10.0/GmmVision.Tests.dll" "$@" 2>&1 | tee "$log" || status=$?
  local passed failed skipped
  passed=$(sed -n 's/^ *succeeded: *//p' "$log" | tail -1); failed=$(sed -n 's/^ *failed: *//p' "$log" | tail -1); skipped=$(sed -n 's/^ *skipped: *//p' "$log" | tail -1)
  rm -f "$log"
  if [ "${passed:-0}" = 0 ]; then status=1; fi
  echo "${passed:-0} passed, ${failed:-0} failed, ${skipped:-0} skipped"
  return "$status"
}

# Publishing takes seconds, so it happens only when a source is newer than what was published; the look costs milliseconds.
build_app() {
  if [ -e "$app/.done" ] && [ -z "$(find "$cd_root/src" "$cd_root"/Directory.*.props -name obj -prune -o -name bin -prune -o -type f -newer "$app/.done" -print -quit)" ]; then return; fi
  need_dotnet
  echo "run.sh: building (once)" >&2
  dotnet publish "$cd_root/src/GmmVision.Cli/GmmVision.Cli.csproj" -c Release -o "$app" -v q --nologo >&2
  touch "$app/.done"
}

case "${1-}" in
  test) need_ffmpeg; shift; run_tests "$@" ;;
  "") need_ffmpeg; build_app; exec dotnet "$app/GmmVision.Cli.dll" detect "$cd_root/media/street.mp4" --output "$cd_root/out" --mask --overlay --clips ;;
  *) need_ffmpeg; build_app; exec dotnet "$app/GmmVision.Cli.dll" "$@" ;;
esac
