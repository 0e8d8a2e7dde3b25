#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vmx-lint from outside: options, settings, suppressions, baselines, fixes, formats.  What
# each rule finds is tests/unit/test_rules.c's.
. "${0%/*}/lib.sh"
use_tool vmx-lint

checks=0
cd "$tmp"
mkdir .git # settings end here
unset NO_COLOR

used() { # ARGUMENT...
    printf '%s\n' "$@" | sed -n 's/^--\([a-z-]*\).*/\1/p' >>"$tmp/used"
}

# lint STATUS ARGUMENT...: runs the tool; the results are in out and err.
lint() {
    local wanted=$1 status=0
    shift
    checks=$((checks + 1))
    "$tool" "$@" >out 2>err </dev/null || status=$?
    used "$@"
    [ "$status" -eq "$wanted" ] ||
        finding "vmx-lint $*: status $status, expected $wanted: $(head -c 300 err)"
    ! LC_ALL=C grep -aq $'[\001-\010\013-\037\177]' out err ||
        finding "vmx-lint $*: a control character in its output"
}

says() { # PATTERN [FILE]
    grep -aqE -e "$1" "${2-out}" || finding "no '$1' in ${2-out}: $(head -c 300 "${2-out}")"
}

silent() { # FILE
    [ ! -s "$1" ] || finding "$1 should be empty: $(head -c 300 "$1")"
}

# The codes that were told, in order.
found() { # CODES
    local got
    got=$(sed -nE 's/.*\[(VMX[0-9]*)\]$/\1/p' out | tr '\n' ' ')
    [ "$got" = "${1:+$1 }" ] || finding "found '$got', expected '$1'"
}

same() { # NAME WANTED
    cmp -s "$2" "$1" || finding "$1 is not as expected: $(diff "$2" "$1" | head -n 5)"
}

machine() { # LINE...
    printf '%s\n' '.encoding = "UTF-8"' 'config.version = "8"' \
        'virtualHW.version = "19"' 'displayName = "m"' 'guestOS = "other-64"' \
        'memsize = "512"' 'numvcpus = "1"' "$@"
}

machine >good.vmx
machine 'made.up = x' 'vmotion.checkpointFBSize = "1' >bad.vmx # VMX003, VMX004
{
    printf '\357\273\277'
    machine 'made.up = "x"'
} >bom.vmx # VMX001, which has a fix

# ---- what is told -------------------------------------------------------------------

lint 0 good.vmx
silent out
silent err
lint 0 -v good.vmx
says '^1 file: nothing found$' err
lint 1 --select=syntax bad.vmx
cat >wanted <<'X'
bad.vmx:8:11: warning: made.up: the value stands without quotes [VMX003]
bad.vmx:9:29: warning: vmotion.checkpointFBSize: the closing quote is missing [VMX004]
X
same out wanted
says '^1 file: 2 warnings(; --fix mends [0-9]*)?$' err
lint 1 --quiet --select=syntax bad.vmx
same out wanted
silent err
lint 1 --select=syntax --format=gcc bad.vmx
same out wanted
lint 2 -q -v bad.vmx
lint 0 --exit-zero --select=syntax bad.vmx
same out wanted
lint 1 --select=syntax good.vmx bad.vmx good.vmx
says '^3 files: ' err
mkdir -p tree/b tree/a/deep
cp bad.vmx tree/b/B.VMX
cp bad.vmx tree/a/deep/m.vmtx
cp bad.vmx tree/a/note.txt
for jobs in 1 2 7; do
    lint 1 --select=VMX003 --jobs=$jobs tree good.vmx
    [ "$(cut -d: -f1 out | tr '\n' ' ')" = 'tree/a/deep/m.vmtx tree/b/B.VMX ' ] ||
        finding "-j$jobs: $(cat out)"
done
printf 'bad.vmx\0good.vmx\0' >list
lint 1 --select=VMX003 --files-from=list --null
found VMX003

