#!/usr/bin/env bash
# A Slurm cluster of one controller and three nodes on this machine's loopback, for as long as a test needs it.
#   cluster.sh start DIR      starts it; its files lie in DIR, and SLURM_CONF=DIR/slurm.conf is what sbatch and its kin need
#   cluster.sh kill DIR NODE  kills a node (n1, n2, n3) with all that runs on it, as a power cut would
#   cluster.sh stop DIR       ends everything
# Needs Debian's slurm-wlm and munge, and to be root (slurmd starts jobs as their owners).
set -euo pipefail

fail() { echo "cluster.sh: $*" >&2; exit 1; }
[ $# -ge 2 ] || fail "usage: cluster.sh start|kill|stop DIR [NODE]"
what=$1; mkdir -p "$2"; dir=$(cd "$2" && pwd)
export SLURM_CONF=$dir/slurm.conf

free_ports() {
  python3 - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in held: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in held])
PY
}

start() {
  for tool in slurmctld slurmd sbatch munged python3; do command -v $tool >/dev/null || fail "'$tool' is missing: install slurm-wlm and munge"; done
  [ "$(id -u)" = 0 ] || fail "has to be root: slurmd starts jobs as their owners"
  local ports node
  read -r -a ports <<<"$(free_ports 4)"
  mkdir -p "$dir"/{state,log}; chmod 755 "$dir"
  ( umask 077; head -c 1024 /dev/urandom > "$dir/munge.key" )
  cat > "$SLURM_CONF" <<CONF
ClusterName=gmmvision
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=1,sched_interval=2
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
# A node that is silent for so long is down, and what ran on it is queued again.
SlurmdTimeout=8
SlurmctldTimeout=10
MessageTimeout=5
KillWait=5
JobRequeue=1
# Each node says that it has one processor, whatever the machine has.
SlurmdParameters=config_overrides
CONF
  for node in 1 2 3; do
    mkdir -p "$dir/spool-n$node"
    echo "NodeName=n$node NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=${ports[$node]} CPUs=1 RealMemory=1000" >> "$SLURM_CONF"
  done
  echo "PartitionName=all Nodes=n1,n2,n3 Default=YES MaxTime=INFINITE State=UP" >> "$SLURM_CONF"
  munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" --log-file="$dir/log/munged.log" --seed-file="$dir/munged.seed" --num-threads=2
  slurmctld
  for node in 1 2 3; do slurmd -N "n$node"; done
  for _ in $(seq 100); do
    [ "$(sinfo --noheader --states=idle --format=%D 2>/dev/null)" = 3 ] && return
    sleep 0.2
  done
  tail -5 "$dir"/log/*.log >&2
  fail "the three nodes did not come up in 20 s; the ends of their logs are above"
}

# All processes below one, itself last.
tree() { local child; for child in $(pgrep -P "$1" || true); do tree "$child"; done; echo "$1"; }

# The daemon first, then what starts and watches its jobs (neither is the daemon's child, and only the jobs know the node's name),
# so that nobody is left to tell the controller that a job has ended.
kill_node() {
  local step child
  kill -9 "$(cat "$dir/slurmd-$1.pid")"
  for step in $(pgrep -f '^slurmstepd: ' || true); do
    for child in $(tree "$step"); do
      if grep -qzx "SLURMD_NODENAME=$1" "/proc/$child/environ" 2>/dev/null; then
        kill -9 "$step" $(tree "$step") 2>/dev/null || true
        break
      fi
    done
  done
}

stop() {
  local file
  scancel --full --user=root >/dev/null 2>&1 || true
  for file in "$dir"/slurmd-n*.pid "$dir/slurmctld.pid" "$dir/munged.pid"; do
    [ -e "$file" ] && kill "$(cat "$file")" 2>/dev/null || true
  done
}

case $what in
  start) start ;;
  kill) kill_node "${3?which node?}" ;;
  stop) stop ;;
  *) fail "unknown '$what'" ;;
esac
