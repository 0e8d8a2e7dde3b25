#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-diff by example, testdata/diff/CASE/: before.vmx and after.vmx, and what it says of
# them as text, JSON, HTML and patch.  Then its options, a VMX against its own domain, and
# git.  `diff.sh --rewrite` writes the examples anew; what changed is to be read.
. "${0%/*}/lib.sh"
use_tool vmx-convert
convert=$tool
use_tool vmx-diff
diff=$tool
rewrite=${1-}

count=0
# ---- examples

# Prints for `jq .`, so that a person can read it.
tell() { # FORMAT
    case $1 in
    txt) "$diff" before.vmx after.vmx ;;
    all.txt) "$diff" -a before.vmx after.vmx ;;
    json) "$diff" --format=json before.vmx after.vmx >"$tmp/raw" && status=0 || status=$?
        jq . "$tmp/raw"
        return "$status" ;;
    html) "$diff" --format=html before.vmx after.vmx ;;
    unified) "$diff" --format=unified before.vmx after.vmx ;;
    patch) "$diff" --patch before.vmx after.vmx ;;
    esac
}

command -v jq >/dev/null || skip "jq was not found (Debian package jq)"
for folder in "$src"/testdata/diff/*/; do
    cd "$folder"
    name=$(basename "$folder")
    for format in txt all.txt json html unified patch; do
        count=$((count + 1))
        status=0
        tell "$format" >"$tmp/out" 2>"$tmp/err" || status=$?
        [ ! -s "$tmp/err" ] || finding "$name: $format: $(cat "$tmp/err")"
        # What is the same has the status of it.
        expected=1
        [ -s out.txt ] || expected=0
        [ "$format" = all.txt ] || [ "$status" -eq "$expected" ] || finding "$name: $format: $status"
        if [ "$rewrite" ]; then
            cp "$tmp/out" "out.$format"
        elif ! cmp -s "out.$format" "$tmp/out"; then
            finding "$name: $format: $(diff "out.$format" "$tmp/out" | head -n 8)"
        fi
    done
    ! grep -l 'first one\|the second' out.* | grep -v patch || finding "$name: a secret was told"
done
cd "$tmp"

# ---- options

# is STATUS WHAT ARGUMENT...: the status, and nothing on standard error unless it is 2.
is() {
    local expected=$1 what=$2 status=0
    shift 2
    count=$((count + 1))
    "$diff" "$@" >out 2>err || status=$?
    [ "$status" -eq "$expected" ] || finding "$what: $status, not $expected: $(cat err)"
    if [ "$expected" -eq 2 ]; then
        [ -s err ] || finding "$what: nothing is said"
    elif [ -s err ]; then
        finding "$what: $(cat err)"
    fi
}
says() { # WHAT LINE
    count=$((count + 1))
    grep -qF -- "$2" out || finding "$1: \"$2\" is missing: $(cat out)"
}
silent() { # WHAT
    count=$((count + 1))
    [ ! -s out ] || finding "$1: $(cat out)"
}

cat >a.vmx <<'END'
memSize = "1024"
numvcpus = "2"
ethernet0.present = "TRUE"
ethernet0.networkName = "a"
END
sed 's/1024/2048/; s/"a"/"b"/' a.vmx >b.vmx
printf 'MEMSIZE=01024\r\nnumvcpus = "2" # two\r\nethernet0.networkName="a"\r\nethernet0.present = "yes"' >same.vmx

is 0 'the same file' a.vmx a.vmx
silent 'the same file'
is 0 'another spelling' a.vmx same.vmx
is 1 '--bytes' --bytes a.vmx same.vmx
is 0 '--bytes of the same' --bytes a.vmx a.vmx
is 1 'two' a.vmx b.vmx
says 'two' '  memSize: "1024" -> "2048"  (power off)'
is 1 '-q' -q a.vmx b.vmx
silent '-q'
is 1 '--ignore' --ignore=memsize a.vmx b.vmx
! grep -q memSize out || finding "--ignore: $(cat out)"
is 0 '--ignore twice' -I '^MEM' -I '\.networkname$' a.vmx b.vmx
is 1 '--only' --only='^ethernet' a.vmx b.vmx
! grep -q memSize out || finding "--only: $(cat out)"
is 0 '--only and --ignore' --only='^ethernet' --ignore=network a.vmx b.vmx
printf '# of ours\n\nmemSize\r\n  networkName\n' >ignore
is 0 '--ignore-file' --ignore-file=ignore a.vmx b.vmx
is 1 '--format=summary' --format=summary a.vmx b.vmx
says '--format=summary' 'a.vmx -> b.vmx: 2 differences: 1 live, 1 power off'
is 1 '-o' -o to a.vmx b.vmx
silent '-o'
grep -q memSize to || finding "-o: $(cat to)"
is 1 '--color' --color=always a.vmx b.vmx
says '--color' $'\033[32m"2048"'
is 1 'no colour' a.vmx b.vmx
! grep -q $'\033' out || finding 'colour, and no terminal'
is 0 '--textconv' --textconv b.vmx
says '--textconv' 'ethernet0.networkname = "b"'
cp out normal
is 0 '--explain' --explain=bad-patch
count=$((count + 1))
"$diff" - b.vmx <a.vmx >out 2>err || true
says 'standard input' '--- -'

is 1 'an empty file' /dev/null a.vmx
is 2 'no such file' a.vmx nowhere.vmx
is 2 'one operand' a.vmx
is 2 'three operands' a.vmx a.vmx a.vmx
is 2 'two modes' --patch --textconv a.vmx
is 2 'a bad pattern' --ignore='(' a.vmx b.vmx
is 2 'no VMX' a.vmx "$src/tests/lib.sh"
printf '<network/>' >network.xml
is 2 'no domain' a.vmx network.xml
is 2 'cannot write' -o nowhere/to a.vmx b.vmx
printf 'vhv.enable = "\033[2Jx"\n' >evil.vmx
is 1 'a hostile value' a.vmx evil.vmx
! grep -q $'\033' out || finding 'a terminal would see an escape'

# ---- a VMX and its own domain

for file in "$src/bench/machine.vmx" "$src"/testdata/diff/*/before.vmx; do
    "$convert" -q -o own.xml "$file" 2>/dev/null || finding "$file does not convert"
    is 0 "$file and its domain" "$file" own.xml
    is 0 "its domain and $file" own.xml "$file"