# Input that cannot be read is told, and the others are looked at.
lint 1 --select=VMX003 no-such.vmx bad.vmx
says '^no-such.vmx: error: No such file or directory$' err
! grep -q no-such out || finding "what cannot be read is told twice"
found VMX003
says '1 file failed, 1 warning' err
printf 'KDMV\001\0\0\0\003\0\0\0' >disk.vmx
lint 1 disk.vmx
says '^disk.vmx: error: .*VMDK.*\[VMX020\]$'

# Standard input.
stdin() { # STATUS FILE ARGUMENT...
    local wanted=$1 status=0 file=$2
    shift 2
    checks=$((checks + 1))
    "$tool" "$@" <"$file" >out 2>err || status=$?
    used "$@"
    [ "$status" -eq "$wanted" ] || finding "vmx-lint $* <$file: status $status: $(cat err)"
}
stdin 1 bad.vmx --select=VMX003
says '^-:8:11: '
stdin 1 bad.vmx --select=VMX003 --stdin-filename=lab/x.vmx -
says '^lab/x.vmx:8:11: '

# ---- the line, and what is to be seen of it -----------------------------------------

context() { # TEXT: the lines of out below the finding
    printf '%s' "$1" >wanted
    grep -a '^ *[0-9]* |' out >got || :
    same got wanted
}
lint 1 --context --select=VMX003 bad.vmx
context '    8 | made.up = x
      |           ^
'
machine $'\tmade.up\t=\t\xe6\xbc\xa2\xc3\xa9\x1b\xff tail' >odd.vmx
lint 1 --context --select=VMX003 odd.vmx
context $'    8 |         made.up =       \xe6\xbc\xa2\xc3\xa9?? tail
      |                         ^~~~~~~~~~
'
{
    machine
    printf 'a.b = "%0200d" = c\n' 1
} >long.vmx
lint 1 --context --select=syntax long.vmx
says '^    8 \| (\.\.\.)?.*$'
[ "$(wc -L <out)" -le 140 ] || finding "a long line is shown whole"
machine 'RemoteDisplay.vnc.password = geheim' '# RemoteDisplay.vnc.password = "geheim"' \
    'RemoteDisplay.vnc.password "geheim' >secret.vmx
for format in text gcc json jsonl sarif github gitlab junit; do
    lint 1 --context --select=syntax --format=$format secret.vmx
    says 'VMX003|unquoted' out
    ! grep -q geheim out err || finding "--format=$format shows a secret"
done
lint 1 --context --select=VMX003 secret.vmx
context '    8 | RemoteDisplay.vnc.password = "(redacted)"
'
sed 's/geheim/anders/' secret.vmx >secret2.vmx
prints() { "$tool" -q --select=VMX003 --format=json "$1" | grep -o '"fingerprint":"[^"]*"'; }
[ "$(prints secret.vmx)" = "$(prints secret2.vmx)" ] || finding "a fingerprint tells of a secret"

# ---- rules --------------------------------------------------------------------------

lint 1 --select=VMX003 bad.vmx
found VMX003
lint 1 --select=unquoted-value,vmx004 bad.vmx
found 'VMX003 VMX004'
lint 1 --select=0xx --ignore=VMX004 bad.vmx
found VMX003
lint 0 --select=0xx --ignore=syntax bad.vmx
found ''
lint 1 --select=0xx --select='key:^made' bad.vmx
found VMX003
lint 1 --select=0xx --ignore='key:^MADE\.' bad.vmx
found VMX004
lint 1 --select=VMX003 --severity=VMX003:error bad.vmx
says 'error: made.up'
lint 0 --select=VMX003 --severity=unquoted-value:info bad.vmx
says 'info: made.up'
lint 1 --select=VMX003 --severity=VMX003:info --fail-on=info bad.vmx
lint 0 --select=VMX003 --severity=VMX003:info --min-severity=warning bad.vmx
silent out
lint 0 --select=VMX003 --fail-on=error bad.vmx
found VMX003
lint 1 --select=VMX003 --severity=VMX004:on bad.vmx
found 'VMX003 VMX004'
lint 0 --profile=stig --ignore=security bad.vmx
lint 2 --profile=nonsense bad.vmx
says '^vmx-lint: --profile: "nonsense": expected of default, ' err
for wrong in --select=VMX999 --ignore=nonsense --severity=VMX003:bad --severity=VMX003 \
    --select= '--ignore=key:(' --ignore=key: --min-severity=x --format=x \
    --output=nonsense --output=text: --output=x:y --config=no-such; do
    lint 2 "$wrong" bad.vmx
    says '^vmx-lint: ' err
    silent out
