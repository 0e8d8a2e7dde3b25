#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What tests/vi-host serves satisfies a client that others wrote, libvirt's, as an ESX host
# and as a vCenter; so it is a host, and not what vmx-vi takes for one.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi
command -v virsh >/dev/null || skip "virsh was not found (Debian package libvirt-clients)"

checks=0
cd "$tmp"
cat >auth.conf <<'END'
[credentials-host]
username=root
password=secret
[credentials-centre]
username=administrator
password=secret
[auth-esx-default]
credentials=host
END
export LIBVIRT_AUTH_FILE=$tmp/auth.conf
machines=(
    "machine $src/testdata/inventory/web-01.vmx state=poweredOn"
    "machine $src/testdata/inventory/archive.vmx"
)

v() { # ARGUMENT...
    checks=$((checks + 1))
    timeout 60 virsh -q -c "$uri" "$@" >out 2>err </dev/null ||
        finding "virsh $*: status $?: $(cat err)"
    told 0 'count sessions'
}

shows() { # PATTERN
    grep -qE -e "$1" out || finding "no '$1' in: $(head -c 600 out)"
}

all_commands() {
    v list --all
    shows '^ *[0-9]+ +web-01 +running *$'
    shows '^ *- +archive \(2006\) +shut off *$'
    v dominfo web-01
    shows '^Max memory: *8388608 KiB$'
    v domuuid web-01
    shows '^421a5c0e-773d-91b4-6a10-2f8ec355d907$'
    v hostname
    v nodeinfo
    v capabilities
    v suspend web-01
    told suspended 'state web-01'
    v resume web-01
    v destroy web-01
    told poweredOff 'state web-01'
    v start web-01
    v reboot web-01
    v shutdown web-01
    sleep 0.2
    told poweredOff 'state web-01'
    told 0 'count filters'
}

# As root, and what only a host of its own has.
host_start "${machines[@]}"
uri="esx://root@127.0.0.1:$host_port/?transport=http"
all_commands
v dumpxml web-01
shows '<memory unit=.KiB.>8388608</memory>'
v pool-list
shows '^ *nfs \(2\) & more +active'
# What one client makes, the other sees.
cat >new.xml <<'END'
<domain type='vmware'>
  <name>new</name>
  <uuid>00000000-1111-4222-8333-444444444444</uuid>
  <memory unit='KiB'>1048576</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <source file='[datastore1] new/new.vmdk'/>
      <target dev='sda' bus='scsi'/>
    </disk>
    <controller type='scsi' index='0' model='lsilogic'/>
  </devices>
</domain>
END
tell 'folder "[datastore1] new"'
v define new.xml
"$tool" show new >out || finding "vmx-vi does not find what virsh made"
shows '^config.uuid  *00000000-1111-4222-8333-444444444444$'
shows '^config.files.vmPathName  *\[datastore1\] new/new.vmx$'
v undefine new
! "$tool" show new >out 2>err || finding "vmx-vi finds what virsh took away"
# A session that ends on the way is renewed by either.
tell expire
v list --all

# A vCenter.
sed -i 's/^credentials=host/credentials=centre/' auth.conf
host_start --vcenter "${machines[@]}"
uri="vpx://administrator@127.0.0.1:$host_port/Europe/DC%200/Cluster/host-1.example.org?transport=http"
all_commands

host_stop
finish "$checks" calls
