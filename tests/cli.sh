#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert from outside: each option, each exit status, odd files, odd streams.
. "${0%/*}/lib.sh"
use_tool vmx-convert

checks=0
cd "$tmp"

# A device that is always full.
full=/dev/full
if [ ! -c $full ]; then
    full=$tmp/full
    mknod "$full" c 1 7 2>/dev/null || full=
    # Some systems make the node and let nobody open it.
    { [ -n "$full" ] && : >"$full"; } 2>/dev/null || full=
fi
[ -n "$full" ] || echo "there is no /dev/full: a full disk was tested by a ceiling alone"

# vmx STATUS ARGUMENT...: runs the tool; the results are in out and err.
vmx() {
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" "$@" >out 2>err || status=$?
    printf '%s\n' "$@" | sed -n 's/^--\([a-z-]*\).*/\1/p' >>used
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-convert $*: status $status, expected $wanted: $(head -c 300 err)"
    if [ "$wanted" -eq 1 ] || [ "$wanted" -eq 2 ]; then
        [ -s err ] || [ -s out ] || finding "vmx-convert $*: failed and says nothing"
    fi
    ! LC_ALL=C grep -aq $'[\001-\010\013-\037\177]' err ||
        finding "vmx-convert $*: a control character on standard error"
}

says() { # PATTERN [FILE]
    grep -aqE -e "$1" "${2-err}" || finding "no '$1' in ${2-err}: $(head -c 300 "${2-err}")"
}

silent() { # FILE
    [ ! -s "$1" ] || finding "$1 should be empty: $(head -c 300 "$1")"
}

one_line() {
    [ "$(wc -l <err)" -eq 1 ] || finding "not one line: $(head -n 5 err)"
}

machine() { # LINE...
    printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' \
        'displayName = "m"' 'guestOS = "other"' 'memsize = "512"' "$@"
}

machine 'made.up = "x"' 'RemoteDisplay.vnc.enabled = "TRUE"' \
    'RemoteDisplay.vnc.password = "geheim"' \
    'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' 'scsi0:0.fileName = "m.vmdk"' >m.vmx
machine 'made.up = x' >odd.vmx

# ---- options ------------------------------------------------------------------------

vmx 0 m.vmx
says "^<domain type='vmware'>" out
says 'vmx:config' out
says '^m.vmx:8: lost \(warning\): RemoteDisplay.vnc.password = "\(redacted\)": .* \[VMX6[0-9]*\]$'
if grep -q geheim out err; then finding "a secret is out"; fi

vmx 0 --no-metadata m.vmx
grep -q 'vmx:config' out && finding "--no-metadata left metadata"
vmx 0 --no-metadata -v m.vmx
says '^m.vmx:6: lost: made.up = "x": .* \[VMX601\]$'
says '^m.vmx: 11 keys: [0-9]+ mapped, 0 kept in metadata, 0 runtime left out, [0-9]+ lost$'
vmx 0 -q m.vmx
silent err
vmx 0 --quiet odd.vmx
silent err
vmx 0 odd.vmx
says '^odd.vmx:6:[0-9]+: warning: .* \[VMX003\]$'
vmx 0 --verbose odd.vmx
says '^odd.vmx: 6 keys: '
vmx 2 -v -q m.vmx

vmx 0 --with-secrets m.vmx
says geheim out
machine 'guestinfo.password = "geheim"' >guest.vmx
vmx 0 --with-secrets --no-metadata -v guest.vmx
says 'guestinfo.password = "\(redacted\)"'
if grep -q geheim err; then finding "a secret is in a report"; fi
vmx 0 --base='[datastore1] vm' m.vmx
says '\[datastore1\] vm/m.vmdk' out
vmx 0 --base '[datastore1] vm' m.vmx
says '\[datastore1\] vm/m.vmdk' out
for base in datastore1 '[' '[]' '[a]b' '' $'[a] \xff' $'[a\001]' $'[a\xef\xbf\xbf]'; do
    vmx 2 --base="$base" m.vmx
    silent out
