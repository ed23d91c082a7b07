#!/usr/bin/env bash
# Fuzzing that coverage guides: afl++ over the readers that SharpFuzz has instrumented.
#   afl.sh TARGET [MINUTES]     10 minutes unless given; ends with 1 where something was found
# What it found new ground with is added to corpus/TARGET, small and without doubles, which CI replays; what fails is listed.
# Needs afl++ (Debian: afl++) and SharpFuzz's tool, which is installed where it is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=${1:?afl.sh TARGET [MINUTES]} minutes=${2:-10}
command -v afl-fuzz >/dev/null || { echo "afl.sh: afl-fuzz is missing (apt-get install afl++)" >&2; exit 2; }
version=$(sed -n 's/.*Include="SharpFuzz" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
dotnet tool install --tool-path "$work/tool" SharpFuzz.CommandLine --version "$version" >/dev/null
dotnet publish "$here" -c Release -o "$work/app" -v q --nologo >/dev/null
cp -r "$work/app" "$work/watched"
for library in "$work"/watched/GmmVision*.dll; do
  case $library in */GmmVision.Fuzz.dll) ;; *) "$work/tool/sharpfuzz" "$library" >/dev/null ;; esac
done
fuzz=(dotnet "$work/app/GmmVision.Fuzz.dll" "$target") watched=(dotnet "$work/watched/GmmVision.Fuzz.dll" "$target" --afl)
"${fuzz[@]}" --seeds "$work/in"
if [ -d "$here/corpus/$target" ]; then cp "$here/corpus/$target"/* "$work/in/"; fi
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 DOTNET_TieredPGO=0
afl-fuzz -i "$work/in" -o "$work/out" -t 10000+ -m none -V $((60 * minutes)) -- "${watched[@]}" >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; exit 1; }
sed -n 's/^\(execs_done\|execs_per_sec\|bitmap_cvg\|corpus_count\|saved_crashes\|saved_hangs\) *: /\1 /p' "$work/out/default/fuzzer_stats"
found=0
for input in "$work"/out/default/crashes/id* "$work"/out/default/hangs/id*; do
  [ -e "$input" ] || continue
  found=1; mkdir -p "$root/out/fuzz"; name=$root/out/fuzz/$target-$(sha256sum "$input" | cut -c1-12)
  cp "$input" "$name"; echo "afl.sh: $name: $("${fuzz[@]}" --input "$input" | head -1)"
done
# Of what reaches the same places the smallest stays; large ones would only weigh the repository down.
afl-cmin -i "$work/out/default/queue" -o "$work/least" -t 10000 -m none -- "${watched[@]}" >/dev/null 2>&1 || cp -r "$work/out/default/queue" "$work/least"
mkdir -p "$here/corpus/$target"
find "$work/least" -maxdepth 1 -type f -size -4k | while read -r input; do cp "$input" "$here/corpus/$target/$(sha256sum "$input" | cut -c1-12)"; done
echo "$(find "$here/corpus/$target" -type f | wc -l) inputs in corpus/$target"
exit "$found"
