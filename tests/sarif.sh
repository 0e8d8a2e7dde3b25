#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What vmx-lint writes as SARIF, against the published schema of SARIF 2.1.0.
. "${0%/*}/lib.sh"
use_tool vmx-lint
need_full jsonschema
schema=$build/sarif-2.1.0.json
[ -s "$schema" ] || skip_full "$schema is not there"

count=0
cd "$tmp"

# NAME ARGUMENT...
validate() {
    local name=$1 status=0
    shift
    "$tool" -q --format=sarif "$@" >"$name" 2>/dev/null || status=$?
    [ "$status" -le 1 ] || finding "$*: status $status"
    count=$((count + 1))
    jsonschema -i "$name" "$schema" >said 2>&1 || finding "$*: $(head -c 500 said)"
}

# The test can fail.
validate one.sarif "$src/testdata/inventory"
sed 's/"level":"[a-z]*"/"level":"bad"/' one.sarif >bad.sarif
! jsonschema -i bad.sarif "$schema" >/dev/null 2>&1 || fail "the schema allows anything"

validate rules.sarif --select=all "$src/testdata/lint"
validate fixes.sarif --select=all --ignore=inventory "$src/testdata/lint"
"$tool" -q --no-config --write-baseline=known "$src/testdata/lint" >/dev/null 2>&1 || :
validate known.sarif --no-config --baseline=known "$src/testdata/lint"
cp "$src/testdata/inventory/web-01.vmx" $'a b\303\251\377"%.vmx'
validate names.sarif --select=all $'a b\303\251\377"%.vmx' no-such.vmx
validate none.sarif no-such.vmx

finish "$count" logs