done

vmx 0 --libvirt=9.0 m.vmx
for release in x 9. .9 9.0.0.0 '' 9,0 -1; do
    vmx 2 --libvirt="$release" m.vmx
done
if command -v virsh >/dev/null; then
    vmx 0 --libvirt=auto m.vmx
    "$tool" --libvirt="$(virsh --version)" m.vmx >same 2>/dev/null
    cmp -s same out || finding "--libvirt=auto is not what virsh --version says"
elif ! ls /usr/lib*/libvirt.so.0 /usr/lib*/*/libvirt.so.0 >/dev/null 2>&1; then
    vmx 2 --libvirt=auto m.vmx
    says 'no libvirt is installed'
fi

vmx 1 --strict odd.vmx
silent out
says '\[VMX003\]'
says 'odd.vmx: error: .*--strict'
rm -f x.xml
vmx 1 --strict -o x.xml odd.vmx
[ ! -e x.xml ] || finding "--strict failed and wrote"
machine >clean.vmx
vmx 0 --strict clean.vmx
vmx 1 --fail-on=info --no-metadata m.vmx
says '<domain' out
vmx 1 --fail-on=warning m.vmx
vmx 0 --fail-on=critical m.vmx
vmx 0 --fail-on=warning clean.vmx
vmx 0 --host-mhz=2400 m.vmx
for number in 0 -1 x 4294967296 99999999999999999999 ''; do
    vmx 2 --host-mhz="$number" m.vmx
done

vmx 0 --to=xml m.vmx
vmx 2 --to=ovf m.vmx
says 'expected xml, vmx, kvm or a file'
vmx 2 --map=site.xml m.vmx
says '^vmx-convert: --map is for --to=kvm and stylesheets$'
vmx 2 --to=vmx --param=domain-type=qemu m.vmx
says '^vmx-convert: --param is for --to=kvm and stylesheets$'
vmx 2 --disk-plan=plan.sh m.vmx
says '^vmx-convert: --disk-plan is for --to=kvm and stylesheets$'
for file in m.vmx odd.vmx "$src"/testdata/inventory/*.vmx; do
    vmx 0 --to=vmx "$file"
    cmp -s "$file" out || finding "--to=vmx changed $file"
done
printf 'config.version = "8"\r\n\xef\xbb\xbf junk \x00\xff\nmemsize=4' >bytes.vmx
vmx 0 --to=vmx bytes.vmx
cmp -s bytes.vmx out || finding "--to=vmx changed odd bytes"

for code in VMX004 vmx004 unterminated-quote; do
    vmx 0 --explain=$code
    says '^VMX004 unterminated-quote$' out
done
vmx 2 --explain=VMX999
vmx 2 --explain=
for option in --help -h; do
    vmx 0 $option
    says '^Usage: vmx-convert ' out
    silent err
done
[ "$(wc -L <out)" -le 100 ] || finding "--help is $(wc -L <out) columns wide"
vmx 0 --version
says '^vmx-convert [0-9.]+ \(libvmx [0-9.]+\)$' out
vmx 2 --nonsense
vmx 2 --nonsense=$'\033[31m' m.vmx
vmx 2 -x
vmx 2 --format
says 'needs an argument'
vmx 2 --strict=yes m.vmx
says 'takes no argument'
vmx 2 --format=xml m.vmx
vmx 2 --no m.vmx --nonsense
vmx 2 m.vmx odd.vmx
says 'one FILE'
# Of many machines: tests/many.sh.
echo m.vmx >machines
vmx 0 --jobs=1 --files-from=machines --name={path} --output-dir=many
vmx 0 --resume -O many m.vmx
vmx 0 --report=many.csv --suggest-map=map.xml --shard=1/1 m.vmx
vmx 0 --merge-reports --report=all.csv many.csv
vmx 2 --resume m.vmx
says '^vmx-convert: --resume is for -O$'
tar -cf m.tar m.vmx
vmx 0 --from=tar --stream=jsonl m.tar

# ---- completions --------------------------------------------------------------------

vmx 0 --completion=bash
cp out complete.bash
bash -n complete.bash || finding "the completion for bash has a syntax error"
completes() { # WANTED WORD...
    local wanted=$1 got
    shift
    checks=$((checks + 1))
    got=$(bash -c '. ./complete.bash
        compopt() { :; }
        COMP_WORDS=(vmx-convert "$@")
        COMP_CWORD=$#
        $(complete -p vmx-convert | sed "s/.*-F \([^ ]*\).*/\1/")
        echo "${COMPREPLY[@]}"' - "$@")
    [ "$got" = "$wanted" ] || finding "completion of '$*': '$got', expected '$wanted'"
}
completes '--to=' --to
touch a.xsl
completes 'xml vmx kvm a.xsl' --to =
completes 'vmx' --to = v
completes 'critical' --fail-on = c
completes 'm.vmx' m.
vmx 0 --completion=zsh
says '^#compdef vmx-convert$' out
! command -v zsh >/dev/null || zsh -n out || finding "the completion for zsh is wrong"
vmx 0 --completion=fish
! command -v fish >/dev/null || fish -n out || finding "the completion for fish is wrong"
vmx 2 --completion=csh

