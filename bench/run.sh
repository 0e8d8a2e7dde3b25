#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench`: what a conversion costs, beside what libvirt's costs, in one table.
#
#   BENCH_MACHINES   how many machines are made for the rates; 200
#   BENCH_RUNS       how often each program is started; 500
. "${0%/*}/../tests/lib.sh"

machine=$src/bench/machine.vmx
domain=$src/bench/domain.xml
machines=${BENCH_MACHINES-200}
runs=${BENCH_RUNS-500}

program() { # NAME under the build folder: the program itself, not libtool's script
    local path=$build/${1%/*}/.libs/${1##*/}
    [ -x "$path" ] || path=$build/$1
    [ ! -x "$path" ] || echo "$path"
}

convert=$(program bench/convert)
generate=$(program bench/generate)
startup=$(program bench/startup)
wall=$(program bench/wall)
peer=$(program bench/peer-libvirt)
tool=$(program tools/vmx-convert)
for built in "$convert" "$generate" "$startup" "$wall" "$tool"; do
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

instructions
rates
beside_libvirt
program_itself
