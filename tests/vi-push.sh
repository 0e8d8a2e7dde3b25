#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi push: machines that are there and machines that are new, at a host that does what
# it is told; what is asked of it, what it refuses, and what is left on it then.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi

checks=0
cd "$tmp"
vi_secrets='geheim\|neu-11'
vi_reasons=out # what the host did not take is a result
cp "$src/testdata/inventory/web-01.vmx" web-01.vmx
echo 'RemoteDisplay.vnc.password = "geheim-47"' >>web-01.vmx
vmx='[datastore1] web-01/web-01.vmx'

# The file on the host has such a line, or has not.
has() { # PATH PATTERN
    tell "text \"$1\"" | tr -d '\r' | grep -qxE -e "$2" || finding "no '$2' in $1"
}

lacks() { # PATH PATTERN
    ! tell "text \"$1\"" | grep -qE -e "$2" || finding "'$2' is in $1"
}

start() { # OPTION...
    host_start "$@" "machine $tmp/web-01.vmx state=poweredOff" \
        "machine $src/testdata/inventory/archive.vmx"
}

# ---- a machine that is there --------------------------------------------------------

start
sed '/vnc.password/d' web-01.vmx >mine.vmx
vi 0 push mine.vmx
shows '^web-01: push: nothing to do$'

sed -i -e 's/^memSize = .*/memSize = "4096"/' -e 's/^numvcpus = .*/numvcpus = "2"/' mine.vmx
echo 'guestinfo.role = "web & db"' >>mine.vmx
vi 0 push mine.vmx --dry-run -v
shows '^web-01: changes:$'
shows '^  memSize: "8192" -> "4096"  \(power off; field: memoryMB\)$'
shows '^  guestinfo.role: \(none\) -> "web & db"  \(power cycle; extraConfig: extraConfig\)$'
shows '<numCPUs>2</numCPUs><memoryMB>4096</memoryMB><extraConfig'
shows '^web-01: push: nothing was done \(--dry-run\)$'
told 0 'count ReconfigVM_Task'
has "$vmx" 'memSize = "8192"'

vi 0 push mine.vmx
shows '^web-01: push: done$'
told 1 'count ReconfigVM_Task'
tell 'spec web-01' >spec
grep -q '<memoryMB>4096</memoryMB>' spec || finding "the request: $(cat spec)"
has "$vmx" 'memSize = "4096"'
has "$vmx" 'guestinfo.role = "web & db"'
# What the file does not tell stays, and what it has instead of a secret is none.
has "$vmx" 'RemoteDisplay.vnc.password = "geheim-47"'
vi 0 push mine.vmx
shows 'nothing to do'
cp mine.vmx other.vmx
echo 'RemoteDisplay.vnc.password = "(redacted)"' >>other.vmx
vi 0 push other.vmx
shows '^  RemoteDisplay.vnc.password: .*kept'
has "$vmx" 'RemoteDisplay.vnc.password = "geheim-47"'
sed -i '$s/(redacted)/neu-11/' other.vmx
vi 0 push other.vmx -v
has "$vmx" 'RemoteDisplay.vnc.password = "neu-11"'

# Domain XML, which has no secrets.
mkdir -p x
vi 0 fetch web-01 -O x --to=xml
sed -i 's|<memory unit=.*|<memory unit="MiB">2048</memory>|; /<currentMemory/d' x/web-01.xml
vi 0 push x/web-01.xml
shows '"4096" -> "2048"'
has "$vmx" 'memSize = "2048"'
has "$vmx" 'RemoteDisplay.vnc.password = "neu-11"'

# What the API, or the host, does not take.
sed 's/^memSize = .*/memSize = "2048"/' mine.vmx >other.vmx
sed -i -e 's/^virtualHW.version = .*/virtualHW.version = "19"/' other.vmx
echo 'vhv.enable = "TRUE"' >>other.vmx
vi 1 push other.vmx
shows 'virtualHW.version: "17" -> "19"  \(not by the API: hosts raise it by a task'
shows '^web-01: not taken by the host:$'
shows '^web-01: push: done in part$'
vi 1 push --format=json other.vmx
shows '"result": *"done in part"'

