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

# Devices on several buses, with keys that no element says.
cat >buses.vmx <<'EOF'
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "17"
displayName = "buses"
guestOS = "other-64"
memSize = "512"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.deviceType = "scsi-hardDisk"
scsi0:0.fileName = "a.vmdk"
scsi0:0.ctkEnabled = "TRUE"
sched.scsi0:0.shares = "high"
sata0.present = "TRUE"
sata0:1.present = "TRUE"
sata0:1.deviceType = "cdrom-raw"
sata0:1.fileName = "auto detect"
sata0:1.startConnected = "FALSE"
floppy0.present = "TRUE"
floppy0.fileType = "file"
floppy0.fileName = "f.flp"
floppy0.startConnected = "FALSE"
usb.present = "TRUE"
usb_xhci.present = "TRUE"
usb_xhci:6.present = "TRUE"
usb_xhci:6.deviceType = "disk"
usb_xhci:6.fileName = "stick.vmdk"
usb_xhci:6.port = "2"
usb_xhci:6.parent = "-1"
usb_xhci:6.speed = "4"
usb.autoConnect.device0 = "path:1/2"
usb.autoConnect.device3 = "0x046d:0xc52b"
pciPassthru0.present = "TRUE"
pciPassthru0.vgpu = "grid_p40-2q"
pciPassthru2.present = "TRUE"
pciPassthru2.id = "00000:066:00.0"
pciPassthru2.deviceId = "0x1533"
EOF
use_machine buses.vmx
cmp -s buses.vmx m.same || finding "buses.vmx does not come back: $(diff buses.vmx m.same)"

# One of the elements `start` whose text matches `like`, with what `change` does to it;
# without `change` it leaves.
element() { # START LIKE [CHANGE]
    printf '%s' "/<$1[ >]/ { e = \"\"; collect = 1 } collect { e = e \$0 ORS; if (/<\\/$1>/) { collect = 0; if (e ~ /$2/) { ${3-e = \"\"} } printf \"%s\", e } next }"
}

edit 'a disk goes to another bus' "$(element disk 'a.vmdk' 'sub(/bus=.scsi./, "bus=\"sata\"", e); sub(/unit=.0./, "unit=\"4\"", e)')" <<'EOF'
< scsi0:0.present = "TRUE"
< scsi0:0.deviceType = "scsi-hardDisk"
< scsi0:0.fileName = "a.vmdk"
< scsi0:0.ctkEnabled = "TRUE"
< sched.scsi0:0.shares = "high"
> sata0:4.present = "TRUE"
> sata0:4.deviceType = "ata-hardDisk"
> sata0:4.fileName = "a.vmdk"
> sata0:4.ctkEnabled = "TRUE"
> sched.sata0:4.shares = "high"
EOF

edit 'a disk goes to a new controller' "$(element disk 'a.vmdk' 'sub(/controller=.0./, "controller=\"1\"", e)')" <<'EOF'
< scsi0:0.present = "TRUE"
< scsi0:0.deviceType = "scsi-hardDisk"
< scsi0:0.fileName = "a.vmdk"
< scsi0:0.ctkEnabled = "TRUE"
< sched.scsi0:0.shares = "high"
> scsi1:0.present = "TRUE"
> scsi1:0.deviceType = "scsi-hardDisk"
> scsi1:0.fileName = "a.vmdk"
> scsi1:0.ctkEnabled = "TRUE"
> scsi1.present = "TRUE"
> sched.scsi1:0.shares = "high"
EOF

edit 'another disk at the same place, and the old one is gone' "$(element disk 'a.vmdk' 'e = ""') /<devices>/ { print; print \"<disk type='file' device='disk'><source file='[ds] vm/new.vmdk'/><target dev='sda' bus='scsi'/><address type='drive' controller='0' bus='0' target='0' unit='9'/></disk>\"; next }" <<'EOF'
< scsi0:0.present = "TRUE"
< scsi0:0.deviceType = "scsi-hardDisk"
< scsi0:0.fileName = "a.vmdk"
< scsi0:0.ctkEnabled = "TRUE"
< sched.scsi0:0.shares = "high"
> scsi0:9.present = "TRUE"
> scsi0:9.deviceType = "scsi-hardDisk"
> scsi0:9.fileName = "new.vmdk"
EOF

