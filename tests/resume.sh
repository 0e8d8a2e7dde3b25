#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert --resume: what was converted and is the same is left out, and a run that
# was killed at any moment ends as one that was not.
. "${0%/*}/lib.sh"
use_tool vmx-convert

checks=0
mkdir "$tmp/work"
cd "$tmp/work"
mkdir in
generate=$build/bench/.libs/generate
[ -x "$generate" ] || generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"
"$generate" --tree 300 in

# run STATUS SUM ARGUMENT...: into out, with the machines of in.
run() {
    local wanted=$1 sum=$2 status=0
    shift 2
    checks=$((checks + 1))
    "$tool" -j2 --no-metadata -O out "$@" in >stdout 2>stderr || status=$?
    [ "$status" -eq "$wanted" ] || finding "$*: status $status: $(tail -n 3 stderr)"
    grep -qF "$sum" stderr || finding "$*: not '$sum': $(tail -n 1 stderr)"
}

same() { # the results are those of a run that nothing disturbed
    checks=$((checks + 1))
    diff -r -x .vmx-convert.journal wanted out >"$tmp/diff" || finding "$(head -n 5 "$tmp/diff")"
}

run 0 '300 machines: 300 converted'
cp -r out wanted
run 0 '0 converted, 200 with warnings, 0 failed, 300 skipped' --resume
same

# What changed is converted anew: an input, a result, an option.
first=$(find in -name '*.vmx' | sort | sed -n 1p)
touch "$first"
run 0 ' 1 converted' --resume
run 0 ' 0 converted' --resume
rm "$(find out -name '*.xml' | sort | tail -n 1)"
run 0 ' 1 converted' --resume
same
run 0 '300 converted' --resume --libvirt=9.0
run 0 '300 converted' --resume
run 0 '300 converted'
same
# What failed is tried again; a machine more is converted.
mkdir in/more
echo none >in/more/none.vmx
run 1 ' 0 converted, 200 with warnings, 1 failed, 300 skipped' --resume
run 1 ' 1 failed, 300 skipped' --resume
cp "$first" in/more/none.vmx
run 0 ' 1 converted' --resume
rm -r in/more out/more
run 0 ' 0 converted' --resume

# Names that machines have in them.
rm -rf out
run 0 '300 converted' --name='{name}'
cp -r out names
run 0 '300 skipped' --name='{name}' --resume
sed -i 's/^displayName = .*/displayName = "same"/' $(find in -name '*.vmx' | sort | sed -n '5p;9p')
run 0 ' 2 converted' --name='{name}' --resume
[ -e out/same.xml ] && [ -e out/same-2.xml ] || finding "--name={name}: no names"
rm -rf in out wanted
mkdir in
"$generate" --tree 300 in
run 0 '300 converted' --report=wanted.jsonl
mv out wanted

# Killed, again and again, at some moment each time.  Where the file system has no files
# without a name, those of reports that were not finished stay.
mkfifo waits
"$tool" -q --report=named.jsonl --files-from=waits 2>/dev/null &
exec 8>waits
named=$(find . -maxdepth 1 -name '.named*')
exec 8>&-
wait $! || true
leftover() {
    find out -name '.vmx-convert-*' 2>/dev/null
}
for _ in $(seq 20); do
    checks=$((checks + 1))
    "$tool" -j2 --no-metadata --resume -q -O out --report=killed.jsonl in 2>/dev/null &
    pid=$!
    sleep "0.0$((RANDOM % 7))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    # What is there is whole.
    [ ! -d out ] || while IFS= read -r file; do
        cmp -s "out/$file" "wanted/$file" || finding "killed, and $file is not whole"
    done < <(find out -name '*.xml' -printf '%P\n')
    # So is the report, or it is not there.
    [ ! -e killed.jsonl ] || cmp -s wanted.jsonl killed.jsonl || finding "killed: half a report"
    rm -f killed.jsonl
    [ $((RANDOM % 3)) -gt 0 ] || rm -rf out
done
# What the runs that were killed have left is put to its end, and swept away.
run 0 '300 machines: ' --resume --report=killed.jsonl
same
cmp -s wanted.jsonl killed.jsonl || finding "killed, and the report is another"
[ -z "$(leftover)" ] || finding "killed, and at the end there is $(leftover)"
[ "$(find . -maxdepth 1 -name '.*' ! -name . | wc -l)" -eq 0 ] || [ -n "$named" ] ||
    finding "killed, and beside the report there is $(echo .[a-z]*)"
run 0 '300 converted' --resume
id=$(head -c 38 out/.vmx-convert.journal | tail -c 16)
journal=$(cat out/.vmx-convert.journal)
echo half >"out/store-00/.vmx-convert-$id-1.tmp"
echo mine >"out/store-00/.vmx-convert-0000000000000001-1.tmp"
printf '%s\n' "$journal" | grep -v -e '^end$' -e '^sync$' | head -c -20 >out/.vmx-convert.journal
run 0 ' 1 converted' --resume
[ "$(leftover)" = out/store-00/.vmx-convert-0000000000000001-1.tmp ] ||
    finding "what a killed run left: $(leftover)"
rm out/store-00/.vmx-convert-*
same

# After a crash of the system what is not on the disk for sure does not count.
sed -i '1s/ [^ ]*$/ 00000000-0000-0000-0000-000000000000/' out/.vmx-convert.journal
run 0 '300 skipped' --resume
sed -i -e '1s/ [^ ]*$/ 00000000-0000-0000-0000-000000000000/' -e '/^sync$/d' \
    out/.vmx-convert.journal
run 0 '300 converted' --resume
# A journal that is none, or cut anywhere.
echo nonsense >out/.vmx-convert.journal
run 0 '300 converted' --resume
cp out/.vmx-convert.journal whole
for size in 0 20 95 200 1000 20000; do
    head -c $size whole >out/.vmx-convert.journal
    run 0 '300 machines: ' --resume
    same
done

# A signal: what is in hand is finished, and the next run goes on.
rm -rf out
checks=$((checks + 1))
awk -v name="$first" 'BEGIN { for (i = 0; i < 20000; i++) print name }' >list
"$tool" -j2 -q --no-metadata -O out --files-from=list 2>stderr &
pid=$!
sleep 0.3
kill -TERM "$pid" 2>/dev/null || finding "20,000 machines in no time"
status=0
wait "$pid" || status=$?
[ "$status" -eq 2 ] || finding "a signal: status $status"
grep -q 'ended by signal 15; go on with --resume' stderr || finding "a signal: $(tail -n 3 stderr)"
[ -z "$(leftover)" ] || finding "a signal left $(leftover)"
tail -n 2 out/.vmx-convert.journal | grep -q '^end$' || finding "a signal left no end"

# Two runs at once.
checks=$((checks + 1))
exec 9<>out/.vmx-convert.journal
flock 9
status=0
"$tool" -O out in 2>stderr || status=$?
[ "$status" -eq 2 ] || finding "two runs into one folder: status $status"
grep -q 'another run writes there' stderr || finding "two runs: $(cat stderr)"
exec 9>&-

finish "$checks" runs