# Devices: what is asked for, and what the host has not done.
tell "xml web-01 config.changeVersion xsd:string v5" \
    "xml web-01 config.hardware.device ArrayOfVirtualDevice \"<VirtualDevice xsi:type='ParaVirtualSCSIController'><key>1000</key><busNumber>0</busNumber><sharedBus>noSharing</sharedBus></VirtualDevice><VirtualDevice xsi:type='VirtualDisk'><key>2000</key><backing xsi:type='VirtualDiskFlatVer2BackingInfo'><fileName>[datastore1] web-01/web-01.vmdk</fileName><diskMode>persistent</diskMode></backing><controllerKey>1000</controllerKey><unitNumber>0</unitNumber><capacityInKB>4</capacityInKB></VirtualDevice>\""
sed 's/^memSize = .*/memSize = "2048"/' mine.vmx >other.vmx
printf '%s\n' 'scsi0:0.mode = "independent-persistent"' 'scsi0:2.present = "TRUE"' \
    'scsi0:2.fileName = "new.vmdk"' >>other.vmx
before=$(tell 'count ReconfigVM_Task')
vi 1 push other.vmx
says '^other.vmx: error: scsi0:2: \[datastore1\] web-01/new.vmdk: there is no such file'
told "$before" 'count ReconfigVM_Task'
tell 'file "[datastore1] web-01/new.vmdk" size=100'
vi 1 push other.vmx
shows '\(.*; device: edit VirtualDisk 2000\)$'
shows '\(.*; device: add VirtualDisk -1\)$'
tell 'spec web-01' >spec
for part in '<changeVersion>v5</changeVersion>' '<operation>edit</operation>' \
    '<diskMode>independent_persistent</diskMode>' '<controllerKey>1000</controllerKey><unitNumber>2</unitNumber>'; do
    grep -q "$part" spec || finding "no $part in $(cat spec)"
done
shows '^web-01: not taken by the host:$'

# The host refuses; so does a machine that asks, or does something else.
sed 's/^memSize = .*/memSize = "1024"/' mine.vmx >other.vmx
tell 'tasks ReconfigVM_Task fail=ConcurrentAccess once'
vi 1 push other.vmx
says 'ConcurrentAccess'
shows '^web-01: push: failed$'
tell 'power web-01 poweredOn' 'tasks ReconfigVM_Task fail=InvalidPowerState once'
vi 1 push other.vmx
says 'some of the changes need the machine to be off'
tell 'question web-01 alone id=q1 text="Well?" choice=0:Yes choice=1:No'
before=$(tell 'count ReconfigVM_Task')
vi 1 push other.vmx
says 'Well\?'
told "$before" 'count ReconfigVM_Task'
tell 'answer web-01 0'

# ---- which machine ------------------------------------------------------------------

sed 's/^uuid.bios = .*/uuid.bios = "00 11 22 33 44 55 66 77-88 99 aa bb cc dd ee ff"/' \
    mine.vmx >other.vmx
vi 1 push other.vmx
says 'another UUID'
vi 0 push other.vmx web-01 --dry-run
shows '^  uuid.bios: .*field: uuid'
sed 's/^displayName = .*/displayName = "archive (2006)"/' mine.vmx >other.vmx
vi 1 push other.vmx
says 'more than one machine: .*archive.*web-01'
vi 1 push mine.vmx nobody
says 'no machine "nobody"'
vi 1 push --datastore='[datastore1]' mine.vmx
says 'the host has this machine'
echo nonsense >none.vmx
vi 1 push none.vmx
vi 2 push missing.vmx

# ---- another file -------------------------------------------------------------------