done
"$convert" -q -o own.xml "$src/bench/machine.vmx" 2>/dev/null
awk '/<vmx:config/ { ours = 1 } !ours { sub(/Production 120/, "Test 7") } /<\/vmx:config>/ { ours = 0 } { print }' \
    own.xml >edited.xml
is 1 'an edited domain' "$src/bench/machine.vmx" edited.xml
says 'an edited domain' '  networkName: "Production 120" -> "Test 7"'
says 'an edited domain' '1 difference: '
is 1 'domain and domain' own.xml edited.xml
says 'domain and domain' '1 difference: '

# ---- patches

is 1 '--patch' --patch a.vmx b.vmx
printf '%s\n' 'vmx-patch 1' 'set memSize = "1024" -> "2048"' \
    'set ethernet0.networkName = "a" -> "b"' >wanted
cmp -s wanted out || finding "--patch: $(cat out)"
is 0 '--patch of the same' --patch a.vmx same.vmx

# ---- merges

sed 's/"2"/"4"/' a.vmx >ours.vmx
is 0 '--merge' --merge a.vmx ours.vmx b.vmx
printf '%s\n' 'memSize = "2048"' 'numvcpus = "4"' 'ethernet0.present = "TRUE"' \
    'ethernet0.networkName = "b"' >wanted
cmp -s wanted out || finding "--merge: $(cat out)"
sed 's/1024/4096/' a.vmx >ours.vmx
is 1 '--merge with a conflict' --merge -o merged.vmx a.vmx ours.vmx b.vmx
cat >wanted <<'END'
<<<<<<< ours
memSize = "4096"
||||||| base
memSize = "1024"
=======
memSize = "2048"
>>>>>>> theirs
numvcpus = "2"
ethernet0.present = "TRUE"
ethernet0.networkName = "b"
END
cmp -s wanted merged.vmx || finding "--merge with a conflict: $(cat merged.vmx)"
is 2 '--merge of a domain' --merge a.vmx own.xml b.vmx

# ---- folders

mkdir -p one/sub two/sub
cp a.vmx one/sub/m.vmx
cp b.vmx two/sub/m.vmx
cp a.vmx one/same.vmx
cp same.vmx two/same.vmx
printf 'displayName = "gone"\nuuid.bios = "00 00"\n' >one/gone.vmx
printf 'displayName = "gone"\nuuid.bios = "0000"\nmemSize = "8"\n' >two/renamed.vmx
is 1 'two folders' one two
says 'two folders' '--- one/sub/m.vmx'
says 'two folders' 'Only before: one/gone.vmx'
says 'two folders' 'Only after: two/renamed.vmx'
says 'two folders' '1 differ, 1 only before, 1 only after, 1 the same'
is 1 '--stat' --stat one two
says '--stat' ' sub/m.vmx                                |   2 ~~ (power off)'
is 1 '--stat of two files' --stat a.vmx b.vmx
says '--stat of two files' ' b.vmx                                    |   2 ~~ (power off)'
for match in name uuid; do
    is 1 "--match=$match" --match=$match --stat one two
    grep -q '^ \(gone\|0000\) .*|   2 +~ ' out || finding "--match=$match: $(cat out)"
done
is 1 'folders as JSON' --format=json one two
[ "$(jq -c '[.[] | [.before, .after, .same]]' out)" = \
    '[["one/gone.vmx",null,null],[null,"two/renamed.vmx",null],["one/sub/m.vmx","two/sub/m.vmx",false]]' ] ||
    finding "folders as JSON: $(cat out)"
