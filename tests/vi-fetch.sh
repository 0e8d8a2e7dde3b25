#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-vi fetch makes of a host's machines what vmx-convert makes of their files, and tells
# the same of it.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi
convert=$build/tools/vmx-convert

checks=0
cd "$tmp"
inventory=$src/testdata/inventory

same() { # FILE FILE
    checks=$((checks + 1))
    cmp "$1" "$2" || finding "$1 and $2 differ: $(diff "$1" "$2" | head -n 5)"
}

machines=()
for file in "$inventory"/*.vmx; do
    name=${file##*/}
    name=${name%.vmx}
    mkdir -p "files/$name"
    cp "$file" "files/$name/"
    machines+=("machine $file")
done
echo '<map/>' >empty.xml

# The names of inputs and outputs are others; all that is told of them is not.
facts() { # REPORT
    jq -cS 'if .totals then . else del(.file, .output, .index) end' "$1" | sort
}

host_start "${machines[@]}"

vi 2 --all fetch
says 'says where to'
mkdir out1 out2
vi 2 --all -O out1 --to=none fetch
says 'expected vmx, xml, kvm'
vi 2 --all -O out1 --map=empty.xml fetch
says '--map is for --to=kvm'
vi 2 --all -O out1 --report=none.txt fetch
vi 2 -O out1 fetch
says 'name machines, or say --all'

for to in vmx xml kvm; do
    rm -rf out1 out2
    mkdir out1 out2
    vi 0 --all -O out1 --to=$to --report=report1.jsonl -j 3 fetch
    says "^$(printf '%s\n' "${machines[@]}" | wc -l) machines: [0-9]* converted"
    if [ "$to" = vmx ]; then
        cp files/*/* out2/
    else
        "$convert" --quiet --to=$to --base='[datastore1]' --report=report2.jsonl -O out2 files \
            2>/dev/null
        mv out2/*/*.xml out2
        rmdir out2/*/
        facts report1.jsonl >facts1
        facts report2.jsonl >facts2
        same facts1 facts2
    fi
    diff -r -x .vmx-convert.journal out1 out2 >differ || finding "--to=$to: $(head -n 5 differ)"
    # The order and the bytes do not depend on how many threads there are.
    mv report1.jsonl report3.jsonl
    vi 0 --all -O out1 --to=$to --report=report1.jsonl -j 1 fetch
    same report1.jsonl report3.jsonl
done
jq -se '.[0].file | startswith("[datastore1] ")' report1.jsonl >/dev/null ||
    finding "the report does not name the file on the host: $(head -n 1 report1.jsonl)"
grep -q "<domain type='kvm'\|<domain type=\"kvm\"" out1/web-01.xml ||
    finding "no domain of KVM: $(head -n 3 out1/web-01.xml)"

# The path on the host is none here, whatever lies below a folder of that name.
cp report1.jsonl report3.jsonl
folder='[datastore1] web-01'
mkdir "$folder"
for disk in web-01 web-01_1; do
    printf '%s\n' '# Disk DescriptorFile' version=1 CID=fffffffe parentCID=ffffffff \
        'createType="twoGbMaxExtentFlat"' "RW 4194304 FLAT \"$disk-f001.vmdk\" 0" \
        >"$folder/$disk.vmdk"
done
vi 0 --all -O out1 --to=kvm --report=report1.jsonl -j 1 fetch
same report1.jsonl report3.jsonl
rm -r "$folder"

# However often a signal comes, each session is logged out.
for signals in 1 3; do
    checks=$((checks + 1))
    tell 'fault GET delay 2000'
    "$tool" --all -O out2 -j 2 fetch >out 2>err &
    sleep 0.7
    kill -INT $! || finding "it ended before the signal: $(cat err)"
    for _ in $(seq 2 $signals); do
        sleep 0.1
        kill -INT $! 2>/dev/null || break
    done
    status=0
    wait $! || status=$?
    [ "$status" -eq 2 ] || finding "after $signals signals the status is $status: $(cat err)"
    told 0 'count sessions'
    tell well
done

# As it is, without a word.
vi 0 --all -O out2 fetch
[ ! -s err ] || finding "fetch says $(cat err)"

# The folder is made, where there is one to make it in.
vi 0 --all -O out3 fetch
same out2/web-01.vmx out3/web-01.vmx
vi 2 --all -O nowhere/out fetch
says 'nowhere/out: No such file'
vi 2 --all -O err fetch
says 'err: no folder'

# One object for each machine.
vi 0 --all -O out1 --to=xml --format=json fetch
[ "$(jq -s 'map(select(.status == "converted")) | length' out)" -eq "${#machines[@]}" ] ||
    finding "JSON: $(head -c 300 out)"

# A page to look at is a report, too.
vi 0 --all -O out1 --to=kvm --report=report.html fetch
grep -q 'Windows 10 B' report.html || finding "the page: $(head -c 300 report.html)"

# One that cannot be read is in the report, and stops no other.
rm -f out1/*
tell 'reset' 'fault GET@2 status 403'
vi 1 --all -O out1 --to=kvm --report=report1.csv -j 1 fetch
says 'HTTP status 403'
says '1 failed$'
[ "$(grep -c ',"failed","blocked",".*HTTP status 403' report1.csv)" -eq 1 ] ||
    finding "the report: $(cat report1.csv)"
# shellcheck disable=SC2012 # of names that are known
[ "$(ls out1 | wc -l)" -eq $((${#machines[@]} - 1)) ] || finding "there is $(ls out1)"

# What is no VMX is fetched as it is, and fails where it is to become something.
echo 'no machine' >nothing.vmx
tell well "file \"[datastore1] web-01/web-01.vmx\" from=$tmp/nothing.vmx"
rm -f out1/*
vi 0 --all -O out1 --report=report1.jsonl fetch
same nothing.vmx out1/web-01.vmx
vi 1 --all -O out1 --to=kvm fetch
says 'web-01'
[ ! -e out1/web-01.xml ] || finding "it became $(cat out1/web-01.xml)"

host_stop
finish "$checks" calls
