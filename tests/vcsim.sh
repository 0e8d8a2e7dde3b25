#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi against a host that this project did not write, govmomi's simulator, as an ESX
# host and as a vCenter, over TLS.  It asks no questions and neither reads a VMX nor writes
# one: those are of tests/vi-*.sh.  `make check-vcsim` runs it.
. "${0%/*}/lib.sh"

has_vi || finish 1 "tool that was not built"
use_tool vmx-vi
for program in go jq openssl; do
    command -v "$program" >/dev/null || skip "$program was not found"
done
gopath=/usr/share/gocode
[ -d "$gopath/src/github.com/vmware/govmomi/simulator" ] ||
    skip "golang-github-vmware-govmomi-dev is not installed"

checks=0
host=
trap 'if [ -n "$host" ]; then kill "$host" 2>/dev/null || true; fi; rm -rf "$tmp"' EXIT
cd "$tmp"
export HOME=$tmp TMPDIR=$tmp VMX_VI_PASSWORD='geheim&<4711'
unset VMX_VI_URL NETRC LIBVIRT_AUTH_FILE http_proxy https_proxy all_proxy ALL_PROXY

# The program is kept: compiling all of the simulator takes a while.
simulator=$build/tests/vcsim/simulator
if [ ! -x "$simulator" ] || [ "$src/tests/vcsim/main.go" -nt "$simulator" ]; then
    mkdir -p "$build/tests/vcsim" src
    ln -s "$src/tests/vcsim" src/vcsim
    GO111MODULE=off GOFLAGS='' GOCACHE=$tmp/cache GOPATH=$tmp:$gopath \
        go build -o "$simulator.$$" vcsim || fail "the simulator was not built"
    mv "$simulator.$$" "$simulator"
    rm -rf cache
fi

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout key.pem -out host.pem 2>/dev/null
pin=sha256//$(openssl x509 -in host.pem -pubkey -noout |
    openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)

# begin SCHEME OPTION...: starts a host, whose datastores get a VMX for each machine.
begin() {
    local scheme=$1 kind one two
    shift
    rm -f in
    mkfifo in
    : >host.out
    "$simulator" -cert host.pem -key key.pem "$@" <in >host.out 2>host.err &
    host=$!
    exec 9>in
    until grep -q '^ready' host.out; do
        kill -0 "$host" 2>/dev/null || fail "the simulator: $(cat host.err)"
        sleep 0.1
    done
    stores=()
    while read -r kind one two; do
        case $kind in
        host) export VMX_VI_URL=$scheme://root@$one/ ;;
        datastore) stores+=("$two") ;;
        esac
    done <host.out
    for one in "${stores[@]}"; do
        for two in "$one"/*/*.vmx; do
            printf 'displayName = "%s"\nguestOS = "other"\nvirtualHW.version = "13"\nmemSize = "%d"\n' \
                "$(basename "$two" .vmx)" $((RANDOM % 100 * 4 + 4)) >"$two"
        done
    done
}

# Nobody is logged in any more.
end() {
    exec 9>&-
    wait "$host" || finding "the simulator: status $?"
    host=
    checks=$((checks + 1))
    [ "$(tail -n 1 host.out)" = 'sessions 0' ] ||
        finding "left logged in: $(tail -n 1 host.out)"
}

# vi STATUS ARGUMENT...: runs the tool.
vi() {
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    timeout 100 "$tool" --pin="$pin" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-vi $*: status $status, expected $wanted: $(head -c 300 err)"
    ! grep -q geheim out err || finding "vmx-vi $*: the password is told"
}

says() { # PATTERN
    grep -qE -e "$1" err || finding "no '$1' in: $(head -c 300 err)"
}

prints() { # FILTER VALUE
    local got
    got=$(jq -r "$1" out 2>&1) || true
    [ "$got" = "$2" ] || finding "$1 is '$got' and not '$2'"
}

# All machines are in this state.
are() { # STATE
    vi 0 --format=json list
    prints '[.[].state] | unique | join(" ")' "$1"
}

# ---- what both kinds can ------------------------------------------------------------

trust() {
    local seen
    vi 2 --pin="sha256//$(head -c 32 /dev/zero | base64)" list
    says 'certificate is not trusted'
    seen=$(sed -n 's/.*--pin=\([^ ]*\) accepts it.*/\1/p' err)
    [ "$seen" = "$pin" ] || finding "the pin offered is '$seen' and not $pin"
    VMX_VI_PASSWORD=wrong vi 2 list
    says 'InvalidLogin'
}

# names STORE-FOLDER...: what the simulator has called its machines.
names() {
    for file in "${stores[@]/%//*/*.vmx}"; do
        # shellcheck disable=SC2086 # a pattern
        basename -a -s .vmx $file
    done | sort
}

