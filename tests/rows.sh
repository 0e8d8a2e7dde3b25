#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every row of every table that has a key is shown by a golden case, in both directions:
# the key stands in an in.vmx whose out.xml has the row's place, and in a back.vmx whose
# domain has it.  Numbers of devices do not count.
. "${0%/*}/lib.sh"

cases=$src/testdata/convert
[ -d "$cases" ] || skip "testdata/convert is not there"
[ -x "$build/tests/rows" ] || skip "tests/rows was not built"
"$build/tests/rows" >"$tmp/rows" || fail "tests/rows does not list the rows"

# Rows that a direction cannot show: device, key, direction, why.
cat >"$tmp/exceptions" <<'END'
vcpu sched.cpu.min back no element reserves CPU
vcpu numa.nodeAffinity back <numatune> binds memory alone, which is sched.mem.affinity
controller scsi[0-3].sharedBus back <shareable/> of the disks is the newer sharing
disk scsi[0-3]:[U].shared back <shareable/> is the newer sharing
serial serial[0-31].startConnected back stays in the metadata
serial serial[0-31].hardwareFlowControl back stays in the metadata
serial serial[0-31].pipe.endPoint forth libvirt drops the mode from type pipe; from unix it comes back
parallel parallel[0-2].startConnected back stays in the metadata
parallel parallel[0-2].bidirectional back stays in the metadata
END

# What stands in the files: CASE, what, text.  Elements are our own writer's, or written
# by hand in its form: a tag does not go over several lines.
facts() {
    awk -v OFS='\t' '
        function name(text) {
            text = tolower(text)
            gsub(/[0-9]+/, "#", text)
            return text
        }

        FNR == 1 {
            n = split(FILENAME, path, "/")
            folder = path[n - 1]
            file = path[n]
        }

        file ~ /\.vmx$/ {
            sub(/^[ \t]+/, "")
            if (match($0, /^[^ \t=#"]+[ \t]*=/)) {
                sub(/[ \t]*=.*/, "")
                print folder, file, name($0)
            }
        }

        file ~ /\.xml$/ {
            rest = $0
            while (match(rest, /<[A-Za-z][^>]*/)) {
                tag = substr(rest, RSTART + 1, RLENGTH - 1)
                rest = substr(rest, RSTART + RLENGTH)
                element = tag
                sub(/[ \/].*/, "", element)
                print folder, file, element
                while (match(tag, /[A-Za-z][A-Za-z0-9_:-]*=[\047"]/)) {
                    print folder, file, element "/@" substr(tag, RSTART, RLENGTH - 2)
                    tag = substr(tag, RSTART + RLENGTH)
                    sub(/^[^\047"]*/, "", tag)
                }
            }
        }' "$cases"/*/in.vmx "$cases"/*/back.vmx "$cases"/*/out.xml "$cases"/*/in.xml |
        sort -u
}

# Rows that no case shows: DEVICE KEY DIRECTION, and how often all were asked, to stderr.
unshown() {
    awk -F '\t' '
        function name(text) {
            text = tolower(text)
            gsub(/\[[^]]*\]/, "#", text)
            gsub(/[0-9]+/, "#", text)
            return text
        }

        FNR == 1 { number++ }

        number == 1 && $2 ~ /vmx/ { with[$2, $3] = with[$2, $3] " " $1 }
        number == 1 && $2 ~ /xml/ { has[$1, $3] = 1 }

        # Is there a case with the key in FILE and the place in its domain?
        function shown(file, keys, place, count, key, i, k, folders, n) {
            count = split(keys, key, " ")
            for (k = 1; k <= count; k++) {
                n = split(with[file, name(key[k])], folders, " ")
                for (i = 1; i <= n; i++)
                    if ((place == "" && (file != "in.vmx" || (folders[i], "domain") in has)) \
                        || (folders[i], place) in has)
                        return 1
            }
            return 0
        }

        number == 2 {
            n = split($6 == "" ? $5 : $6, path, "/")
            place = path[n]
            if ($4 == "attr")
                place = place "/@" $7
            else if ($4 != "text" && $4 != "flag")
                place = ""
            sub(/^filesystem\/@$/, "", place)
            split($3, first, " ")
            asked++
            if (!shown("in.vmx", $3, place))
                print $1, first[1], "forth", place
            if (!shown("back.vmx", $3, place))
                print $1, first[1], "back", place
        }

        END { print asked + 0 >"/dev/stderr" }' "$tmp/facts" "$tmp/rows"
}

facts >"$tmp/facts"
unshown >"$tmp/unshown" 2>"$tmp/count"

while read -r device key direction place; do
    grep -q -x -F "$device $key $direction" <(cut -d ' ' -f 1-3 "$tmp/exceptions") ||
        finding "$device: no case shows $key $direction${place:+, at $place}"
done <"$tmp/unshown"

# An exception that is none is out of date.
while read -r device key direction why; do
    [ -n "$why" ] || finding "$device $key $direction: an exception without a reason"
    grep -q -F "$device $key $direction " "$tmp/unshown" ||
        finding "$device: $key is shown $direction; it is no exception"
done <"$tmp/exceptions"

finish "$(cat "$tmp/count")" "rows"