done
lint 2 --config=x --no-config bad.vmx
lint 2 --fix --diff bad.vmx
lint 2 --unsafe-fixes bad.vmx

lint 0 --explain=VMX701
says '^VMX701 ' && says 'category inventory'
lint 0 --explain=bom
says '^VMX001 bom$'
lint 0 --explain=VMX021
lint 2 --explain=VMX999
lint 0 --list-rules
says '^VMX001  bom +warning +file +fix  '
lint 0 --list-rules --select=VMX003
says '^VMX001  bom +off '
says '^VMX003  unquoted-value +warning '
lint 2 --list-rules --format=sarif

# ---- settings -----------------------------------------------------------------------

mkdir -p set/lab/old set/prod
for folder in set set/lab set/lab/old set/prod; do
    cp bad.vmx $folder/m.vmx
done
printf '%s\n' 'select = "VMX003, VMX004"' 'fail-on = "error"' >set/.vmxlint
lint 0 set
found 'VMX003 VMX004 VMX003 VMX004 VMX003 VMX004 VMX003 VMX004'
echo 'ignore = "unquoted-value"' >set/lab/.vmxlint
lint 0 set/lab set/prod
found 'VMX004 VMX004 VMX003 VMX004'
echo 'root = "TRUE"' >>set/lab/.vmxlint
lint 1 --select=0xx set/lab/old # no fail-on from above
found 'VMX003 VMX004'
lint 1 --severity=3xx:off --ignore=1xx set/lab/old/m.vmx
found VMX004
mkdir set/lab/old/.git # a repository in itself
lint 1 --select=VMX003 set/lab/old/m.vmx
found VMX003
rmdir set/lab/old/.git
(cd set/lab/old && "$tool" -q --ignore=1xx m.vmx ../../prod/m.vmx >"$tmp/out" || :)
found 'VMX004 VMX003 VMX004'
lint 1 --no-config --select=VMX003 set/m.vmx
found VMX003
lint 0 --profile=stig --ignore=security set/m.vmx # another start
found ''
stdin 0 bad.vmx --stdin-filename=set/x.vmx
found 'VMX003 VMX004'
cat >set/.vmxlint <<'X'
# vmx-lint's settings
.encoding = "UTF-8"
select = "VMX003,VMX004"
severity.VMX003 = "error"
path2.glob = "**/old/*.vmx"
path2.ignore = "key:^made"
path1.glob = "lab/**"
path1.severity.unterminated-quote = "info"
path1.select = "VMX004"
path3.glob = "M.vmx"
path3.ignore = "all"
X
rm set/lab/.vmxlint
lint 1 set
grep -o '^[^:]*\|: [a-z]*: \|VMX...' out | tr -d '\n' >got
printf '%s' 'set/lab/m.vmx: info: VMX004set/lab/old/m.vmx: info: VMX004' \
    'set/m.vmx: error: VMX003set/m.vmx: warning: VMX004' \
    'set/prod/m.vmx: error: VMX003set/prod/m.vmx: warning: VMX004' >wanted
