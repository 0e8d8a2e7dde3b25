#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench`: what a conversion costs, beside what libvirt's costs, in one table.
#
#   BENCH_MACHINES   how many machines are made for the rates; 200
#   BENCH_RUNS       how often each program is started; 500
#   BENCH_TREE       how many machines the inventory has; 10000
#   BENCH_ROUNDS     how often it is converted in each way, in turn; 7
#   BENCH_GROWTH     inventories whose time and memory are told; "1000 10000 100000"
#   BENCH_STREAMS    the same as archives on a pipe; "1000 10000 100000"
#   BENCH_FULL       when 1, an archive of 1,000,000 as well: two minutes, and 3 GB of memory
#                    for its report
. "${0%/*}/../tests/lib.sh"

machine=$src/bench/machine.vmx
domain=$src/bench/domain.xml
machines=${BENCH_MACHINES-200}
runs=${BENCH_RUNS-500}
tree=${BENCH_TREE-10000}
rounds=${BENCH_ROUNDS-7}
growth=${BENCH_GROWTH-1000 10000 100000}
streams=${BENCH_STREAMS-1000 10000 100000}
[ "${BENCH_FULL-}" != 1 ] || streams="$streams 1000000"

program() { # NAME under the build folder: the program itself, not libtool's script
    local path=$build/${1%/*}/.libs/${1##*/}
    [ -x "$path" ] || path=$build/$1
    [ ! -x "$path" ] || echo "$path"
}

convert=$(program bench/convert)
generate=$(program bench/generate)
startup=$(program bench/startup)
wall=$(program bench/wall)
floor=$(program bench/floor)
peer=$(program bench/peer-libvirt)
tool=$(program tools/vmx-convert)
for built in "$convert" "$generate" "$startup" "$wall" "$floor" "$tool"; do
    [ -n "$built" ] || fail "not built: make bench builds what it needs"
done

row() { # WHAT VALUE BOUND
    printf '%-46s %14s   %s\n' "$1" "$2" "${3-}"
}

