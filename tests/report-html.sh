#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-convert --report=FILE.html: the page is well-formed, whole and alone, tells what its
# machines have in common, and no name of theirs becomes markup.  In a browser it is
# tested by report-browser.sh.
. "${0%/*}/lib.sh"
use_tool vmx-convert
command -v xmllint >/dev/null || skip "xmllint was not found"

checks=0
mkdir "$tmp/work"
cd "$tmp/work"

machine() { # FILE NAME LINE...
    mkdir -p "${1%/*}"
    printf '%s\n' 'config.version = "8"' 'virtualHW.version = "17"' \
        "displayName = \"$2\"" "${@:3}" >"$1"
}

disk() { # FILE
    printf '%s\n' 'scsi0.present = "TRUE"' 'scsi0.virtualDev = "pvscsi"' \
        'scsi0:0.present = "TRUE"' "scsi0:0.fileName = \"$1\""
}

card() { # NETWORK
    printf '%s\n' 'ethernet0.present = "TRUE"' "ethernet0.networkName = \"$1\"" \
        'ethernet0.virtualDev = "vmxnet3"' 'ethernet0.address = "00:50:56:12:34:56"' \
        'ethernet0.addressType = "static"'
}

mapfile -t lines < <(disk '[san 1] db/data.vmdk'; card 'DMZ')
machine in/db1/db1.vmx db1 'guestOS = "debian11-64"' 'memSize = "512"' "${lines[@]}"
mapfile -t lines < <(disk '/vmfs/volumes/san 1/db/data.vmdk'; card 'DMZ')
machine in/db2/db2.vmx db2 'guestOS = "debian11-64"' 'memSize = "2048"' "${lines[@]}"
# Beside each machine, and so not shared.
mapfile -t lines < <(disk web.vmdk; card 'VM Network' | sed s/networkName.*/'connectionType = "nat"'/)
machine in/web1/web.vmx web1 'guestOS = "windows9-64"' 'memSize = "4096"' \
    'firmware = "efi"' "${lines[@]}"
machine in/web2/web.vmx web2 'guestOS = "windows9-64"' 'memSize = "200000"' "${lines[@]}"
printf '%s\n' '# Disk DescriptorFile' 'version=1' 'CID=fffffffe' 'parentCID=ffffffff' \
    'createType="vmfs"' 'RW 41943040 VMFS "web-flat.vmdk"' >in/web2/web.vmdk
mapfile -t lines < <(disk snap-000001.vmdk; card '<b>&amp;|22]]></pre></script>')
machine in/odd/odd.vmx '</pre></script><script>alert(1)</script><!-- ]]> &amp; '"'" \
    'guestOS = "</option><img src=x onerror=alert(2)>"' 'memSize = "512"' \
    'annotation = "|0A|0D|09|01"' 'RemoteDisplay.vnc.password = "geheim"' "${lines[@]}"
echo 'no machine' >in/odd/none.vmx
ln -s nowhere in/odd/$'tab\tnew\nline\1\2.vmx'

run() { # STATUS ARGUMENT...
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" -q "$@" >stdout 2>stderr || status=$?
    [ "$status" -eq "$wanted" ] ||
        finding "$*: status $status, expected $wanted: $(head -n 3 stderr)"
}

is() { # EXPECTED XPATH
    local got
    checks=$((checks + 1))
    got=$(xmllint --xpath "$2" page.html 2>&1) || true
    [ "$got" = "$1" ] || finding "$2 is '$got', expected '$1'"
}

has() { # TEXT FILE
    checks=$((checks + 1))
    grep -qF -e "$1" "$2" || finding "no '$1' in $2"
}

run 1 --report=page.html in
[ "$(head -n 1 page.html)" = '<!DOCTYPE html>' ] || finding "no document type"

# ---- a page, and nothing but it -----------------------------------------------------

checks=$((checks + 4))
xmllint --noout page.html 2>err || finding "the page is not well-formed: $(head -n 3 err)"
# HTML has no empty elements but these; any other swallows what follows it.
sed '/^\/\/<!\[CDATA\[/,$d' page.html | grep -oE '<[a-z0-9]+[^<>]*/>' |
    grep -vE '^<(meta|input|rect) ' >err || true
[ ! -s err ] || finding "empty elements: $(sort -u err | head -n 5)"
! grep -nE '<(link|img|iframe|base|object)|[a-z]+://|url\(|@import|src=["'\''0-9a-z]' \
    page.html | grep -vF '&lt;img src=x onerror' >err ||
    finding "the page needs more than itself: $(head -n 3 err)"
! grep -q geheim page.html || finding "a secret is in the page"
# References inside the page lead somewhere.
while IFS= read -r name; do
    is 1 "count(//*[@id='$name'])"
done < <(grep -oE '(href="#|aria-labelledby=")[^"]*' page.html | sed 's/.*["#]//' | sort -u)

# ---- hostile text -------------------------------------------------------------------

is 1 'count(//script)'
is 0 'count(//img)'
is 0 'count(//pre//*)'
# The data ends where it is to, also for a reader of HTML.
[ "$(grep -c '</pre>' page.html)" -eq 1 ] || finding "text ends the data"
[ "$(grep -ci '</script>' page.html)" -eq 1 ] || finding "text ends the script"
has "&lt;/pre&gt;&lt;/script&gt;&lt;script&gt;alert(1)" page.html
is 1 "count(//th[.='<b>&amp;\"]]></pre></script>'])"

# ---- what the machines have in common -----------------------------------------------

