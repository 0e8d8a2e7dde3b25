#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file includes only what lies below it.
. "${0%/*}/lib.sh"

# Layer: what it may include beside itself and vmx.h.  api is libvmx/*.[ch].
layers='
base:
diag:  base
text:  base diag
doc:   base diag text
model: base
xml:   base diag
map:   base diag text doc model xml
target: base diag text doc model xml map
edit:  base diag text doc model
lint:  base diag text doc model xml map target
diff:  base diag text doc model xml map
batch: base
api:   base diag text doc model xml map target edit lint diff
vi:    base
tools: base xml
'

check_layers() { # FOLDER that holds libvmx/ and tools/
    (
        cd "$1"
        find libvmx tools -name '*.[ch]' -o -name '*.def'
    ) | sort | (cd "$1" && xargs awk -v layers="$layers" '
        BEGIN {
            n = split(layers, line, "\n")
            for (i = 1; i <= n; i++) {
                m = split(line[i], word, /[: ]+/)
                if (word[1] == "")
                    continue
                known[word[1]] = may[word[1], word[1]] = 1
                for (j = 2; j <= m; j++)
                    may[word[1], word[j]] = 1
            }
        }
        function layer_of(path,   part, k) {
            k = split(path, part, "/")
            if (part[1] == "tools")
                return "tools"
            return k == 2 ? "api" : part[2]
        }
        FNR == 1 {
            mine = layer_of(FILENAME)
            if (!(mine in known))
                print FILENAME ": layer " mine " is not in the list"
        }
        match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/) {
            name = substr($0, RSTART, RLENGTH)
            system_wide = name ~ /</
            gsub(/^[^<"]*[<"]|[>"]$/, "", name)
            place = FILENAME ":" FNR ": "
            if (system_wide) {
                if (name ~ /^curl\// && mine != "vi")
                    print place "only vi/ uses libcurl"
                if (name ~ /\// && FILENAME == "libvmx/vmx.h")
                    print place "vmx.h includes the C library alone"
                next
            }
            if (name == "vmx.h" || (name == "vi/vmx-vi.h" && mine == "tools"))
                next
            if (name ~ /^\.|\/\.\.?\//) {
                print place "\"" name "\" is named from its folder, not from libvmx/"
                next
            }
            k = split(name, part, "/")
            theirs = k == 1 ? mine : part[1]
            if (!((mine, theirs) in may))
                print place mine " may not include \"" name "\""
        }
    ')
}

# The test can fail: a layer that looks up is found.
mkdir -p "$tmp/libvmx/base" "$tmp/tools"
echo '#include "doc/doc.h"' >"$tmp/libvmx/base/bad.h"
echo '#include "doc/doc.h"' >"$tmp/tools/bad.c"
[ "$(check_layers "$tmp" | wc -l)" -eq 2 ] || fail "planted includes were not found"

while IFS= read -r line; do
    finding "$line"
done < <(check_layers "$src")

finish "$(find "$src/libvmx" "$src/tools" -name '*.[ch]' | wc -l)" files