look() { # MACHINES
    local ref uuid place name
    vi 0 --format=json list
    cp out list.json
    prints 'length' "$1"
    jq -r '.[].name' list.json | sort | cmp -s - <(names) ||
        finding "other names: $(jq -c '[.[].name]' list.json)"
    prints '[.[] | select(.path != "[LocalDS_0] \(.name)/\(.name).vmx")] | length' 0
    prints '[.[] | select(.uuid | test("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))] | length' "$1"
    prints '[.[] | select(.question or .template)] | length' 0
    vi 0 list
    [ "$(wc -l <out)" -eq "$1" ] || finding "list has other lines: $(cat out)"

    IFS=$'\t' read -r ref uuid place name < <(jq -r '.[-1] | [.ref, .uuid, .place, .name] | @tsv' list.json)
    vi 0 show "$name"
    grep -q '^config.hardware.memoryMB *32$' out || finding "show: $(cat out)"
    mv out first
    for one in "$ref" "${uuid^^}" "$place" "/$place"; do
        vi 0 show "$one"
        cmp -s out first || finding "show $one is another machine"
    done
    vi 1 show nobody
    says 'there is no machine "nobody"'
    vi 0 --format=json host
    prints '[.[] | .["runtime.connectionState"] // empty] | unique | join(" ")' connected
    vi 0 question list
    [ ! -s out ] || finding "a question: $(cat out)"
}

fetch() {
    rm -rf vmx xml
    mkdir vmx xml
    vi 0 fetch --all -j 3 -O vmx
    [ "$(ls vmx)" = "$(names | sed 's/$/.vmx/')" ] || finding "fetched: $(ls vmx)"
    for store in "${stores[@]}"; do
        for file in "$store"/*/*.vmx; do
            cmp -s "$file" "vmx/${file##*/}" || finding "${file##*/} is another one"
        done
    done
    vi 0 fetch --all --to=xml -O xml
    [ "$(ls xml)" = "$(names | sed 's/$/.xml/')" ] || finding "fetched: $(ls xml)"
    for file in xml/*.xml; do
        grep -q "<name>$(basename "$file" .xml)</name>" "$file" ||
            finding "$file is of another machine"
    done
}

power() { # MACHINES
    local name
    name=$(names | head -n 1)
    are poweredOff
    vi 0 power on --all
    [ "$(grep -c ': on: done$' out)" -eq "$1" ] || finding "power on: $(cat out)"
    are poweredOn
    vi 0 power on --all
    [ "$(grep -c ': on: was so already$' out)" -eq "$1" ] || finding "on again: $(cat out)"
    vi 0 power reset --all -j 2
    vi 0 power suspend --all -j 1
    are suspended
    vi 0 --format=json power resume "$name"
    prints '"\(.name) \(.result)"' "$name done"
    vi 0 power resume --all
    [ "$(grep -c ': resume: was so already$' out)" -eq 1 ] || finding "resume: $(cat out)"
    are poweredOn
    vi 0 power shutdown "$name"
    vi 0 power off --all --wait=20
    are poweredOff
    vi 1 power reset "$name" nobody
    says "$name.* poweredOff"
    says 'nobody'
    # What the simulator does not have is a fault, and no machine stops another.
    vi 0 power on --all
    vi 1 power reboot --all
    [ "$(grep -c ': reboot: failed$' out)" -eq "$1" ] || finding "reboot: $(cat out)"
    says 'RebootGuest: '
    vi 0 power off --all
}

tasks() {
    local task
    vi 0 --format=json task list
    task=$(jq -r '[.[] | select(.name == "PowerOn")][0].ref' out)
    prints '[.[] | select(.ref == "'"$task"'")][0].state' success
    prints '[.[] | select(.name == "PowerOff")] | length > 1' true
    vi 1 task cancel "$task"
    says "^$task: error: CancelTask: "
}

# copy URL: files there and back, whole, and none in the place of another.
copy() {
    local url=$1 sum
    head -c 3000000 /dev/urandom >big
    sum=$(sha256sum <big)
    vi 0 --url="$url" cp big '[LocalDS_0] iso & more/big'
    grep -q "^${sum%% *}  \[LocalDS_0\]" out || finding "cp: another sum: $(cat out)"
    vi 1 --url="$url" cp big '[LocalDS_0] iso & more/big'
    says 'there is such a file; --replace'
    vi 0 --url="$url" cp --replace "$simulator" '[LocalDS_0] iso & more/big'
    vi 0 --url="$url" cp '[LocalDS_0] iso & more/big' '[LocalDS_0] iso & more/two'
    rm -f back
    vi 0 --url="$url" cp '[LocalDS_0] iso & more/two' back
    cmp -s "$simulator" back || finding "cp: other bytes came back"
    vi 1 --url="$url" cp '[LocalDS_0] no/such' none
    [ ! -e none ] || finding "cp: half a file is left"
}

# The simulator takes the request apart by the types of the WSDL, and so shows whether it
# is one.  Since it does not write a VMX, nothing of it is found there afterwards.
push() { # URL
    local name
    name=$(names | tail -n 1)
    rm -rf pushed
    mkdir pushed
    vi 0 --url="$1" fetch "$name" -O pushed
    sed -i 's/^memSize.*/memSize = "2048"/' "pushed/$name.vmx"
    cat >>"pushed/$name.vmx" <<'END'
config.version = "8"
numvcpus = "2"
annotation = "a & <b>"
guestinfo.role = "x ]]> y"
ethernet1.present = "TRUE"
ethernet1.virtualDev = "vmxnet3"
ethernet1.networkName = "VM Network"
ethernet1.addressType = "static"
ethernet1.address = "00:50:56:00:00:05"
scsi1.present = "TRUE"
scsi1.virtualDev = "pvscsi"
scsi1:0.present = "TRUE"
scsi1:0.fileName = "/vmfs/volumes/LocalDS_0/iso & more/disk.vmdk"
sata0.present = "TRUE"
sata0:0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "/vmfs/volumes/LocalDS_0/iso & more/two"
END
    vi 0 --url="$1" cp host.pem '[LocalDS_0] iso & more/disk.vmdk'
    vi 0 --url="$1" cp big '[LocalDS_0] iso & more/disk-flat.vmdk'
    vi 0 --url="$1" push --dry-run "pushed/$name.vmx"
    vi 0 --url="$1" show "$name"
    grep -q '^config.hardware.memoryMB *32$' out || finding "a dry run did it: $(cat out)"
    vi 1 --url="$1" push "pushed/$name.vmx"
    grep -q "^$name: push: done in part" out || finding "push: $(tail -n 3 out err)"
    vi 0 --url="$1" show "$name"
    grep -q '^config.hardware.memoryMB *2048$' out || finding "push: $(tail -n 3 out err)"
    cat >wanted <<END
machine $name 2048 2 a & <b>
extra $name guestinfo.role x ]]> y
device $name ParaVirtualSCSIController
device $name VirtualAHCIController
device $name VirtualDisk [LocalDS_0] iso & more/disk.vmdk
device $name VirtualCdrom [LocalDS_0] iso & more/two
device $name VirtualVmxnet3 00:50:56:00:00:05 VM Network
END
}

