#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What --to=kvm writes is taken by libvirt's real QEMU driver: each machine is valid by
# libvirt's schema, is defined, and gives a command line for QEMU.  `define` takes more
# than can start, so that the command line is the harder question.
. "${0%/*}/lib.sh"
. "${0%/*}/qemu-driver.sh"
use_tool vmx-convert
need_full virsh
need_full virt-qemu-run # is in the package of the driver
need_full qemu-system-x86_64
begin_driver

count=0
: >"$tmp/commands"
names=()

# For a command line the driver makes a tap device for each network card, whatever its
# kind.  Where it may not, it is asked without cards.
taps=yes
for_command_line() { # XML
    if [ $taps = yes ]; then
        cat "$1"
    else
        sed "/^    <interface type='[^h]/,/^    <\/interface>/d" "$1"
    fi
}

# Asks for all of it at the end.  A machine without UUID would be given a new one, and
# then could not be named to be forgotten.
ask() { # NAME XML
    local uuid

    count=$((count + 1))
    uuid=$(sed -n "s:^ *<uuid>\([-0-9a-fA-F]*\)</uuid>.*:\1:p" "$2" | head -n 1)
    if [ -z "$uuid" ]; then
        uuid=$(printf '00000000-0000-4000-8000-%012d' "$count")
        sed -i "0,/<name>/s::<uuid>$uuid</uuid><name>:" "$2"
    fi
    for_command_line "$2" >"$2.line"
    names+=("$1")
    printf '%s\n' "echo --err '== $count'" "echo '== $count'" "define --validate '$2'" \
        "domxml-to-native qemu-argv --xml '$2.line'" "undefine --nvram $uuid" \
        >>"$tmp/commands"
}

try_file() { # NAME FILE [OPTION]...
    local xml=$tmp/$count.xml

    if "$tool" --to=kvm --param=domain-type=qemu "${@:3}" -o "$xml" "$2" \
        >/dev/null 2>"$tmp/err"; then
        if grep -q "^    <type arch='aarch64'" "$xml"; then
            command -v qemu-system-aarch64 >/dev/null || return 0
        fi
        ask "$1" "$xml"
    else
        finding "$1: not converted: $(head -n 3 "$tmp/err")"
    fi
}

# Refused for want of a device or a file system of this host: a case asked to keep it.
host_lacks='hugetlbfs filesystem is not mounted|invalid PCI passthrough type|'
host_lacks+='USB host device is missing bus/device'

# The driver's word on each: complaints are told, and who has no command line.
judge() {
    local number line

    awk '/^error: == / { number = $3; next } NF { print number " " $0 }' \
        "$tmp/driver.err" >"$tmp/refused"
    grep -q '^error: == ' "$tmp/driver.err" || fail "no driver: $(cat "$tmp/driver.err")"
    while read -r number line; do
        [[ $line =~ $host_lacks ]] || finding "${names[number - 1]}: $line"
    done <"$tmp/refused"
    # All is one line, in which each command line begins so.
    grep -o '== [0-9]*LC_ALL=' "$tmp/driver.out" | sort -u >"$tmp/told" || true
    for ((number = 1; number <= count; number++)); do
        grep -qx "== ${number}LC_ALL=" "$tmp/told" ||
            grep -q "^$number " "$tmp/refused" ||
            finding "${names[number - 1]}: no command line for QEMU"
    done
}

# ---- The driver does refuse what cannot start -----------------------------------------

cat >"$tmp/bad.xml" <<'XML'
<domain type='qemu'>
  <name>bad</name>
  <uuid>00000000-0000-4000-8000-000000000000</uuid>
  <memory unit='MiB'>64</memory>
  <os firmware='efi'>
    <type arch='i686'>hvm</type>
  </os>
</domain>
XML
ask bad "$tmp/bad.xml"
cat >"$tmp/tap.xml" <<'XML'
<domain type='qemu'>
  <name>tap</name>
  <uuid>00000000-0000-4000-8000-000000000001</uuid>
  <memory unit='MiB'>64</memory>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='user'/>
  </devices>
</domain>
XML
ask tap "$tmp/tap.xml"
ask_driver "$tmp/commands"
(judge) >"$tmp/findings"
grep -q '^bad: ' "$tmp/findings" || fail "the driver took i686 with EFI"
if grep '^tap: ' "$tmp/findings"; then
    taps=no
    echo 'the command lines are asked for without network cards'
fi
count=0
: >"$tmp/commands"
names=()

# ---- Our cases, and real files --------------------------------------------------------

for file in "$src"/testdata/inventory/*.vmx "$src"/bench/machine.vmx; do
    try_file "${file#"$src"/}" "$file"
done
for folder in "$src"/testdata/kvm/*/ "$src"/testdata/convert/*/; do
    [ -e "$folder/in.vmx" ] && [ -e "$folder/out.xml" ] || continue
    # A storage daemon, large pages, devices of the host, QEMU of tomorrow: not to be had
    # here.
    case $folder in
    */testdata/kvm/*)
        ! grep -q -e "<disk type='volume'" -e '<hugepages' -e "<hostdev .* type='usb'" \
            -e '<vcpu .*>300<' "$folder/out.xml" || continue
        ;;
    esac
    args=()
    [ ! -e "$folder/args" ] || mapfile -t args <"$folder/args"
    cd "$folder" # what args name is there
    try_file "${folder#"$src"/}" in.vmx "${args[@]}"
    cd "$OLDPWD"
done

corpus=${VMX_CORPUS:-$src/../shared/corpus}/vmx
if [ -d "$corpus" ]; then
    while IFS= read -r file; do
        try_file "${file##*/}" "$file"
    done < <(find "$corpus" -name '*.vmx' | sort)
else
    echo "no corpus in ${VMX_CORPUS:-../shared/corpus}: tested without it"
fi

ask_driver "$tmp/commands"
judge
finish "$count" machines
