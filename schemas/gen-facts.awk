# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes facts.gen.c: what the catalogue says of each key beyond what finds it, and which
# letters its name has.  Reads the entries, as gen-keys.awk -v out=list gives them, and
# then the rows, as vmx-keys-table.xsl prints them.  What the tables mean is told in
# doc/facts.h and doc/nearest.h.
#
# Same input, same output, in mawk, gawk and busybox awk.

BEGIN {
    FS = "\t"
    entries = texts = text_size = ranges = 0
    keep_text("")
    product_of["both"] = "VX_PRODUCT_BOTH"
    product_of["esx"] = "VX_PRODUCT_ESX"
    product_of["ws"] = "VX_PRODUCT_WS"
    apply_of[""] = "VX_APPLY_UNKNOWN"
    apply_of["live"] = "VX_APPLY_LIVE"
    apply_of["power-cycle"] = "VX_APPLY_POWER_CYCLE"
    apply_of["power-off"] = "VX_APPLY_POWER_OFF"
}

FNR == 1 {
    files++
}

files == 1 {
    entry_of[$1] = entries
    pattern[entries] = $1
    row[entries++] = $2
    next
}

{
    read_row()
}

END {
    for (i = 0; i < entries && !failed; i++)
        make_entry(i)
    if (!failed)
        print_source()
    if (failed)
        exit 1
}

function fail(text)
{
    print "gen-facts.awk: " text | "cat 1>&2"
    failed = 1
}

function read_row(    p)
{
    p = $1
    known[p] = 1
    type[p] = $2
    product[p] = $3
    min_hw[p] = $4 + 0
    apply[p] = $8
    vi[p] = $9
    fallback[p] = $10
    meaning[p] = $11
    evidence[p] = $12
    flags[p] = ($13 == "yes") + 2 * ($16 == "yes")
    instead[p] = $14
    values[p] = $15
    note[p] = $17
    if (index($8 $9 $10 $11 $17, "|"))
        fail(p ": a bar stands for the end of a word")
}

# The offset of a text in vx_facts_text, where each stands once.  Between words there is
# a bar for the NUL.
function keep_text(text)
{
    if (!(text in text_at)) {
        text_at[text] = text_size
        text_line[texts++] = text
        text_size += length(text) + 1
    }
    return text_at[text]
}

function make_entry(e,    p, own)
{
    p = row[e]
    if (p == "") {
        line[e] = "0, 0, 0, 0, 0, VX_KEY_NO_ENTRY, 0, 0, 0, 0, 0, 0, 0, 0"
        return
    }
    if (!(p in known)) {
        fail(p ": there is no such row")
        return
    }
    own = p == pattern[e]
    split_values(values[p])
    line[e] = keep_text(meaning[p]) ", " keep_text(note[p]) ", " \
        keep_text(plain_fallback(p)) ", " keep_text(vi[p]) ", " keep_text(WORDS) ", " \
        instead_of(e) ", " keep_ranges() ", " WORD_COUNT ", " RANGE_COUNT ", '" \
        evidence[p] "', " product_of[product[p]] ", " min_hw[p] ", " apply_of[apply[p]] \
        ", " flags[p] + (own ? 0 : 4)
}

# Sets WORDS, WORD_COUNT, RANGES and RANGE_COUNT.
function split_values(text,    i, n, part)
{
    WORDS = RANGES = ""
    WORD_COUNT = RANGE_COUNT = 0
    n = split(text, part, "|") - 1
    for (i = 1; i <= n; i++) {
        if (substr(part[i], 1, 1) == "=") {
            WORDS = WORDS (WORD_COUNT++ ? "|" : "") substr(part[i], 2)
        } else {
            RANGES = RANGES substr(part[i], 2) "|"
            RANGE_COUNT++
        }
    }
}

