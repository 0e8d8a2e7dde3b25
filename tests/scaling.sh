#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# docs/scaling.md: each of its commands is run as it stands there, on one host, on two hosts
# over ssh, and as a job array of Slurm; the report is that of one plain run.
#
# The hosts are network namespaces with an sshd each, or where the kernel does not let us
# have any, two addresses of this machine.
. "${0%/*}/lib.sh"
use_tool vmx-convert
for program in parallel ssh munged slurmctld slurmd sbatch sshd ip curl; do
    PATH=$PATH:/usr/sbin:/sbin need_full "$program"
done
PATH=$PATH:/usr/sbin:/sbin
generate=$build/bench/.libs/generate
[ -x "$generate" ] || generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"

checks=0
pids=() spaces=() arrays=() made_run_sshd=
clean_up() {
    local pid space
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    for space in "${spaces[@]}"; do
        ip netns del "$space" 2>/dev/null || true
    done
    [ -z "$made_run_sshd" ] || rmdir /run/sshd 2>/dev/null || true
    rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

work=$tmp/work
mkdir "$work" "$tmp/bin" "$tmp/ssh" "$tmp/home"
chmod 755 "$tmp"
cat >"$tmp/bin/vmx-convert" <<END
#!/bin/sh
LD_LIBRARY_PATH='$LD_LIBRARY_PATH' exec '$tool' "\$@"
END
chmod +x "$tmp/bin/vmx-convert"
cd "$work"
export PATH=$tmp/bin:$PATH HOME=$tmp/home

# The block of the page that is called so, for reports of another kind, too.
block() { # NAME SUFFIX
    awk -v open="\`\`\`sh $1" '
        inside && $0 == "```" { exit }
        inside { print }
        $0 == open { inside = 1 }' "$src/docs/scaling.md" |
        sed "s/\\.jsonl/.$2/g; s/\\bdomains\\b/domains-$2/g; s/slurm-%a/slurm-$2-%a/" >"$tmp/$1.$2.sh"
    [ -s "$tmp/$1.$2.sh" ] || fail "docs/scaling.md has no block '$1'"
    cat "$tmp/$1.$2.sh"
}

run() { # STATUS NAME SUFFIX [COMMAND]: COMMAND is what runs the shell
    local wanted=$1 status=0 name=$2 suffix=$3
    shift 3
    checks=$((checks + 1))
    block "$name" "$suffix" >/dev/null
    "$@" bash "$tmp/$name.$suffix.sh" </dev/null >"$tmp/$name.$suffix.out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "$name, $suffix: status $status: $(tail -n 5 "$tmp/$name.$suffix.out")"
}

# The report is that of one run, and so are the domains.
same() { # NAME SUFFIX
    checks=$((checks + 1))
    cmp "one.$2" "report.$2" || finding "$1: another report in .$2"
    diff -r -x '.vmx-convert*' one "domains-$2" >"$tmp/diff" ||
        finding "$1: other domains: $(head -n 3 "$tmp/diff")"
}

fresh() { # SUFFIX
    rm -rf "domains-$1" "report.$1" part-*."$1"
}

mkdir inventory
"$generate" --tree 200 inventory
echo 'no machine' >inventory/store-00/broken.vmx
for suffix in jsonl csv xml; do
    status=0
    vmx-convert -q -j1 -O one --report=one.$suffix inventory 2>/dev/null || status=$?
    [ "$status" -eq 1 ] || fail "the plain run: status $status"
done

# ---- one host ------------------------------------------------------------------------

for suffix in jsonl csv xml; do
    run 1 one $suffix
    same one $suffix
    rm "$(find domains-$suffix -name '*.xml' | sort | sed -n 7p)" report.$suffix
    run 1 resume $suffix
    same resume $suffix
    fresh $suffix
done

tar -C inventory --sort=name -cf inventory.tar .
STORE=file://$work run 0 stream jsonl
checks=$((checks + 1))
mkdir domains-jsonl
tar -C domains-jsonl -xf domains-jsonl.tar
diff -r -x '.vmx-convert*' one domains-jsonl >"$tmp/diff" ||
    finding "stream: other domains: $(head -n 3 "$tmp/diff")"
[ "$(wc -l <report.jsonl)" -eq 202 ] || finding "stream: the report lacks machines"
fresh jsonl

run 1 list jsonl
checks=$((checks + 1))
[ "$(find listed -name '*.xml' | wc -l)" -eq 200 ] || finding "list: machines are missing"
# What it says of machines is the same; names and places are not those of a walk.
diff <(jq -c 'del(.output, .index)' one.jsonl | sort) \
    <(jq -c 'del(.output, .index)' report.jsonl | sort) >"$tmp/diff" ||
    finding "list: another report: $(head -c 300 "$tmp/diff")"

# ---- two hosts -----------------------------------------------------------------------

port=$((20000 + $$ % 20000))
addresses=() # of host1 and host2
in_space=()  # a command goes to where both can be reached

# Two hosts, each with a link to the namespace that the commands are run in.
make_spaces() {
    local name=vmx-$$ number
    ip netns add "$name" 2>"$tmp/err" || return 1
    spaces=("$name")
    ip netns exec "$name" ip link set lo up 2>"$tmp/err" || return 1
    for number in 1 2; do
        ip netns add "$name-$number" || return 1
        spaces+=("$name-$number")
        ip -n "$name" link add "to$number" type veth peer name eth0 netns "$name-$number" || return 1
        ip -n "$name" addr add "192.0.2.$((4 * number + 1))/30" dev "to$number"
        ip -n "$name" link set "to$number" up
        ip -n "$name-$number" addr add "192.0.2.$((4 * number + 2))/30" dev eth0
        ip -n "$name-$number" link set lo up
        ip -n "$name-$number" link set eth0 up
        addresses+=("192.0.2.$((4 * number + 2))")
    done
    in_space=(ip netns exec "$name")
}

if make_spaces 2>"$tmp/err"; then
    echo "two hosts: two network namespaces"
else
    echo "two hosts: two addresses of this one, since: $(cat "$tmp/err")"
    for space in "${spaces[@]}"; do
        ip netns del "$space"
    done
    spaces=() addresses=(127.0.0.2 127.0.0.3)
fi

start_sshd() { # NUMBER
    local place=() pam=no
    [ "${#spaces[@]}" -eq 0 ] || place=(ip netns exec "${spaces[$1]}")
    # Without PAM, an sshd that can read shadow(5) lets nobody in whose password is locked.
    case $(id -u):$(getent shadow "$(id -un)" | cut -d: -f2) in
    '0:!'*) pam=yes ;;
    esac
    cat >"$tmp/ssh/sshd$1.conf" <<END
ListenAddress ${addresses[$1 - 1]}
Port $port
HostKey $tmp/ssh/host_key
AuthorizedKeysFile $tmp/ssh/key.pub
PidFile none
PrintMotd no
StrictModes no
UsePAM $pam
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv PATH=$PATH VMX_HOST=host$1
END
    "${place[@]}" "$(command -v sshd)" -D -e -f "$tmp/ssh/sshd$1.conf" 2>"$tmp/ssh/sshd$1.log" &
    pids+=($!)
}