start
tell 'file "[data-02] web-01/web-01_1.vmdk" size=9' 'file "[datastore1] web-01/web-01.vmdk" size=9'
sed -e 's/^virtualHW.version = .*/virtualHW.version = "19"/' -e '/vnc.password/d' web-01.vmx >mine.vmx
tell 'power web-01 poweredOn'
vi 1 push --replace mine.vmx
says 'not off'
tell 'power web-01 poweredOff'
cp web-01.vmx before.vmx
tell 'fault Reload fault InvalidVmConfig'
vi 1 push --replace mine.vmx
says 'the old file is back'
has "$vmx" 'virtualHW.version = "17"'
tell 'well'
tell 'fault PUT status 507'
vi 1 push --replace mine.vmx
says 'datastore is full'
has "$vmx" 'virtualHW.version = "17"'
tell 'well'
vi 0 push --replace mine.vmx --dry-run
has "$vmx" 'virtualHW.version = "17"'
vi 0 push --replace mine.vmx
shows '^web-01: push: done$'
{ cat mine.vmx && echo 'RemoteDisplay.vnc.password = "geheim-47"'; } | sort >wanted
tell "text \"$vmx\"" | sort | cmp - wanted || finding "the host has another file"
[ -z "$(tell 'files' | grep '\.new ')" ] || finding "something is left: $(tell files)"

# ---- new machines -------------------------------------------------------------------

cat >new.vmx <<'END'
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "19"
displayName = "shop/1"
guestOS = "debian11-64"
memSize = "512"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "shop.vmdk"
ide1:0.present = "TRUE"
ide1:0.deviceType = "cdrom-image"
ide1:0.fileName = "/vmfs/volumes/datastore1/none.iso"
END

new_machines() { # OPTION...
    local path='[datastore1] shop+JQ-2f1/shop+JQ-2f1.vmx'

    vi 1 "$@" push new.vmx
    says 'no such machine; --datastore'
    vi 1 "$@" push new.vmx --datastore='[datastore1]'
    says '^new.vmx: error: scsi0:0: \[datastore1\] shop\+JQ-2f1/shop.vmdk: there is no such file'
    says '^new.vmx: warning: ide1:0: \[datastore1\] none.iso'
    vi 1 "$@" push new.vmx --datastore='[nowhere]'
    says 'no datastore "nowhere"'
    vi 2 "$@" push new.vmx --datastore=datastore1
    # The disk is in another folder: ours is made, and taken away again.
    sed 's|"shop.vmdk"|"/vmfs/volumes/datastore1/disks/shop.vmdk"|' new.vmx >far.vmx
    tell 'folder "[datastore1] disks"' 'file "[datastore1] disks/shop.vmdk" size=7'
    tell files >files.before
    tell 'tasks RegisterVM_Task fail=InvalidVmConfig once'
    vi 1 "$@" push far.vmx --datastore='[datastore1]'
    says 'InvalidVmConfig.*nothing is left on the host'
    tell files | cmp -s - files.before || finding "left: $(tell files | diff - files.before)"
    tell 'fault RegisterVM_Task fault NoPermission'
    vi 1 "$@" push far.vmx --datastore='[datastore1]'
    says 'NoPermission.*nothing is left'
    tell well 'fault RegisterVM_Task fault RestrictedVersion' 'fault DeleteDatastoreFile_Task fault NoPermission'
    vi 1 "$@" push far.vmx --datastore='[datastore1]'
    says 'could not be taken away and is left'
    tell well 'remove "'"$path"'"' 'remove "[datastore1] shop+JQ-2f1"'
    tell 'fault PUT status 507'
    vi 1 "$@" push far.vmx --datastore='[datastore1]'
    says 'full; nothing is left'
    tell well
    tell files | cmp -s - files.before || finding "left: $(tell files | diff - files.before)"

    # A file that is there stays, whatever it is.
    tell 'folder "[datastore1] taken"' 'file "[datastore1] taken/shop+JQ-2f1.vmx" text=mine'
    vi 1 "$@" push far.vmx --datastore='[datastore1] taken'
    says 'already'
    vi 1 "$@" push far.vmx --datastore='[datastore1] taken' --dry-run
    told mine 'text "[datastore1] taken/shop+JQ-2f1.vmx"'

    vi 0 "$@" push far.vmx --datastore='[datastore1]' --dry-run
    shows '^shop/1: would be registered at \[datastore1\] shop\+JQ-2f1/shop\+JQ-2f1.vmx$'
    [ -z "$(tell files | grep 'shop+JQ')" ] || [ "$(tell files | grep -c 'shop+JQ')" -eq 1 ] ||
        finding "a dry run makes files"
    vi 0 "$@" push far.vmx --datastore='[datastore1]'
    shows '^shop/1: push: registered$'
    vi 0 "$@" list
    shows 'shop/1  \[datastore1\] shop\+JQ-2f1/shop\+JQ-2f1.vmx$'
    tell "text \"$path\"" | cmp - far.vmx || finding "the host has another file"
    vi 0 "$@" push far.vmx
    shows 'nothing to do'

    # The answer is lost: whether the machine is there is asked.
    sed 's|shop/1|third|' far.vmx >third.vmx
    tell 'fault RegisterVM_Task cut 5'
    vi 2 "$@" push third.vmx --datastore='[datastore1]'
    says 'the host has the machine all the same'
    tell well
    has '[datastore1] third/third.vmx' 'displayName = "third"'
}

