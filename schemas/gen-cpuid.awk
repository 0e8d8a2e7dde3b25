# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes cpuid.gen.h of cpuid.tsv, and fails when that is out of order.

BEGIN {
    FS = "\t"
    number["eax"] = 0
    number["ebx"] = 1
    number["ecx"] = 2
    number["edx"] = 3
    last = -1
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/cpuid.tsv; do not edit. */"
    print "#ifndef VX_MODEL_CPUID_GEN_H"
    print "#define VX_MODEL_CPUID_GEN_H"
    print ""
    print "#include \"model/cpuid.h\""
    print ""
    print "/* In the order of leaf, subleaf, register and bit. */"
    print "static const struct vx_cpuid_bit vx_cpuid_bits[] = {"
}

/^#/ {
    next
}

{
    # 32 bits of leaf, 8 of subleaf, 2 of register, 5 of bit: below 2^53
    place = ((hex($1) * 256 + hex($2)) * 4 + number[$3]) * 32 + $4
    if (place <= last || NF != 5 || !($3 in number)) {
        print "gen-cpuid.awk: line " NR " is out of order or malformed" | "cat 1>&2"
        failed = 1
        exit
    }
    last = place
    print "    {0x" $1 ", 0x" $2 ", " number[$3] ", " $4 ", \"" $5 "\"},"
}

END {
    if (failed)
        exit 1
    print "};"
    print ""
    print "#endif"
}

function hex(s,    i, n)
{
    n = 0
    for (i = 1; i <= length(s); i++)
        n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
    return n
}
