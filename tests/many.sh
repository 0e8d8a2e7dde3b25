#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert over folders and lists: what results are called, that they are the same
# whatever the number of jobs, and that no machine harms another.
. "${0%/*}/lib.sh"
use_tool vmx-convert

checks=0
mkdir "$tmp/work"
cd "$tmp/work"

# many STATUS ARGUMENT...: runs the tool with one job and with three, into `out`; the
# tree, standard output and standard error must be the same.
many() {
    local wanted=$1 jobs status
    shift
    for jobs in 1 3; do
        checks=$((checks + 1))
        rm -rf out
        status=0
        "$tool" -j"$jobs" -O out "$@" >stdout 2>stderr || status=$?
        [ "$status" -eq "$wanted" ] ||
            finding "-O out $*: status $status, expected $wanted: $(head -n 3 stderr)"
        [ "$jobs" -gt 1 ] || { rm -rf one && cp -r out one && cp stdout stderr one.d/; }
    done
    diff -r -x .vmx-convert.journal one out >"$tmp/diff" || finding "-j3 $*: $(head -n 5 "$tmp/diff")"
    diff one.d/stdout stdout >"$tmp/diff" || finding "-j3 $*: $(head -n 5 "$tmp/diff")"
    diff one.d/stderr stderr >"$tmp/diff" || finding "-j3 $*: $(head -n 5 "$tmp/diff")"
}
mkdir one.d

tree() { # NAME...: exactly these files are in out
    checks=$((checks + 1))
    diff <(printf '%s\n' "$@" | sort) \
        <(find out -type f ! -name '.vmx-convert.journal' -printf '%P\n' | sort) \
        >"$tmp/diff" || finding "the tree: $(cat "$tmp/diff")"
}

says() { # PATTERN
    checks=$((checks + 1))
    grep -aqE -e "$1" stderr || finding "no '$1': $(head -n 5 stderr)"
}

machine() { # NAME FILE...
    local name=$1 file
    shift
    for file; do
        mkdir -p "${file%/*}"
        printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' \
            "displayName = \"$name\"" 'guestOS = "other"' 'memsize = "512"' \
            'uuid.bios = "56 4d 6f 5a 0c 1b 2e 3d-4f 50 61 72 83 94 a5 b6"' >"$file"
    done
}

# ---- trees --------------------------------------------------------------------------

machine a in/a.vmx
machine b in/deep/b/b.vmx in/deep/b/c.VMTX
machine d in/deep/d.vmx
echo text >in/deep/notes.txt
many 0 in
tree a.xml deep/b/b.xml deep/b/c.xml deep/d.xml
says '^4 machines: 4 converted, 0 with warnings, 0 failed, 0 skipped$'
"$tool" in/a.vmx >single.xml
cmp -s single.xml out/a.xml || finding "one of many is not as it is alone"
many 0 in/a.vmx in/deep
tree a.xml b/b.xml b/c.xml d.xml
printf 'in/deep/b\nin/a.vmx\n' >list
many 0 --files-from=list
tree b.xml c.xml a.xml
printf 'in/a.vmx\0' >list
many 0 --files-from=list --null
tree a.xml
many 0 -q in
checks=$((checks + 1))
[ ! -s stderr ] || finding "--quiet is not quiet: $(cat stderr)"

# The way back.
"$tool" -q -O xml in
many 0 --to=vmx xml
tree a.vmx deep/b/b.vmx deep/b/c.vmx deep/d.vmx
cmp -s in/deep/d.vmx out/deep/d.vmx || finding "the way back is another machine"
many 0 xml/a.xml in/deep/d.vmx
tree a.vmx d.xml

# The result of a run that was there before is replaced, what else is there stays.
checks=$((checks + 1))
mkdir -p out/deep
echo old >out/a.xml
echo mine >out/deep/mine
"$tool" -q -O out in
cmp -s single.xml out/a.xml || finding "an old result was not replaced"
grep -q mine out/deep/mine || finding "a file of somebody else is gone"

# ---- one bad machine ----------------------------------------------------------------

cp -r in bad
echo 'no machine' >bad/deep/b/b.vmx
ln -s nowhere bad/gone.vmx
many 1 bad none.vmx
tree a.xml deep/b/c.xml deep/d.xml
says '^bad/deep/b/b.vmx: error: '
says '^bad/gone.vmx: error: No such file or directory$'
says '^none.vmx: error: No such file or directory$'
says '^6 machines: 3 converted, 0 with warnings, 3 failed, 0 skipped$'
[ "$(sed -n 's/^\([a-z/]*\.vmx\).*/\1/p' stderr | tr '\n' ' ')" = \
    'bad/deep/b/b.vmx bad/gone.vmx none.vmx ' ] || finding "findings are not in order"
many 1 --format=json bad
[ "$(grep -c '^{"file":' stdout)" -eq 5 ] || finding "not one object for each machine"
echo 'odd = x' >>in/deep/d.vmx
many 1 --strict in
tree a.xml deep/b/b.xml deep/b/c.xml
many 0 in
says '1 with warnings'
sed -i '$d' in/deep/d.vmx