ratio() { # A B
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

instructions() {
    local count
    if ! command -v valgrind >/dev/null; then
        row "instructions per conversion" "no valgrind"
        return
    fi
    count=$(instructions_of "$convert" plain "$machine")
    row "instructions per conversion, without metadata" "$count" "at most 100000"
    count=$(instructions_of "$convert" metadata "$machine")
    row "instructions per conversion, with metadata" "$count" "at most 140000"
    count=$(instructions_of "$convert" vmx "$domain")
    row "instructions per conversion of a domain to VMX" "$count" "at most 400000"
    count=$(instructions_of "$convert" kvm "$machine")
    row "instructions per conversion to a KVM domain" "$count" "at most 4000000"
}

rates() {
    local plain metadata
    mkdir "$tmp/machines"
    "$generate" "$machines" "$tmp/machines"
    read -r plain metadata < <("$convert" rate "$tmp"/machines/*.vmx)
    row "conversions a second, without metadata" "$plain" "$machines machines"
    row "conversions a second, with metadata" "$metadata"
}

# The connection asks these two whether VMware is there.
fake_vmware() {
    mkdir "$tmp/bin" "$tmp/home"
    printf '#!/bin/sh\necho "VMware Player 16.2.5 build-20904516"\n' >"$tmp/bin/vmplayer"
    printf '#!/bin/sh\necho "Total running VMs: 0"\n' >"$tmp/bin/vmrun"
    chmod +x "$tmp"/bin/*
}

beside_libvirt() {
    local accepted libvirt plain metadata
    if [ -z "$peer" ]; then
        row "libvirt's conversions a second" "no libvirt-dev"
        return
    fi
    fake_vmware
    read -r accepted libvirt plain metadata < <(
        HOME=$tmp/home XDG_RUNTIME_DIR=$tmp/home PATH=$tmp/bin:$PATH \
            "$peer" "$machine" "$tmp"/machines/*.vmx
    ) || fail "libvirt's side did not run"
    row "libvirt's conversions a second, in turn with" "$libvirt" \
        "$accepted of $((machines + 1)) texts, which it accepts"
    row "  ours, without metadata" "$plain"
    row "  ours, with metadata" "$metadata"
    row "  times libvirt's rate, without metadata" "$(ratio "$plain" "$libvirt")" "at least 60"
    row "  times libvirt's rate, with metadata" "$(ratio "$metadata" "$libvirt")" "at least 40"
}

program_itself() {
    local ours empty peak
    read -r ours empty peak _ < <("$wall" "$runs" "$tool" "$machine" -- "$startup")
    row "vmx-convert FILE, wall time in us" "$ours" "median of $runs runs in turn"
    row "an empty program, linked the same" "$empty"
    row "  ratio" "$(ratio "$ours" "$empty")" "at most 1.2"
    row "peak memory of vmx-convert in KiB" "$peak" "below 8192"
}

# ---- an inventory -------------------------------------------------------------------

# A file system in memory, so that no disk is measured.
shm=
trap 'rm -rf "$tmp" ${shm:+"$shm"}' EXIT

# Microseconds that a command takes, and those of the processor, `WALL CPU`; the tree that
# it writes is new.
time_of() { # COMMAND...
    local TIMEFORMAT='%R %U %S'
    rm -rf "$shm/out"
    { time "$@" >/dev/null 2>"$tmp/err" || true; } 2>&1 |
        awk '{ printf "%.0f %.0f\n", $1 * 1e6, ($2 + $3) * 1e6 }'
}

# The same of the floor, which tells it by itself: what it asks before is no part of it.
floor_of() { # ARGUMENT...
    rm -rf "$shm/out"
    "$floor" "$@" | awk '{ print $3 + $4, $5 }'
}

median() { # COLUMN
    sort -n -k "$1,$1" "$tmp/rounds" | awk -v column="$1" '
        { value[NR] = $column } END { print value[int((NR + 1) / 2)] }'
}

# Each column twice: wall time, processor time.
timed() { # WHAT COLUMN NOTE
    row "$1" "$(median "$2")" "$(median "$(($2 + 1))") us of processor time${3+; $3}"
}

# By wall time and by processor time, which other work on the machine changes less.
compared() { # COLUMN OTHER BOUND
    row "  times that floor" "$(ratio "$(median "$1")" "$(median "$2")")" \
        "$(ratio "$(median "$(($1 + 1))")" "$(median "$(($2 + 1))")") in processor time; $3"
}

inventory() {
    mkdir "$shm/in"
    "$generate" --tree "$tree" "$shm/in"
    local many=("$tool" -q --no-metadata)
    "${many[@]}" -O "$shm/sizes" "$shm/in" 2>/dev/null || true
    for _ in $(seq "$rounds"); do
        echo "$(floor_of "$shm/in" "$shm/sizes" "$shm/out")" \
            "$(floor_of -j 2 "$shm/in" "$shm/sizes" "$shm/out")" \
            "$(time_of "${many[@]}" -j1 -O "$shm/out" "$shm/in")" \
            "$(time_of "${many[@]}" -j2 -O "$shm/out" "$shm/in")" \
            "$(floor_of "$shm/in")" \
            "$(time_of "${many[@]}" -j1 --stream=tar "$shm/in")" \
            "$(time_of "${many[@]}" -j1 -O "$shm/out" --report="$shm/report.jsonl" "$shm/in")" \
            "$(time_of "$tool" -q -j1 -O "$shm/out" "$shm/in")"
    done >"$tmp/rounds"
    timed "floor: $tree files read and written, in us" 1 "medians of $rounds rounds in turn"
    timed "floor with two processes" 3
    timed "vmx-convert -j1 -O" 5
    compared 5 1 "at most 1.7"
    timed "vmx-convert -j2 -O" 7
    row "  -j2 over -j1" "$(ratio "$(median 5)" "$(median 7)")" \
        "at least 0.95 of the floor's $(ratio "$(median 1)" "$(median 3)")"
    timed "floor: files read alone" 9
    timed "vmx-convert -j1 --stream=tar" 11
    compared 11 9 "at most 3.5"
    timed "vmx-convert -j1 -O --report=FILE.jsonl" 13
    timed "vmx-convert -j1 -O, with metadata" 15
    inventory_of_libvirt "$(median 1)"
    inventory_instructions
    rm -rf "${shm:?}"/*
}

# A tenth of the files: libvirt takes its time.
inventory_of_libvirt() { # FLOOR
    local count accepted us
    if [ -z "$peer" ]; then
        row "libvirt in process over the same files" "no libvirt-dev"
        return
    fi
    mkdir -p "$shm/peer"
    read -r count accepted us < <(find "$shm/in" -name '*.vmx' | sort | awk 'NR % 10 == 1' |
        HOME=$tmp/home XDG_RUNTIME_DIR=$tmp/home PATH=$tmp/bin:$PATH \
            "$peer" --inventory "$shm/peer") || fail "libvirt's side did not run"
    row "libvirt in process, all files, in us" "$((us * tree / count))" \
        "from $count of them, of which it accepts $accepted"
    row "  times the floor" "$(ratio "$((us * tree / count))" "$1")"
}

inventory_instructions() {
    local count total=()
    command -v valgrind >/dev/null || return 0
    for count in 100 600; do
        find "$shm/in" -name '*.vmx' | sort | sed -n "1,${count}p" >"$tmp/list"
        total+=("$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$tool" -q \
            --no-metadata -j1 -O "$shm/valgrind-$count" --files-from="$tmp/list" 2>&1 |
            sed -n 's/^==[0-9]*== Collected : //p')")
    done
    row "instructions per file of vmx-convert -O" "$(((total[1] - total[0]) / 500))" \
        "without the kernel's"
}

# Seconds, processor seconds and KiB.
peak_of() { # COMMAND...
    /usr/bin/time -o "$tmp/time" -f '%e %U %S %M' "$@" >/dev/null 2>&1 || true
    tail -n 1 "$tmp/time" | awk '{ print $1, $2 + $3, $4 }'
}

# What has few machines is run more often, and the median counts.
grown() { # WHAT COUNT COMMAND...
    local what=$1 count=$2 times=$((50000 / $2)) cpu peak seconds
    shift 2
    for _ in $(seq $((times < 1 ? 1 : times > 15 ? 15 : times))); do
        rm -rf "$shm/out"
        peak_of "$@"
    done >"$tmp/rounds"
    seconds=$(median 1) cpu=$(median 2) peak=$(median 3)
    row "$count machines, $what: seconds" "$seconds" \
        "$(awk -v a="$cpu" -v n="$count" 'BEGIN { printf "%.1f", a / n * 1e6 }') us of processor time a machine; by a tenth more at most"
    row "  peak memory in KiB" "$peak" "at most 12288, and 2048 over the first"
}

grow() {
    local count
    if [ ! -x /usr/bin/time ]; then
        row "peak memory" "no /usr/bin/time"
        return
    fi
    for count in $growth; do
        mkdir "$shm/in"
        "$generate" --tree "$count" "$shm/in"
        grown "folder, report" "$count" "$tool" -q --no-metadata -j2 -O "$shm/out" \
            --report="$shm/report.jsonl" "$shm/in"
        rm -rf "${shm:?}"/*
    done
    for count in $streams; do
        mkfifo "$shm/fifo"
        # The generator's time is not in it, nor is the archive ever whole.
        grown "archive, report" "$count" bash -c '
            "$1" --tar "$2" >"$3/fifo" &
            exec "$4" -q --no-metadata -j1 --from=tar --stream=tar \
                --report="$3/report.jsonl" "$3/fifo"' \
            bash "$generate" "$count" "$shm" "$tool"
        rm -rf "${shm:?}"/*
    done
}

inventories() {
    shm=$(mktemp -d /dev/shm/vmx-bench.XXXXXX 2>/dev/null) || {
        row "an inventory" "no /dev/shm"
        return
    }
    inventory
    grow
}

instructions
rates
beside_libvirt
program_itself
inventories
