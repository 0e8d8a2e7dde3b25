#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert --report, --shard, --merge-reports and --suggest-map: what is told of many
# machines, the same whatever the jobs, after a kill, and from shards.
. "${0%/*}/lib.sh"
use_tool vmx-convert

checks=0
mkdir "$tmp/work"
cd "$tmp/work"
generate=$build/bench/.libs/generate
[ -x "$generate" ] || generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"
mkdir in
"$generate" --tree 120 in
mkdir in/odd
echo 'no machine' >in/odd/none.vmx
printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' 'memSize = "512"' \
    'displayName = "=cmd|&<>'\''x"' 'guestOS = "debian10-64"' 'numvcpus = "2"' \
    'uuid.bios = "56 4d 6f 5a 0c 1b 2e 3d-4f 50 61 72 83 94 a5 b6"' 'odd line' \
    'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' \
    'scsi0:0.fileName = "/vmfs/volumes/ssd 1/odd/odd.vmdk"' 'scsi0:1.present = "FALSE"' \
    'scsi0:1.fileName = "gone.vmdk"' 'ide0:0.present = "TRUE"' \
    'ide0:0.deviceType = "cdrom-image"' 'ide0:0.fileName = "[iso] debian.iso"' \
    'ethernet0.present = "TRUE"' 'ethernet0.networkName = "VM Network"' \
    'ethernet0.address = "00:50:56:12:34:56"' 'ethernet0.addressType = "static"' \
    'RemoteDisplay.vnc.password = "geheim"' >in/odd/odd.vmx
ln -s nowhere in/odd/$'new\nline.vmx'

run() { # STATUS ARGUMENT...
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" -q "$@" >stdout 2>stderr || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "$*: status $status, expected $wanted: $(head -n 3 stderr)"
}

says() { # PATTERN [FILE]
    checks=$((checks + 1))
    grep -aqE -e "$1" "${2-stderr}" || finding "no '$1' in ${2-stderr}: $(head -n 5 "${2-stderr}")"
}

# ---- one run ------------------------------------------------------------------------

for suffix in jsonl csv xml; do
    run 1 -j1 --report=one.$suffix -O out in
    run 1 -j3 --report=three.$suffix -O out in
    cmp one.$suffix three.$suffix || finding "-j3: another $suffix"
    # After a kill, or some machines later, it is the same.
    rm -rf out
    run 0 -O out --report=part.$suffix in/store-00
    run 1 --report=rest.$suffix -O out --resume in
    cmp one.$suffix rest.$suffix || finding "--resume: another $suffix"
    run 1 --report=rest.$suffix -O out --resume in
    cmp one.$suffix rest.$suffix || finding "--resume of all: another $suffix"
    rm -rf out
    ! grep -q geheim one.$suffix || finding "a secret is in the $suffix report"
done
[ "$(wc -l <one.jsonl)" -eq 124 ] || finding "not one line for each machine"
tail -n 1 one.jsonl >line
says '^\{"totals":\{"machines":123,"converted":121,"warned":[0-9]*,"failed":2\}\}$' line
grep '"file":"in/odd/odd.vmx"' one.jsonl >line
says '^\{"index":3,"file":"in/odd/odd.vmx","output":"odd/odd.xml","status":"converted","readiness":"notes"' line
says '"name":"=cmd\|&<>.x","uuid":"56 4d 6f.*","guest":"debian10-64","hardware":"17","cpus":"2","memory_mib":"512","disk_count":1,"card_count":1' line
says '"drives":\[\{"kind":"disk","key":"scsi0:0","datastore":"ssd 1","file":"/vmfs/volumes/ssd 1/odd/odd.vmdk"\},\{"kind":"image","key":"ide0:0","datastore":"iso"' line
says '"cards":\[\{"key":"ethernet0","network":"VM Network","mac":"00:50:56:12:34:56"\}\]' line
says '"findings":\[.*"severity":"warning","line":8,' line
says '"losses":\[.*"category":"warning"' line
grep '"file":"in/odd/none.vmx"' one.jsonl >line
says '"status":"failed","readiness":"blocked","reason":"not a VMX' line
grep new one.jsonl >line
says '"file":"in/odd/new.nline.vmx","status":"failed","readiness":"blocked","reason":"No such file or directory"' line

