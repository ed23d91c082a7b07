#!/usr/bin/env bash
# A list as an array on a cluster of three nodes on this machine, of which one is killed in the middle.
#   slurm.sh DIR LIST OUTPUT      GMMVISION is the command to run; DIR holds the cluster's files and the logs
# Ends with what collect ends with. Prints which parts were queued again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"; dir=$(cd "$1" && pwd) list=$2 output=$3
export SLURM_CONF=$dir/slurm.conf
trap '"$here/cluster.sh" stop "$dir"' EXIT
"$here/cluster.sh" start "$dir"
cd "$dir"
job=$(sbatch --parsable --array=1-6 --output="$dir/part-%a.log" "$here/detect.sbatch" "$list" "$output")
# The second node dies when its part has a result and is not through.
for _ in $(seq 600); do
  if [ -n "$(squeue --noheader --nodelist=n2 --states=running --format=%K)" ] && [ "$(find "$output" -name events.json 2>/dev/null | wc -l)" -ge 3 ]; then break; fi
  sleep 0.1
done
scontrol update nodename=n2 state=drain reason="about to die"      # or a part may be sent there that never begins, which is another fault
lost=$(squeue --noheader --nodelist=n2 --states=running --format=%K)
[ -n "$lost" ] || { echo "slurm.sh: nothing ran on n2" >&2; exit 3; }
"$here/cluster.sh" kill "$dir" n2
scontrol update nodename=n2 state=down reason=killed
echo "killed n2 with part $lost after $(find "$output" -name events.json | wc -l) results"
# Slurm lets what was on a lost node wait for two minutes; here it goes on at once.
for _ in $(seq 50); do scontrol update jobid="${job}_$lost" starttime=now 2>/dev/null && break; sleep 0.2; done
last=$(sbatch --parsable --dependency="afterany:$job" --output="$dir/collect.log" "$here/collect.sbatch" "$list" "$output")
for _ in $(seq 900); do
  [ -z "$(squeue --noheader --jobs="$job,$last" 2>/dev/null)" ] && break
  sleep 0.1
done
[ -z "$(squeue --noheader)" ] || { squeue >&2; echo "slurm.sh: not done after 90 s" >&2; exit 3; }
grep -l "were done already" "$dir"/part-*.log | sed 's/.*part-\(.*\).log/part \1 went on where it was/' || true
cat "$dir/collect.log"
if ! scontrol show job "$last" --oneliner | grep -q 'ExitCode=0:0'; then
  tail -n 5 "$dir"/part-*.log >&2
  scontrol show job "$job" --oneliner | grep -o 'ArrayTaskId=[^ ]*\|JobState=[^ ]*\|Reason=[^ ]*\|Restarts=[^ ]*\|RunTime=[^ ]*\|ExitCode=[^ ]*\|NodeList=[^ ]*' | paste -sd' ' >&2
  exit 1
fi