same got wanted
lint 1 --config=set/.vmxlint bad.vmx
says 'error: .*VMX003'
lint 0 --config=set/.vmxlint --ignore=VMX003 --fail-on=error bad.vmx
found VMX004

refused() { # LINE PATTERN
    echo "$1" >set/.vmxlint
    lint 2 set/m.vmx
    says "^vmx-lint: set/.vmxlint:[0-9]+: $2|^set/.vmxlint:[0-9:]+ warning" err
    silent out
}
refused 'selekt = "VMX003"' 'selekt: no such setting'
refused 'select = "VMX999"' 'select: "VMX999" is no rule'
refused 'root = "perhaps"' 'root: expected'
refused 'severity.VMX003 = "bad"' 'severity.VMX003: "bad": expected'
refused 'severity.VMX999 = "error"' 'severity.VMX999: '
refused 'fail-on = "never"' 'fail-on: "never"'
refused 'ignore = "key:["' 'ignore: '
refused 'path1.ignore = "all"' 'path1.ignore: there is no path1.glob'
refused 'path1.root = "TRUE"' 'path1.root: no such'
refused 'path1.glob = ""' 'path1.glob: '
refused 'profile = "no"' 'profile: "no"'
refused 'select = VMX003' ''
rm set/.vmxlint

# ---- comments -----------------------------------------------------------------------

machine '# vmx-lint: disable=VMX003' '' 'made.up = x' 'made.too = y' >quiet.vmx
lint 1 --select=VMX003 quiet.vmx
says '^quiet.vmx:11:'
says '1 warning, 1 silenced' err
machine '# vmx-lint: disable-file=unquoted-value' 'made.up = x' 'made.too = y' >quiet.vmx
lint 0 --select=VMX003 quiet.vmx
silent out
machine '# vmx-lint: disable=VMX003' 'made.up = "x"' >unused.vmx
lint 1 --select=VMX003,VMX030 unused.vmx
found VMX030

# ---- baselines ----------------------------------------------------------------------

mkdir -p base/sub
cp bad.vmx base/sub/m.vmx
cp bad.vmx base/n.vmx
cd base
lint 0 --select=syntax --write-baseline=known .
silent out
says '^known: 4 entries$' err
cat >wanted <<'X'
{"vmx-lint-baseline":1}
X
printf '{"path":"%s","code":"%s","key":"%s",\n' \
    n.vmx VMX003 made.up n.vmx VMX004 vmotion.checkpointfbsize \
    sub/m.vmx VMX003 made.up sub/m.vmx VMX004 vmotion.checkpointfbsize >>wanted
sed 's/"fingerprint":"[0-9a-f]\{16\}","count":1}$//' known >got
same got wanted
lint 0 --verbose --select=syntax --baseline=known .
silent out
says '4 in the baseline' err
cd sub
lint 0 --select=syntax --baseline=../known m.vmx # from another folder
cd ..
sed -i '1i# moved\n' n.vmx
echo 'made.up2 = x' >>n.vmx
lint 1 --select=syntax --baseline=known .
says '^./n.vmx:12:'
[ "$(wc -l <out)" -eq 1 ] || finding "a baseline does not survive moved lines: $(cat out)"
sed -i 's/made.up = x/made.up = y/' n.vmx
lint 1 --select=syntax --baseline=known .
says 'n.vmx:10:12?'
grep -v made.up2 n.vmx | sed 's/made.up = y/&\nmade.up = y/' >o.vmx
mv o.vmx n.vmx
echo 'select = "VMX003,VMX004"' >.vmxlint
lint 1 --baseline=known .
says '^known: 1 entry matches nothing any more' err
lint 1 -v --baseline=known n.vmx
says '^known: matches nothing: .*"made.up"' err
rm sub/m.vmx
lint 1 -v --baseline=known n.vmx
says '^known: 3 entries match nothing' err
lint 0 --baseline=known --write-baseline=known n.vmx
grep -c '"count":2' known >got || :
[ "$(cat got)" = 1 ] || finding "two of a kind are not counted: $(cat known)"
lint 0 --baseline=known n.vmx
for wrong in '' 'x' '{}' '{"vmx-lint-baseline":2}' '{"vmx-lint-baseline":1}
{"path":"a"}' '{"vmx-lint-baseline":1}
{"path":"a","code":"VMX003","key":null,"fingerprint":"0","count":0}' \
    '{"vmx-lint-baseline":1}
