# SPDX-License-Identifier: LGPL-2.1-or-later
# Read behind lib.sh by the tests that ask libvirt's real QEMU driver.  No daemon runs:
# the driver is embedded in the program that asks, with all its files under $tmp.

# Root's driver wants the user of Debian's daemon package, and takes root in its place
# only once it has found it.  libnss_wrapper shows one that the system need not have.
begin_driver() {
    local preload=libnss_wrapper.so

    driver_root=$tmp/libvirt
    # In the C locale libvirt cuts names, for the names of its files, within a character.
    driver_env=(env LC_ALL=C.UTF-8)
    mkdir -p "$driver_root/etc"
    # The other handler is a daemon.
    echo 'stdio_handler = "file"' >"$driver_root/etc/qemu.conf"
    [ "$(id -u)" -eq 0 ] || return 0
    # Without these QEMU is probed anew by each program.
    printf '%s = "root"\n' user group >>"$driver_root/etc/qemu.conf"

    env LD_PRELOAD="$preload" true 2>&1 | grep -q . && skip_full "$preload was not found"
    { getent passwd && echo 'libvirt-qemu:x:64055:64055::/nonexistent:/bin/false'; } |
        awk -F: '!seen[$1]++' >"$tmp/passwd"
    { getent group && printf '%s:x:%s:\n' libvirt-qemu 64055 kvm 64056; } |
        awk -F: '!seen[$1]++' >"$tmp/group"
    driver_env+=(LD_PRELOAD="$preload" NSS_WRAPPER_PASSWD="$tmp/passwd"
        NSS_WRAPPER_GROUP="$tmp/group")
}

# Root's driver makes these, whatever its own root is.
driver_leftovers=()
for folder in /run/libvirt /run/libvirt/common /run/libvirt/hostdevmgr; do
    [ "$(id -u)" -ne 0 ] || [ -e "$folder" ] || driver_leftovers=("$folder" "${driver_leftovers[@]}")
done
end_driver() {
    [ "${#driver_leftovers[@]}" -eq 0 ] || {
        rm -f /run/libvirt/common/system.token 2>/dev/null
        rmdir "${driver_leftovers[@]}" 2>/dev/null || true # nobody made them
    }
    rm -rf "$tmp"
}
trap end_driver EXIT

# Commands from FILE, one a line, by one process for all: the driver probes QEMU once.
ask_driver() { # FILE
    "${driver_env[@]}" virsh -q -c "qemu:///embed?root=$driver_root" \
        "$(tr '\n' ';' <"$1")" >"$tmp/driver.out" 2>"$tmp/driver.err" || true
}
