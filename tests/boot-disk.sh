#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# tests/boot-disk.sh KERNEL FOLDER: makes FOLDER/disk.raw, which starts with a BIOS and
# with EFI: GRUB, a kernel of Debian, and an init that tells what machine it sees, line by
# line behind "guest: ", on the first serial port, and powers off.
set -euo pipefail

kernel=${1:?KERNEL} out=${2:?FOLDER}
# Debian's kernels have it in their name.
release=${kernel##*/vmlinuz-}
disk=$out/disk.raw
grub_modules=(part_msdos fat search search_fs_file configfile linux boot normal)

# ---- The system -----------------------------------------------------------------------

mkdir -p "$out"/root/{bin,dev,modules,proc,sys}
cp "$(command -v busybox)" "$out/root/bin/busybox"
# What is built in, or is not there in a small kernel, has no file.
for module in virtio_pci virtio_blk virtio_scsi virtio_net sd_mod ata_piix ahci e1000 e1000e; do
    modprobe -S "$release" --show-depends "$module" 2>/dev/null || true
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$out/modules"
while read -r file; do
    cp "$file" "$out/root/modules/"
    printf '/modules/%s\n' "${file##*/}"
done <"$out/modules" >"$out/root/modules/list"

cat >"$out/root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while read -r module; do
    insmod "$module"
done </modules/list
sleep 1
tell() {
    echo "guest: begin"
    echo "guest: uuid $(cat /sys/class/dmi/id/product_uuid)"
    [ -d /sys/firmware/efi ] && echo "guest: efi" || echo "guest: bios"
    echo "guest: processors $(nproc)"
    for nic in /sys/class/net/*; do
        [ ! -e "$nic/device" ] || echo "guest: nic $(cat "$nic/address")"
    done
    for disk in /sys/block/*; do
        [ ! -e "$disk/device" ] || echo "guest: disk $(cat "$disk/size")"
    done
    echo "guest: end"
}
tell | sed 's/^/\n/' >/dev/ttyS0
poweroff -f
INIT
chmod +x "$out/root/init"
(cd "$out/root" && find . | cpio -o -H newc --quiet) >"$out/initrd"

# ---- The loader -----------------------------------------------------------------------

cat >"$out/find.cfg" <<'CFG'
search --no-floppy --file --set=root /guest.cfg
configfile /guest.cfg
CFG
cat >"$out/guest.cfg" <<'CFG'
linux /vmlinuz console=ttyS0 quiet panic=-1
initrd /initrd
boot
CFG
grub-mkimage -O i386-pc -p / -c "$out/find.cfg" -o "$out/core.img" biosdisk "${grub_modules[@]}"
grub-mkimage -O x86_64-efi -p / -c "$out/find.cfg" -o "$out/bootx64.efi" "${grub_modules[@]}"

# ---- The disk -------------------------------------------------------------------------

put() { # at the start of the disk, as dd is told
    dd of="$disk" conv=notrunc status=none "$@"
}

# One partition from sector 2048 to the end, of the type that EFI starts from; GRUB's
# first sector goes before the partition table, the rest between it and the partition.
truncate -s 64M "$disk"
put if=/usr/lib/grub/i386-pc/boot.img bs=440 count=1
printf '\x80\0\0\0\xef\0\0\0\0\x08\0\0\0\xf8\x01\0' | put bs=1 seek=446
printf '\x55\xaa' | put bs=1 seek=510
put if="$out/core.img" bs=512 seek=1

partition=$disk@@1M
mkfs.vfat -F 32 -s 1 -h 2048 --offset 2048 "$disk" $((63 * 1024)) >/dev/null
mmd -i "$partition" ::/EFI ::/EFI/BOOT
mcopy -i "$partition" "$out/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$partition" "$kernel" ::/vmlinuz
mcopy -i "$partition" "$out/initrd" "$out/guest.cfg" ::/