'; do
    printf '%s' "$wrong" >wrong
    [ "$wrong" = '{"vmx-lint-baseline":1}
' ] && status=1 || status=2
    lint $status --baseline=wrong n.vmx
done
lint 2 --baseline=no-such n.vmx
cd ..

# ---- the inventory ------------------------------------------------------------------

mkdir -p inv/a inv/b inv/c
for i in a b c; do
    machine 'uuid.bios = "56 4d 00 11 22 33 44 55-66 77 88 99 aa bb cc dd"' >inv/$i/m.vmx
done
lint 1 --select=inventory inv
[ "$(grep -c '\[VMX701\]$' out)" -eq 3 ] || finding "duplicates are not found: $(cat out)"
says '^3 files: ' err
lint 1 --select=inventory -j2 inv
[ "$(grep -c '\[VMX701\]$' out)" -eq 3 ] || finding "duplicates are not found with -j2"
printf 'ignore = "inventory"\n' >inv/a/.vmxlint
printf 'severity.VMX701 = "info"\n' >inv/b/.vmxlint
lint 1 inv
says '^inv/b/m.vmx:.* info: .*VMX701'
says '^inv/c/m.vmx:.*VMX701'
! grep -q '^inv/a/.*VMX701' out || finding "a file's own settings do not count in an inventory"
lint 0 --ignore=VMX701 inv
lint 0 inv/a inv/a # nothing of its own

# ---- files beside it ----------------------------------------------------------------

# Without a walk, and with one that knows what the folder holds, the same.
mkdir -p beside/alone beside/disk beside/self
for i in alone disk self; do
    machine 'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' \
        'scsi0:0.fileName = "m.vmdk"' 'nvram = "m.nvram"' >beside/$i/m.vmx
done
touch beside/disk/m.nvram
sed -i 's/m\.nvram/m.vmx/' beside/self/m.vmx
for what in beside 'beside/alone/m.vmx beside/disk/m.vmx beside/self/m.vmx'; do
    # shellcheck disable=SC2086
    lint 1 --select=missing-disk $what
    says '^beside/disk/m.vmx:.*there is no file "m.vmdk"'
    says '^beside/self/m.vmx:.*there is no file "m.vmdk"'
    [ "$(wc -l <out)" -eq 2 ] || finding "what is beside $what: $(cat out)"
done

# ---- fixes --------------------------------------------------------------------------

cp bom.vmx fix.vmx
lint 1 --select=VMX001 --diff fix.vmx
cmp -s bom.vmx fix.vmx || finding "--diff wrote something"
says '^--- fix.vmx$' && says '^\+\.encoding = "UTF-8"$'
says '; 1 would be fixed$' err
patch -s -o patched.vmx fix.vmx <out || finding "--diff is no patch"
lint 0 --select=VMX001 --fix fix.vmx
silent out
says '^1 file: nothing found; 1 fixed$' err
machine 'made.up = "x"' | cmp -s - fix.vmx || finding "--fix did not mend, or more"
cmp -s patched.vmx fix.vmx || finding "--diff and --fix disagree"
lint 0 --select=VMX001 --diff fix.vmx
silent out
{
    printf '\357\273\277'
    machine 'RemoteDisplay.vnc.password = "geheim"'
} | sed '1p; 2,7d' >hidden.vmx
lint 1 --select=VMX001 --diff hidden.vmx
! grep -q geheim out || finding "--diff shows a secret"
lint 1 --select=VMX001 --diff --with-secrets hidden.vmx
says geheim
lint 2 --with-secrets hidden.vmx
cp -p fix.vmx before.vmx
lint 0 --select=VMX001 --fix fix.vmx
[ ! fix.vmx -nt before.vmx ] || finding "--fix wrote a file that was well"
cp bom.vmx fix.vmx
lint 0 --select=VMX001 --fix --ignore='key:^\.encoding' fix.vmx
cmp -s bom.vmx fix.vmx || finding "--fix mends what is ignored"
machine 'made.up = "x"' 'made.up = "y"' >twice.vmx
lint 1 --select=VMX001,VMX101 --fix bom.vmx twice.vmx
found VMX101
says '; 1 fixed$' err
{
    printf '\357\273\277'
    machine 'made.up = "x"'
} >bom.vmx
stdin 0 bom.vmx --select=VMX001 --fix
machine 'made.up = "x"' | cmp -s - out || finding "standard input is not fixed"
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked
    cp bom.vmx locked/
    chmod a-w locked
    lint 2 --select=VMX001 --fix locked/bom.vmx
    says 'Permission denied' err
    chmod u+w locked
fi

# ---- formats ------------------------------------------------------------------------

lint 1 --select=syntax --output=json:f.json -o jsonl:f.jsonl -o sarif:f.sarif \
    -o github:f.github -o gitlab:f.gitlab -o junit:f.junit -o gcc:f.gcc -o text:f.text \
    bad.vmx quiet.vmx good.vmx no-such.vmx
cp out text.out
for format in json jsonl sarif github gitlab junit; do
    lint 1 --select=syntax --format=$format bad.vmx quiet.vmx good.vmx no-such.vmx
    same out f.$format
done
says '^no-such.vmx: error: No such file or directory$' f.text
for format in text gcc; do
    grep -v no-such f.$format >got
    same got text.out
done
before=$(ls -a)
lint 2 --output=json:keep.json --select=VMX999 bad.vmx
[ "$(ls -a)" = "$before" ] || finding "a failed run leaves $(ls -a)"
echo old >keep.json
lint 2 --output=json:keep.json --baseline=no-such bad.vmx
[ "$(cat keep.json)" = old ] || finding "a failed run replaces a report"
lint 2 --output=json:no/such/folder bad.vmx

cat >wanted <<'X'
::warning file=bad.vmx,line=8,col=11,endColumn=12,title=VMX003 unquoted-value::made.up: the value stands without quotes
X
head -n 1 f.github >got
same got wanted
cp bad.vmx 'a,b:c%.vmx'
lint 1 --select=VMX003 --format=github 'a,b:c%.vmx'
says '^::warning file=a%2Cb%3Ac%25.vmx,line=8'

json() { # FILTER FILE
    checks=$((checks + 1))
    jq -e "$1" "$2" >/dev/null || finding "JSON: not $1: $(head -c 400 "$2")"
}
if command -v jq >/dev/null; then
    json '.version == 1 and .tool == "vmx-lint" and (.files | length) == 4' f.json
    json '.files[0] | .file == "bad.vmx" and .error == null and .dropped == 0' f.json
    json '.files[0].findings[0] | .code == "VMX003" and .name == "unquoted-value" and
        .severity == "warning" and .category == "syntax" and .key == "made.up" and
        .line == 8 and .column == 11 and .length == 1 and .suppressed == null and
        (.fingerprint | test("^[0-9a-f]{16}:1$"))' f.json
    json '.files[1].findings | length == 2 and all(.suppressed == "comment")' f.json
    json '.files[3].error == "No such file or directory"' f.json
    json '.summary | .files == 4 and .failed == 1 and .warning == 2 and .suppressed == 2' \
        f.json
    jq -s . f.jsonl >lines.json
    json 'length == 5 and .[0].file == "bad.vmx" and .[4].error != null' lines.json
    json '[.[] | select(.code) | .fingerprint] | length == 4' lines.json

    json '.version == "2.1.0" and (.runs | length) == 1' f.sarif
    json '.runs[0].results | length == 4' f.sarif
    json '.runs[0] | .tool.driver.rules as $rules | .results |
        all(. as $r | $rules[$r.ruleIndex].id == $r.ruleId)' f.sarif
    json '.runs[0].results[0].locations[0].physicalLocation |
        .artifactLocation.uri == "bad.vmx" and
        .region == {"startLine": 8, "startColumn": 11, "endColumn": 12}' f.sarif
    json '[.runs[0].results[].suppressions | select(.) | .[0].kind] ==
        ["inSource", "inSource"]' f.sarif
    json '.runs[0].invocations[0] | .executionSuccessful == false and
        (.toolExecutionNotifications[0].message.text | startswith("no-such.vmx: "))' f.sarif
    json '.runs[0].tool.driver.rules | length > 50 and
        all(.shortDescription.text != "" and .fullDescription.text != "" and
            .help.text != "")' f.sarif
    lint 1 -q --select=VMX001 --format=sarif bom.vmx
    json '.runs[0].results[0].fixes[0].artifactChanges[0].replacements[0] |
        .deletedRegion == {"byteOffset": 0, "byteLength": 3} and
        .insertedContent.text == ""' out
    lint 0 -q --config=/dev/null --select=syntax --write-baseline=all bad.vmx
    lint 0 -q --select=syntax --baseline=all --format=sarif bad.vmx
    json '[.runs[0].results[].suppressions[0].kind] == ["external", "external"]' out
    mkdir -p 'sp ace'
    cp bad.vmx $'sp ace/\xc3\xa9%.vmx'
    lint 1 --select=VMX003 --format=sarif $'./sp ace/\xc3\xa9%.vmx'
    json '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri ==
        "sp%20ace/%C3%A9%25.vmx"' out
    lint 1 --select=VMX003 --format=sarif "$tmp/bad.vmx"
    json '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri |
        startswith("file:///")' out

    json 'length == 2 and all(.description != "" and .severity == "minor" and
        .location.path == "bad.vmx" and .location.lines.begin > 7)' f.gitlab
    json '[.[].fingerprint] | unique | length == 2' f.gitlab
    lint 0 --list-rules --format=json
    json 'length > 50 and all(.code and .name and .title and .why)' out