new_machines
host_start --vcenter --tls "machine $tmp/web-01.vmx state=poweredOff"
new_machines --pin="$host_pin"

# ---- answers that are lost ----------------------------------------------------------

# cut N BYTES ARGUMENT...: the answer to the Nth request ends after so many bytes; false
# when there was none.  Only the last request, which is Logout, is of no consequence.
cut() {
    local n=$1 bytes=$2 status=0
    shift 2
    checks=$((checks + 1))
    tell reset "fault *@$n lost $bytes"
    timeout 60 "$tool" --timeout=5 "$@" >out 2>err </dev/null || status=$?
    [ "$status" -lt 124 ] || finding "request $n, $bytes bytes: status $status"
    [ "$(tell 'count ReconfigVM_Task')" -le 1 ] || finding "asked twice"
    [ "$(tell 'count RegisterVM_Task')" -le 1 ] || finding "registered twice"
    cut_status=$status
    [ "$(tell 'count requests')" -ge "$n" ]
}

# A new machine is there with its file, or nothing of it is, or what is left is told.
strides=30
step=5
if [ "${VMX_FULL-}" = 1 ]; then
    strides='0 1 30 100 300'
    step=1
fi
for bytes in $strides; do
    for ((n = 3; n < 60; n += step)); do
        host_start
        tell 'folder "[datastore1] disks"' 'file "[datastore1] disks/shop.vmdk" size=7'
        cut "$n" "$bytes" push far.vmx --datastore='[datastore1]' || break
        there=$(tell files | grep -c 'shop+JQ-2f1.vmx ') || true
        tell well
        timeout 60 "$tool" list >list 2>/dev/null || finding "cannot be listed"
        if grep -q 'shop/1' list; then
            [ "$there" = 1 ] || finding "request $n: a machine without a file"
        elif [ "$there" != 0 ]; then
            grep -q 'is left' err || finding "request $n: a file is left: $(cat err)"
        fi
    done
    [ "$n" -gt 10 ] || finding "only $n requests"
done

sed -e 's/^memSize = .*/memSize = "512"/' -e '/vnc.password/d' web-01.vmx >other.vmx
# A machine has one file or the other, whole, and the host has read what it says.
for bytes in $strides; do
    for ((n = 3; n < 90; n += step)); do
        start
        tell 'file "[data-02] web-01/web-01_1.vmdk" size=9' \
            'file "[datastore1] web-01/web-01.vmdk" size=9'
        cut "$n" "$bytes" push --replace other.vmx || break
        tell "text \"$vmx\"" | sort >is
        memory=$("$tool" show web-01 2>/dev/null | awk '$1 == "config.hardware.memoryMB" { print $2 }')
        if cmp -s is <(sort web-01.vmx); then
            [ "$memory" = 8192 ] || finding "request $n: the old file, and $memory MB"
            [ "$cut_status" -ne 0 ] || finding "request $n: nothing was done, and all is well"
        elif cmp -s is <({ cat other.vmx && echo 'RemoteDisplay.vnc.password = "geheim-47"'; } | sort); then
            [ "$memory" = 512 ] || finding "request $n: the new file, and $memory MB: $(cat err)"
        else
            finding "request $n: neither the old file nor the new one"
        fi
        ! tell files | grep -q '\.new ' || grep -q 'is left' err ||
            finding "request $n: the upload is left: $(cat err)"
    done
    [ "$n" -gt 10 ] || finding "only $n requests"
done

host_stop
finish "$checks" calls
