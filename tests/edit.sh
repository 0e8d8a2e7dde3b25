#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-edit.  testdata/edit/CASE/ holds
#
#   in.vmx      the file
#   args        options, command and its arguments, one a line
#   out.vmx     what becomes of the file
#   device.txt  the name of the new device, as `add` prints it; may be missing
#   diff.txt    the hunks of --dry-run, \r for a carriage return; may be missing
#
# and below are the options, exit statuses, odd files and odd streams.
. "${0%/*}/lib.sh"
use_tool vmx-edit

checks=0
cd "$tmp"

# edit STATUS ARGUMENT...: runs the tool; the results are in out and err.
edit() {
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" "$@" >out 2>err || status=$?
    printf '%s\n' "$@" | sed -n 's/^--\([a-z-]*\).*/\1/p' >>used
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-edit $*: status $status, expected $wanted: $(head -c 300 err)"
    [ "$status" -eq 0 ] || [ -s err ] || [ -s out ] ||
        finding "vmx-edit $*: failed and says nothing"
    ! LC_ALL=C grep -aq $'[\001-\010\013-\037\177]' err ||
        finding "vmx-edit $*: a control character on standard error"
}

says() { # PATTERN [FILE]
    grep -aqE -e "$1" "${2-err}" || finding "no '$1' in ${2-err}: $(head -c 300 "${2-err}")"
}

silent() { # FILE
    [ ! -s "$1" ] || finding "$1 should be empty: $(head -c 300 "$1")"
}

same() { # WANTED GOT WHAT
    cmp -s "$1" "$2" || finding "$3: $(diff "$1" "$2" | head -n 20)"
}

# ---- cases --------------------------------------------------------------------------

