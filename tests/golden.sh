#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Golden cases: testdata/convert/CASE/ holds
#
#   in.vmx    the machine
#   out.xml   what `vmx-convert --no-metadata in.vmx` writes; without it nothing must be
#             written and the status must be 1
#   diag.txt  what `vmx-convert -v in.vmx` says on standard error; may be missing
#   args      more options, one a line; may be missing
#   back.vmx  what `vmx-convert --to=vmx out.xml` writes; may be missing
#
# and for the way back alone, in place of the first two,
#
#   in.xml    the domain; back.vmx as above, without it nothing must be written and the
#             status must be 1
#   lost.txt  what `vmx-convert -v --to=vmx in.xml` says; may be missing
#
# `tests/golden.sh --rewrite` (make golden) writes anew what is there: read the diff.
# Further arguments name the cases to run.
. "${0%/*}/lib.sh"
use_tool vmx-convert

rewrite=no
[ "${1-}" != --rewrite ] || {
    rewrite=yes
    shift
}

passed=0 failed=0

# What the case must give, against what it gave.
same() { # CASE FILE GOT
    if [ "$rewrite" = yes ]; then
        cmp -s "$cases/$1/$2" "$3" || {
            cp "$3" "$cases/$1/$2"
            echo "$1/$2 rewritten"
        }
        return
    fi
    diff -u --label "$1/$2" --label "$1: now" "$cases/$1/$2" "$3"
}

# The way back; the domain is written without metadata, so the VMX is a new one.
run_back() { # CASE IN OUT
    local folder=$cases/$1 args=() status=0 wanted=0 good=yes

    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    [ -e "$folder/back.vmx" ] || wanted=1
    (cd "$folder" && "$tool" --to=vmx "${args[@]}" "$2") \
        >"$tmp/back.vmx" 2>"$tmp/err" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "$1: status $status, expected $wanted"
        cat "$tmp/err"
        good=no
    elif [ "$wanted" -eq 0 ]; then
        same "$1" back.vmx "$tmp/back.vmx" || good=no
    elif [ -s "$tmp/back.vmx" ]; then
        echo "$1: failed, and wrote all the same"
        good=no
    fi
    if [ -e "$folder/lost.txt" ]; then
        (cd "$folder" && "$tool" -v --to=vmx "${args[@]}" -o /dev/null "$2") \
            >/dev/null 2>"$tmp/lost.txt" || true
        same "$1" lost.txt "$tmp/lost.txt" || good=no
    fi
    [ "$good" = yes ]
}

run_case() { # CASE
    local folder=$cases/$1 args=() status=0 wanted=0 good=yes

    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    [ -e "$folder/out.xml" ] || wanted=1
    (cd "$folder" && "$tool" --no-metadata "${args[@]}" in.vmx) \
        >"$tmp/out.xml" 2>"$tmp/err" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "$1: status $status, expected $wanted"
        cat "$tmp/err"
        good=no
    elif [ "$wanted" -eq 0 ]; then
        same "$1" out.xml "$tmp/out.xml" || good=no
    elif [ -s "$tmp/out.xml" ]; then
        echo "$1: failed, and wrote all the same"
        good=no
    fi
    if [ -e "$folder/diag.txt" ]; then
        (cd "$folder" && "$tool" -v "${args[@]}" -o /dev/null in.vmx) \
            >/dev/null 2>"$tmp/diag.txt" || true
        same "$1" diag.txt "$tmp/diag.txt" || good=no
    fi
    [ ! -e "$folder/back.vmx" ] || run_back "$1" out.xml || good=no
    [ "$good" = yes ]
}

cases=$src/testdata/convert
[ -d "$cases" ] || skip "testdata/convert is not there"
all=("$@")
[ "$#" -gt 0 ] || mapfile -t all < <(ls "$cases")
for name in "${all[@]}"; do
    run=run_case
    [ ! -e "$cases/$name/in.xml" ] || run=run_back
    if [ ! -e "$cases/$name/in.vmx" ] && [ "$run" = run_case ]; then
        echo "FAIL $name: no in.vmx"
        failed=$((failed + 1))
    elif "$run" "$name" in.xml; then
        echo "ok   $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name"
        failed=$((failed + 1))
    fi
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
