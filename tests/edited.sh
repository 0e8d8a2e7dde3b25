#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Editing the domain between VMX → XML and XML → VMX, as `virsh edit` does: exactly the
# keys concerned change.
. "${0%/*}/lib.sh"
use_tool vmx-convert

cd "$tmp"

# The machine that is edited from here on.
use_machine() { # FILE
    "$tool" -q --base='[ds] vm' -o m.xml "$1" 2>/dev/null
    "$tool" --to=vmx -o m.same m.xml || fail "the way back fails"
}

use_machine "$src/bench/machine.vmx"

# edit NAME AWK-PROGRAM: what `diff` then says of the VMX, against the lines of standard
# input.  The program edits the domain below its metadata.
count=0
edit() {
    local name=$1
    count=$((count + 1))
    awk "/<vmx:config/ { ours = 1 } ours { print; if (/<\\/vmx:config/) ours = 0; next } $2 { print }" \
        m.xml >edited.xml
    cat >wanted
    ! cmp -s m.xml edited.xml || [ ! -s wanted ] || finding "$name: the edit does nothing"
    if ! "$tool" --to=vmx -o edited.vmx edited.xml 2>err; then
        finding "$name: $(head -n 3 err)"
        return
    fi
    diff m.same edited.vmx | grep '^[<>]' >got || true
    cmp -s wanted got || finding "$name: $(diff wanted got)"
}

edit nothing '' </dev/null

edit memory '/<(memory|currentMemory) / { sub(/16777216/, "8388608") }' <<'EOF'
< memSize = "16384"
> memSize = "8192"
EOF

edit 'memory in another unit' "/<(memory|currentMemory) / { sub(/unit='KiB'>16777216/, \"unit='GiB'>32\") }" <<'EOF'
< memSize = "16384"
> memSize = "32768"
EOF

edit name '/<name>/ { sub(/finance-ledger-db-01/, "a \\&quot;b\\&quot;") }' <<'EOF'
< displayName = "finance-ledger-db-01"
> displayName = "a |22b|22"
EOF

# 4000 shares are the normal weight of 4 CPUs, and the low one of 8.
edit vcpus "/<vcpu / { sub(/>4</, \">8<\") } /<topology / { sub(/sockets='2'/, \"sockets='4'\") }" <<'EOF'
< numvcpus = "4"
> numvcpus = "8"
< sched.cpu.shares = "normal"
> sched.cpu.shares = "low"
EOF

edit network "/Production 120/ { sub(/Production 120/, \"Test 7\") }" <<'EOF'
< ethernet0.networkName = "Production 120"
> ethernet0.networkName = "Test 7"
EOF

edit 'a MAC address' '/00:50:56:9a:3c:51/ { sub(/3c:51/, "3c:52") }' <<'EOF'
< ethernet0.generatedAddress = "00:50:56:9a:3c:51"
> ethernet0.generatedAddress = "00:50:56:9a:3c:52"
EOF

edit 'the first interface leaves' '/<interface/ && !n++ { gone = 1 } gone { if (/<\/interface/) gone = 0; next }' <<'EOF'
< ethernet0.allowGuestConnectionControl = "FALSE"
< ethernet0.virtualDev = "vmxnet3"
< ethernet0.networkName = "Production 120"
< ethernet0.addressType = "vpx"
< ethernet0.generatedAddress = "00:50:56:9a:3c:51"
< ethernet0.uptCompatibility = "TRUE"
< ethernet0.present = "TRUE"
< ethernet0.pciSlotNumber = "192"
EOF

edit 'an interface between' "/<interface/ && n++ == 1 { print \"<interface type='bridge'><mac address='00:50:56:00:00:07'/><source bridge='New'/><model type='e1000e'/></interface>\" }" <<'EOF'
> ethernet2.present = "TRUE"
> ethernet2.virtualDev = "e1000e"
> ethernet2.networkName = "New"
> ethernet2.connectionType = "bridged"
> ethernet2.addressType = "static"
> ethernet2.address = "00:50:56:00:00:07"
EOF

edit 'a disk leaves' "/<disk/ { disk = \"\"; collect = 1 } collect { disk = disk \$0 ORS; if (/<\\/disk>/) { collect = 0; if (disk !~ /db-01_1.vmdk/) printf \"%s\", disk } next }" <<'EOF'
< scsi0:1.deviceType = "scsi-hardDisk"
< scsi0:1.fileName = "/vmfs/volumes/61f0a2d4-1b7c33e0-95da-246e96aa1f40/finance-ledger-db-01/finance-ledger-db-01_1.vmdk"
< sched.scsi0:1.shares = "normal"
< sched.scsi0:1.throughputCap = "off"
< scsi0:1.present = "TRUE"
< scsi0:1.redo = ""
EOF