is 7 "substring-before(//header/p, ' ')"
is 3 "string(//li[contains(@class, 'blocked')]//strong)"
is 'debian11-64 (2)' "string(//option[@value='debian11-64'])"
is 2 "count(//figure[figcaption='Firmware']//rect)"
is 1 "string(//figure[figcaption='Memory']//text[.='from 128 GiB']/following-sibling::text[1])"
is 2 "string(//figure[figcaption='Memory']//text[.='below 1 GiB']/following-sibling::text[1])"
is 1 "count(//header/p[contains(., ' and 20 GiB of disks (of 1 whose disks')])"
is 1 "string(//figure[figcaption='Size of all disks']//text[.='17 to 32 GiB']/following-sibling::text[1])"
is '/vmfs/volumes/san 1/db/data.vmdk' "string(//section[@id='shared']//tbody//th)"
is 'db1, db2' "string(//section[@id='shared']//tbody//td[1])"
is 1 "count(//section[@id='shared']//tbody/tr)"
is 2 "string(//section[@id='map']//tr[th='DMZ']/td[1])"
is 'san 1' "string(//section[@id='map']//table[contains(caption, 'Datastores')]//tbody//th)"
is 1 "count(//section[@id='first']//td//button[@data-value='VMX610'])"
has "Delete or consolidate all snapshots" page.html
is 1 "count(//section[@id='first']//th[.='No such file or directory'])"

# ---- the machines -------------------------------------------------------------------

xmllint --xpath 'string(//pre)' page.html >data
[ "$(grep -c '^M' data)" -eq 7 ] || finding "not a line for each machine"
has $'\tready\tconverted\t1\t1\t\tdb1\tin/db1/db1.vmx\t' data
has $'D\tsan 1\tscsi0:0\t[san 1] db/data.vmdk' data
has $'D\t\tscsi0:0\tweb.vmdk\t21474836480' data
has $'C\tvmnet\t8\tethernet0\t' data
is 1 "count(//section[@id='map']//th[.='VMnet 8'])"
has $'C\tnetwork\tDMZ\tethernet0\t00:50:56:12:34:56' data
has $'L\tVMX610\tcritical\t' data
has 'tab␉new␊line' data
is 0 "count(//p[@class='note'][contains(., 'too many')])"

# ---- the same by other ways ---------------------------------------------------------

run 1 -j3 --report=three.html in
cmp page.html three.html || finding "-j3: another page"
run 1 -O out --report=first.html in
run 1 -O out --report=rest.html --resume in
cmp first.html rest.html || finding "--resume: another page"
for shard in 1 2; do
    "$tool" -q --shard=$shard/2 --report=$shard.xml in 2>/dev/null || true
done
run 0 --merge-reports --report=merged.html 2.xml 1.xml
cmp page.html merged.html || finding "the page of shards is another"
run 2 --merge-reports --report=new.html page.html
[ ! -e new.html ] || finding "a merge that failed left a page"

# ---- more machines than a page has room for -----------------------------------------

report() { # MACHINES EVERY: so many, and each EVERY-th is blocked
    awk -v n="$1" -v every="$2" 'BEGIN {
        print "<?xml version=\047" "1.0\047 encoding=\047UTF-8\047?>"
        print "<report xmlns=\047urn:libvmx:report:1\047>"
        for (i = 1; i <= n; i++) {
            printf "  <machine index=\047%d\047 file=\047m%d.vmx\047", i, i
            printf " status=\047converted\047 readiness=\047%s\047", \
                i % every ? "ready" : "blocked"
            printf " guest=\047%s\047 memory_mib=\047512\047 disk_count=\0471\047>\n", \
                i % 2 ? "debian11-64" : "windows9-64"
            print "    <disk key=\047scsi0:0\047 file=\047[san] " \
                (i == 7 || i == n ? "both" : i) ".vmdk\047/>"
            print "  </machine>"
        }
        printf "  <totals machines=\047%d\047 converted=\047%d\047", n, n
        print " warned=\0470\047 failed=\0470\047/>\n</report>"
    }'
}

report 10000 4 >many.xml
run 0 --merge-reports --report=page.html many.xml
[ "$(grep -c '^M' page.html)" -eq 10000 ] || finding "10,000 machines are not in the page"
is 0 "count(//p[contains(., 'too many')])"
report 10050 4 >many.xml
run 0 --merge-reports --report=page.html many.xml
[ "$(grep -c '^M' page.html)" -eq 2512 ] || finding "not the blocked ones of too many"
[ "$(grep -c '^M.*blocked' page.html)" -eq 2512 ] || finding "others than the blocked ones"
is 1 "count(//p[contains(., 'too many')])"
is 0 "count(//li[contains(@class, 'ready')]//button)"
is 10,050 "substring-before(//header/p, ' ')"
is 7,538 "string(//li[contains(@class, 'ready')]//strong)"
is 'debian11-64 (5,025)' "string(//option[@value='debian11-64'])"
is 'machine 7, machine 10050' "string(//section[@id='shared']//tbody//td[1])"
report 10050 1 >many.xml
run 0 --merge-reports --report=page.html many.xml
[ "$(grep -c '^M' page.html)" -eq 10000 ] || finding "not 10,000 of the blocked ones"
is 1 "count(//p[contains(., 'the first 10,000 of')])"

# A report that somebody broke, and one of no machine.
report 3 1 | sed 's/debian/&<b>/' >broken.xml
run 2 --merge-reports --report=new.html broken.xml
grep -q 'the reports are no XML' stderr || finding "no reason: $(cat stderr)"
[ ! -e new.html ] || finding "a page of nonsense"
report 0 1 >none.xml
run 0 --merge-reports --report=page.html none.xml
is 0 "string(//li[contains(@class, 'ready')]//strong)"

finish "$checks" checks