pushed() {
    local line
    while IFS= read -r line; do
        checks=$((checks + 1))
        grep -Fxq -e "$line" host.out || finding "the host has not '$line'"
    done <wanted
}

# ---- one after the other ------------------------------------------------------------

begin esx
trust
look 2
vi 0 --format=json host
prints '[.[].ref // empty] | join(" ")' ha-host
prints '.[0].product | test("ESXi")' true
fetch
power 2
tasks
copy "$VMX_VI_URL"
push "$VMX_VI_URL"
vi 2 --url="vpx${VMX_VI_URL#esx}" list
says 'is no vCenter .*esx://'
end
pushed

begin vpx -vcenter
trust
look 12
vi 0 --format=json host
prints '[.[].ref // empty] | length' 8
prints '.[0].product | test("vCenter")' true
fetch
power 12
tasks
# The path of the URI is what is asked for.
vi 0 --url="${VMX_VI_URL}DC0" --format=json list
prints '[.[] | .place[:4]] | unique | join(" ")' DC0/
vi 0 --url="${VMX_VI_URL}F0/DC1/F0/DC1_C0/DC1_C0_H0" --format=json list
prints '[.[] | .place[:7]] | unique | join(" ")' F0/DC1/
prints 'length' 6
vi 1 --url="${VMX_VI_URL}DC7" list
says 'DC7'
vi 1 cp key.pem '[LocalDS_0] key.pem'
says 'more than one datacenter: DC0, F0/DC1;'
copy "${VMX_VI_URL}F0/DC1"
push "${VMX_VI_URL}F0/DC1"
vi 1 --url="${VMX_VI_URL}DC0" cp '[LocalDS_0] iso & more/two' none
says 'there is no such file'
vi 2 --url="esx${VMX_VI_URL#vpx}" list
says 'is a vCenter .*vpx://'
end
pushed

# A session that is over while a task goes on is begun again.
begin esx -idle=300ms -delay=PowerOnVM_Task=1000 -delay=PowerOffVM_Task=1000
vi 0 power on --all -j 1
are poweredOn
vi 0 power off --all -j 2
are poweredOff
end

# A signal in the middle of it: logged out, and told.
begin esx -delay=PowerOnVM_Task=2000
checks=$((checks + 1))
"$tool" --pin="$pin" power on --all >out 2>err &
vi_pid=$!
sleep 1
kill "$vi_pid"
status=0
wait "$vi_pid" || status=$?
[ "$status" -eq 2 ] || finding "after a signal the status is $status: $(cat err)"
end

finish "$checks" calls
