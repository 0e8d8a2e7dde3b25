#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Domains of KVM, QEMU and others become machines of VMware's, with all drives and all
# network cards; their VMX is one that converts forth again, into a domain that libvirt
# 9.0's schema accepts.  What is counted is counted by xmllint and grep.
#
# First come our own samples, testdata/convert/back-kvm-*, then real domains: they belong
# to others and are no part of the project, $VMX_CORPUS names the folder that holds them.
. "${0%/*}/lib.sh"
use_tool vmx-convert
command -v xmllint >/dev/null || skip "xmllint was not found"

count=0

# No machine, and told so.
containers=' 039.xml '

number() { # FILE XPATH
    xmllint --nonet --xpath "count($2)" "$1" 2>/dev/null
}

drives() { # VMX: how many
    grep -ciE '^((scsi|sata|ide|nvme)[0-9]+:[0-9]+|floppy[0-9]+)\.present = "TRUE"' "$1" || :
}

cards() {
    grep -ciE '^ethernet[0-9]+\.present = "TRUE"' "$1" || :
}

# The VMX against the domain that it was made of.
compare() { # NAME DOMAIN VMX
    local name=$1 disks nics twice

    disks=$(number "$2" '(//domain)[1]/devices/disk')
    disks=$((disks - $(grep -c 'VMX1535' "$tmp/err" || :))) # no place, and told
    nics=$(number "$2" '(//domain)[1]/devices/interface')
    [ "$(drives "$3")" = "$disks" ] ||
        finding "$name: $disks drives, and $(drives "$3") in the VMX"
    [ "$(cards "$3")" = "$nics" ] ||
        finding "$name: $nics network cards, and $(cards "$3") in the VMX"

    # Nothing that VMware has not, and no path of the old host.
    ! grep -nEi '= "[^"]*(virtio|qcow|qemu)[^"]*"' "$3" | grep -vE 'fileName|annotation' |
        grep . || finding "$name: a word of QEMU's in the VMX"
    ! grep -nE '\.fileName = "/' "$3" | grep -v '"/vmfs/volumes/' ||
        finding "$name: a path of the old host"
    # Disks are .vmdk, each its own.
    ! grep -E '^(scsi|sata|ide|nvme)[0-9]+:[0-9]+\.fileName' "$3" |
        grep -vE '"(emptyBackingString|[^"]*\.(vmdk|iso))"$' ||
        finding "$name: a file that VMware does not open"
    twice=$(grep -oE '\.fileName = "[^"]*\.vmdk"' "$3" | sort | uniq -d || :)
    [ -z "$twice" ] || finding "$name: two disks in one file: $twice"
    twice=$(grep -oE '^[^ ]+ =' "$3" | tr "[:upper:]" "[:lower:]" | sort | uniq -d || :)
    [ -z "$twice" ] || finding "$name: keys that are there twice: $twice"
}

# … and the domain that the VMX is.
compare_forth() { # NAME VMX
    "$tool" --to=xml --libvirt=9.0 --base='[datastore1] vm' -o "$tmp/forth.xml" "$2" \
        >"$tmp/err" 2>&1 || finding "$1: does not convert forth: $(cat "$tmp/err")"
    [ "$(number "$tmp/forth.xml" '/domain/devices/disk')" = "$(drives "$2")" ] ||
        grep -q '^nvme' "$2" || # libvirt 9.0 has no such disks
        finding "$1: drives are lost on the way forth"
    [ "$(number "$tmp/forth.xml" '/domain/devices/interface')" = "$(cards "$2")" ] ||
        finding "$1: network cards are lost on the way forth"
    command -v virt-xml-validate >/dev/null || return 0
    virt-xml-validate "$tmp/forth.xml" domain >"$tmp/err" 2>&1 ||
        finding "$1: $(tail -n 4 "$tmp/err")"
}

check() { # FILE NAME [ARGS]
    local file=$1 name=$2
    shift 2

    count=$((count + 1))
    if [[ $containers == *" $name "* ]]; then
        ! "$tool" --to=vmx "$file" >"$tmp/out.vmx" 2>"$tmp/err" ||
            finding "$name: a container became a machine"
        grep -q container "$tmp/err" || finding "$name: $(cat "$tmp/err")"
        return
    fi
    if ! "$tool" --to=vmx "$@" -v -o "$tmp/out.vmx" "$file" >"$tmp/err" 2>&1; then
        finding "$name: refused: $(cat "$tmp/err")"
        return
    fi
    compare "$name" "$file" "$tmp/out.vmx"
    compare_forth "$name" "$tmp/out.vmx"
    # The same again gives the same bytes.
    "$tool" --to=vmx "$@" "$file" 2>/dev/null | cmp -s - "$tmp/out.vmx" ||
        finding "$name: another result the second time"
}

# ---- our own --------------------------------------------------------------------------

for folder in "$src"/testdata/convert/back-kvm-*/; do
    [ -e "$folder/back.vmx" ] || continue
    args=()
    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    check "$folder/in.xml" "$(basename "$folder")" "${args[@]}"
done
[ "$count" -gt 0 ] || finding "there is no sample"

# One disk moved to every place that there is: 60 on SCSI, then SATA, and no more than
# that; none is lost before, and each that is lost after is told.
many() { # NUMBER BUS
    echo "<domain type='kvm'><name>m</name><memory>65536</memory><os><type>hvm</type></os><devices>"
    for ((i = 0; i < $1; i++)); do
        echo "<disk type='file' device='disk'><source file='/a/$i/d.img'/><target dev='x' bus='$2'/></disk>"
    done
    echo "</devices></domain>"
}
for case in 61:virtio:61 180:virtio:180 181:virtio:180 5:ide:5 130:sata:120 61:nvme:61; do
    IFS=: read -r wanted bus got <<<"$case"
    many "$wanted" "$bus" >"$tmp/many.xml"
    "$tool" --to=vmx -o "$tmp/many.vmx" "$tmp/many.xml" 2>"$tmp/err" ||
        finding "$wanted disks on $bus: $(cat "$tmp/err")"
    [ "$(drives "$tmp/many.vmx")" = "$got" ] ||
        finding "$wanted disks on $bus: $(drives "$tmp/many.vmx"), not $got"
    [ "$(grep -c 'VMX1535' "$tmp/err" || :)" = $((wanted - got)) ] ||
        finding "$wanted disks on $bus: those that are lost are not told"
    count=$((count + 1))
done

# ---- real ones --------------------------------------------------------------------------

corpus=${VMX_CORPUS:-$src/../shared/corpus}/xml
if [ -d "$corpus" ]; then
    while IFS= read -r file; do
        check "$file" "$(basename "$file")"
    done < <(find "$corpus" -name '*.xml' | sort)
else
    echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: only our own samples were tested"
fi

finish "$count" domains
