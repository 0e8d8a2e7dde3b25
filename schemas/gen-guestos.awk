# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes guestos.gen.h of guestos.tsv, and fails when that is out of order.

BEGIN {
    FS = "\t"
    for (i = 32; i < 127; i++)
        ord[sprintf("%c", i)] = i
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/guestos.tsv; do not edit. */"
    print "#ifndef VX_MODEL_GUESTOS_GEN_H"
    print "#define VX_MODEL_GUESTOS_GEN_H"
    print ""
    print "#include \"model/guestos.h\""
    print ""
    print "/* In the order of the words in lower case. */"
    print "static const struct vx_guestos_row vx_guestos_rows[] = {"
}

/^#/ {
    next
}

!before(last, tolower($1)) || NF != 10 {
    print "gen-guestos.awk: line " NR " is out of order, or has not ten fields" | "cat 1>&2"
    failed = 1
    exit
}

{
    last = tolower($1)
    print "    {" text($1) ", " text($2) ", " text($7) ", " $3 ", VX_ARCH_" toupper($4) \
        ", " text($5) ", " ($6 == "yes" ? "true" : "false") ", VX_VIRTIO_" toupper($8) \
        ", VX_MACHINE_" toupper($9) ", " chosen($7, $4, $6) "},"
}

END {
    if (failed)
        exit 1
    print "};"
    print ""
    print "#endif"
}

# The first reversible row of an id and an architecture is where they lead back to; the
# API has no names for the words of arm.
function chosen(osinfo, arch, reversible)
{
    return osinfo != "" && (reversible == "yes" || arch == "aarch64") \
        && !led[osinfo, arch]++ ? "true" : "false"
}

function text(s)
{
    return s == "" ? "NULL" : "\"" s "\""
}

# Bytes, not what a locale thinks of them.
function before(a, b,    i, x, y)
{
    for (i = 1; i <= length(a) && i <= length(b); i++) {
        x = ord[substr(a, i, 1)]
        y = ord[substr(b, i, 1)]
        if (x != y)
            return x < y
    }
    return length(a) < length(b)
}