# ---- JSON ---------------------------------------------------------------------------

json() { # FILTER FILE
    checks=$((checks + 1))
    jq -e "$1" "$2" >/dev/null || finding "JSON: not $1: $(head -c 400 "$2")"
}
if command -v jq >/dev/null; then
    vmx 0 --format=json m.vmx
    says '^<domain' out
    json '.file == "m.vmx" and .status == "converted" and (has("error") | not)' err
    json '.keys == 11 and .keys == ([.counts[]] | add)' err
    json '.counts | keys == ["kept", "lost", "mapped", "runtime"]' err
    json '.losses[] | select(.key == "RemoteDisplay.vnc.password") |
        .category == "warning" and .value == "(redacted)" and .line == 8 and
        (.code | test("^VMX6[0-9][0-9]$")) and (.name | length > 0) and
        (.what | length > 0) and (.advice | length > 0)' err
    vmx 0 --format=json -o x.xml odd.vmx
    silent err
    json '.diagnostics[0] | .code == "VMX003" and .name == "unquoted-value" and
        .severity == "warning" and .line == 6 and .column > 1 and .length > 0 and
        (.message | type) == "string" and (.remedy | type) == "string"' out
    vmx 1 --format=json --fail-on=warning m.vmx
    json '.status == "findings"' err
    vmx 1 --format=json no-such.vmx
    json '.status == "failed" and .error == "No such file or directory"' err
    vmx 1 --format=json /dev/null
    json '.status == "failed" and .diagnostics[0].code == "VMX020"' err
    vmx 2 --format=json -o no/such/folder.xml m.vmx
    json '.status == "not-written"' out
    machine "made.up\"\\ = \"a|1B|00\"" $'x\x01y.z = "q\\"' $'bad\xff.key = "\xc3"' >nasty.vmx
    vmx 0 --format=json --no-metadata nasty.vmx
    json '[.losses[].key] | length > 0' err
    cp nasty.vmx $'na"\\\xff\x1b.vmx'
    vmx 0 --format=json $'na"\\\xff\x1b.vmx'
    json '.file | startswith("na\"\\")' err
    vmx 0 -v --no-metadata $'na"\\\xff\x1b.vmx'
else
    echo "jq was not found: JSON was not tested"
fi

# ---- the way back -------------------------------------------------------------------

"$tool" -q m.vmx >back.xml
vmx 0 back.xml
cp out back.vmx
vmx 0 --to=vmx back.xml
cmp -s back.vmx out || finding "a domain without --to is not made a VMX"
grep -v password m.vmx | cmp -s - out ||
    finding "a VMX did not come back: $(diff m.vmx out | head -3)"