head -n 1 one.csv >line
says '^index,file,output,status,readiness,reason,name,' line
grep odd/odd one.csv >line
says "\"'=cmd\\|&<>'x\"" line
tail -n 2 one.xml >line
says "^  <totals machines='123' converted='121' warned='[0-9]*' failed='2'/>$" line
says "name='=cmd\\|&amp;&lt;&gt;&apos;x'" one.xml
if command -v xmllint >/dev/null; then
    checks=$((checks + 1))
    xmllint --noout one.xml || finding "the XML report cannot be read"
    [ "$(xmllint --xpath 'count(//*[local-name()="machine"])' one.xml)" = 123 ] ||
        finding "the XML report lacks machines"
fi
if command -v jq >/dev/null; then
    checks=$((checks + 1))
    [ "$(jq -s 'map(select(.index)) | length' one.jsonl)" = 123 ] ||
        finding "the report is no JSON"
fi
# A report alone writes nothing else.
run 1 --report=alone.jsonl in
[ ! -s stdout ] || finding "a report alone wrote a result"
sed 's/,"output":"[^"]*"//' one.jsonl | cmp - alone.jsonl || finding "a report alone is another"

# Sizes of disks, from descriptors that lie beside the machine and nowhere else.
mkdir sized
printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' 'memSize = "512"' \
    'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' 'scsi0:0.fileName = "one.vmdk"' \
    'ide0:0.present = "TRUE"' 'ide0:0.deviceType = "cdrom-image"' \
    'ide0:0.fileName = "a.iso"' 'scsi0:1.present = "TRUE"' \
    'scsi0:1.fileName = "two.vmdk"' >sized/sized.vmx
for disk in one two; do
    printf '%s\n' '# Disk DescriptorFile' 'version=1' 'CID=fffffffe' 'parentCID=ffffffff' \
        'createType="twoGbMaxExtentFlat"' "RW 4194304 FLAT \"$disk-f001.vmdk\" 0" \
        "RW 2048 FLAT \"$disk-f002.vmdk\" 0" >sized/$disk.vmdk
done
run 0 --report=sized.jsonl sized
says '"disk_count":2,"disk_bytes":4297064448,"card_count":0' sized.jsonl
says '"file":"one.vmdk","bytes":2148532224\}' sized.jsonl
says '"file":"two.vmdk","bytes":2148532224\}' sized.jsonl
mv sized/two.vmdk .
run 0 --report=sized.jsonl sized
says '"disk_count":2,"card_count":0' sized.jsonl
says '"file":"one.vmdk","bytes":2148532224\},\{"kind":"image"' sized.jsonl
says '"file":"two.vmdk"\}' sized.jsonl
run 0 --report=sized.csv sized
says ',2,"",0,' sized.csv
if command -v xmllint >/dev/null; then
    checks=$((checks + 1))
    "$tool" -q --to=kvm --report=kvm.xml in sized 2>/dev/null || true
    for file in one.xml kvm.xml; do
        xmllint --noout --relaxng "$src/schemas/vmx-report.rng" $file 2>err ||
            finding "$file does not fit its grammar: $(head -n 3 err)"
    done
fi

# The way back tells of the VMX that a domain becomes.
run 0 -O xml in/store-00
run 0 --to=vmx --report=back.jsonl xml
says '"name":"[a-z]+-[a-z]+-[0-9]+"' back.jsonl

# ---- shards -------------------------------------------------------------------------

for suffix in jsonl csv xml; do
    rm -rf shards
    for shard in 1 2 3; do
        status=0
        "$tool" -q -O shards --shard=$shard/3 --report=$shard.$suffix in 2>/dev/null ||
            status=$?
        [ "$status" -lt 2 ] || finding "shard $shard: $status"
    done
    run 0 --merge-reports --report=merged.$suffix 3.$suffix 1.$suffix 2.$suffix
    cmp one.$suffix merged.$suffix || finding "the $suffix of shards is another"
    run 2 --merge-reports --report=new.$suffix 1.$suffix 2.$suffix
    says 'is in none of the reports'
    run 2 --merge-reports --report=new.$suffix 1.$suffix 2.$suffix 2.$suffix 3.$suffix
    says 'is in two of the reports'
    [ ! -e new.$suffix ] || finding "a merge that failed left a report"
done
run 1 -O out in
checks=$((checks + 1))
diff -r -x '.vmx-convert*' out shards >"$tmp/diff" || finding "shards: $(head "$tmp/diff")"
[ -e shards/.vmx-convert-2-of-3.journal ] || finding "a shard has no journal"
run 2 --merge-reports --report=new.xml 1.jsonl
run 2 --merge-reports --report=new.jsonl in/odd/odd.vmx
run 2 --merge-reports --report=new.jsonl none.jsonl
says 'none.jsonl: No such file or directory'
head -n 5 1.jsonl >cut.jsonl
run 2 --merge-reports --report=new.jsonl cut.jsonl 2.jsonl 3.jsonl
run 2 --merge-reports 1.jsonl
for shard in 0/3 4/3 1 a/b 1/0 ../x; do
    run 2 -O out --shard=$shard in
    says 'expected I/N'
