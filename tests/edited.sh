#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Editing the domain between VMX → XML and XML → VMX, as `virsh edit` does: exactly the
# keys concerned change.
. "${0%/*}/lib.sh"
use_tool vmx-convert

machine=$src/bench/machine.vmx
cp "$machine" "$tmp/m.vmx"
cd "$tmp"
"$tool" -q --base='[ds] vm' -o m.xml m.vmx
"$tool" --to=vmx -o m.same m.xml || fail "the way back fails"

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

finish "$count" edits