vmx 0 -v --to=vmx --hw-version=17 back.xml
grep -q '^virtualHW.version = "17"$' out || finding "--hw-version=17 is not in the VMX"
says '^back.xml: 0 losses$'
vmx 0 --to=vmx --format=json -o /dev/null back.xml
grep -q '"status": *"converted"' out || finding "JSON does not say that a domain was converted"
printf '<domain type="kvm"><name>m</name>' >broken.xml
vmx 1 broken.xml
says '^broken.xml:1:1: error: .*VMX1501'

# Hostile XML: one line, and no file or network is looked at.
hostile() { # NAME CODE, text on standard input
    cat >"$1.xml"
    vmx 1 --to=vmx "$1.xml"
    says "^$1.xml:[0-9]*:[0-9]*: error: .*$2"
    silent out
    one_line
}

hostile entity VMX1501 <<'EOF'
<!DOCTYPE domain [<!ENTITY e SYSTEM "file:///etc/hostname">]>
<domain type='vmware'><name>&e;</name></domain>
EOF
hostile subset VMX1501 <<'EOF'
<!DOCTYPE domain SYSTEM "http://localhost:1/domain.dtd">
<domain type='vmware'><name>m</name></domain>
EOF
hostile laughs VMX1501 <<'EOF'
<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<domain type='vmware'><name>&c;&c;&c;&c;</name></domain>
EOF
hostile include VMX1501 <<'EOF'
<domain type='vmware'><name>m</name>&unknown;</domain>
EOF
repeated() { # TEXT COUNT
    awk -v text="$1" -v count="$2" 'BEGIN { while (count-- > 0) printf "%s", text }'
}
hostile deep VMX1501 < <(printf '<domain>' && repeated '<a>' 1000000)
# libxml2 takes minutes over these.
hostile attributes VMX1501 < <(
    awk 'BEGIN { printf "<domain"; while (n < 400000) printf " a%d=\"\"", n++; print "/>" }'
)
{ printf '<domain>' && repeated '<a/>' 3000000; } >wide.xml
vmx 1 --to=vmx wide.xml
one_line
{ printf '<domain>' && head -c 70000000 /dev/zero | tr '\0' ' '; } >large.xml
vmx 1 --to=vmx large.xml
one_line
says 'larger than|too large|limit'
rm -f wide.xml large.xml deep.xml attributes.xml

# Odd values never cost the machine, and what is written can be read back.
cat >values.xml <<'EOF'
<domain type='vmware'>
  <name>a"b
c/../d</name>
  <memory unit='furlong'>-5</memory>
  <vcpu>99999999999999999999</vcpu>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><source file='[ds] ../../"x"&#10;y.vmdk'/><target dev='sda' bus='scsi'/></disk>
    <disk type='file' device='disk'><source file='b.vmdk'/><target dev='sda' bus='scsi'/></disk>
    <disk type='file' device='disk'><source file='c.vmdk'/><target dev='sdzzzzzzzz' bus='scsi'/><address type='drive' controller='-1' bus='0' unit='70000'/></disk>
    <interface type='bridge'><mac address='zz:zz'/><source bridge='n"&#13;&#10;m'/><model type='&#233;'/></interface>
  </devices>
</domain>
EOF
vmx 0 --to=vmx values.xml
grep -qxF 'displayName = "a|22b|0Ac%2f..%2fd"' out || finding "the name is not escaped: $(grep -a display out)"
grep -qF 'y.vmdk"' out && grep -qF '|22x|22|0Ay.vmdk"' out || finding "a file name is not escaped"
grep -qF 'networkName = "n|22|0D|0Am"' out || finding "a network's name is not escaped"
[ "$(grep -c '^scsi0:0.fileName' out)" -eq 1 ] || finding "two disks at one address"
says '^values.xml:4:1: warning: memory: .*VMX1510'
says '^values.xml:5:1: warning: vcpu: .*VMX1510'
cp out values.vmx
vmx 0 values.vmx

