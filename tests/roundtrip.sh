#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# VMX → XML → VMX: what comes back is what went in, key by key, but for what the host
# writes anew.  Compared by vmx-compare.awk, which shares no code with the product.
# XML → VMX → XML, without metadata: the domain comes back to the byte, where VMX can say
# it.
#
# Real files belong to others: $VMX_CORPUS names the folder that holds them.
. "${0%/*}/lib.sh"
use_tool vmx-convert

# Its rows about keys that the host writes are all that is read of the catalogue.
grep 'volatile="runtime"' "$src/schemas/vmx-keys.xml" >"$tmp/runtime.xml"

compare() { # BEFORE AFTER
    tr '\r' '\n' <"$1" | tr '\0' '\377' >"$tmp/before"
    tr '\r' '\n' <"$2" | tr '\0' '\377' >"$tmp/after"
    awk -f "$src/tests/vmx-compare.awk" "$tmp/runtime.xml" \
        "$tmp/before" "$tmp/after"
}

# Forth with OPTION..., and back.
there_and_back() { # FILE OPTION...
    local file=$1 name=${1#"$src/"}
    shift
    "$tool" -q --with-secrets "$@" -o "$tmp/there.xml" "$file" 2>/dev/null || return 0
    count=$((count + 1))
    if ! "$tool" -v --with-secrets --to=vmx -o "$tmp/back.vmx" "$tmp/there.xml" \
        2>"$tmp/err"; then
        finding "$name $*: $(head -n 3 "$tmp/err")"
        return
    fi
    # Findings about the machine may come again; nothing may be lost.
    [[ $(<"$tmp/err") != *': lost'* ]] ||
        finding "$name $*: $(grep ': lost' "$tmp/err" | head -n 3)"
    compare "$file" "$tmp/back.vmx" >"$tmp/diff" ||
        finding "$name $*: $(head -n 8 "$tmp/diff")"
}

# The comparison can fail.
printf 'a.b = "1"\nnumvcpus = "2"\n' >"$tmp/a"
for other in 'a.b = "1"\n' 'numvcpus = "2"\na.b = "1"\n' 'a.b = "1"\nnumvcpus = "3"\n' \
    'a.b = "1"\nnumvcpus = "2"\nc = ""\n' 'A.b = "1"\nnumvcpus = "2"\n'; do
    # shellcheck disable=SC2059
    printf "$other" >"$tmp/b"
    ! compare "$tmp/a" "$tmp/b" >/dev/null || fail "the comparison misses a difference"
done
compare "$tmp/a" "$tmp/a" || fail "the comparison finds a difference where there is none"

# Machines of an inventory, as large as they come.
mkdir "$tmp/made"
generate=$build/bench/generate
[ -x "$generate" ] || fail "$generate was not built"
"$generate" "${VMX_MACHINES-40}" "$tmp/made"

count=0
corpus=${VMX_CORPUS:-$src/../shared/corpus}/vmx
[ -d "$corpus" ] || echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: our own files alone"
while IFS= read -r file; do
    there_and_back "$file"
    # A back.vmx has no spelling of its own that the second form could lose, and lint's
    # samples have nothing that it changes.
    case $file in
    */back.vmx | */testdata/lint/*) ;;
    *) there_and_back "$file" --libvirt=9.0 --base='[datastore1] vm' ;;
    esac
done < <(
    [ ! -d "$corpus" ] || find "$corpus" -name '*.vmx' | sort
    # Of lint's samples those that are odd; odd lines are beyond the reader that compares.
    find "$src/testdata" "$src/bench" "$tmp/made" -name '*.vmx' ! -path '*/lint/VMX0*' \
        ! -path '*/lint/*/good*' ! -path '*/lint/*/fixed*' | sort
)
# The domains that do not come back to the byte, and why.
declare -A differs=(
    [cdrom-atapi]='an empty drive is one for images'
    [cdrom-ide]='an empty drive is one for images'
    [cdrom-raw]='an empty drive is one for images'
    [floppy-no-name]='an empty drive is one for images'
    [boot-lone-hdd]='<boot dev="hd"/> alone is what libvirt adds to every domain'
    [boot-short-words]='there is no card to boot from'
    [controller-implied]='each controller is said then, and in order'
    [cpu-nested-named]='vhv.enable says more than a mask, and it comes back as optional'
    [cpuid-mask]='vhv.enable says more than a mask, and it comes back as optional'
    [disk-modes]='transient means independent as well, as libvirt has it'
    [usb-disk-modes]='transient means independent as well, as libvirt has it'
    [disk-scsi-narrow]='names of targets count the units of a wide bus'
    [identity-annotation-crlf]='readers of XML make one character of CR LF'
    [identity-vc-alone]='the UUID becomes that of the firmware, too'
    [memory-odd]='memory comes in steps of 4 MiB'
    [nic-bandwidth]='where an address comes from is said then'
    [nic-dvs]='where an address comes from is said then'
    [nic-links]='where an address comes from is said then'
    [nic-mac]='where an address comes from is said then; zeros are none'
    [nic-model]='where an address comes from is said then'
    [nic-names]='where an address comes from is said then'
    [nic-no-device]='where an address comes from is said then'
    [nic-null]='where an address comes from is said then'
    [nic-settings]='where an address comes from is said then'
    [passthru-function-multicast]='a function without an address is a device'
    [usb-ehci]='EHCI stands on a UHCI controller'
    [video-small]='video memory has a least size'
)

# VMware has no port that leads nowhere, so these domains lose theirs.
leads_nowhere() { # XML
    grep -q "<\\(serial\\|parallel\\) type='null'>" "$1"
}

domains=0
for folder in "$src"/testdata/convert/*/; do
    name=${folder%/}
    name=${name##*/}
    args=()
    [ -e "$folder/out.xml" ] || continue
    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    mapfile -t clock < <(printf '%s\n' "${args[@]}" | grep host-mhz || true)
    domains=$((domains + 1))
    if ! "$tool" -q --with-secrets --to=vmx "${clock[@]}" -o "$tmp/back.vmx" "$folder/out.xml" \
        2>"$tmp/err" ||
        ! "$tool" -q --no-metadata "${args[@]}" -o "$tmp/again.xml" "$tmp/back.vmx" \
            2>"$tmp/err"; then
        finding "$name: out.xml: $(head -n 3 "$tmp/err")"
    elif cmp -s "$folder/out.xml" "$tmp/again.xml"; then
        [ -z "${differs[$name]-}" ] ||
            finding "$name: out.xml comes back, and is excepted"
    elif [ -z "${differs[$name]-}" ] && ! leads_nowhere "$folder/out.xml"; then
        finding "$name: out.xml: $(diff "$folder/out.xml" "$tmp/again.xml" | head -n 8)"
    fi
    unset "differs[$name]"
done
[ ${#differs[@]} -eq 0 ] || finding "excepted, but not there: ${!differs[*]}"
[ "$domains" -gt 100 ] || finding "$domains domains went forth and back"

finish "$((count + domains))" conversions
