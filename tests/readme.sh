#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# README's example is what the tool does: its VMX, converted with its command, is its XML,
# and its report is the report; so with what vmx-lint finds.  Links lead somewhere.
. "${0%/*}/lib.sh"
use_tool vmx-convert

block() { # LANGUAGE: the first block in that language; its opening line is ```LANGUAGE
    awk -v open="\`\`\`$1" '
        inside && $0 == "```" { exit }
        inside { print }
        $0 == open { inside = 1 }
        /^```/ && $0 != open && !inside { skip = !skip }' "$src/README.md"
}
block ini >"$tmp/shop.vmx"
block xml >"$tmp/wanted.xml"
awk '/^```$/ { n++; next } n == 3' "$src/README.md" >"$tmp/wanted.err"

command=$(sed -n "s/^\`vmx-convert \(.*\) shop\.vmx\`:$/\1/p" "$src/README.md")
[ -n "$command" ] || fail "README.md shows no command"
eval "options=($command)"

cd "$tmp"
"$tool" "${options[@]}" shop.vmx >out.xml 2>err || finding "status $?: $(cat err)"
diff -u wanted.xml out.xml || finding "the domain is another"
[ ! -s err ] || finding "the command of the README reports: $(cat err)"
kept=()
for option in "${options[@]}"; do
    [ "$option" = --no-metadata ] || kept+=("$option")
done
"$tool" -v "${kept[@]}" -o /dev/null shop.vmx 2>err || finding "status $?"
diff -u wanted.err err || finding "the report is another"

use_tool vmx-lint
mkdir lab
block vmx >lab/web.vmx
block console | sed 1d >wanted.lint
"$tool" --no-config --context lab >out.lint 2>&1 || [ $? -eq 1 ] || finding "status $?"
diff -u wanted.lint out.lint || finding "the findings are others"

count=5
while IFS= read -r link; do
    count=$((count + 1))
    [ -e "$src/$link" ] || finding "README.md links to $link, which is not there"
done < <(grep -o '](\([^)]*\))' "$src/README.md" | sed 's/](\(.*\))/\1/')

finish "$count" "blocks and links"