# Two devices never have one number: what there is no number for is told.
{
    echo "<domain type='vmware'><name>m</name><memory>1024</memory><os><type>hvm</type></os><devices>"
    awk 'BEGIN {
        while (++n <= 260)
            printf "<hostdev mode=\047subsystem\047 type=\047pci\047><source><address bus=\047%d\047 slot=\0471\047/></source></hostdev>\n", n % 256
    }'
    echo '</devices></domain>'
} >many.xml
vmx 0 --to=vmx many.xml
[ "$(grep -c '^pciPassthru[0-9]*\.present' out)" -eq 256 ] || finding "not 256 devices of 260"
[ "$(cut -d' ' -f1 out | sort | uniq -d | wc -l)" -eq 0 ] || finding "keys stand twice"
[ "$(grep -c 'VMX1582' err)" -eq 4 ] || finding "4 devices too many are not told"

# A flood of remembered keys: no device and no CPU feature looks at each of them.
{
    echo "<domain type='vmware'><name>m</name><memory>1024</memory><metadata><v:config xmlns:v='urn:libvmx:config:1'>"
    awk 'BEGIN {
        while (n < 150000)
            printf "<v:key name=\"k%d\" text=\"\"/>", n++
        print "</v:config></metadata><os><type>hvm</type></os><cpu>"
        while (feature++ < 20000)
            print "<feature name=\"xsaveopt\" policy=\"disable\"/>"
        print "</cpu><devices>"
        while (nic++ < 255)
            print "<interface type=\"bridge\"><source bridge=\"b\"/></interface>"
    }'
    echo '</devices></domain>'
} >flood.xml
timeout 60 "$tool" -q --to=vmx -o flood.vmx flood.xml 2>/dev/null || finding "a flood of remembered keys: exit status $?"
rm -f flood.xml flood.vmx

# ---- output -------------------------------------------------------------------------

"$tool" -q m.vmx >wanted.xml
echo old >x.xml
chmod 640 x.xml
ln -sf x.xml link.xml
vmx 0 -o link.xml m.vmx
cmp -s wanted.xml x.xml || finding "-o did not write what standard output gets"
[ -L link.xml ] || finding "-o replaced a link"
[ "$(stat -c %a x.xml)" = 640 ] || finding "-o changed the mode"
cp m.vmx self.vmx
vmx 0 --output=self.vmx --to=vmx self.vmx
cmp -s m.vmx self.vmx || finding "-o onto the input changed it"
ln -f self.vmx hard.vmx
ln -sf self.vmx soft.vmx
for name in self.vmx ./self.vmx hard.vmx soft.vmx; do
    vmx 2 -o "$name" self.vmx
    says '^self.vmx: error: .*-o names the input'
    cmp -s m.vmx self.vmx || finding "-o $name replaced the input"
done
rm -f hard.vmx soft.vmx
vmx 0 -o - m.vmx
cmp -s wanted.xml out || finding "-o - is not standard output"
vmx 2 -o "$tmp" m.vmx
vmx 2 -o no/such/folder.xml m.vmx
vmx 2 -o '' m.vmx

# A full disk, as a ceiling on the size of files: the old file stays, and no other.
machine "annotation = \"$(head -c 100000 /dev/zero | tr '\0' a)\"" >long.vmx
echo old >x.xml
touch before
find . | sort >before
checks=$((checks + 1))
status=0
(
    trap '' XFSZ
    ulimit -f 8
    "$tool" -o x.xml long.vmx 2>/dev/null
) || status=$?
[ "$status" -eq 2 ] || finding "full disk: status $status"
[ "$(cat x.xml)" = old ] || finding "full disk: the old file is gone"
find . | sort | cmp -s - before || finding "full disk: left $(find . | sort | diff before -)"
# The same where nobody told the tool to live with it.
checks=$((checks + 1))
status=0
(
    ulimit -f 8
    "$tool" -o x.xml long.vmx 2>/dev/null
) || status=$?
[ "$status" -eq 2 ] || finding "a ceiling on the size of files: status $status"
find . | sort | cmp -s - before ||
    finding "a ceiling on the size of files: left $(find . | sort | diff before -)"

