#!/usr/bin/env bash
# Makes media/overlay.png, the README's picture: a frame of what detect found in the sample clip, beside its mask.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
second=${1-15}
"$root/run.sh" >/dev/null
ffmpeg -loglevel error -y -ss "$second" -i "$root/out/street/overlay.mp4" -ss "$second" -i "$root/out/street/mask.mkv" \
  -filter_complex '[0]format=rgb24[a];[1]format=rgb24[b];[a][b]hstack' -frames:v 1 -update 1 "$root/media/overlay.png"