# ---- names --------------------------------------------------------------------------

many 0 --name='{name}' in
tree a.xml b.xml b-2.xml d.xml
says '^in/deep/b/c.VMTX: info: its name is taken or unsafe: written as b-2.xml$'
many 0 --name='{uuid}/{name}' in/a.vmx
tree 564d6f5a-0c1b-2e3d-4f50-61728394a5b6/a.xml
many 0 --name='all/{path}' in/deep
tree all/b/b.xml all/b/c.xml all/d.xml
machine 'up/../../x' in/hostile/1.vmx
machine '..' in/hostile/2.vmx
machine '' in/hostile/3.vmx
machine "$(printf '%0300d' 0)" in/hostile/4.vmx
machine $'bell\007' in/hostile/5.vmx
machine '.vmx-convert.journal' in/hostile/6.vmx
machine '/etc/passwd' in/hostile/7.vmx
many 0 --name='{name}' in/hostile
tree up_.._.._x.xml _.xml 3.xml "$(printf '%0251d' 0).xml" bell_.xml \
    _vmx-convert.journal.xml _etc_passwd.xml
rm -r in/hostile
machine x in/same/x.vmx in/same/x.vmtx in/same/x-2.vmx in/same/x.xml/y.vmx
many 0 in/same
tree x-2.xml x.xml x-3.xml x.xml-2/y.xml
says '^in/same/x.vmx: info: .* written as x-3.xml$'
says '^in/same/x.xml/y.vmx: info: .* written as x.xml-2/y.xml$'
machine x $'in/same/new\nline.vmx' "in/same/$(printf '%0251d' 1).vmx" \
    "in/same/$(printf '%0250d' 2).vmtx"
rm -r in/same/x*
many 0 in/same
tree new_line.xml "$(printf '%0251d' 1).xml" "$(printf '%0250d' 2).xml"
many 0 in/a.vmx in/a.vmx in/a.vmx
tree a.xml a-2.xml a-3.xml

# As many machines of one name as there are must not take the square of the time.
checks=$((checks + 1))
for _ in $(seq 3000); do echo in/a.vmx; done >list
timeout 60 "$tool" -q -O out --files-from=list || finding "3000 machines of one name: $?"
[ -e out/a-3000.xml ] || finding "of 3000 machines of one name some are missing"

# ---- odd folders --------------------------------------------------------------------

# No link is followed, and what fails fails alone.
checks=$((checks + 1))
rm -rf out elsewhere
mkdir out elsewhere
ln -s ../elsewhere out/deep
ln -s ../elsewhere/a out/a.xml
status=0
"$tool" -O out in/a.vmx in >stdout 2>stderr || status=$?
[ "$status" -eq 1 ] || finding "a link in the way: status $status"
says '^in/deep/d.vmx: error: not written: (Not a directory|Too many levels of symbolic links)$'
[ -z "$(ls elsewhere)" ] || finding "a link was followed: $(ls elsewhere)"
[ ! -L out/a.xml ] || finding "a link was written through"
rm -rf out
mkdir -p out/a.xml
"$tool" -O out in >stdout 2>stderr || true
says '^in/a.vmx: error: not written: Is a directory$'
[ -e out/deep/d.xml ] || finding "one that could not be written stopped the others"
if [ "$(id -u)" -ne 0 ]; then
    rm -rf out
    mkdir -p out/deep
    chmod 555 out/deep
    "$tool" -O out in >stdout 2>stderr || true
    says '^in/deep/d.vmx: error: not written: Permission denied$'
fi
# A full disk, by a ceiling on what a file may have.
rm -rf out
status=0
(
    ulimit -f 1
    exec "$tool" --name='{path}' -O out in/a.vmx "$src/bench/machine.vmx"
) >stdout 2>stderr || status=$?
says 'machine.vmx: error: not written: File too large$'
tree a.xml
[ "$status" -eq 1 ] || finding "a file that is too large: status $status"

# ---- streams ------------------------------------------------------------------------

# streams STATUS ARGUMENT...: standard output goes to `stream`, whatever the jobs.
streams() {
    local wanted=$1 jobs status
    shift
    for jobs in 1 3; do
        checks=$((checks + 1))
        status=0
        "$tool" -j"$jobs" "$@" >stream 2>stderr || status=$?
        [ "$status" -eq "$wanted" ] ||
            finding "$*: status $status, expected $wanted: $(head -n 3 stderr)"
        [ "$jobs" -gt 1 ] || mv stream stream.1
    done
    cmp stream.1 stream || finding "-j3 $*: another stream"
}

# extracts: `out` is what tar makes of `stream`.
extracts() {
    checks=$((checks + 1))
    rm -rf out
    mkdir out
    tar -C out -xf stream 2>"$tmp/err" || finding "tar: $(cat "$tmp/err")"
    [ ! -s "$tmp/err" ] || finding "tar: $(cat "$tmp/err")"
}

