#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Trees that are hostile or change while they are read, disks that are full, folders that
# are forbidden: each is told, and all other machines come out as they would alone.  Also
# vmx-lint and vmx-diff over trees and lists, and what a signal does to them.
. "${0%/*}/lib.sh"
use_tool vmx-lint
lint=$tool
use_tool vmx-diff
diff_tool=$tool
use_tool vmx-convert
generate=$build/bench/.libs/generate
[ -x "$generate" ] || generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"

checks=0
mkdir "$tmp/work"
cd "$tmp/work"

says() { # PATTERN
    checks=$((checks + 1))
    grep -aqE -e "$1" stderr || finding "no '$1': $(tail -n 5 stderr)"
}

is() { # STATUS WANTED WHAT
    checks=$((checks + 1))
    [ "$1" -eq "$2" ] || finding "$3: status $1, not $2: $(tail -n 3 stderr)"
}

# What is there is whole, and nothing else is.
whole() { # FOLDER WHAT
    local file
    checks=$((checks + 1))
    while IFS= read -r -d '' file; do
        cmp -s "$1/$file" "wanted/$file" || finding "$2: $file is not what it is alone"
    done < <(find "$1" -type f ! -name '.vmx-convert*.journal' -printf '%P\0')
}

mkdir in
"$generate" --tree 120 in
"$tool" -q --no-metadata -O wanted --report=wanted.jsonl in 2>/dev/null

# ---- the disk is full ----------------------------------------------------------------

# In a namespace of mounts, which a user may have of his own, or not.
cat >"$tmp/full.sh" <<'END'
set -u
mount -t tmpfs -o size=128k none small || exit 77
"$1" -q -j"$2" --no-metadata -O small/out --report=full.jsonl in 2>stderr
echo $? >status
cp -r small/out left
mount -o remount,size=16m small
"$1" -q -j"$2" --no-metadata -O small/out --resume --report=full.jsonl in 2>stderr.2
echo $? >status.2
cp -r small/out after
umount small
END
own=(unshare -m)
[ "$(id -u)" -eq 0 ] || own=(unshare -rm)
for jobs in 1 3; do
    mkdir small
    status=0
    "${own[@]}" bash "$tmp/full.sh" "$tool" $jobs >"$tmp/out" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        echo "a full disk: no file system of ours, since: $(cat "$tmp/out")"
        rmdir small
        break
    fi
    is "$(cat status)" 1 "a full disk"
    says '^in/.*\.vmx: error: not written: No space left on device$'
    whole left "a full disk"
    is "$(cat status.2)" 0 "a disk with room again"
    diff -r -x '.vmx-convert*' wanted after >"$tmp/diff" ||
        finding "what a full disk left out did not come later: $(head -n 3 "$tmp/diff")"
    cmp -s wanted.jsonl full.jsonl || finding "a full disk: another report in the end"
    rm -r left after small
done

# ---- it is forbidden -----------------------------------------------------------------

# Root may do all, so somebody else does it.
other=()
if [ "$(id -u)" -eq 0 ]; then
    other=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod 755 "$tmp"
fi
cp -r in forbidden
one=$(find forbidden -name '*.vmx' | sort | sed -n 3p)
two=$(find forbidden -name '*.vmx' | sort | sed -n 7p)
chmod 000 "$one"
chmod 000 "${two%/*}"
mkdir -m 777 out
mkdir -m 555 -p "out/store-00"
if [ "${#other[@]}" -eq 0 ] || "${other[@]}" test -x "$tool" -a -r in; then
    status=0
    "${other[@]}" "$tool" -q -j3 --no-metadata -O out/all forbidden 2>stderr || status=$?
    is $status 1 "what may not be read"
    says "^$one: error: Permission denied$"
    says "^${two%/*}: error: Permission denied$"
    whole out/all "what may not be read"
    checks=$((checks + 1))
    [ "$(find out/all -name '*.xml' | wc -l)" -eq 118 ] || finding "others are missing, too"
    status=0
    "${other[@]}" "$tool" -q --no-metadata -O out in 2>stderr || status=$?
    is $status 1 "where nothing may be written"
    says '^in/store-00/.*: error: not written: Permission denied$'
    status=0
    "${other[@]}" "$tool" -q -O out/store-00 in 2>stderr || status=$?
    is $status 2 "a folder where no journal may be"
else
    echo "forbidden: another user does not reach the build"
fi
chmod 755 "${two%/*}" out/store-00
rm -r out forbidden

# ---- it is gone ----------------------------------------------------------------------

# The stream is read after the folder has been, and before most of its machines are.
mkdir gone
"$generate" 3000 gone
status=0
{
    "$tool" -q -j2 --stream=jsonl gone 2>stderr || echo $? >status
} | {
    IFS= read -r line
    rm gone/00299[0-9].vmx
    mkdir gone/002990.vmx
    printf '%s\n' "$line"
    cat
} >stream
is "$(cat status)" 1 "machines that vanish"
says '^gone/002995.vmx: error: No such file or directory$'
says '^gone/002990.vmx: error: Is a directory$'
checks=$((checks + 1))
[ "$(wc -l <stream)" -eq 3000 ] || finding "of vanished machines: $(wc -l <stream) lines"
[ "$(grep -c '"status":"failed"' stream)" -eq 10 ] || finding "vanished: others failed, too"
rm -r gone

# ---- odd names and links -------------------------------------------------------------

mkdir -p odd/deep
machine=$(find in -name '*.vmx' | sort | sed -n 1p)
for name in $'new\nline' $'tab\there' $'\e[31mred' $'bad\xff\xfeutf' '-o' '$(touch x)' "a'b\"c" \
    "$(printf '%0251d' 7)"; do
    cp "$machine" "odd/deep/$name.vmx"
