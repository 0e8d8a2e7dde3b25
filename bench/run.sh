#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench`: what a conversion costs, beside what libvirt's costs, in one table.
#
#   BENCH_MACHINES   how many machines are made for the rates; 200
#   BENCH_RUNS       how often each program is started; 500
#   BENCH_TREE       how many machines the inventory has; 10000
#   BENCH_ROUNDS     how often it is converted in each way, in turn; 7
#   BENCH_GROWTH     inventories whose time and memory are told; "1000 10000 100000"
. "${0%/*}/../tests/lib.sh"

machine=$src/bench/machine.vmx
domain=$src/bench/domain.xml
machines=${BENCH_MACHINES-200}
runs=${BENCH_RUNS-500}
tree=${BENCH_TREE-10000}
rounds=${BENCH_ROUNDS-7}
growth=${BENCH_GROWTH-1000 10000 100000}

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

# Microseconds that a command takes; the tree that it writes is new.
time_of() { # COMMAND...
    local begin end
    rm -rf "$shm/out"
    begin=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null 2>&1 || true
    end=${EPOCHREALTIME/[.,]/}
    echo $((end - begin))
}

# The same of the floor, which tells it by itself: what it asks before is no part of it.
floor_of() { # ARGUMENT...
    rm -rf "$shm/out"
    "$floor" "$@" | awk '{ print $3 + $4 }'
}

median() { # COLUMN
    sort -n -k "$1,$1" "$tmp/rounds" | awk -v column="$1" '
        { value[NR] = $column } END { print value[int((NR + 1) / 2)] }'
}

inventory() {
    local floor1 floor2 one two
    mkdir "$shm/in"
    "$generate" --tree "$tree" "$shm/in"
    local many=("$tool" -q --no-metadata)
    time_of "${many[@]}" -O "$shm/sizes" "$shm/in" >/dev/null
    for _ in $(seq "$rounds"); do
        echo "$(floor_of "$shm/in" "$shm/sizes" "$shm/out")" \
            "$(floor_of -j 2 "$shm/in" "$shm/sizes" "$shm/out")" \
            "$(time_of "${many[@]}" -j1 -O "$shm/out" "$shm/in")" \
            "$(time_of "${many[@]}" -j2 -O "$shm/out" "$shm/in")" \
            "$(floor_of "$shm/in")" \
            "$(time_of "${many[@]}" -j1 --stream=tar "$shm/in")" \
            "$(time_of "${many[@]}" -j1 -O "$shm/out" --report="$shm/report.jsonl" "$shm/in")"
    done >"$tmp/rounds"
    floor1=$(median 1) floor2=$(median 2) one=$(median 3) two=$(median 4)
    row "floor: $tree files read and written, in us" "$floor1" "medians of $rounds rounds in turn"
    row "floor with two processes" "$floor2"
    row "vmx-convert -j1 -O" "$one"
    row "  times the floor" "$(ratio "$one" "$floor1")" "at most 1.7"
    row "vmx-convert -j2 -O" "$two"
    row "  -j2 over -j1" "$(ratio "$one" "$two")" \
        "at least 0.95 of the floor's $(ratio "$floor1" "$floor2")"
    row "floor: files read alone" "$(median 5)"
    row "vmx-convert -j1 --stream=tar" "$(median 6)"
    row "  times reading alone" "$(ratio "$(median 6)" "$(median 5)")" "at most 3.5"
    row "vmx-convert -j1 -O --report=FILE.jsonl" "$(median 7)"
    rm -rf "${shm:?}"/*
}

peak_of() { # COMMAND...: seconds and KiB
    /usr/bin/time -f '%e %M' "$@" 2>&1 >/dev/null | tail -n 1
}

grow() {
    local count seconds peak
    if [ ! -x /usr/bin/time ]; then
        row "peak memory" "no /usr/bin/time"
        return
    fi
    for count in $growth; do
        mkdir "$shm/in"
        "$generate" --tree "$count" "$shm/in"
        read -r seconds peak < <(peak_of "$tool" -q --no-metadata -j2 -O "$shm/out" \
            --report="$shm/report.jsonl" "$shm/in")
        row "$count machines with a report: seconds" "$seconds"
        row "  peak memory in KiB" "$peak" "at most 12288, and 2048 over the first"
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