edit 'a disk moves' "/<disk/ { disk = \"\"; collect = 1 } collect { disk = disk \$0 ORS; if (/<\\/disk>/) { collect = 0; if (disk ~ /db-01_1.vmdk/) { sub(/unit='1'/, \"unit='9'\", disk); sub(/dev='sdb'/, \"dev='sdi'\", disk) } printf \"%s\", disk } next }" <<'EOF'
< scsi0:1.deviceType = "scsi-hardDisk"
< scsi0:1.fileName = "/vmfs/volumes/61f0a2d4-1b7c33e0-95da-246e96aa1f40/finance-ledger-db-01/finance-ledger-db-01_1.vmdk"
< sched.scsi0:1.shares = "normal"
< sched.scsi0:1.throughputCap = "off"
< scsi0:1.present = "TRUE"
> scsi0:9.deviceType = "scsi-hardDisk"
> scsi0:9.fileName = "/vmfs/volumes/61f0a2d4-1b7c33e0-95da-246e96aa1f40/finance-ledger-db-01/finance-ledger-db-01_1.vmdk"
> sched.scsi0:9.shares = "normal"
> sched.scsi0:9.throughputCap = "off"
> scsi0:9.present = "TRUE"
< scsi0:1.redo = ""
> scsi0:9.redo = ""
EOF

edit 'BIOS in place of EFI' "/<os firmware=/ { sub(/ firmware='efi'/, \"\") } /<nvram/ { skip = 1 } skip { if (/<\\/nvram>|\\/nvram>/) skip = 0; next }" <<'EOF'
< nvram = "finance-ledger-db-01.nvram"
< firmware = "efi"
EOF

edit 'a description with line ends' '/<description>/ { print "<description>one"; print "two</description>"; cut = 1 } cut { if (/<\/description>/) cut = 0; next }' <<'EOF'
< annotation = "Ledger database, cluster member 1 of 2.|0AOwner: finance platform team.|0APatch window: first Sunday of the month, 02:00 to 06:00 UTC. Ask before you move it: the node |22finance-ledger-db-02|22 must stay on another host."
> annotation = "one|0Atwo"
EOF

# Keys that say the same in another way than ours.
cat >odd.vmx <<'EOF'
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "13"
displayName = "odd"
guestOS = "other"
memSize = "512"
scsi0.present = "TRUE"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "odd.vmdk"
scsi0:0.shared = "TRUE"
sched.scsi0:0.bandwidthCap = "80IOPS"
EOF
use_machine odd.vmx

edit 'sharing ends' '/<shareable\/>/ { next }' <<'EOF'
< scsi0:0.shared = "TRUE"
EOF

edit 'another limit' '/<total_iops_sec>/ { sub(/80/, "90") }' <<'EOF'
< sched.scsi0:0.bandwidthCap = "80IOPS"
> sched.scsi0:0.throughputCap = "90"
EOF

# What the machine itself says, in words of its own.
cat >self.vmx <<'EOF'
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "19"
displayName = "self"
guestOS = "other-64"
memSize = "1022"
numvcpus = "2"
uuid.bios = "56 4d 92 bc 65 3b ae 44-6a 32 8e 82 fe 54 0c c2"
vc.uuid = "52 c3 ba 06 20 09 6e 7b-eb d3 5e 6c 44 16 b3 56"
numa.nodeAffinity = "0,2"
vhv.enable = "TRUE"
cpuid.1.ecx = "R---:---1:----:----:----:----:----:FHx-"
cpuid.1.ecx.amd = "R---:---1:----:----:----:----:----:FHx-"
featMask.vm.cpuid.AVX2 = "Max:0"
bios.bootOrder = "CDROM,hdd"
EOF
use_machine self.vmx

edit 'a libvirt that drops an element' '/<hwuuid>/ { next }' </dev/null

edit 'another UUID for vCenter' '/<uuid>/ { sub(/52c3ba06/, "52c3ba07") }' <<'EOF'
< vc.uuid = "52 c3 ba 06 20 09 6e 7b-eb d3 5e 6c 44 16 b3 56"
> vc.uuid = "52 c3 ba 07 20 09 6e 7b-eb d3 5e 6c 44 16 b3 56"
EOF

edit 'memory that was odd' '/<(memory|currentMemory) / { sub(/1046528/, "2097150") }' <<'EOF'
< memSize = "1022"
> memSize = "2048"
EOF

edit 'nodes for CPUs as well' "/nodeset=/ { sub(/'0,2'/, \"'1'\") }" <<'EOF'
< numa.nodeAffinity = "0,2"
> numa.nodeAffinity = "1"
EOF

edit 'a symbol in a mask' "/name='tsc-deadline'/ { sub(/force/, \"disable\") }" <<'EOF'
< cpuid.1.ecx = "R---:---1:----:----:----:----:----:FHx-"
< cpuid.1.ecx.amd = "R---:---1:----:----:----:----:----:FHx-"
> cpuid.1.ecx = "R---:---0:----:----:----:----:----:FHx-"
> cpuid.1.ecx.amd = "R---:---0:----:----:----:----:----:FHx-"
EOF

edit 'a feature with a name' "/name='avx2'/ { sub(/disable/, \"require\") }" <<'EOF'
< featMask.vm.cpuid.AVX2 = "Max:0"
> featMask.vm.cpuid.AVX2 = "Min:1"
EOF

edit 'a feature leaves' "/name='avx2'/ { next }" <<'EOF'
< featMask.vm.cpuid.AVX2 = "Max:0"
EOF

edit 'nested machines no longer' "/policy='optional'/ { next }" <<'EOF'
< vhv.enable = "TRUE"
EOF

edit 'another boot order' "/<boot dev='cdrom'/ { next }" <<'EOF'
< bios.bootOrder = "CDROM,hdd"
EOF

finish "$count" edits