long=in/$(printf '%0200d' 1)/$(printf '%0120d' 2)
machine long "$long.vmx"
for name in '{path}' '{name}'; do
    many 0 --name="$name" in
    streams 0 --stream=tar --name="$name" in
    mv out files
    extracts
    diff -r -x .vmx-convert.journal files out >/dev/null || finding "the tar stream has other files"
    rm -r files
done
rm -r in/same
for format in v7 ustar gnu pax; do
    rm -rf "${long%/*}" # these two have no long names
    [ $format = v7 ] || [ $format = ustar ] || machine long "$long.vmx"
    many 0 in
    tar --format=$format --sort=name -C in -cf in.tar .
    mv out wanted
    many 0 --from=tar in.tar
    diff -r -x .vmx-convert.journal wanted out || finding "a $format archive gives other files"
    rm -r wanted
done
checks=$((checks + 1))
"$tool" --from=tar --stream=tar <in.tar 2>/dev/null | tar -tf - >names
[ "$(wc -l <names)" -eq 5 ] || finding "an archive on standard input: $(cat names)"
# A hostile name, links, and what is no machine.
mkdir -p odd
machine x odd/x.vmx
ln -s /etc/passwd odd/link.vmx
ln odd/x.vmx odd/y.vmx
tar -C odd --transform='s,^x,../../x,' --sort=name -Pcf in.tar x.vmx link.vmx y.vmx
many 0 --from=tar in.tar
tree x.xml
says 'info: its name is taken or unsafe: written as x.xml$'
# Cut short, and no archive.
tar -C in --sort=name -cf whole.tar .
head -c 3000 whole.tar >in.tar
many 1 --from=tar in.tar
says ': error: (it is no|the archive ends)'
many 1 --from=tar in/a.vmx none.tar
[ -z "$(find out -name "*.xml")" ] || finding "a file that is no archive has results"
says '^in/a.vmx: error: it is no tar archive$'
says '^none.tar: error: No such file or directory$'

streams 1 --stream=jsonl bad
checks=$((checks + 1))
[ "$(wc -l <stream)" -eq 5 ] || finding "not one line for each machine"
head -n 1 stream | grep -q '^{"file":"bad/a.vmx","status":"converted","name":"a.xml","xml":"<domain' ||
    finding "a line of the stream: $(head -n 1 stream | head -c 200)"
grep -qx '{"file":"bad/deep/b/b.vmx","status":"failed"}' stream || finding "no line for a failure"
if command -v jq >/dev/null; then
    head -n 1 stream | jq -j .xml | cmp -s - single.xml || finding "a text in the stream is another"
fi
if { : >/dev/full; } 2>/dev/null; then
    status=0
    "$tool" -q --stream=tar in >/dev/full 2>stderr || status=$?
    [ "$status" -eq 2 ] || finding "a stream that cannot be written: status $status"
    says 'standard output: No space left'
fi
rm -r "${long%/*}"

# ---- usage --------------------------------------------------------------------------

refuses() { # PATTERN ARGUMENT...
    local pattern=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" "$@" >stdout 2>stderr </dev/null || status=$?
    [ "$status" -eq 2 ] || finding "$*: status $status, not 2"
    grep -qE -e "$pattern" stderr || finding "$*: $(cat stderr)"
}

refuses 'one FILE at a time' in/a.vmx in/deep/d.vmx
refuses 'one FILE at a time' --files-from=list
refuses '-O takes many' -O out -o x in
refuses '-O in: the folder is read' --to=vmx -O in in/deep in
refuses '--name=x: all machines would have one name' -O out --name=x in
refuses '--name={host}: expected \{path\}' -O out --name={host} in
refuses '-O and --stream exclude' -O out --stream=tar in
refuses '--from=tar is for' --from=tar in.tar
refuses '--files-from and --from' --from=tar --files-from=list --stream=tar
refuses '--name is for -O' --name={path} in/a.vmx
refuses '--base=x: expected' -O out --base=x in
refuses '--disk-plan and --resume' -O out --to=kvm --disk-plan=x --resume in
refuses '--disk-plan and --from=tar' -O out --to=kvm --disk-plan=x --from=tar in.tar
refuses '--disk-plan=no/such/x: No such file' -O out --to=kvm --disk-plan=no/such/x in
refuses 'in/a.vmx: ' -O in/a.vmx in
refuses 'No such file' -O no/such/folder in

# A machine's folder is part of its datastore path.
printf '%s\n' 'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' \
    'scsi0:0.fileName = "d.vmdk"' >>in/deep/d.vmx
many 0 --base='[store]' in
grep -q "file='\[store\] deep/d.vmdk'" out/deep/d.xml || finding "--base without a folder"
many 0 --base='[store] top' in
grep -q "file='\[store\] top/deep/d.vmdk'" out/deep/d.xml || finding "--base with a folder"

finish "$checks" "runs"
