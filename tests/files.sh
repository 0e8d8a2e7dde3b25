#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What tools read: operands, folders and lists, their order and their errors, through
# tests/files, which prints PATH|RELATIVE|STEM|SIZE or a reason.
. "${0%/*}/lib.sh"

files=$build/tests/.libs/files
[ -x "$files" ] || files=$build/tests/files
[ -x "$files" ] || fail "$files was not built"

checks=0
mkdir "$tmp/work"
cd "$tmp/work"

# prints WANTED ARGUMENT...: what comes out, line by line, whatever the number of jobs.
prints() {
    local wanted=$1 jobs
    shift
    for jobs in 1 2 5; do
        checks=$((checks + 1))
        "$files" -j"$jobs" "$@" >"$tmp/out" 2>"$tmp/err" ||
            finding "files $*: status $?: $(head -n 3 "$tmp/err")"
        [ "$(cat "$tmp/out")" = "$wanted" ] ||
            finding "files -j$jobs $*: $(diff <(echo "$wanted") "$tmp/out" || :)"
    done
}

# refuses STATUS PATTERN ARGUMENT...
refuses() {
    local wanted=$1 pattern=$2 status=0
    shift 2
    checks=$((checks + 1))
    "$files" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq "$wanted" ] || finding "files $*: status $status, not $wanted"
    grep -q -e "$pattern" "$tmp/err" || finding "files $*: $(head -n 3 "$tmp/err")"
}

put() { # SIZE FILE...
    local size=$1 file
    shift
    for file; do
        mkdir -p "${file%/*}"
        head -c "$size" /dev/zero >"$file"
    done
}

# ---- operands -----------------------------------------------------------------------