edit 'a disk beside the others, without an address' "/<devices>/ { print; print \"<disk><source file='[ds] vm/b.vmdk'/><target dev='sdb'/></disk>\"; next }" <<'EOF'
> scsi0:1.present = "TRUE"
> scsi0:1.deviceType = "scsi-hardDisk"
> scsi0:1.fileName = "b.vmdk"
EOF

edit 'the drive gets an image' "$(element disk "device='lun'" "sub(/type='block' device='lun'/, \"type='file' device='cdrom'\", e); sub(/startupPolicy='optional'/, \"file='[ds] vm/cd.iso'\", e)")" <<'EOF'
< sata0:1.deviceType = "cdrom-raw"
< sata0:1.fileName = "auto detect"
> sata0:1.deviceType = "cdrom-image"
> sata0:1.fileName = "cd.iso"
EOF

# VMware's default is a drive, so its absence must be said.
edit 'the floppy drive leaves' "$(element disk 'f.flp')" <<'EOF'
< floppy0.present = "TRUE"
< floppy0.fileType = "file"
< floppy0.fileName = "f.flp"
< floppy0.startConnected = "FALSE"
> floppy0.present = "FALSE"
EOF

edit 'the stick leaves' "$(element disk 'stick')" <<'EOF'
< usb_xhci:6.present = "TRUE"
< usb_xhci:6.deviceType = "disk"
< usb_xhci:6.fileName = "stick.vmdk"
< usb_xhci:6.port = "2"
< usb_xhci:6.parent = "-1"
< usb_xhci:6.speed = "4"
EOF

edit 'the stick goes to another port' "$(element disk 'stick' "sub(/port='3'/, \"port='5'\", e)")" <<'EOF'
< usb_xhci:6.port = "2"
> usb_xhci:6.port = "4"
EOF

edit 'the stick goes to another controller' "$(element disk 'stick' "sub(/bus='1'/, \"bus='0'\", e)")" <<'EOF'
< usb_xhci:6.present = "TRUE"
< usb_xhci:6.deviceType = "disk"
< usb_xhci:6.fileName = "stick.vmdk"
< usb_xhci:6.port = "2"
< usb_xhci:6.parent = "-1"
< usb_xhci:6.speed = "4"
> usb:0.present = "TRUE"
> usb:0.deviceType = "disk"
> usb:0.fileName = "stick.vmdk"
> usb:0.port = "2"
> usb:0.parent = "-1"
> usb:0.speed = "4"
EOF

# What no element says keeps its number.
edit 'devices of the host arrive' "/<\\/devices>/ { print \"<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' slot='2' function='3'/></source></hostdev><hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/><product id='0x2'/></source></hostdev>\" }" <<'EOF'
> usb.autoConnect.device1 = "0x0001:0x0002"
> pciPassthru1.present = "TRUE"
> pciPassthru1.id = "00000:001:02.3"
EOF

edit 'the devices of the host leave' "$(element hostdev 'address|vendor')" <<'EOF'
< usb.autoConnect.device3 = "0x046d:0xc52b"
< pciPassthru2.present = "TRUE"
< pciPassthru2.id = "00000:066:00.0"
< pciPassthru2.deviceId = "0x1533"
EOF

# Metadata of which so little is left that it alone is no machine.
count=$((count + 1))
awk "/<vmx:(key|device|line) / { next } /<\\/vmx:config>/ { print \"<vmx:key name='plugin' text='x'/>\" } { print }" \
    m.xml >pruned.xml
if ! "$tool" -q --to=vmx -o pruned.vmx pruned.xml 2>err; then
    finding "pruned metadata: $(head -n 3 err)"
elif [ "$(grep -cE '^(plugin = "x"|memSize = )' pruned.vmx)" -ne 2 ]; then
    finding "pruned metadata: $(cat pruned.vmx)"
fi

finish "$count" edits