cases=$src/testdata/edit
for case in "$cases"/*/; do
    name=$(basename "$case")
    mapfile -t args <"$case/args"
    cp "$case/in.vmx" m.vmx
    edit 0 --dry-run m.vmx "${args[@]}"
    same "$case/in.vmx" m.vmx "$name: --dry-run changed the file"
    mv out dry
    edit 0 m.vmx "${args[@]}"
    same "$case/out.vmx" m.vmx "$name"
    if [ -e "$case/device.txt" ]; then
        same "$case/device.txt" out "$name: the device"
    else
        silent out
    fi
    # What the diff says is what was done.
    printf '%s\n' '--- m.vmx' '+++ m.vmx' >head
    head -n 2 dry | cmp -s - head || finding "$name: the diff names $(head -n 2 dry)"
    [ ! -e "$case/diff.txt" ] || tail -n +3 dry | sed 's/\r$/\\r/' |
        diff "$case/diff.txt" - >log || finding "$name: the diff: $(cat log)"
    if command -v patch >/dev/null; then
        cp "$case/in.vmx" m.vmx
        patch --binary -s m.vmx dry || finding "$name: patch does not take the diff"
        same "$case/out.vmx" m.vmx "$name: patch"
    fi
    # From standard input to standard output, and into another file.
    edit 0 - "${args[@]}" <"$case/in.vmx"
    same "$case/out.vmx" out "$name: from standard input"
    cp "$case/in.vmx" m.vmx
    edit 0 --output=other.vmx m.vmx "${args[@]}"
    same "$case/out.vmx" other.vmx "$name: -o"
    same "$case/in.vmx" m.vmx "$name: -o changed the file"
    # Set or unset once more it changes nothing.
    case ${args[0]} in
    *set)
        edit 0 -v other.vmx "${args[@]}"
        same "$case/out.vmx" other.vmx "$name: twice"
        says '^other.vmx: unchanged$'
        ;;
    esac
done

# ---- reading ------------------------------------------------------------------------

machine() { # LINE...
    printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' \
        'displayName = "m"' 'guestOS = "other"' 'memsize = "512"' "$@"
}

machine 'annotation = "a|0Ab |22c|22 |7C ä"' 'RemoteDisplay.vnc.password = "geheim"' \
    'guestinfo.x = "1"' 'guestinfo.X = "2"' 'made.up = "3"' >m.vmx
cp m.vmx m.before

edit 0 m.vmx get MEMSIZE
[ "$(cat out)" = 512 ] || finding "get memsize: $(cat out)"
edit 0 m.vmx get annotation
[ "$(cat out)" = $'a\nb "c" | ä' ] || finding "get annotation: $(cat out)"
edit 0 m.vmx get guestinfo.x
[ "$(cat out)" = 1 ] || finding "of duplicates not the first: $(cat out)"
edit 0 m.vmx get memsize displayname
printf '%s\n' 'memsize = "512"' 'displayname = "m"' >wanted
same wanted out "get of two"
edit 0 m.vmx get 'ANNO*'
printf '%s\n' 'annotation = "a|0Ab |22c|22 |7C ä"' >wanted
same wanted out "get by pattern"
edit 1 m.vmx get memsize no.such 'none*'
says '^memsize = "512"$' out
says '^m.vmx: error: there is no no.such$'
says '^m.vmx: error: there is no none\*$'
edit 1 -q m.vmx get no.such memsize
silent err
edit 0 m.vmx list 'guestinfo.*' memsize
printf '%s\n' 'memsize = "512"' 'guestinfo.x = "1"' 'guestinfo.X = "2"' >wanted
same wanted out "list"
edit 0 m.vmx list 'none*'
silent out
edit 0 m.vmx list
[ "$(wc -l <out)" -eq 10 ] || finding "list of all: $(cat out)"

edit 0 m.vmx get RemoteDisplay.vnc.password
says '^\(redacted\)$' out
says 'a secret, which --with-secrets shows'
edit 0 m.vmx list
! grep -q geheim out || finding "list tells a secret"
edit 0 --format=json m.vmx list
! grep -q geheim out || finding "list tells a secret as JSON"
edit 0 -n m.vmx set memsize=1024 remotedisplay.vnc.password=geheimer
says '^\+RemoteDisplay.vnc.password = "\(redacted, changed\)"$' out
! grep -q geheim out || finding "a diff tells a secret"
edit 0 --with-secrets m.vmx get RemoteDisplay.vnc.password
says '^geheim$' out
edit 0 --with-secrets m.vmx list
says geheim out
edit 0 --with-secrets -n m.vmx set memsize=1024 remotedisplay.vnc.password=geheimer
says geheimer out
# The file itself keeps them.
edit 0 -o - m.vmx set memsize=1024
says geheim out

edit 0 --format=json m.vmx list 'm*'
cat >wanted <<'END'
{"file":"m.vmx","status":"read","entries":[{"key":"memsize","value":"512","type":"int"},{"key":"made.up","value":"3","type":null}],"missing":[],"diagnostics":[]}
END
same wanted out "list as JSON"
edit 1 --format=json m.vmx get no.such memsize
cat >wanted <<'END'
{"file":"m.vmx","status":"read","entries":[{"key":"memsize","value":"512","type":"int"}],"missing":["no.such"],"diagnostics":[]}
END
same wanted out "get as JSON"

# ---- several files ------------------------------------------------------------------

mkdir -p folder/sub
machine >folder/a.vmx
machine >folder/sub/b.VMTX
machine >folder/no.txt
edit 0 folder m.vmx list memsize
printf '%s: memsize = "512"\n' folder/a.vmx folder/sub/b.VMTX m.vmx >wanted
same wanted out "list over a folder"
edit 1 folder missing.vmx m.vmx set memsize=600
says '^missing.vmx: error: No such file'
edit 0 folder m.vmx get memsize
printf '%s: memsize = "600"\n' folder/a.vmx folder/sub/b.VMTX m.vmx >wanted
same wanted out "set over files, one of which is not there"
printf '%s\n' folder/a.vmx m.vmx >list
edit 0 --files-from=list add serial --file=con.log
printf '%s: serial0\n' folder/a.vmx m.vmx >wanted
same wanted out "add to two"
printf '%s\0' folder/a.vmx m.vmx >list
edit 0 --null --files-from=list set memsize=512
# Whatever the number of threads; a file by several names is edited once.
ln -s a.vmx folder/link.vmx
for i in $(seq 40); do machine "annotation = \"$i\"" >"folder/sub/$i.vmx"; done
cp -R folder folder1
cp -R folder folder8
edit 0 --jobs=1 folder1 folder1/a.vmx add nic --network=x
sed 's/folder1/folder8/' out >wanted
edit 0 -j8 folder8 folder8/a.vmx add nic --network=x
same wanted out "eight threads tell"
diff -r folder1 folder8 >log || finding "eight threads wrote $(head -n 5 log)"
[ "$(grep -l ethernet0.present folder8/sub/* folder8/*.vmx | wc -l)" -eq 43 ] ||
    finding "not all files were edited"
! grep -rq ethernet1 folder8 || finding "a file was edited twice"
edit 0 -j8 folder8 -n unset 'ethernet*'
[ "$(grep -c '^--- ' out)" -eq 42 ] || finding "not 42 diffs: $(grep '^--- ' out)"
edit 0 -j8 --format=json folder8 list memsize
[ "$(wc -l <out)" -eq 43 ] || finding "not 43 objects: $(head -n 3 out)"
edit 2 folder -o x.vmx set memsize=1
edit 2 m.vmx folder/a.vmx -o x.vmx set memsize=1
edit 2 --files-from=missing set memsize=1024

# ---- writing ------------------------------------------------------------------------

cp m.before m.vmx
chmod 640 m.vmx
edit 0 --backup m.vmx set memsize=512
[ ! -e m.vmx~ ] || finding "a backup of what was not changed"
edit 0 --backup m.vmx set memsize=1024
same m.before m.vmx~ "the backup"
[ "$(stat -c %a m.vmx)$(stat -c %a m.vmx~)" = 640640 ] ||
    finding "modes of file and backup: $(stat -c '%n %a' m.vmx m.vmx~)"
cp m.vmx second
chmod 644 m.vmx~
edit 0 --backup m.vmx set memsize=2048
same second m.vmx~ "the second backup"
[ "$(stat -c %a m.vmx~)" = 640 ] || finding "an old backup lets others read the new one"
edit 0 --backup=.orig m.vmx set memsize=4096
[ -e m.vmx.orig ] || finding "--backup=.orig made no m.vmx.orig"
ln -s target link.orig
cp m.vmx link
edit 2 --backup=.orig link set memsize=8
[ ! -e target ] || finding "a backup went through a link"
says 'link.orig: no backup'
grep -q '"4096"' link || finding "without its backup the file was edited"
mkdir m.vmx.dir
edit 2 --backup=.dir m.vmx set memsize=8
mkfifo m.vmx.pipe
edit 2 --backup=.pipe m.vmx set memsize=8
edit 2 --backup=/x m.vmx set memsize=8
edit 2 --backup -o x.vmx m.vmx set memsize=8
edit 2 --backup - set memsize=8 <m.vmx
ln -s m.vmx to-m.vmx
edit 0 to-m.vmx set memsize=16
[ -L to-m.vmx ] || finding "a link was replaced"
edit 0 m.vmx get memsize
says '^16$' out
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked
    cp m.vmx locked
    chmod 555 locked
    edit 2 locked/m.vmx set memsize=32
    chmod 755 locked
fi
# A full disk leaves the old file.
cp m.vmx before
(
    ulimit -f 0
    "$tool" m.vmx set memsize=64 2>err
) && finding "wrote above the limit of a file's size"
same before m.vmx "a write that failed"
[ -z "$(find . -name 'm.vmx.??????' -o -name '.m.vmx*')" ] || finding "rubbish was left"
if [ -c /dev/full ]; then
    "$tool" m.vmx list >/dev/full 2>err && finding "list on a full disk was well"
    says 'No space'
    "$tool" --format=json m.vmx list >/dev/full 2>err && finding "JSON on a full disk was well"
fi
edit 0 --verbose m.vmx set memsize=32
says '^m.vmx: changed$'
edit 0 -v -n m.vmx set memsize=33
says '^m.vmx: would-change$'
edit 0 -n m.vmx set memsize=32
silent out

# ---- checks -------------------------------------------------------------------------

cp m.before m.vmx
edit 2 m.vmx set memsize=4o96 scsi0.present=maybe annotation=x
says '^vmx-edit: set: error: memsize: "4o96" does not suit; expected a number.* \[VMX1830\]$'
says '^vmx-edit: set: error: scsi0.present: "maybe" does not suit; expected TRUE or FALSE'
same m.before m.vmx "a set that was refused"
edit 0 -f m.vmx set memsize=4o96
says '^memsize = "4o96"$' m.vmx
edit 0 m.vmx set ethernet0.virtualDve=e1000
says 'was ethernet0.virtualDev meant\? \[VMX1831\]$'
edit 0 -q m.vmx set ethernet0.virtualDve=e1000
silent err
edit 0 --force m.vmx set ethernet0.virtualDve=e1000
silent err
edit 2 m.vmx set memsize
says 'expected KEY=VALUE'
edit 2 m.vmx set =x
edit 2 m.vmx set 'a"b=x'
edit 2 m.vmx unset memsize=512
edit 0 m.vmx set displayName=
edit 0 m.vmx get displayName
printf '\n' | cmp -s - out || finding "an empty value"
printf '.encoding = "windows-1252"\nconfig.version = "8"\nannotation = "\344"\n' >w.vmx
cp w.vmx before
edit 1 w.vmx set displayName=Δ
says '^w.vmx: error: displayName: the file.s encoding cannot hold the value$'
edit 1 w.vmx set .encoding=UTF-8
edit 1 w.vmx unset .encoding
says 'stays'
edit 0 w.vmx get annotation
says '^ä$' out
same before w.vmx "edits that the encoding forbids"
edit 1 w.vmx add nic --network=Δ
says 'encoding cannot hold'

# ---- devices ------------------------------------------------------------------------

cp m.before m.vmx
edit 1 m.vmx remove scsi0:1
says '^m.vmx: error: the machine has no scsi0:1 \[VMX1834\]$'
edit 1 m.vmx remove no-device
edit 0 m.vmx add controller --bus=scsi --model=lsisas1068
edit 0 --quiet m.vmx add disk --file=a.vmdk
silent out
edit 0 m.vmx get scsi0:0.fileName
says '^a.vmdk$' out
edit 1 m.vmx add disk --file=a.vmdk
says 'VMX1835'
edit 1 m.vmx remove scsi0
says 'VMX1835'
edit 0 m.vmx add disk --file=b.vmdk --at=scsi0:9
says '^scsi0:9$' out
edit 1 m.vmx add disk --file=c.vmdk --at=scsi0:7
says 'VMX1832'
edit 0 m.vmx add nic --connection=nat --mac=00:50:56:01:02:03 --model=e1000e
edit 0 m.vmx list 'ethernet0.*'
cat >wanted <<'END'
ethernet0.present = "TRUE"
ethernet0.virtualDev = "e1000e"
ethernet0.connectionType = "nat"
ethernet0.addressType = "static"
ethernet0.address = "00:50:56:01:02:03"
END
sed -i '/virtualDve/d' out
same wanted out "a network adapter of Workstation's"
edit 2 m.vmx add nic --connection=nat --network=x
edit 2 m.vmx add tape
edit 2 m.vmx add
edit 2 m.vmx add disk nic
edit 2 m.vmx add disk
edit 2 m.vmx set memsize=4 --bus=ide
edit 0 --format=json m.vmx add floppy --file=boot.flp
says '^\{"file":"m.vmx","status":"changed","device":"floppy0","diagnostics":\[\]\}$' out
edit 1 --format=json m.vmx add disk --bus=nvme --at=nvme0:15 --file=x.vmdk
says '"status":"failed","diagnostics":\[\{"code":"VMX1832","name":"no-free-place"' out
edit 0 --format=json --dry-run m.vmx remove floppy0
says '"status":"would-change","diff":"--- m.vmx\\n' out
edit 0 --format=json -o - m.vmx remove floppy0
says '"status":"changed"'
says '^memsize' out
# What was added, a converter knows.
if [ -x "$build/tools/vmx-convert" ]; then
    edit 0 m.vmx add cdrom
    "$build/tools/vmx-convert" -q --no-metadata m.vmx >m.xml 2>err
    for want in "device='cdrom'" "file='a.vmdk'" "<mac address='00:50:56:01:02:03'" \
        "file='boot.flp'" "model='lsisas1068'"; do
        grep -q "$want" m.xml || finding "the domain lacks $want"
    done
fi

# ---- patches ------------------------------------------------------------------------

cat >p.patch <<'END'
vmx-patch 1
set memsize = "512" -> "1024"
set displayName = "m" -> "n"
remove annotation = "a|0Ab |22c|22 |7C ä"
add numvcpus = "2"
END
sed -e '/annotation/d; s/"512"/"1024"/; s/"m"/"n"/' m.before >wanted
echo 'numvcpus = "2"' >>wanted
cp m.before m.vmx
edit 0 --dry-run m.vmx apply p.patch
same m.before m.vmx "apply --dry-run"
edit 0 m.vmx apply p.patch
same wanted m.vmx "apply"
silent out
edit 0 --verbose m.vmx apply p.patch
says '^m.vmx: unchanged$'
cp m.before m.vmx
edit 0 --apply=p.patch m.vmx
same wanted m.vmx "--apply"
sed 's/^memsize.*/memSize = "768"/' m.before >m.vmx
cp m.vmx before
edit 1 m.vmx apply p.patch
same before m.vmx "a patch with a conflict"
says '^m.vmx: error: conflict: memsize: the patch is for "512" and wants "1024", the file has "768"$'
edit 1 --format=json m.vmx apply p.patch
says '"status":"failed","conflicts":\[\{"key":"memsize","before":"512","after":"1024","found":"768"\}\]' out
edit 1 -f m.vmx apply p.patch
says 'conflict: memsize'
says '^memSize = "768"$' m.vmx
says '^displayName = "n"$' m.vmx
sed '/^memsize/d' m.before >m.vmx
edit 1 m.vmx apply p.patch
says 'the file has no such key'
printf 'vmx-patch 1\nset RemoteDisplay.vnc.password = "geheimes" -> "geheimer"\n' >s.patch
edit 1 m.vmx apply s.patch
says 'conflict: RemoteDisplay'
! grep -q geheim err || finding "a conflict tells a secret"
edit 1 --with-secrets m.vmx apply s.patch
says 'the file has "geheim"'
cp m.before m.vmx
printf 'vmx-patch 1\nset memsize\n' >bad.patch
edit 2 m.vmx apply bad.patch
says '^bad.patch:2:.*VMX1800'
edit 2 m.vmx apply missing.patch
edit 2 m.vmx apply p.patch p.patch
edit 2 --apply=p.patch
same m.before m.vmx "patches that cannot be read"
if [ -x "$build/tools/vmx-diff" ]; then
    for case in "$cases"/*/; do
        "$build/tools/vmx-diff" --patch --all "$case/in.vmx" "$case/out.vmx" >made.patch ||
            [ $? -eq 1 ] || finding "vmx-diff --patch $case"
        cp "$case/in.vmx" m.vmx
        edit 0 m.vmx apply made.patch
        "$build/tools/vmx-diff" --all m.vmx "$case/out.vmx" >log ||
            finding "$case: apply(diff): $(cat log)"
    done
fi
cp m.before m.vmx

# ---- laws over all samples ----------------------------------------------------------

# What was set to the value that it has, or added and removed again, was not touched.
samples=("$src"/testdata/convert/*/in.vmx)
if [ -n "${VMX_CORPUS-}" ]; then
    while IFS= read -r sample; do
        samples+=("$sample")
    done < <(find "$VMX_CORPUS/vmx" -type f | sort)