ssh-keygen -q -t ed25519 -N '' -f "$tmp/ssh/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$tmp/ssh/key"
cat >"$tmp/ssh/config" <<END
Host host1
    HostName ${addresses[0]}
Host host2
    HostName ${addresses[1]}
Host *
    Port $port
    IdentityFile $tmp/ssh/key
    IdentitiesOnly yes
    UserKnownHostsFile $tmp/ssh/known_hosts
    StrictHostKeyChecking accept-new
    LogLevel ERROR
    BatchMode yes
    ConnectTimeout 5
END
# All of ssh's settings are those above: nothing of the user's is read or written.
printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$tmp/ssh/config" >"$tmp/bin/ssh"
chmod +x "$tmp/bin/ssh"
if [ "$(id -u)" -eq 0 ] && [ ! -d /run/sshd ]; then
    mkdir /run/sshd
    made_run_sshd=yes
fi
for number in 1 2; do
    start_sshd $number
done
answers() { # HOST
    for _ in $(seq 50); do
        [ "$("${in_space[@]}" ssh "$1" 'echo $VMX_HOST' 2>"$tmp/err" </dev/null)" != "$1" ] ||
            return 0
        sleep 0.2
    done
    fail "$1 does not answer: $(tail -n 5 "$tmp/err" "$tmp/ssh"/sshd*.log)"
}
answers host1
answers host2

export PARALLEL_HOME=$tmp/home/.parallel
mkdir -p "$PARALLEL_HOME"
: >"$PARALLEL_HOME/will-cite"
# One share has the machine that fails.
for suffix in jsonl csv xml; do
    run 1 ssh $suffix "${in_space[@]}"
    run 0 merge $suffix
    same ssh $suffix
    fresh $suffix
done
checks=$((checks + 1))
for number in 1 2; do
    grep -q 'Accepted publickey' "$tmp/ssh/sshd$number.log" ||
        finding "host$number was not asked: $(tail -n 3 "$tmp/ssh/sshd$number.log")"
done

# ---- Slurm ---------------------------------------------------------------------------

head -c 1024 /dev/urandom >"$tmp/munge.key"
chmod 400 "$tmp/munge.key"
mkdir "$tmp/state" "$tmp/spool"
export SLURM_CONF=$tmp/slurm.conf
# Sites differ in their control groups; it needs none.
echo 'CgroupPlugin=cgroup/v1' >"$tmp/cgroup.conf"
cat >"$SLURM_CONF" <<END
ClusterName=vmx
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$((port + 1))
SlurmdPort=$((port + 2))
AuthType=auth/munge
AuthInfo=socket=$tmp/munge.socket
CredType=cred/munge
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/slurmd.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=1000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=node NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 CPUs=4
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
munged -F --force --key-file="$tmp/munge.key" --socket="$tmp/munge.socket" \
    --pid-file="$tmp/munged.pid" --log-file="$tmp/munged.log" --seed-file="$tmp/munge.seed" \
    2>"$tmp/munged.err" &
pids+=($!)
for _ in $(seq 50); do
    [ ! -S "$tmp/munge.socket" ] || break
    sleep 0.1
done
"${in_space[@]}" slurmctld -D -c >/dev/null 2>&1 &
pids+=($!)
"${in_space[@]}" slurmd -D >/dev/null 2>&1 &
pids+=($!)
for _ in $(seq 100); do
    [ "$("${in_space[@]}" sinfo -h -o %t 2>/dev/null)" != idle ] || break
    sleep 0.1
done
[ "$("${in_space[@]}" sinfo -h -o %t)" = idle ] ||
    fail "Slurm did not start: $(tail -n 5 "$tmp"/munged.log "$tmp"/slurm*.log)"

for suffix in jsonl csv xml; do
    checks=$((checks + 1))
    (
        run 1 slurm $suffix "${in_space[@]}"
        exit "$findings"
    ) &
    arrays+=($!)
done
for array in "${arrays[@]}"; do
    wait "$array" || findings=$((findings + 1))
done
for suffix in jsonl csv xml; do
    run 0 merge $suffix
    same slurm $suffix
    [ "$(find . -name "slurm-$suffix-*.log" | wc -l)" -eq 4 ] || finding "slurm: not four tasks"
done

finish "$checks" checks
