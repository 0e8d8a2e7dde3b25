#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi against a host that does what it is told: an ESX host, and a vCenter over TLS.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi

checks=0
cd "$tmp"
vi_secrets=secret # the password
machines=(
    "machine $src/testdata/inventory/web-01.vmx state=poweredOn"
    "machine $src/testdata/inventory/archive.vmx"
    "machine $src/testdata/inventory/desktop.vmx in=lab/old"
)

# ---- every command ------------------------------------------------------------------

all_commands() { # OPTION...
    local file

    vi 0 "$@" list
    shows '^poweredOn .*421a5c0e-773d-91b4-6a10-2f8ec355d907  web-01  \[datastore1\] web-01/web-01\.vmx$'
    [ "$(wc -l <out)" -eq 3 ] || finding "not three machines: $(cat out)"
    vi 0 "$@" show web-01
    shows '^config.hardware.memoryMB  *8192$'
    vi 0 "$@" host
    shows '^summary.hardware.model  *Nothing 3000$'
    mkdir -p fetched
    vi 0 "$@" fetch --all -O fetched
    for file in web-01 archive desktop; do
        cmp "$src/testdata/inventory/$file.vmx" "fetched/$file.vmx" || finding "$file differs"
    done
    rm -r fetched
    vi 0 "$@" cp '[datastore1] web-01/web-01.vmx' copy.vmx
    cmp "$src/testdata/inventory/web-01.vmx" copy.vmx || finding "cp: the copy differs"
    sed -i -e 's/^displayName = .*/displayName = "web-02"/' -e '/^uuid\|^vc.uuid/d' copy.vmx
    vi 0 "$@" cp copy.vmx '[datastore1] web-01/note.txt'
    tell 'text "[datastore1] web-01/note.txt"' | cmp - copy.vmx || finding "cp: note.txt differs"
    sed -i '/^scsi0:/d' copy.vmx # whose disks are another machine's
    vi 0 "$@" push copy.vmx --datastore='[datastore1]'
    vi 0 "$@" show web-02
    shows '^config.files.vmPathName  *\[datastore1\] web-02/web-02.vmx$'
    sed -i 's/^memSize = .*/memSize = "4096"/' copy.vmx
    vi 0 "$@" push copy.vmx
    vi 0 "$@" show web-02
    shows '^config.hardware.memoryMB  *4096$'
    rm copy.vmx
    vi 0 "$@" power suspend web-01
    told suspended 'state web-01'
    vi 0 "$@" power resume web-01
    vi 0 "$@" power reset web-01
    vi 0 "$@" power reboot web-01
    vi 0 "$@" --wait=20 power shutdown web-01
    told poweredOff 'state web-01'
    vi 0 "$@" power on web-01 'archive (2006)'
    vi 0 "$@" power off web-01
    vi 0 "$@" task list
    shows '^success .*PowerOnVM_Task  web-01$'
    tell 'question web-01 alone id=q1 text="Was it moved?" choice=0:Moved choice=1:Copied'
    vi 0 "$@" question list
    shows '^web-01: Was it moved\?$'
    vi 1 "$@" --auto-answer question answer web-01
    vi 0 "$@" question answer web-01 Copied
    vi 1 "$@" question answer web-01
    says 'asks nothing'
    tell 'tasks PowerOnVM_Task ms=60000' 'task web-01 PowerOnVM_Task'
    vi 0 "$@" task list
    vi 0 "$@" task cancel "$(awk '$1 == "running" || $1 == "queued" { print $2 }' out)"
    told 0 'count collectors'
    told 0 'count filters'
}

host_start "${machines[@]}"
all_commands

host_start --vcenter --tls "${machines[@]}"
all_commands --pin="$host_pin"
vi 0 --pin="$host_pin" show 'Europe/DC 0/vm/lab/old/Windows 10 Büro'
vi 2 list
grep -qF -e "--pin=$host_pin accepts it" err || finding "the pin is not offered: $(cat err)"

# ---- a thousand machines ------------------------------------------------------------

# asked MOST ARGUMENT...: the tool asks the host no more than so often.
asked() {
    local most=$1 count
    shift
    tell reset
    vi 0 "$@"
    count=$(tell 'count requests')
    [ "$count" -le "$most" ] || finding "vmx-vi $*: $count requests, at most $most"
}

host_start 'generate 1000'
asked 6 list
[ "$(wc -l <out)" -eq 1000 ] || finding "list: $(wc -l <out) of 1000 machines"
tell 'page 100'
asked 16 list
[ "$(wc -l <out)" -eq 1000 ] || finding "pages: $(wc -l <out) of 1000 machines"
tell 'page 1'
asked 1006 list
[ "$(wc -l <out)" -eq 1000 ] || finding "pages of one: $(wc -l <out) of 1000 machines"
tell 'page 100'
mkdir fetched
asked 1060 -j8 fetch --all -O fetched
[ "$(find fetched -name '*.vmx' | wc -l)" -eq 1000 ] || finding "fetch: not 1000 files"

host_stop
finish "$checks" calls