is 1 'folders as HTML' --format=html one two
[ "$(grep -c '<section>' out)" -eq 1 ] && grep -q 'Only before: one/gone.vmx' out || finding "folders as HTML: $(cat out)"
is 0 'the same folder' -q one one
silent 'the same folder'
for jobs in 2 7; do
    "$diff" -j1 one two >j1 || true
    is 1 "-j$jobs" -j$jobs one two
    cmp -s j1 out || finding "-j$jobs: another order"
done
# Those of a list, by path, by name and by UUID, and in their own order.
printf 'same.vmx\nsub/m.vmx\n' >list
is 1 '--files-from' --files-from=list one two
says '--files-from' '1 differ, 0 only before, 0 only after, 1 the same'
printf 'same.vmx\0' | is 0 '--files-from=- -0' --files-from=- -0 -q one two
printf 'gone\n' >list
is 1 '--files-from, by name' --match=name --files-from=list one two
says '--files-from, by name' '1 differ, 0 only before, 0 only after, 0 the same'
echo 0000 >list
is 1 '--files-from, by UUID' --match=uuid --files-from=list one two
says '--files-from, by UUID' '1 differ, 0 only before, 0 only after, 0 the same'
printf 'same.vmx\nnone.vmx\n' >list
is 2 'a list with one that is not there' --files-from=list one two
grep -q '^vmx-diff: none.vmx: in neither folder$' err || finding "not there: $(cat err)"
is 2 'a list that is not there' --files-from=none one two
is 2 'a list and two files' --files-from=list a.vmx b.vmx
: >list
is 0 'an empty list' --files-from=list one two
is 2 'a folder and a file' one a.vmx
cp "$src/tests/lib.sh" one/lib.vmx
cp "$src/tests/lib.sh" two/lib.vmx
is 2 'a file in a folder that is none' one two
says 'a file in a folder that is none' '--- one/sub/m.vmx'
rm one/lib.vmx two/lib.vmx

# ---- git

if command -v git >/dev/null; then
    export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null HOME=$tmp
    git=(git -C repo -c user.name=t -c user.email=t@example.org -c core.pager=cat)
    git init -q -b main repo
    printf '*.vmx diff=vmx merge=vmx\n' >repo/.gitattributes
    cp a.vmx repo/m.vmx
    "${git[@]}" add . && "${git[@]}" commit -qm base

    "${git[@]}" config diff.vmx.command "'$diff' --git"
    cp b.vmx repo/m.vmx
    "${git[@]}" diff >out 2>err || finding "git diff: $(cat err)"
    says 'git diff' '  memSize: "1024" -> "2048"'
    says 'git diff' '--- m.vmx'
    cp same.vmx repo/m.vmx
    "${git[@]}" diff >out 2>err || finding "git diff: $(cat err)"
    silent 'git diff of another spelling'
    cp a.vmx repo/new.vmx
    "${git[@]}" add -N new.vmx
    "${git[@]}" diff -- new.vmx >out 2>err || finding "git diff of a new file: $(cat err)"
    says 'git diff of a new file' '+ memSize: "1024"'
    "${git[@]}" rm -q --cached new.vmx && rm repo/new.vmx

    "${git[@]}" config --unset diff.vmx.command
    "${git[@]}" config diff.vmx.textconv "'$diff' --textconv"
    "${git[@]}" diff --exit-code >out 2>err || true
    ! grep -q '^[-+][a-z]' out || finding "textconv of another spelling: $(cat out)"
    cp b.vmx repo/m.vmx
    "${git[@]}" diff >out 2>err || finding "textconv: $(cat err)"
    says textconv '-memsize = "1024"'
    says textconv '+memsize = "2048"'

    "${git[@]}" config merge.vmx.driver "'$diff' --merge -o %A %O %A %B"
    "${git[@]}" checkout -q -b theirs && "${git[@]}" commit -qam theirs
    "${git[@]}" checkout -q main
    sed 's/"2"/"4"/' a.vmx >repo/m.vmx
    "${git[@]}" commit -qam ours
    "${git[@]}" merge -q theirs -m merged >out 2>&1 || finding "git merge: $(cat out)"
    grep -q 'numvcpus = "4"' repo/m.vmx && grep -q 'memSize = "2048"' repo/m.vmx ||
        finding "git merge: $(cat repo/m.vmx)"
    sed 's/2048/8192/' repo/m.vmx >m && cp m repo/m.vmx
    "${git[@]}" commit -qam more
    "${git[@]}" checkout -q theirs
    sed 's/2048/512/' repo/m.vmx >m && cp m repo/m.vmx
    "${git[@]}" commit -qam less
    ! "${git[@]}" merge -q main -m again >out 2>&1 || finding 'git merge: no conflict'
    grep -q '^<<<<<<< ours' repo/m.vmx || finding "git merge: $(cat repo/m.vmx)"
    count=$((count + 8))
else
    echo 'without git: not all was tested'
fi

finish "$count" answers
