#!/bin/sh
# A cluster of one machine, for tests: Slurm's slurmctld and slurmd, and munge, with
# all their files and ports of their own in a folder.
#   cluster.sh start FOLDER PID prints FOLDER/slurm.conf when jobs can be submitted;
#                               all ends when the process PID does
#   cluster.sh stop FOLDER      ends all of it, also what did not start right
set -eu
folder=$2
host=$(hostname -s)
user=$(id -un)
PATH=$PATH:/usr/sbin:/sbin

# A port that nobody listens on, from a number that differs between tests.
free_port() {
  port=$1
  while python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" \
    2>/dev/null; do port=$((port + 7)); done
  echo "$port"
}

start() {
  mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
  chmod 755 "$folder" "$folder/munge"
  dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 2>/dev/null
  chmod 400 "$folder/munge/key"
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" \
    --seed-file="$folder/munge/seed" --num-threads=1
  first=$((20000 + $$ % 20000))
  controller=$(free_port "$first")
  daemon=$(free_port $((controller + 1)))
  cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$controller
SlurmdPort=$daemon
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0,requeue_delay=1
SchedulerType=sched/backfill
ReturnToService=2
KillWait=5
MinJobAge=300
MpiDefault=none
MailProg=/bin/true
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=60 State=UP
CONF
  SLURM_CONF=$folder/slurm.conf
  export SLURM_CONF
  slurmctld -c -f "$SLURM_CONF" >"$folder/start.log" 2>&1
  slurmd -N "$host" -f "$SLURM_CONF" >>"$folder/start.log" 2>&1
  for _ in $(seq 100); do
    state=$(sinfo -h -o %T 2>/dev/null || true)
    [ "$state" = idle ] && { echo "$SLURM_CONF"; return 0; }
    sleep 0.1
  done
  echo "the node is '$state'" >&2
  tail -5 "$folder/slurmctld.log" "$folder/slurmd.log" >&2
  return 1
}

# Whether a process runs; one that ended may stay a zombie for long.
runs() {
  case $(cut -d " " -f 3 "/proc/$1/stat" 2>/dev/null) in "" | Z) return 1 ;; esac
}

# Ends the process whose number a file holds.
end() {
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 50); do
    runs "$pid" || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}

stop() {
  if [ -s "$folder/slurmctld.pid" ]; then
    SLURM_CONF=$folder/slurm.conf timeout 5 scancel --user="$user" 2>/dev/null || true
  fi
  end "$folder/slurmd.pid"
  end "$folder/slurmctld.pid"
  end "$folder/munge/pid"
  rm -f "$folder/slurm.conf"
}

# Whatever happens to the test.
stop_with() {
  while kill -0 "$1" 2>/dev/null && [ -e "$folder/slurm.conf" ]; do sleep 1; done
  stop
}

case $1 in
  start)
    start || { stop; exit 1; }
    stop_with "$3" >/dev/null 2>&1 </dev/null &
    ;;
  stop) stop ;;
esac
