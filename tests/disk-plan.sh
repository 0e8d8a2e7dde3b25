#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# --disk-plan: what it finds out about disks, as JSON; what its script does with names that
# want to be commands; that no descriptor leads QEMU out of the machine's folder.
. "${0%/*}/lib.sh"
use_tool vmx-convert
need_full jq

checks=0
mkdir "$tmp/vm" "$tmp/bin" "$tmp/images"
cd "$tmp/vm"

# ---- machines and descriptors --------------------------------------------------------

begin_machine() { # KEY=VALUE lines on standard input are more of it
    {
        printf '%s = "%s"\n' config.version 8 virtualHW.version 17 displayName m \
            guestOS debian11-64 memsize 512 scsi0.present TRUE scsi0.virtualDev pvscsi \
            scsi1.present TRUE scsi1.virtualDev pvscsi sata0.present TRUE
        cat
    } >m.vmx
}

# NAME as a VMX writes it: what would end a value, or a key, is escaped.
disk() { # KEY NAME [TYPE]
    local name=${2//|/|7C}

    name=${name//\"/|22}
    name=${name//$'\n'/|0A}
    printf '%s.present = "TRUE"\n%s.fileName = "%s"\n' "$1" "$1" "$name" >>m.vmx
    [ -z "${3-}" ] || printf '%s.deviceType = "%s"\n' "$1" "$3" >>m.vmx
}

# The usual descriptor; more lines on standard input.
descriptor() { # FILE TYPE PARENT-CID
    {
        printf '%s\n' '# Disk DescriptorFile' version=1 CID=00000001 "parentCID=$3" \
            "createType=\"$2\""
        cat
    } >"$1"
}

# A sparse extent's header: its magic, its capacity, where its descriptor is.
header() { # FILE CAPACITY-BYTE DESCRIPTOR-BYTE
    {
        printf 'KDMV\1\0\0\0\3\0\0\0'
        printf '%b\0\0\0\0\0\0\0' "\\x$2"
        printf '\x80\0\0\0\0\0\0\0'
        printf '%b\0\0\0\0\0\0\0%b\0\0\0\0\0\0\0' "\\x$3" "\\x$3"
        head -c 468 /dev/zero
    } >"$1"
}

plan() { # FILE [OPTION]...
    checks=$((checks + 1))
    [ "${2-}" = --to=pools.xsl ] ||
        set -- "$@" --to=kvm --param=disk-folder="$tmp/images"
    "$tool" --disk-plan="$1" "${@:2}" -q -o /dev/null m.vmx >"$tmp/out" 2>"$tmp/err" ||
        finding "no plan: $(cat "$tmp/out" "$tmp/err")"
}

# KEY STATE [FILTER]: the filter is true for the disk.
expect() {
    checks=$((checks + 1))
    jq -e --arg key "$1" --arg state "$2" \
        ".disks[] | select(.key == \$key) | .state == \$state and (${3-true})" \
        plan.json >/dev/null ||
        finding "$1 is not $2${3+, or not so that $3}: $(
            jq -c --arg key "$1" '.disks[] | select(.key == $key)' plan.json
        )"
}

# ---- what the files tell -------------------------------------------------------------

begin_machine </dev/null
# A disk alone, and one with two snapshots.
descriptor flat.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "flat-flat.vmdk" 0'
: >flat-flat.vmdk
disk scsi0:0 flat.vmdk
descriptor base.vmdk vmfs ffffffff <<<'RW 4096 VMFS "base-flat.vmdk"'
: >base-flat.vmdk
for n in 1 2; do
    descriptor base-00000$n.vmdk vmfsSparse 00000001 <<EOT
parentFileNameHint="base$([ $n -eq 1 ] || echo -00000$((n - 1))).vmdk"
RW 4096 VMFSSPARSE "base-00000$n-delta.vmdk"
EOT
    : >base-00000$n-delta.vmdk
done
disk scsi0:1 base-000002.vmdk
# Something is not there: all of it, its data, its parent.
disk scsi0:2 gone.vmdk
descriptor no-data.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "no-data-flat.vmdk" 0'
disk scsi0:3 no-data.vmdk
descriptor orphan.vmdk vmfsSparse 00000001 <<'EOT'
parentFileNameHint="gone.vmdk"
RW 2048 VMFSSPARSE "flat-flat.vmdk"
EOT
disk scsi0:4 orphan.vmdk
# Data on devices of the old host.
descriptor rdm.vmdk vmfsRawDeviceMap ffffffff <<<'RW 2048 VMFSRDM "rdm-rdm.vmdk"'
disk scsi0:5 rdm.vmdk
descriptor raw.vmdk fullDevice ffffffff <<<'RW 2048 FLAT "/dev/sdb" 0'
disk scsi0:6 raw.vmdk
# A parent that was written to.
descriptor stale.vmdk vmfsSparse 00000002 <<'EOT'
parentFileNameHint="flat.vmdk"
RW 2048 VMFSSPARSE "flat-flat.vmdk"
EOT
disk scsi0:8 stale.vmdk
# Elsewhere: by its name, by its parent.
disk scsi0:9 '[other] store/x.vmdk'
descriptor clone.vmdk vmfsSparse 00000001 <<'EOT'
parentFileNameHint="/vmfs/volumes/ds/master/master.vmdk"
RW 2048 VMFSSPARSE "flat-flat.vmdk"
EOT
disk scsi0:10 clone.vmdk
# The machine's folder, named as a host does.
disk scsi0:11 /vmfs/volumes/5a-6b/vm/base.vmdk
# Media.
: >cd.iso
disk sata0:0 cd.iso cdrom-image
disk sata0:1 '[iso] debian.iso' cdrom-image
plan plan.json

expect scsi0:0 ready '.sectors == 2048 and .chain[0].extents[0].file == "flat-flat.vmdk"'
expect scsi0:0 ready '.command[0:6] == ["qemu-img", "convert", "-f", "vmdk", "-O", "qcow2"]'
expect scsi0:0 ready '.command[6] == "./flat.vmdk" and .command[7] == .target.path and .target.format == "qcow2"'
expect scsi0:1 ready '[.chain[].file] == ["base-000002.vmdk", "base-000001.vmdk", "base.vmdk"]'
expect scsi0:2 missing '.what == "gone.vmdk" and .command[0] == "qemu-img"'
expect scsi0:3 missing '.what == "no-data-flat.vmdk"'
expect scsi0:4 missing '.what == "gone.vmdk"'
expect scsi0:5 device '.command == []'
expect scsi0:6 device '.command == []'
expect scsi0:8 broken '.command == []'
expect scsi0:9 elsewhere '.command == []'
expect scsi0:10 elsewhere '.what == "/vmfs/volumes/ds/master/master.vmdk"'
expect scsi0:11 ready '.file == "base.vmdk"'

# With the folder's name in its datastore nothing else is taken for it.
plan plan.json --base='[ds] other'
expect scsi0:0 ready
expect scsi0:11 elsewhere

# ---- what would lead elsewhere -------------------------------------------------------

# QEMU searches for the parent's name and takes the first; an extent of its own may be a
# descriptor again; controls are blanks to it.
begin_machine </dev/null
extent='RW 2048 FLAT "flat-flat.vmdk" 0'
descriptor b0.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "/etc/passwd" 0'
descriptor b1.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "../secret" 0'
descriptor b2.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "nbd:localhost" 0'
descriptor b3.vmdk monolithicFlat ffffffff <<<"$extent"$'\n# parentFileNameHint="/etc/passwd"'
descriptor b4.vmdk monolithicFlat ffffffff <<<"$extent"$'\nRW\r2048 FLAT "/etc/passwd" 0'
descriptor b5.vmdk monolithicFlat ffffffff <<<"$extent"$'\nRW +8 FLAT "/etc/passwd" 0'
descriptor b6.vmdk vmfsSparse 00000001 <<<$'parentFileNameHint="/etc/passwd"\nparentFileNameHint="base.vmdk"\n'"$extent"
descriptor b8.vmdk vmfsSparse 00000001 <<<$'parentFileNameHint="b8.vmdk"\n'"$extent"
ln -s /etc/passwd b9.vmdk
ln -s /etc/passwd link-flat.vmdk
descriptor b10.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "link-flat.vmdk" 0'
header disguise.vmdk 00 01
descriptor b11.vmdk twoGbMaxExtentSparse ffffffff <<<'RW 2048 SPARSE "disguise.vmdk"'
header b12.vmdk 00 01
printf '%s\n' '# Disk DescriptorFile' 'createType="monolithicFlat"' "$extent" >>b12.vmdk
mkfifo b13.vmdk
descriptor b14.vmdk monolithicFlat ffffffff <<<"$extent"
head -c 1100000 /dev/zero | tr '\0' '#' >>b14.vmdk
header b15.vmdk 08 01
printf '%s\n' '# Disk DescriptorFile' 'createType="monolithicSparse"' \
    'RW 8 SPARSE "b15.vmdk"' >>b15.vmdk
head -c 512 /dev/zero | tr '\0' ' ' >>b15.vmdk # past the size that the header tells
echo 'parentFileNameHint="/etc/passwd"' >>b15.vmdk
printf 'MZ no descriptor' >b16.vmdk
for n in 0 1 2 3 4 5 6 8 9 10 11 12 13 14 15; do
    disk scsi0:$n b$n.vmdk
done
disk scsi1:0 b16.vmdk
plan plan.json
for n in 0 1 2 9 10 11 13 15; do
    expect scsi0:$n elsewhere '.command == []'
done
for n in 3 4 5 6 8 12 14; do
    expect scsi0:$n broken '.command == []'
done
expect scsi1:0 broken '.command == []'

# Two of one name.
begin_machine </dev/null
disk scsi0:0 '[one] vm/flat.vmdk'
disk scsi0:1 '[two] vm/flat.vmdk'
plan plan.json
expect scsi0:0 elsewhere
expect scsi0:1 elsewhere

# ---- the script ----------------------------------------------------------------------

# It calls this: what it was asked, one argument a line.
cat >"$tmp/bin/qemu-img" <<'EOT'
#!/bin/sh
printf '<%s>\n' "$@" >>"$LOG"
EOT
chmod +x "$tmp/bin/qemu-img"
export LOG=$tmp/log

run_script() { # STATUS [FOLDER]
    local wanted=$1 status=0

    shift
    checks=$((checks + 1))
    : >"$LOG"
    PATH=$tmp/bin:$PATH sh plan.sh "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "the script ended with $status, not $wanted: $(cat "$tmp/err")"
}

begin_machine </dev/null
names=('-o x.vmdk' "it's.vmdk" 'a$(touch owned)`touch owned`.vmdk' 'q".vmdk' '; touch owned #.vmdk'
    'back\.vmdk' '*.vmdk' 'ümlaut.vmdk')
n=0
for name in "${names[@]}"; do
    descriptor "./$name" monolithicFlat ffffffff <<<"$extent"
    disk "scsi0:$((n + n / 7))" "$name" # without the controller's own place
    n=$((n + 1))
done
disk scsi1:0 $'[ds]\ntouch owned/x.vmdk'
disk scsi1:1 gone.vmdk
disk scsi1:2 "[x] it's'; touch owned; '/y.vmdk"
plan plan.sh
sh -n plan.sh || finding "the script is none"
run_script 1
[ ! -e owned ] || finding "a name became a command"
for name in "${names[@]}"; do
    case $name in
    *\\*) continue ;; # a folder of another system
    esac
    grep -zqF "<./$name>" "$LOG" || finding "$name was not converted"
done
[ "$(grep -c '^<convert>$' "$LOG")" -eq 7 ] || finding "not 7 disks were converted: $(cat "$LOG")"
grep -q 'scsi1:2: it lies outside the folder of the machine' "$tmp/err" ||
    finding "what is elsewhere was not told: $(cat "$tmp/err")"
grep -q 'gone.vmdk is not there' "$tmp/err" || finding "what is missing was not told"
! grep -q touch <(grep -v "'" plan.sh | grep -v '^#') || finding "a name has a line of its own"

# Another folder, and a disk that is there already.
begin_machine </dev/null
disk scsi0:0 flat.vmdk
plan plan.sh
mkdir ../copy
cp flat.vmdk ../copy/
run_script 0 ../copy
grep -qx '<./../copy/flat.vmdk>' "$LOG" || finding "the folder was not taken: $(cat "$LOG")"
plan plan.json
path=$(jq -r '.disks[0].target.path' plan.json)
: >"$path"
run_script 1
[ ! -s "$LOG" ] || finding "a disk was overwritten"
rm "$path"

# A pool's folder is asked for; a stylesheet's names are no commands either.
cat >"$tmp/bin/virsh" <<'EOT'
#!/bin/sh
printf '<%s>\n' "$@" >>"$LOG"
[ "$2" != "--pool=it's" ] || printf "<pool>\n    <path>$IMAGES/it's</path>\n</pool>\n"
EOT
chmod +x "$tmp/bin/virsh"
export IMAGES=$tmp/images
cat >pools.xsl <<'EOT'
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:t="urn:libvmx:target:1">
  <xsl:template match="/domain">
    <domain>
      <t:disk key="a" source="flat.vmdk" pool="it's" volume="a;b.raw" format="raw"/>
      <t:disk key="b" source="flat.vmdk" pool="none" volume="b.raw"/>
      <t:disk key="c&#10;touch owned" source="flat.vmdk" pool="p" volume="../c"/>
      <t:disk key="d" source="flat.vmdk" path="-d $(touch owned)&#10;touch owned" format="'"/>
      <t:disk key="e" source="flat.vmdk" path="/dev/null" format="raw"/>
      <t:disk key="f" source="flat.vmdk"/>
      <t:disk key="g"/>
      <t:disk source="flat.vmdk" path="/no/key"/>
    </domain>
  </xsl:template>
</xsl:stylesheet>
EOT
plan plan.sh --to=pools.xsl
run_script 1
printf '<%s>\n' pool-dumpxml "--pool=it's" \
    convert -f vmdk -O raw ./flat.vmdk "$IMAGES/it's/a;b.raw" \
    pool-dumpxml --pool=none \
    convert -f vmdk -O "'" ./flat.vmdk $'./-d $(touch owned)\ntouch owned' \
    convert -n -f vmdk -O raw ./flat.vmdk /dev/null >"$tmp/expected"
diff "$tmp/expected" "$LOG" >"$tmp/diff" || finding "pools: $(cat "$tmp/diff")"
[ ! -e owned ] || finding "a name of a stylesheet became a command"
plan plan.json --to=pools.xsl
expect a ready '.command == []' # its folder is not known
expect c$'\n''touch owned' broken
expect f dropped
expect g empty
[ "$(jq '.disks | length' plan.json)" -eq 7 ] || finding "not 7 disks: $(cat plan.json)"

# ---- real disks ----------------------------------------------------------------------

if command -v qemu-img >/dev/null; then
    begin_machine </dev/null
    head -c 3000000 /dev/urandom >content
    truncate -s 4M content
    n=0
    for type in monolithicSparse monolithicFlat twoGbMaxExtentSparse twoGbMaxExtentFlat \
        streamOptimized; do
        qemu-img convert -q -f raw -O vmdk -o subformat=$type content "real $type.vmdk"
        disk scsi0:$n "real $type.vmdk"
        n=$((n + 1))
    done
    qemu-img create -q -f vmdk -F vmdk -b 'real monolithicSparse.vmdk' snapshot.vmdk
    disk scsi1:0 snapshot.vmdk
    plan plan.json
    expect scsi1:0 ready '.chain | length == 2'
    [ "$(jq '[.disks[] | select(.state == "ready")] | length' plan.json)" -eq 6 ] ||
        finding "real disks are not ready: $(jq -c '.disks[] | {key, state, why}' plan.json)"
    plan plan.sh
    checks=$((checks + 1))
    sh plan.sh >"$tmp/out" 2>&1 || finding "the plan failed: $(cat "$tmp/out")"
    while IFS= read -r path; do
        checks=$((checks + 1))
        qemu-img compare -q -f qcow2 -F raw "$path" content || finding "$path has other content"
    done < <(jq -r '.disks[].target.path' plan.json)
else
    echo "without qemu-img: real disks were not tested"
fi

# ---- much of it ----------------------------------------------------------------------

begin_machine </dev/null
long=$(printf 'x%.0s' {1..3000})
for n in {0..29}; do
    [ $((n % 15)) -eq 7 ] || disk "scsi$((n / 15)):$((n % 15))" "$long/$n.vmdk"
done
plan plan.json
checks=$((checks + 1))
[ "$(jq '.disks | length' plan.json)" -eq 28 ] || finding "not 28 disks: $(head -c 200 plan.json)"

# ---- many machines -------------------------------------------------------------------

mkdir -p "$tmp/many/in/one" "$tmp/many/in/t'wo" "$tmp/many/copy" "$tmp/many/images"
for folder in one "t'wo"; do
    begin_machine </dev/null
    descriptor flat.vmdk monolithicFlat ffffffff <<<'RW 2048 FLAT "flat-flat.vmdk" 0'
    disk scsi0:0 flat.vmdk
    sed "s/^displayName = .*/displayName = \"$folder\"/" m.vmx >"$tmp/many/in/$folder/m.vmx"
    cp flat.vmdk "$tmp/many/in/$folder/"
    echo "data of $folder" >"$tmp/many/in/$folder/flat-flat.vmdk"
done
echo none >"$tmp/many/in/bad.vmx"
cd "$tmp/many"
for plan in plan.json plan.sh; do
    for jobs in 1 3; do
        status=0
        "$tool" -q -j$jobs --to=kvm --param=disk-folder="$tmp/many/images" -O out \
            --disk-plan=$jobs-$plan in >/dev/null 2>&1 || status=$?
        [ "$status" -eq 1 ] || finding "a plan for many: status $status"
    done
    checks=$((checks + 1))
    cmp "1-$plan" "3-$plan" || finding "another $plan with three jobs"
done
checks=$((checks + 1))
[ "$(jq -c '[.[] | [.file, .disks[0].state]]' 1-plan.json)" = \
    '[["in/one/m.vmx","ready"],["in/t'\''wo/m.vmx","ready"]]' ] ||
    finding "the plan of many: $(jq -c . 1-plan.json)"
[ "$(jq -r '.[1].disks[0].command | .[-2]' 1-plan.json)" = "./in/t'wo/flat.vmdk" ] ||
    finding "the plan of many: $(jq -c '.[1].disks[0].command' 1-plan.json)"
# What is done, and from where: a qemu-img that tells it, and makes the disk.
printf '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\necho "$1"; : >"$2"\n' >"$tmp/bin/qemu-img"
done_by() { # WANTED ARGUMENT...: by the script; the target folder is emptied
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    rm -rf images
    PATH=$tmp/bin:$PATH sh 1-plan.sh "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq 0 ] || finding "the script of many: $status, $(cat "$tmp/err")"
    [ "$(cat "$tmp/out")" = "$wanted" ] || finding "the script of many: $(cat "$tmp/out")"
    [ "$(find images -type f | wc -l)" -eq 2 ] || finding "the script of many: $(ls images)"
}
done_by "./in/one/flat.vmdk
./in/t'wo/flat.vmdk"
mv in/* copy/
done_by "./copy/one/./flat.vmdk
./copy/t'wo/./flat.vmdk" copy
# A disk that is not there stops none of the others, nor does one that is done.
rm -r copy/one images/t*
checks=$((checks + 1))
status=0
PATH=$tmp/bin:$PATH sh 1-plan.sh copy >"$tmp/out" 2>"$tmp/err" || status=$?
[ "$status" -eq 1 ] && [ "$(cat "$tmp/out")" = "./copy/t'wo/./flat.vmdk" ] ||
    finding "a machine that is gone: $status, $(cat "$tmp/out" "$tmp/err")"
cd "$tmp/vm"

# ---- the option ----------------------------------------------------------------------

refuses() { # PATTERN OPTION...
    local status=0

    checks=$((checks + 1))
    "$tool" "${@:2}" m.vmx >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ] || finding "${*:2}: status $status, not 2"
    grep -q -e "$1" "$tmp/err" || finding "${*:2}: $(cat "$tmp/err")"
}

refuses 'is for --to=kvm' --disk-plan=p.sh
refuses 'is for --to=kvm' --to=vmx --disk-plan=p.sh
refuses 'the domain goes there' --to=kvm --disk-plan=-
refuses 'the domain goes there' --to=kvm --disk-plan=x -o x
refuses 'No such file' --to=kvm --disk-plan=nowhere/p.sh -q
[ ! -e p.sh ] || finding "a plan was written all the same"

finish "$checks" checks
