#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# `make bench-lint`: what it costs to lint an inventory, beside reading it.
#
#   BENCH_FILES    how many machines; 10000
#   BENCH_ROUNDS   how often each is run, in turn; 9
#   TMPDIR         where they are: best a file system in memory
. "${0%/*}/../tests/lib.sh"

files=${BENCH_FILES-10000}
rounds=${BENCH_ROUNDS-9}
use_tool vmx-lint
for program in generate floor wall; do
    path=$build/bench/.libs/$program
    [ -x "$path" ] || path=$build/bench/$program
    [ -x "$path" ] || fail "$path was not built: make bench-lint builds what it needs"
    declare "$program=$path"
done

row() { # WHAT VALUE BOUND
    printf '%-46s %14s   %s\n' "$1" "$2" "${3-}"
}

calculate() { # EXPRESSION FORMAT
    awk "BEGIN { printf \"$2\", $1 }"
}

mkdir "$tmp/few" "$tmp/many"
"$generate" --tree $((files / 10)) "$tmp/few"
"$generate" --tree "$files" "$tmp/many"

# In turn: the machine is not equally fast all the time.
read_us() { # JOBS: the middle of what reading takes, without the walk
    for ((i = 0; i < rounds; i++)); do
        "$floor" -j "$1" "$tmp/many"
    done | awk '{ print $4 }' | sort -n | sed -n "$((rounds / 2 + 1))p"
}

lint() { # JOBS TREE: WALL FLOOR PEAK CPU
    "$wall" "$rounds" "$tool" -q -j"$1" --no-config --exit-zero "$tmp/$2" \
        -- "$floor" -j "$1" "$tmp/$2"
}

read -r wall1 tree1 peak1 cpu1 < <(lint 1 many)
read -r wall2 tree2 peak2 cpu2 < <(lint 2 many)
read -r _ _ few _ < <(lint 2 few)
reading1=$(read_us 1)
reading2=$(read_us 2)

row "processor time per file, one job, in us" "$(calculate "$cpu1 / $files" %.1f)" "at most 60"
row "processor time per file, two jobs, in us" "$(calculate "$cpu2 / $files" %.1f)"
row "$files files, one job, in ms" "$(calculate "$wall1 / 1000" %.0f)"
row "$files files, two jobs, in ms" "$(calculate "$wall2 / 1000" %.0f)"
row "  to read them, one process, in ms" "$(calculate "$reading1 / 1000" %.0f)"
row "  to read them, two processes, in ms" "$(calculate "$reading2 / 1000" %.0f)"
row "  to find and read them, one, in ms" "$(calculate "$tree1 / 1000" %.0f)"
row "  to find and read them, two, in ms" "$(calculate "$tree2 / 1000" %.0f)"
row "  two jobs, times reading by one" "$(calculate "$wall2 / $reading1" %.1f)" "at most 5"
row "  one job, times two jobs" "$(calculate "$wall1 / $wall2" %.2f)"
row "peak memory in KiB, $((files / 10)) files, two jobs" "$few"
row "peak memory in KiB, $files files, one job" "$peak1"
row "peak memory in KiB, $files files, two jobs" "$peak2" "at most 12288"