# Whoever ends it while it writes finds the old file or the new one, and no other.
# &lt; is four bytes, so that there is time to meet it; a round that does not says nothing.
machine "annotation = \"$(head -c 8000000 /dev/zero | tr '\0' '<')\"" >longer.vmx
mkdir ended
for signal in INT TERM HUP; do
    checks=$((checks + 1))
    # env: what a shell starts in the background ignores SIGINT otherwise.
    env --default-signal=INT "$tool" -q -o ended/x.xml longer.vmx 2>/dev/null &
    while kill -0 $! 2>/dev/null && [ -z "$(ls -A ended)" ]; do :; done
    kill -s "$signal" $! 2>/dev/null || true
    wait $! 2>/dev/null || true
    [ -z "$(find ended -name '.x.xml*')" ] ||
        finding "ended by SIG$signal it leaves $(find ended -name '.x.xml*')"
    rm -rf ended/x.xml ended/.x.xml*
done
rm -r ended longer.vmx

stream() { # STATUS NAME COMMAND...
    local wanted=$1 name=$2 status=0
    shift 2
    checks=$((checks + 1))
    "$@" 2>err || status=$?
    [ "$status" -eq "$wanted" ] || finding "$name: status $status: $(head -n 3 err)"
}
closed_stdout() { "$tool" m.vmx >&-; }
closed_stdin() { "$tool" - <&-; }
closed_all() { "$tool" -o x.xml m.vmx <&- >&- 2>&-; }
full_stdout() { "$tool" m.vmx >"$full"; }
full_help() { "$tool" --help >"$full"; }
full_json() { "$tool" --format=json -o x.xml m.vmx >"$full"; }
broken_pipe() {
    "$tool" -q long.vmx | head -c 1 >/dev/null
    return "${PIPESTATUS[0]}"
}
ignored_pipe() {
    (
        trap '' PIPE
        "$tool" -q long.vmx | head -c 1 >/dev/null
        exit "${PIPESTATUS[0]}"
    )
}
stream 2 "closed stdout" closed_stdout
says 'Bad file descriptor'
stream 1 "closed stdin" closed_stdin
stream 2 "all streams closed" closed_all
cmp -s wanted.xml x.xml || finding "with all streams closed the result is another"
if [ -n "$full" ]; then
    vmx 2 -o "$full" m.vmx
    says 'No space left on device'
    stream 2 "full stdout" full_stdout
    says 'No space left on device'
    stream 2 "--help on a full disk" full_help
    stream 2 "JSON on a full disk" full_json
fi
if (trap - PIPE && sh -c 'kill -s PIPE $$') 2>/dev/null; then
    echo "SIGPIPE is ignored here: a broken pipe was tested as one that is"
else
    stream 141 "broken pipe" broken_pipe
fi
stream 2 "broken pipe with SIGPIPE ignored" ignored_pipe

# ---- input --------------------------------------------------------------------------

for input in - ''; do
    checks=$((checks + 1))
    "$tool" $input <m.vmx >out 2>err || finding "standard input: status $?"
    cmp -s wanted.xml out || finding "standard input gives another result"
done

vmx 1 no-such.vmx
says '^no-such.vmx: error: No such file or directory$'
vmx 1 "$tmp"
says 'error: Is a directory$'
vmx 1 /proc/self/mem
says 'error: Input/output error$'
if [ "$(id -u)" -ne 0 ]; then
    cp m.vmx secret.vmx
    chmod 0 secret.vmx
    vmx 1 secret.vmx
    says 'error: Permission denied$'
fi