done
ln -s . odd/deep/loop
ln -s ../.. odd/deep/up
ln -s itself.vmx odd/itself.vmx
ln -s two.vmx odd/one.vmx
ln -s one.vmx odd/two.vmx
mkfifo odd/pipe.vmx
mkdir odd/folder.vmx
for jobs in 1 3; do
    rm -rf out
    status=0
    timeout 60 "$tool" -q -j$jobs -O out --report=odd-$jobs.jsonl odd 2>stderr || status=$?
    is $status 1 "odd names"
    says '^odd/itself.vmx: error: Too many levels of symbolic links$'
    says '^odd/two.vmx: error: Too many levels of symbolic links$'
    checks=$((checks + 1))
    [ "$(find out -name '*.xml' -printf x | wc -c)" -eq 8 ] ||
        finding "odd names: $(find out -name '*.xml' | cat -v)"
    LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f]' stderr && finding "an odd name reaches the terminal"
    cp stderr "stderr-$jobs"
done
cmp -s stderr-1 stderr-3 || finding "odd names: other findings with three jobs"
cmp -s odd-1.jsonl odd-3.jsonl || finding "odd names: another report with three jobs"
if command -v jq >/dev/null; then
    checks=$((checks + 1))
    jq -e . odd-1.jsonl >/dev/null || finding "odd names: the report is no JSON"
fi
[ ! -e x ] || finding "a name was run"

# Two of one name, in two shards: as in one run.
mkdir -p same/a same/b
for folder in a b; do
    cp "$machine" same/$folder/web.vmx
    cp "$machine" same/$folder/web.vmtx
done
rm -rf out
"$tool" -q -O one same/a same/b 2>/dev/null
for shard in 1 2 3; do
    "$tool" -q -O out --shard=$shard/3 same/a same/b 2>/dev/null
done
checks=$((checks + 1))
[ "$(find one -name '*.xml' | wc -l)" -eq 4 ] || finding "two of one name: $(ls one)"
diff -r -x '.vmx-convert*' one out >"$tmp/diff" || finding "shards: $(cat "$tmp/diff")"

# ---- the other tools -----------------------------------------------------------------

find in -name '*.vmx' -print0 | sort -z >list
"$lint" -q --no-config --exit-zero -j1 in >one.txt 2>stderr || finding "vmx-lint: $?"
for jobs in 1 3; do
    "$lint" -q --no-config --exit-zero -j$jobs --files-from=list -0 >other.txt 2>stderr ||
        finding "vmx-lint --files-from: $?"
    checks=$((checks + 1))
    cmp -s one.txt other.txt || finding "vmx-lint -j$jobs --files-from: other findings"
    status=0
    timeout 60 "$lint" -q --no-config -j$jobs odd >"odd-lint-$jobs" 2>"odd-err-$jobs" || status=$?
    is $status 1 "vmx-lint over odd names"
done
checks=$((checks + 1))
cmp -s odd-lint-1 odd-lint-3 && cmp -s odd-err-1 odd-err-3 ||
    finding "vmx-lint over odd names: others with three jobs"

cp -r in changed
sed -i 's/^memSize = .*/memSize = "4"/' "changed/${machine#in/}"
for jobs in 1 3; do
    status=0
    "$diff_tool" -j$jobs in changed >"diff-$jobs" 2>stderr || status=$?
    is $status 1 "vmx-diff over trees"
done
checks=$((checks + 1))
[ -s diff-1 ] && cmp -s diff-1 diff-3 || finding "vmx-diff -j3: other differences"
find in -name '*.vmx' -printf '%P\0' >list
status=0
"$diff_tool" -j3 --files-from=list -0 in changed >diff-list 2>stderr || status=$?
is $status 1 "vmx-diff --files-from"
cmp -s diff-1 diff-list || finding "vmx-diff --files-from: other differences"
status=0
"$diff_tool" -j3 in in >stdout 2>stderr || status=$?
is $status 0 "vmx-diff of a tree and itself"
cp -r odd odd2
for jobs in 1 3; do
    status=0
    timeout 60 "$diff_tool" -j$jobs odd odd2 >"diff-$jobs" 2>stderr || status=$?
    is $status 2 "vmx-diff over odd names"
done
cmp -s diff-1 diff-3 || finding "vmx-diff over odd names: others with three jobs"

# A signal ends a run that has no end of its own, soon, and says so by the status.
mkdir long
"$generate" 400 long
awk 'BEGIN { for (i = 0; i < 200; i++) for (j = 1; j <= 400; j++)
    printf "long/%06d.vmx\n", j }' >long.list
signalled() { # SIGNAL WHAT COMMAND...
    local signal=$1 what=$2 status=0 pid
    shift 2
    checks=$((checks + 1))
    # A shell lets what it starts in the background ignore SIGINT.
    env --default-signal="$signal" timeout 60 "$@" >stdout 2>stderr &
    pid=$!
    sleep 0.3
    kill "-$signal" "$pid" 2>/dev/null || finding "$what: 80,000 machines in no time"
    wait "$pid" || status=$?
    [ "$status" -ne 0 ] && [ "$status" -ne 124 ] || finding "$what: status $status after SIG$signal"
}
for signal in INT TERM; do
    signalled $signal vmx-convert "$tool" -q -j2 -O stopped --files-from=long.list
    signalled $signal vmx-lint "$lint" -q --no-config -j2 --files-from=long.list
done

finish "$checks" checks
