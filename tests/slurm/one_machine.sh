#!/usr/bin/env bash
# A Slurm cluster of this machine alone, on loopback, from Debian's packages. For tests, as root.
#
#   tests/slurm/one_machine.sh up      install what is missing, start munge, slurmctld and slurmd
#   tests/slurm/one_machine.sh down    stop them and remove the configuration
#
# The configuration is /etc/slurm/slurm.conf; a machine that already has one is left alone. State
# and logs go to $SLURM_TEST_STATE (default /tmp/slurm-one-machine). Every wait ends by itself.
set -euo pipefail

state=${SLURM_TEST_STATE:-/tmp/slurm-one-machine}
configuration=/etc/slurm/slurm.conf
mark="# written by tests/slurm/one_machine.sh"
node=$(hostname -s)

fail() { echo "one_machine.sh: $*" >&2; exit 1; }

# Try a command every fifth of a second for at most the given seconds.
within() {
    local tries=$(($1 * 5)); shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "gave up waiting for: $*"
        sleep 0.2
    done
}

running() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

node_is_up() { sinfo --noheader --format=%T | grep -qE '^(idle|mixed|allocated)$'; }

stop() {
    if running "$1"; then
        kill "$(cat "$1")"
        for _ in $(seq 50); do running "$1" || break; sleep 0.2; done
        ! running "$1" || kill -KILL "$(cat "$1")"
    fi
    rm -f "$1"
}

install_packages() {
    command -v slurmctld >/dev/null && command -v slurmd >/dev/null &&
        command -v sbatch >/dev/null && command -v munged >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        slurmctld slurmd slurm-client munge >/dev/null
}

write_configuration() {
    local memory
    memory=$(awk '/MemTotal/ {print int($2 / 1024 * 0.8)}' /proc/meminfo)
    mkdir -p /etc/slurm
    cat >"$configuration" <<END
$mark
ClusterName=one
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
StateSaveLocation=$state/controller
SlurmdSpoolDir=$state/node
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdLogFile=$state/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,bf_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
# Without an accounting daemon a finished job is known to the controller only, for so many seconds.
MinJobAge=3600
AccountingStorageType=accounting_storage/none
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
END
}

up() {
    [ "$(id -u)" = 0 ] || fail "has to run as root"
    if [ -e "$configuration" ] && ! grep -qF "$mark" "$configuration"; then
        fail "$configuration belongs to another cluster; nothing was changed"
    fi
    install_packages
    mkdir -p "$state/controller" "$state/node" /run/munge
    chown munge:munge /run/munge
    chmod 755 /run/munge
    getent hosts "$node" >/dev/null || echo "127.0.0.1 $node" >>/etc/hosts
    write_configuration
    if ! running /run/munge/munged.pid; then
        rm -f /run/munge/munged.pid
        su --shell /bin/sh munge --command 'exec /usr/sbin/munged --force'
    fi
    within 10 sh -c 'munge --no-input | unmunge'
    running "$state/slurmctld.pid" || slurmctld -c
    within 20 scontrol ping
    running "$state/slurmd.pid" || slurmd
    within 20 node_is_up
    within 30 srun --immediate=5 true
    sinfo
}

down() {
    stop "$state/slurmd.pid"
    stop "$state/slurmctld.pid"
    stop /run/munge/munged.pid
    [ ! -e "$configuration" ] || ! grep -qF "$mark" "$configuration" || rm -f "$configuration"
    rm -rf "$state"
}

case ${1:-} in
    up) up ;;
    down) down ;;
    *) fail "usage: one_machine.sh up|down" ;;
esac