else
    echo "jq was not found: JSON was not tested"
fi
if command -v xmllint >/dev/null; then
    xpath() { # EXPRESSION WANTED
        checks=$((checks + 1))
        [ "$(xmllint --xpath "$1" f.junit)" = "$2" ] || finding "JUnit: $1 is not $2"
    }
    xpath 'count(/testsuites/testsuite)' 4
    xpath 'string(/testsuites/testsuite[1]/@name)' bad.vmx
    xpath 'count(/testsuites/testsuite[1]/testcase/failure)' 2
    xpath 'string(/testsuites/testsuite[1]/@failures)' 2
    xpath 'count(/testsuites/testsuite[2]/testcase/skipped)' 2
    xpath 'count(/testsuites/testsuite[3]/testcase)' 1
    xpath 'count(/testsuites/testsuite[4]/testcase/error)' 1
    xpath 'count(//testsuite[@tests != count(testcase)])' 0
else
    echo "xmllint was not found: JUnit was not tested"
fi

# ---- the same bytes -----------------------------------------------------------------

"$tool" -q -j1 tree set base inv bad.vmx >one || :
"$tool" -q -j4 tree set base inv bad.vmx >four || :
same four one

# Every option was used.
"$tool" --help | sed -n 's/^ .*--\([a-z-]*\).*/\1/p' | grep -vE '^(completion|help|version)$' |
    while read -r option; do
        grep -qx -- "$option" used || echo "--$option was not tested"
    done >unused
[ ! -s unused ] || finding "$(cat unused)"

finish "$checks" runs