refused() { # NAME WORDS: one line, nothing written; to XML and to VMX
    local to
    for to in xml vmx; do
        vmx 1 --to=$to "$1"
        silent out
        one_line
        says "^$1: error: .*$2"
    done
}
: >empty.vmx
refused empty.vmx 'empty'
printf '# Disk DescriptorFile\nversion=1\nCID=fffffffe\ncreateType="vmfs"\n' >disk.vmx
refused disk.vmx 'VMDK descriptor'
printf 'KDMV\001\0\0\0\003\0\0\0' >sparse.vmx
refused sparse.vmx 'VMDK disk'
printf '<?xml version="1.0"?>\n<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"/>\n' >ovf.vmx
refused ovf.vmx 'OVF'
(mkdir -p a && cp ovf.vmx a/m.ovf && tar --format=ustar -cf ova.vmx -C a m.ovf)
refused ova.vmx 'OVA'
printf '<?xml version="1.0"?>\n<VirtualBox xmlns="x"/>\n' >vbox.vmx
refused vbox.vmx 'VirtualBox'
vmx 1 --to=xml wanted.xml
says 'domain XML already'
head -c 300000 "$tool" >binary.vmx
refused binary.vmx 'program'
head -c 300000 /dev/urandom | tr '\0-\11\13-\37' '\200-\237' >noise.vmx
refused noise.vmx 'no key that VMware knows'
head -c 100000 /dev/zero >zeros.vmx
refused zeros.vmx 'no key that VMware knows'

machine $'a.b = "\001"' >nul.vmx
tr '\001' '\0' <nul.vmx >nul2.vmx
vmx 0 nul2.vmx
! command -v xmllint >/dev/null || xmllint --nonet --noout out || finding "NUL: bad XML"

(machine && printf 'annotation = "' && head -c 50000000 /dev/zero | tr '\0' a && echo '"') >line.vmx
vmx 0 -q line.vmx
[ "$(stat -c %s out)" -gt 50000000 ] || finding "a line of 50 MB did not arrive"
rm line.vmx
machine >large.vmx
truncate -s 100M large.vmx
vmx 1 large.vmx
silent out
one_line
says 'larger than 64 MiB'
vmx 1 - <large.vmx
says '^-: error: larger than 64 MiB'
rm large.vmx
head -n 10000000 >keys.vmx < <(yes 'a=1')
vmx 1 keys.vmx
silent out
one_line
says 'more lines than'
(machine && head -n 900000 < <(yes 'a=1')) >keys.vmx
vmx 0 keys.vmx
says 'more findings were counted and not kept$'
rm keys.vmx

# ---- secrets in lines that are no assignment ----------------------------------------

for option in '' --no-metadata --format=json; do
    checks=$((checks + 1))
    "$tool" -v $option "$src/testdata/convert/security-secret-lines/in.vmx" >out 2>&1 || true
    if grep -q told out; then finding "a secret is told with '$option'"; fi
done

# ---- terminal -----------------------------------------------------------------------

on_terminal() { # ENVIRONMENT...
    checks=$((checks + 1))
    env TERM=xterm "$@" script -qec "$tool -o /dev/null odd.vmx" /dev/null </dev/null >out || true
}
if command -v script >/dev/null; then
    on_terminal
    says $'\033\\[1;33mwarning\033\\[0m: ' out
    says ' keys: .* lost; .*--to=kvm' out
    on_terminal NO_COLOR=1
    if grep -q $'\033' out; then finding "NO_COLOR is not respected"; fi
    on_terminal TERM=dumb
    if grep -q $'\033' out; then finding "colour on a dumb terminal"; fi
else
    echo "script was not found: the terminal was not tested"
fi

# ---- nothing forgotten --------------------------------------------------------------

"$tool" --help | sed -n 's/^ *\(-[a-z], \)*--\([a-z-]*\).*/\2/p' | sort -u >options
sort -u used | comm -23 options - >untested
[ ! -s untested ] || finding "options without a test: $(tr '\n' ' ' <untested)"

finish "$checks" runs
