#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine moved as a migrator would do it really starts: its disks are VMDKs, --to=kvm
# gives the domain, --disk-plan's commands the new disks, libvirt's QEMU driver runs it
# under emulation, and the system within tells on its serial port what machine it sees.
# Once with a BIOS, once with EFI (testdata/boot).
. "${0%/*}/lib.sh"
. "${0%/*}/qemu-driver.sh"
PATH=$PATH:/usr/sbin:/sbin
use_tool vmx-convert
for program in virt-qemu-run qemu-system-x86_64 qemu-img busybox cpio grub-mkimage \
    mcopy mkfs.vfat modprobe; do
    need_full "$program"
done
for file in /usr/lib/grub/i386-pc/boot.img /usr/lib/grub/x86_64-efi/normal.mod \
    /usr/share/OVMF/OVMF_CODE_4M.fd; do
    [ -e "$file" ] || skip_full "$file was not found"
done
kernel=
for file in /boot/vmlinuz-*; do
    [ ! -r "$file" ] || [ ! -d "/lib/modules/${file#*vmlinuz-}" ] || kernel=$file
done
[ -n "$kernel" ] || skip_full "no kernel to boot was found in /boot"
! ldd "$(command -v busybox)" >/dev/null 2>&1 || skip_full "a static busybox was not found"
begin_driver

# A boot takes seconds; the rest is for a machine that has much else to do.
limit_s=240
count=0
declare -A machines # name: process

stop_machines() {
    [ "${#machines[@]}" -eq 0 ] || kill "${machines[@]}" 2>/dev/null || true
    wait
    end_driver
}
trap stop_machines EXIT

# What belongs to this host: it has no network of libvirt's, a port may be in use, and we
# read along.
put_in_place() { # FOLDER
    sed -i -e "s:<interface type='network'>:<interface type='user'>:" \
        -e "/<source network='default'\/>/d" \
        -e "s:<serial type='pty'>:<serial type='file'><source path='$1/serial.log'/>:" \
        -e "s:<listen type='address' address='127.0.0.1'/>:<listen type='socket'/>:" \
        "$1/domain.xml"
}

begin_machine() { # NAME OPTION...
    local folder=$tmp/$1

    mkdir -p "$folder/images"
    cp "$src/testdata/boot/$1.vmx" "$folder/"
    qemu-img convert -q -O vmdk "$tmp/disk/disk.raw" "$folder/system.vmdk"
    ! grep -q data.vmdk "$folder/$1.vmx" ||
        qemu-img create -q -f vmdk "$folder/data.vmdk" 24M
    "$tool" --to=kvm --param=domain-type=qemu --param=disk-folder="$folder/images" \
        "${@:2}" --disk-plan="$folder/plan.sh" -o "$folder/domain.xml" "$folder/$1.vmx" \
        >/dev/null 2>"$folder/report" || fail "$1: $(cat "$folder/report")"
    (cd "$folder" && sh -e plan.sh) >"$folder/plan.log" 2>&1 ||
        fail "$1: the disk plan failed: $(cat "$folder/plan.log")"
    put_in_place "$folder"
    : >"$folder/serial.log"
    cp -R "$driver_root" "$folder/r"
    "${driver_env[@]}" virt-qemu-run --root "$folder/r" "$folder/domain.xml" \
        >"$folder/run.log" 2>&1 &
    machines[$1]=$!
}

# virt-qemu-run of libvirt 9.0 does not always see that its guest is gone.
await_machines() {
    local name end=$((SECONDS + limit_s))

    for name in "${!machines[@]}"; do
        until grep -q '^guest: end' "$tmp/$name/serial.log"; do
            if [ "$SECONDS" -ge "$end" ] || ! kill -0 "${machines[$name]}" 2>/dev/null; then
                finding "$name did not start: $(tail -n 5 "$tmp/$name/run.log")"
                tail -n 20 "$tmp/$name/serial.log" | cat -v
                break
            fi
            sleep 0.5
        done
    done
}

# What the guest sees, in any order; from standard input.
sees() { # NAME
    count=$((count + 1))
    sort >"$tmp/expected"
    tr -d '\r' <"$tmp/$1/serial.log" | sed -n 's/^guest: //p' |
        grep -vx -e begin -e end | sort >"$tmp/seen" || true
    diff "$tmp/expected" "$tmp/seen" >"$tmp/diff" ||
        finding "$1 sees another machine: $(cat "$tmp/diff")"
}

mkdir "$tmp/disk"
"$src/tests/boot-disk.sh" "$kernel" "$tmp/disk" >"$tmp/disk.log" 2>&1 ||
    fail "the disk was not made: $(cat "$tmp/disk.log")"
# Once for all that QEMU can do.
echo 'list' >"$tmp/commands"
ask_driver "$tmp/commands"

begin_machine bios
begin_machine efi
await_machines

# Below hardware version 13 the guest of VMware reads uuid.bios as it is written, ...
sees bios <<'EXPECTED'
bios
disk 131072
disk 49152
nic 00:0c:29:d6:e7:0a
nic 00:50:56:00:00:0b
processors 2
uuid 564d1a2b-3c4d-5e6f-7081-92a3b4c5d6e7
EXPECTED

# ... and from there on with its first three fields swapped.
sees efi <<'EXPECTED'
disk 131072
efi
nic 00:50:56:00:00:0e
processors 1
uuid 15081d42-1147-bbaa-8001-020304050607
EXPECTED

finish "$count" machines
