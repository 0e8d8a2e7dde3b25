# SPDX-License-Identifier: LGPL-2.1-or-later
# schemas/vmx-order.tsv into arrays of ranks by property: block and place, 0 for none.
BEGIN {
    FS = "\t"
    block = 1
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/vmx-order.tsv; do not edit. */"
}
/^#/ {
    next
}
NF == 0 {
    block++
    place = 0
    next
}
NF != 2 || $1 !~ /^[A-Z]+$/ || $2 !~ /^[A-Za-z_0-9]+$/ {
    print FILENAME ":" FNR ": kind and property, please" > "/dev/stderr"
    exit 1
}
{
    if (!($1 in rows))
        kinds[++count] = $1
    rows[$1] = rows[$1] "    [VX_" $1 "_" $2 "] = VX_ORDER(" block ", " ++place "),\n"
    if (!($1 in rest))
        rest[$1] = block
}
END {
    print "#define VX_ORDER(block, place) ((block) << VX_ORDER_BITS | (place))"
    for (i = 1; i <= count; i++) {
        kind = kinds[i]
        printf "static const uint16_t vx_order_%s[VX_%s_PROPS] = {\n%s};\n", tolower(kind), kind, rows[kind]
        if (kind != "M")
            printf "#define VX_ORDER_%s VX_ORDER(%d, 255)\n", kind, rest[kind]
    }
    printf "#define VX_ORDER_LAST VX_ORDER(%d, 0)\n", block + 1
}