put 3 ./b.vmx ./a.txt ./-odd.vmx
prints '' --
prints 'b.vmx|b.vmx|b|3
a.txt|a.txt|a.txt|3
b.vmx|b.vmx|b|3
./b.vmx|b.vmx|b|3' b.vmx a.txt b.vmx ./b.vmx
prints '-odd.vmx|-odd.vmx|-odd|3' -- -odd.vmx
prints 'none.vmx|none.vmx|none|No such file or directory
|||No such file or directory
b.vmx/x|x|x|Not a directory
b.vmx|b.vmx|b|3' none.vmx '' b.vmx/x b.vmx
prints '-|-|-|0' - </dev/null
refuses 2 'no such option' --no-such
for jobs in 1 2; do
    checks=$((checks + 1))
    [ "$(printf 1234 | "$files" -j$jobs b.vmx - b.vmx)" = 'b.vmx|b.vmx|b|3
-|-|-|4
b.vmx|b.vmx|b|3' ] || finding "standard input is not read"
done

# ---- folders ------------------------------------------------------------------------

put 1 tree/a/x.vmx tree/a-b.vmx tree/a.vmx tree/a/sub/y.vmtx tree/B.VMX tree/.vmx \
    tree/.hidden/h.vmx tree/ab/z.vmx tree/a/x.vmx~ tree/a/x.vmx.lck tree/xvmx \
    tree/c.vmx/inner.vmx tree/"new
line.vmx"
mkdir tree/empty
walked='tree/.hidden/h.vmx|.hidden/h.vmx|h|1
tree/.vmx|.vmx|.vmx|1
tree/B.VMX|B.VMX|B|1
tree/a-b.vmx|a-b.vmx|a-b|1
tree/a.vmx|a.vmx|a|1
tree/a/sub/y.vmtx|a/sub/y.vmtx|y|1
tree/a/x.vmx|a/x.vmx|x|1
tree/ab/z.vmx|ab/z.vmx|z|1
tree/c.vmx/inner.vmx|c.vmx/inner.vmx|inner|1
tree/new
line.vmx|new
line.vmx|new
line|1'
prints "$walked" tree
prints "${walked//tree\//tree\/\/}" tree//
prints "$walked
b.vmx|b.vmx|b|3
$walked" tree b.vmx tree/
(cd tree && "$files" . >"$tmp/out")
[ "$(cat "$tmp/out")" = "${walked//tree\//./}" ] || finding "the working folder: $(cat "$tmp/out")"
prints '' tree/empty
LC_ALL=C.UTF-8 prints "$walked" tree

# As find and sort have it, name by name.
checks=$((checks + 1))
"$files" tree >"$tmp/out"
"$files" --null --files-from=<(find tree -type f -iname '*.vm[xt]*' -print0 |
    grep -zi -e '\.vmx$' -e '\.vmtx$' | sort -z) >"$tmp/listed"
cmp -s <(cut -d'|' -f1 "$tmp/out") <(cut -d'|' -f1 "$tmp/listed") ||
    finding "not the order of sort: $(diff "$tmp/out" "$tmp/listed" || :)"

# What else a folder has: whatever it is, it counts.
put 1 with/alone/m.vmx with/disk/m.vmx with/disk/m.vmdk with/dot/.git/x with/dot/m.vmx \
    with/hidden/.vmx with/link/m.vmx with/two/m.vmx with/two/n.vmx
mkdir with/disk/empty
ln -s nowhere with/link/.vmxlint
prints '- - with/alone/m.vmx|m.vmx|m|1' --folder with/alone/m.vmx
prints 'alone undotted with/alone/m.vmx|alone/m.vmx|m|1
- undotted with/disk/m.vmx|disk/m.vmx|m|1
- - with/dot/m.vmx|dot/m.vmx|m|1
alone - with/hidden/.vmx|hidden/.vmx|.vmx|1
- - with/link/m.vmx|link/m.vmx|m|1
- undotted with/two/m.vmx|two/m.vmx|m|1
- undotted with/two/n.vmx|two/n.vmx|n|1' --folder with

# ---- links --------------------------------------------------------------------------

put 2 links/far/file.vmx links/far/data
mkdir links/near
ln -s ../far/file.vmx links/near/good.vmx
ln -s ../far/data links/near/renamed.vmx
ln -s nowhere links/near/dangling.vmx
ln -s loop.vmx links/near/loop.vmx
ln -s ../far links/near/folder
ln -s ../far links/near/folder.vmx
ln -s .. links/near/up
mkfifo links/near/pipe.vmx
prints 'links/far/file.vmx|far/file.vmx|file|2
links/near/dangling.vmx|near/dangling.vmx|dangling|No such file or directory
links/near/good.vmx|near/good.vmx|good|2
links/near/loop.vmx|near/loop.vmx|loop|Too many levels of symbolic links
links/near/renamed.vmx|near/renamed.vmx|renamed|2' links
prints 'links/near/folder/file.vmx|file.vmx|file|2' links/near/folder
prints 'links/near/folder.vmx/file.vmx|file.vmx|file|2' links/near/folder.vmx/

# ---- lists --------------------------------------------------------------------------

printf 'b.vmx\n\ntree/a\nmissing.vmx\n-\n./-odd.vmx' >list
put 4 ./-
listed='a.txt|a.txt|a.txt|3
b.vmx|b.vmx|b|3
tree/a/sub/y.vmtx|sub/y.vmtx|y|1
tree/a/x.vmx|x.vmx|x|1
missing.vmx|missing.vmx|missing|No such file or directory
./-|-|-|4
./-odd.vmx|-odd.vmx|-odd|3'
prints "$listed" --files-from=list a.txt
for jobs in 1 2; do
    [ "$("$files" -j$jobs --files-from=- a.txt <list)" = "$listed" ] ||
        finding "the list on standard input"
    [ "$(tr '\n' '\0' <list | "$files" -j$jobs -0 --files-from=- a.txt)" = "$listed" ] ||
        finding "the list with NUL"
    checks=$((checks + 2))
done
printf 'tree/new\nline.vmx\0b.vmx\0' >list0
prints 'tree/new
line.vmx|new
line.vmx|new
line|1
b.vmx|b.vmx|b|3' --null --files-from list0
printf 'tree/new\0line.vmx\n' >list0
prints 'tree/new|new|new|Invalid argument' --files-from=list0
prints '' --files-from=/dev/null
refuses 2 'none: No such file' --files-from=none
refuses 2 'not both' --files-from=- b.vmx - </dev/null
refuses 2 'tree: Is a directory' --files-from=tree

# A line without end is one error, and the next line is read.
{
    head -c 200000 /dev/zero | tr '\0' x
    printf '\nb.vmx\n'
} >long
checks=$((checks + 1))
"$files" --files-from=long >"$tmp/out"
[ "$(wc -l <"$tmp/out")" -eq 2 ] && grep -q '^xxx.*|File name too long$' "$tmp/out" &&
    grep -q '^b.vmx|' "$tmp/out" || finding "a long line: $(cut -c 1-200 "$tmp/out")"

# ---- odd trees ----------------------------------------------------------------------

# Deeper than a path may be long: an error, and what comes after it.
(
    mkdir deep && cd deep
    put 1 ./z.vmx
    for i in {1..70}; do
        mkdir d"${i}"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        cd -P d"${i}"*
    done
)
checks=$((checks + 1))
"$files" deep >"$tmp/out"
[ "$(cut -d'|' -f4 "$tmp/out")" = 'File name too long
1' ] || finding "a deep tree: $(cut -c 1-200 "$tmp/out")"

# A folder that may not be read.
put 1 shut/in.vmx shut/z.vmx shut/closed/x.vmx
chmod 0 shut/closed
if [ "$(id -u)" -eq 0 ]; then
    # Still root, since others may not even see the build, but no more than others.
    as_others=(setpriv --bounding-set=-all --inh-caps=-all)
else
    as_others=()
fi
if "${as_others[@]}" "$files" shut >"$tmp/out" 2>"$tmp/err"; then
    checks=$((checks + 1))
    [ "$(cat "$tmp/out")" = 'shut/closed|closed|closed|Permission denied
shut/in.vmx|in.vmx|in|1
shut/z.vmx|z.vmx|z|1' ] || finding "a closed folder: $(cat "$tmp/out")"
else
    finding "with no more rights than others: $(cat "$tmp/err")"
fi
chmod 755 shut/closed

# ---- how far it is ------------------------------------------------------------------

put 1 part/{1..9}/{a,b}.vmx
checks=$((checks + 1))
"$files" --fraction part part/1 part/2/a.vmx >"$tmp/out"
sort -c -n "$tmp/out" && awk '$1 < 0 || $1 > 1 { bad = 1 } END { exit bad || $1 < 0.5 }' \
    "$tmp/out" || finding "the fraction: $(cat "$tmp/out")"
"$files" --fraction --files-from=list >"$tmp/out"
sort -c -n "$tmp/out" || finding "the fraction of a list: $(cat "$tmp/out")"

# ---- signals ------------------------------------------------------------------------

# Many files, each slowly: the end is soon, and what is printed is whole.
for jobs in 1 2; do
    checks=$((checks + 1))
    status=0
    "$files" -j$jobs --slow=20 part part part part part >"$tmp/out" 2>"$tmp/err" &
    pid=$!
    sleep 0.3
    kill -TERM $pid
    wait $pid || status=$?
    [ $status -eq 2 ] && grep -q 'ended by signal 15' "$tmp/err" ||
        finding "after SIGTERM: status $status, $(cat "$tmp/err")"
    lines=$(wc -l <"$tmp/out")
    [ "$lines" -gt 0 ] && [ "$lines" -lt 80 ] || finding "after SIGTERM: $lines lines"
    "$files" part part part part part | head -n "$lines" | cmp -s - "$tmp/out" ||
        finding "after SIGTERM: not the first lines"
done

# ---- a terminal ---------------------------------------------------------------------

# script gives one; the line comes after a second and is gone in the end.
if command -v script >/dev/null; then
    checks=$((checks + 1))
    TERM=xterm script -qec "$files -j1 --slow=30 part part part >/dev/null" /dev/null \
        >"$tmp/out" </dev/null || finding "on a terminal: status $?"
    grep -q 'done, [0-9]*/s, about [0-9]* %, 0:0[0-9] left' "$tmp/out" ||
        finding "no progress: $(cat -v "$tmp/out")"
    [ "$(tail -c 4 "$tmp/out" | cat -v)" = '^M^[[K' ] ||
        finding "the line stays: $(cat -v "$tmp/out")"
    TERM=dumb script -qec "$files -j1 --slow=30 part part part >/dev/null" /dev/null \
        >"$tmp/out" </dev/null || finding "on a dumb terminal: status $?"
    [ ! -s "$tmp/out" ] || finding "progress on a dumb terminal: $(cat -v "$tmp/out")"
fi

finish "$checks" checks
