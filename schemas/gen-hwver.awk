# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes hwver.gen.h of hwver.tsv, and fails when that is out of order.

BEGIN {
    FS = "\t"
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/hwver.tsv; do not edit. */"
    print "#ifndef VX_MODEL_HWVER_GEN_H"
    print "#define VX_MODEL_HWVER_GEN_H"
    print ""
    print "#include \"model/hwver.h\""
    print ""
    print "/* In the order of the numbers. */"
    print "static const struct vx_hwver vx_hwver_rows[] = {"
}

/^#/ {
    next
}

$1 + 0 <= last || NF != 10 {
    print "gen-hwver.awk: line " NR " is out of order, or has not ten fields" | "cat 1>&2"
    failed = 1
    exit
}

{
    last = $1 + 0
    print "    {" $1 ", " text($2) ", " text($3) ", " $4 ", " $5 ", " $6 ", " $7 ", " $8 \
        ", " $9 ", " ($10 == "yes" ? "true" : "false") "},"
}

END {
    if (failed)
        exit 1
    print "};"
    print ""
    print "#endif"
}

function text(s)
{
    return s == "" ? "NULL" : "\"" s "\""
}