done
run 2 --shard=1/2 in/odd/odd.vmx
run 2 -O out --report=x.txt in
says 'expected a name in .jsonl, .csv, .xml or .html'
run 2 -O out --report=no/such/x.csv in

# Names that are in the files: in each shard as in a single run, also where two machines
# ask for one, or one that fails would have had it.
rm -rf shards out
cp -r in named
sed -i 's/^displayName = .*/displayName = "same"/' $(find named -name '*.vmx' -type f | sort | sed -n '3p;40p;80p')
sed -i 's/^displayName = .*/displayName = "same-2"/' $(find named -name '*.vmx' -type f | sort | sed -n '60p')
printf '%s\n' 'displayName = "same"' 'encryption.keySafe = "vmware:key/list"' \
    'encryption.data = "x"' >named/failed.vmx
for pattern in '{name}' '{uuid}/{name}' '{path}-{name}'; do
    run 1 -O out --name="$pattern" --report=one.jsonl named
    for shard in 1 2 3; do
        status=0
        "$tool" -q -O shards --name="$pattern" --shard=$shard/3 --report=$shard.jsonl named \
            2>/dev/null || status=$?
        [ "$status" -lt 2 ] || finding "shard $shard: $status"
    done
    run 0 --merge-reports --report=merged.jsonl 1.jsonl 2.jsonl 3.jsonl
    cmp one.jsonl merged.jsonl || finding "$pattern: the report of shards is another"
    diff -r -x '.vmx-convert*' out shards >"$tmp/diff" || finding "$pattern: $(head "$tmp/diff")"
    # Going on finds nothing to do.
    run 1 -O shards --name="$pattern" --shard=2/3 --resume --report=again.jsonl named
    cmp 2.jsonl again.jsonl || finding "$pattern: --resume of a shard: another report"
    rm -rf shards out
done
rm -r named

# ---- the map ------------------------------------------------------------------------

run 0 --suggest-map=map.xml in/odd/odd.vmx in/odd/odd.vmx
says "^    <!-- 2 -->$" map.xml
says "^    <network name='VM Network' bridge='TO-DO'/>$" map.xml
says "^    <datastore name='ssd 1' folder='/TO-DO'/>$" map.xml
! grep -q iso map.xml || finding "an image is a disk in the map"
# Each network in it is one that the target asks for.
mkdir cards
i=0
for lines in 'connectionType = "bridged"' 'connectionType = "hostonly"' 'connectionType = "NAT"' \
    'connectionType = "custom"|ethernet0.vnet = "/dev/vmnet3"' \
    'connectionType = "custom"|ethernet0.vnet = "VMnet4"' \
    'opaqueNetwork.id = "0d1a"' 'networkName = "a b"' \
    'dvs.portgroupId = "dvportgroup-7"|ethernet0.dvs.switchId = "50 1e d4 5b 1a 9c 5d 0e-5a 4f 0c 6b 3d 2f 1e 0d"|ethernet0.dvs.portId = "3"|ethernet0.dvs.connectionId = "4"'; do
    i=$((i + 1))
    printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' 'ethernet0.present = "TRUE"' \
        'ethernet0.addressType = "static"' "ethernet0.address = \"00:50:56:00:00:0$i\"" \
        "ethernet0.$lines" |
        tr '|' '\n' >"cards/$i.vmx"
done
run 0 --suggest-map=map.xml cards
[ "$(sed -n "s/^    <network \(.*\) bridge='TO-DO'.*/\1/p" map.xml | sort | tr '\n' ' ')" = \
    "name='a b' opaque='0d1a' portgroup='dvportgroup-7' vmnet='0' vmnet='1' vmnet='3' vmnet='4' vmnet='8' " ] ||
    finding "--suggest-map: other networks: $(cat map.xml)"
sed -i "s|bridge='TO-DO'|bridge='br0'|; s|'/TO-DO'|'/images'|" map.xml
run 0 --to=kvm --map=map.xml -O mapped cards
run 1 --suggest-map=map.xml -j1 in
run 1 --suggest-map=three.xml -j3 in
cmp map.xml three.xml || finding "--suggest-map -j3: another map"
if command -v xmllint >/dev/null; then
    checks=$((checks + 1))
    xmllint --noout --relaxng "$src/schemas/vmx-map.rng" map.xml 2>err ||
        finding "the map does not fit its grammar: $(head -n 3 err)"
fi

finish "$checks" checks