# The index in vx_facts_ranges of those in RANGES.
function keep_ranges(    i, n, range, part)
{
    if (RANGES == "")
        return 0
    if (!(RANGES in ranges_at)) {
        ranges_at[RANGES] = ranges
        n = split(RANGES, range, "|") - 1
        for (i = 1; i <= n; i++) {
            split(range[i], part, ",")
            range_line[ranges++] = bound(part[1], "INT64_MIN") ", " \
                bound(part[2], "INT64_MAX") ", " keep_text(part[3])
        }
    }
    return ranges_at[RANGES]
}

function bound(number, none)
{
    return number == "" ? none : number
}

# A default that can stand in a file; others tell how the host finds one.
function plain_fallback(p,    text)
{
    text = fallback[p]
    if (type[p] == "bool")
        return text == "TRUE" || text == "FALSE" ? text : ""
    if (type[p] == "int" || type[p] == "size")
        return text ~ /^-?[0-9]+$/ ? text : ""
    if (index("|" WORDS "|", "|" text "|") || (type[p] == "enum" && WORDS == ""))
        return text
    return ""
}

# The same property of the same device: where scsi[0-3]:[U].shared says that
# scsi[0-3]:[U].sharing is meant, sata[0-3]:[U].shared says so of its own.
function instead_of(e,    p, mine, theirs)
{
    p = instead[row[e]]
    if (p == "")
        return "VX_KEY_NO_ENTRY"
    mine = pattern[e]
    theirs = row[e]
    while (mine != "" && theirs != "" && last_byte(mine) == last_byte(theirs)) {
        mine = substr(mine, 1, length(mine) - 1)
        theirs = substr(theirs, 1, length(theirs) - 1)
    }
    if (index(p, theirs) == 1)
        p = mine substr(p, length(theirs) + 1)
    if (!(p in entry_of)) {
        fail(pattern[e] ": there is no " p)
        return 0
    }
    return entry_of[p]
}

function last_byte(text)
{
    return substr(text, length(text))
}

# A string literal for each word, so that no digit follows the NUL's escape.
function print_text(text, last,    i, n, word)
{
    gsub(/\\/, "&&", text)
    gsub(/"/, "\\\"", text)
    n = split(text, word, "|")
    if (n == 0)
        word[n = 1] = ""
    for (i = 1; i <= n; i++)
        print "    \"" word[i] "\\0\"" (last && i == n ? ";" : "")
}

# The letters of a name as bits; 0 for a family's.
function bag_of(name,    i, c, bit, bag, seen)
{
    if (name ~ /\*$/)
        return 0
    gsub(/\[[^]]*\]|[0-9]+/, "#", name)
    name = tolower(name)
    bag = 0
    split("", seen)
    for (i = 1; i <= length(name); i++) {
        c = substr(name, i, 1)
        bit = index("abcdefghijklmnopqrstuvwxyz#.:-", c)
        if (bit == 0)
            bit = 31
        if (!(bit in seen))
            bag += bit_value(bit)
        seen[bit] = 1
    }
    return bag
}

function bit_value(bit,    value)
{
    for (value = 1; bit > 1; bit--)
        value *= 2
    return value
}

function print_source(    i)
{
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/vmx-keys.xml; do not edit. */"
    print "#include \"doc/facts.h\""
    print "#include \"doc/nearest.h\""
    print ""
    print "const char vx_facts_text[] ="
    for (i = 0; i < texts; i++)
        print_text(text_line[i], i == texts - 1)
    print ""
    print "const struct vx_range vx_facts_ranges[] = {"
    for (i = 0; i < ranges; i++)
        print "    {" range_line[i] "},"
    print "};"
    print ""
    print "const struct vx_key_facts vx_facts[VX_KEY_ENTRIES] = {"
    for (i = 0; i < entries; i++)
        print "    {" line[i] "},"
    print "};"
    print ""
    print "const uint32_t vx_key_bags[VX_KEY_ENTRIES] = {"
    for (i = 0; i < entries; i++)
        print "    " bag_of(pattern[i]) "u,"
    print "};"
}