fi
mkdir samples edited
for i in "${!samples[@]}"; do cp "${samples[i]}" "samples/$i.vmx"; done
# Left out: no VMX, no place, or an adapter that is switched off and would go.
{ "$tool" --format=json samples -n add nic --network=x || true; } 2>/dev/null |
    sed -n 's/^{"file":"\([^"]*\)".*"device":"\([^"]*\)".*/\1 \2/p' |
    while read -r file device; do
        grep -aqi "^[[:space:]]*$device\." "$file" || echo "$file" >>"samples.$device"
    done
tried=0
for list in samples.*; do
    device=${list#samples.}
    tried=$((tried + $(wc -l <"$list")))
    xargs cp -t edited <"$list"
    edit 0 edited -q add nic --network=x
    edit 0 edited remove "$device"
    for file in edited/*.vmx; do
        cmp -s "$file" "samples/${file##*/}" || finding "${samples[$(basename "$file" .vmx)]}:\
a card added and removed: $(diff -a "samples/${file##*/}" "$file" | head -n 5)"
        rm "$file"
    done
done
[ "$tried" -gt 100 ] || finding "only $tried samples were tried"
for ((i = 0; i < ${#samples[@]}; i += 5)); do
    cp "${samples[i]}" law.vmx
    pairs=()
    for key in config.version guestOS annotation displayName; do
        value=$("$tool" --with-secrets law.vmx get "$key" 2>/dev/null && echo .) || continue
        pairs+=("$key=${value%$'\n'.}")
    done
    [ "${#pairs[@]}" -gt 0 ] || continue
    edit 0 -q --force law.vmx set "${pairs[@]}"
    cmp -s "${samples[i]}" law.vmx || finding "${samples[i]}: set to what it was: $(
        diff -a "${samples[i]}" law.vmx | head -n 5
    )"
done

# ---- odd files, odd command lines ---------------------------------------------------

for bad in '# Disk DescriptorFile' '<domain/>' '' $'\177ELF'; do
    printf '%s' "$bad" >bad.vmx
    edit 1 bad.vmx set memsize=512
    says 'not a VMX'
    printf '%s' "$bad" | cmp -s - bad.vmx || finding "what is no VMX was edited"
done
edit 0 --force bad.vmx list
printf '.encoding = "UTF-8"\ndisplayName = "x"\nencryption.keySafe = "vmware:key/list"\n%s\n' \
    'encryption.data = "abc="' >sealed.vmx
edit 0 sealed.vmx get displayName
says '^x$' out
edit 1 sealed.vmx set memsize=512
says 'encrypted.*\[VMX021\]'
edit 0 --force sealed.vmx set displayName=y
: >new.vmx
edit 0 --force new.vmx set config.version=8 virtualHW.version=17
says '^virtualHW.version = "17"$' new.vmx
edit 2
edit 2 m.vmx
says 'no command was given'
edit 2 set memsize=4
says 'no FILE was given'
edit 2 m.vmx get
edit 2 m.vmx list -o x.vmx
edit 2 -v -q m.vmx list
edit 2 --format=xml m.vmx list
cp m.before set
edit 0 ./set get memsize
says '^512$' out
edit 0 --explain=VMX1832
says '^VMX1832 no-free-place$' out
edit 0 --explain no-free-place
edit 2 --explain=VMX9999
edit 0 --version
says '^vmx-edit .* \(libvmx ' out
edit 0 -- m.before get displayName
says '^m$' out

# ---- completions --------------------------------------------------------------------

edit 0 --completion=bash
cp out complete.bash
bash -n complete.bash || finding "the completion for bash has a syntax error"
complete_word() { # WANTED WORD...
    local wanted=$1 got
    shift
    got=$(bash -c '. ./complete.bash
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        compopt() { :; }
        _cli_vmx_edit
        printf "%s " "${COMPREPLY[@]}"' bash "$@")
    [ "$got" = "$wanted" ] || finding "completion of '$*': '$got', expected '$wanted'"
}
complete_word '--backup ' vmx-edit --bac
complete_word 'remove ' vmx-edit m.vmx rem
complete_word 'apply ' vmx-edit m.vmx app
complete_word 'text json ' vmx-edit --format ''
edit 0 --completion=zsh
! command -v zsh >/dev/null || zsh -n out || finding "the completion for zsh is wrong"
edit 0 --completion=fish
! command -v fish >/dev/null || fish -n out || finding "the completion for fish is wrong"

edit 0 --help
sed -n 's/^ .* --\([a-z-]*\).*/\1/p' out | sort -u >known
while IFS= read -r option; do
    grep -Fxq "$option" used || finding "--$option was never used"
done <known

finish "$checks" runs
