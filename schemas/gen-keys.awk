# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes the key tables.  Reads what vmx-keys-table.xsl prints; -v out=h gives keys.gen.h,
# -v out=c gives keys.gen.c.  What the tables mean is told in the header, at the end.
# -v out=list gives the entries in their order, each with the row that it was made of.
#
# Knows the prefixes of devices and nothing else of VMX.  Same input, same output, in
# mawk, gawk and busybox awk: no order of `for (x in y)`, no power, no number above 2^53.

BEGIN {
    FS = "\t"
    for (i = 32; i < 127; i++)
        ord[sprintf("%c", i)] = i

    types = split("string bool int enum uuid mac path size", type_word, " ")

    # kind, its enumerators, its table of ways back, its members
    add_kind("DISK",       "DISK",     "disk",     "VX_BUSES")
    add_kind("CONTROLLER", "CTRL",     "ctrl",     "VX_BUSES")
    add_kind("NIC",        "NIC",      "nic",      "")
    add_kind("SERIAL",     "SERIAL",   "serial",   "")
    add_kind("PARALLEL",   "PARALLEL", "parallel", "")
    add_kind("FOLDER",     "FOLDER",   "folder",   "")
    add_kind("PASSTHRU",   "PASSTHRU", "passthru", "")
    add_kind("USBDEV",     "USBDEV",   "usbdev",   "3")
    add_kind("VCPU",       "VCPU",     "vcpu",     "")
    add_kind("BRIDGE",     "BRIDGE",   "bridge",   "")
    add_kind("AUTOUSB",    "AUTOUSB",  "autousb",  "")
    add_kind("MACHINE",    "M",        "machine",  "")
    member_count["DISK"] = 5
    member_count["CONTROLLER"] = 4
    member_count["USBDEV"] = 3

    # normal form, kind, member, what stands before the property's name
    add_prefix("scsi#:#.",      "DISK", 0, "")
    add_prefix("sata#:#.",      "DISK", 1, "")
    add_prefix("ide#:#.",       "DISK", 2, "")
    add_prefix("nvme#:#.",      "DISK", 3, "")
    add_prefix("floppy#.",      "DISK", 4, "")
    add_prefix("sched.scsi#:#.", "DISK", 0, "sched_")
    add_prefix("sched.sata#:#.", "DISK", 1, "sched_")
    add_prefix("sched.ide#:#.",  "DISK", 2, "sched_")
    add_prefix("sched.nvme#:#.", "DISK", 3, "sched_")
    add_prefix("sched.floppy#.", "DISK", 4, "sched_")
    add_prefix("scsi#.",        "CONTROLLER", 0, "")
    add_prefix("sata#.",        "CONTROLLER", 1, "")
    add_prefix("ide#.",         "CONTROLLER", 2, "")
    add_prefix("nvme#.",        "CONTROLLER", 3, "")
    add_prefix("ethernet#.",    "NIC", 0, "")
    add_prefix("serial#.",      "SERIAL", 0, "")
    add_prefix("parallel#.",    "PARALLEL", 0, "")
    add_prefix("sharedfolder#.", "FOLDER", 0, "")
    add_prefix("pcipassthru#.", "PASSTHRU", 0, "")
    add_prefix("usb:#.",        "USBDEV", 0, "")
    add_prefix("ehci:#.",       "USBDEV", 1, "")
    add_prefix("usb_xhci:#.",   "USBDEV", 2, "")
    add_prefix("sched.vcpu#.",  "VCPU", 0, "")
    add_prefix("pcibridge#.",   "BRIDGE", 0, "")
    add_prefix("pcibridge#:#.", "BRIDGE", 0, "function_")
    # The number ends this one, so the property is the word before it.
    add_prefix("usb.autoconnect.", "AUTOUSB", 0, "")
}

# <device>.pciSlotNumber and the like tell people, not the table.
$1 !~ /^</ {
    read_row()
}

END {
    if (!failed)
        make()
    if (failed)
        exit 1
}

function add_kind(kind, enumerators, table, members)
{
    kind_word[++kinds] = kind
    kind_enum[kind] = enumerators
    kind_table[kind] = table
    kind_members[kind] = members
    member_count[kind] = 1
    props[kind] = 0
}

function add_prefix(norm, kind, member, before)
{
    prefix_norm[++prefixes] = norm
    prefix_kind[prefixes] = kind
    prefix_member[prefixes] = member
    prefix_before[prefixes] = before
    prefix_at[kind, member, before] = prefixes
}

function complain(text)
{
    print "gen-keys.awk: " text | "cat 1>&2"
}

function fail(text)
{
    complain(text)
    failed = 1
}

# Sets NORM, FLAGS (wild and prefix only), NUMBERS, FIXED, FIXED_VALUE of a pattern, and
# PAST[i], where the pattern goes on after the ith byte of NORM.
function analyse(pattern,    body, i, c, run)
{
    NORM = ""
    FLAGS = NUMBERS = FIXED = FIXED_VALUE = 0
    body = pattern
    if (body ~ /\*$/) {
        body = substr(body, 1, length(body) - 1)
        FLAGS = body ~ /\.$/ ? 16 : 32
    }
    for (i = 1; i <= length(body);) {
        c = substr(body, i, 1)
        if (c == "[") {
            i += index(substr(body, i), "]")
            append("#", i)
            NUMBERS++
        } else if (c ~ /[0-9]/) {
            match(substr(body, i), /^[0-9]+/)
            run = substr(body, i, RLENGTH) + 0
            i += RLENGTH
            append("#", i)
            fix_number(run)
            NUMBERS++
        } else {
            append(tolower(c), ++i)
        }
    }
    if (index(NORM, "##"))
        fail(pattern ": two numbers meet")
}

function append(c, past)
{
    NORM = NORM c
    PAST[length(NORM)] = past
}

# One value is kept: numbers that differ from the first written one are free.
function fix_number(value)
{
    if (!FIXED)
        FIXED_VALUE = value
    if (value == FIXED_VALUE)
        FIXED += bit_of(NUMBERS)
}

# Without the ^ that busybox may lack.
function bit_of(n,    bit)
{
    for (bit = 1; n > 0; n--)
        bit *= 2
    return bit
}

# The longest device prefix of NORM that leaves a property, or 0.
function device_prefix(    i, best)
{
    best = 0
    for (i = 1; i <= prefixes; i++)
        if (index(NORM, prefix_norm[i]) == 1 && length(NORM) > length(prefix_norm[i]))
            if (!best || length(prefix_norm[i]) > length(prefix_norm[best]))
                best = i
    if (best && prefix_kind[best] == "AUTOUSB" && NORM != "usb.autoconnect.device#")
        best = 0
    return best
}

# What tells the analysed pattern from all others.
function name_of_row()
{
    return NORM SUBSEP FIXED SUBSEP FIXED_VALUE SUBSEP (FLAGS == 32)
}

function read_row(    flags, at, past, rest)
{
    analyse($1)
    flags = FLAGS + ($5 == "yes") + 2 * ($6 == "runtime") + 4 * ($6 == "host") \
        + 8 * ($7 == "yes") + 128 * ($1 == ".encoding" || $1 == "displayName")
    row_of[name_of_row()] = $1
    at = device_prefix()
    if (!at) {
        add_row($1, $2, flags, $11)
        return
    }
    past = PAST[length(prefix_norm[at])]
    if (!(at in prefix_pattern))
        prefix_pattern[at] = substr($1, 1, past - 1)
    rest = substr($1, past)
    add_prop(prefix_kind[at], prefix_before[at], rest,
             substr(NORM, length(prefix_norm[at]) + 1) FLAGS, $2, flags)
}

# A property of a device; the first row that has it speaks for every bus.
function add_prop(kind, before, rest, key, type, flags,    n)
{
    if ((kind, before, key) in prop_seen)
        return
    prop_seen[kind, before, key] = 1
    n = ++props[kind]
    prop_row[kind, n] = $1
    prop_before[kind, n] = before
    prop_rest[kind, n] = rest
    prop_type[kind, n] = type
    prop_flags[kind, n] = flags
}

# A key of no device: kept until the devices are known.
function add_row(pattern, type, flags, meaning)
{
    row_pattern[++rows] = pattern
    row_type[rows] = type
    row_flags[rows] = flags
    row_meaning[rows] = meaning
}

function make(    i)
{
    for (i = 1; i <= kinds; i++)
        name_enumerator(kind_word[i], "OTHER")
    for (i = 1; i <= rows; i++)
        make_row(i)
    for (i = 1; i <= kinds; i++)
        make_device(kind_word[i])
    for (i = 1; i <= prefixes; i++)
        make_implicit(i)
    if (entries >= 65535)
        fail("too many keys")
    if (text_size >= 65536)
        fail("vx_key_text has outgrown 16 bits")
    if (failed)
        return
    make_table()
    sort_prefixes()
    if (out == "h")
        print_header()
    else if (out == "list")
        print_list()
    else
        print_source()
}

function make_row(i,    kind, prop, word)
{
    analyse(row_pattern[i])
    kind = "NONE"
    prop = 0
    if (NORM ~ /^cpuid\.#\.e[abcd]x(\.amd)?$/ || NORM == "cpuid." ||
        NORM == "featmask.vm." || NORM == "featmask.vm.cpuid.") {
        kind = "CPUID"
    } else if (!FLAGS) {
        kind = "MACHINE"
        word = row_pattern[i]
        sub(/^\./, "", word)
        prop = name_enumerator(kind, word)
    }
    add_entry(row_pattern[i], row_pattern[i], kind, 0, prop, row_flags[i], row_type[i],
              row_meaning[i], row_pattern[i])
}

function make_device(kind,    member, i, pass, word)
{
    # The device's own properties come before those with a word before them.
    for (pass = 1; pass <= 2; pass++)
        for (i = 1; i <= props[kind]; i++) {
            if ((prop_before[kind, i] == "") != (pass == 1))
                continue
            prop_number[kind, i] = 0
            if (prop_rest[kind, i] ~ /\*$/)
                continue
            word = prop_before[kind, i] prop_rest[kind, i]
            gsub(/\[[^]]*\]/, "", word)
            prop_number[kind, i] = name_enumerator(kind, word)
        }
    if (!props[kind])
        return
    for (member = 0; member < member_count[kind]; member++)
        for (pass = 1; pass <= 2; pass++)
            for (i = 1; i <= props[kind]; i++)
                if ((prop_before[kind, i] == "") == (pass == 1))
                    make_property(kind, member, i)
}

function make_property(kind, member, i,    at)
{
    at = prefix_at[kind, member, prop_before[kind, i]]
    add_entry(prefix_text(at) prop_rest[kind, i], prop_before[kind, i] prop_rest[kind, i],
              kind, member, prop_number[kind, i], prop_flags[kind, i],
              prop_type[kind, i], "", prop_row[kind, i])
}

# As the catalogue writes the prefix: "scsi[0-3]:[U].".
function prefix_text(at)
{
    if (at in prefix_pattern)
        return prefix_pattern[at]
    if (prefix_before[at] == "sched_")
        return "sched." prefix_text(prefix_at[prefix_kind[at], prefix_member[at], ""])
    fail(prefix_norm[at] ": no key of the catalogue has this prefix")
    return ""
}

# So that an unknown property of a device still leads to the device.
function make_implicit(at)
{
    if (prefix_kind[at] == "AUTOUSB" || ((prefix_norm[at], 0, 0, 0) in entry_seen))
        return
    add_entry(prefix_text(at) "*", prefix_before[at] "*", prefix_kind[at],
              prefix_member[at], 0, 16 + 64, "string", "", "")
}

# The number of the enumerator `word` of a kind, which is new.
function name_enumerator(kind, word,    name)
{
    gsub(/[^A-Za-z0-9]/, "_", word)
    name = "VX_" kind_enum[kind] "_" word
    if (name in enumerator_seen)
        fail(name " is named twice")
    enumerator_seen[name] = 1
    enumerator[kind, enumerators[kind] + 0] = name
    return enumerators[kind]++
}

# `row` is the pattern of the row that speaks for the entry when none is its own.
function add_entry(pattern, name, kind, member, prop, flags, type, meaning, row,    e, same)
{
    analyse(pattern)
    same = name_of_row()
    if (same in entry_seen) {
        e = entry_seen[same]
        if (entry_type[e] != type || entry_meaning[e] != meaning)
            fail(pattern " and " entry_pattern[e] " are one key")
        return
    }
    e = entries++
    entry_seen[same] = e
    entry_norm[e] = NORM
    entry_kind[e] = kind
    entry_member[e] = member
    entry_numbers[e] = NUMBERS
    entry_prop[e] = prop
    entry_flags[e] = flags
    entry_type[e] = type
    entry_fixed[e] = FIXED
    entry_value[e] = FIXED_VALUE
    entry_name[e] = name
    entry_pattern[e] = pattern
    entry_meaning[e] = meaning
    entry_row[e] = same in row_of ? row_of[same] : row
    if (prop && !((kind, member, prop) in way_back))
        way_back[kind, member, prop] = e
    if (!prop && flags >= 64 && !((kind, member, 0) in way_back))
        way_back[kind, member, 0] = e
    norm_at[e] = keep_text(NORM)
    name_at[e] = keep_text(name)
    pattern_at[e] = keep_text(pattern)
    if (length(NORM) > 255 || NUMBERS > 8)
        fail(pattern ": too long")
}

# The offset of a text in vx_key_text, where each stands once.
function keep_text(text)
{
    if (!(text in text_at)) {
        text_at[text] = text_size + 0
        text_line[texts++] = text
        text_size += length(text) + 1
    }
    return text_at[text]
}

# Of three words of four bytes, the first byte the lowest: enough to tell the names apart
# without reading all of each.  Names shorter than four bytes have zeros behind.
function hash_of(text,    n, tail)
{
    n = length(text)
    tail = n < 4 ? 0 : n - 4
    return (n + times(word_at(text, 0), 2654435761) \
            + times(word_at(text, tail), 2246822519) \
            + times(word_at(text, int(tail / 2)), 3266489917)) % 4294967296
}

# Modulo 2^32, by halves.
function times(a, b)
{
    return (a % 65536 * b + int(a / 65536) * b % 65536 * 65536) % 4294967296
}

function word_at(text, at)
{
    return byte_at(text, at + 1) + 256 * byte_at(text, at + 2) \
           + 65536 * byte_at(text, at + 3) + 16777216 * byte_at(text, at + 4)
}

function byte_at(text, i)
{
    return i <= length(text) ? ord[substr(text, i, 1)] : 0
}

# The highest twelve bits.
function slot_of(h)
{
    return int(h / 1048576)
}

# Keys that fix a number go in first, so that they are met first.
function make_table(    pass, e, slot)
{
    for (slot = 0; slot < 4096; slot++)
        table[slot] = 0
    for (pass = 1; pass <= 2; pass++)
        for (e = 0; e < entries; e++) {
            if (is_prefix(e) || (entry_fixed[e] > 0) != (pass == 1))
                continue
            slot = slot_of(hash_of(entry_norm[e]))
            while (table[slot])
                slot = (slot + 1) % 4096
            table[slot] = e + 1
        }
}

function is_prefix(e)
{
    return int(entry_flags[e] / 32) % 2
}

# Longest first; the order of the catalogue among equals.
function sort_prefixes(    e, i)
{
    for (e = 0; e < entries; e++) {
        if (!is_prefix(e))
            continue
        for (i = prefix_entries++; i > 0; i--) {
            if (length(entry_norm[prefix_entry[i - 1]]) >= length(entry_norm[e]))
                break
            prefix_entry[i] = prefix_entry[i - 1]
        }
        prefix_entry[i] = e
    }
}

function print_head()
{
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/vmx-keys.xml; do not edit. */"
}

# Prints words, comma separated, in lines of at most 88 bytes.
function wrap(word)
{
    if (line != "" && length(line) + length(word) + 2 > 88)
        unwrap()
    line = line == "" ? "    " word "," : line " " word ","
}

function unwrap()
{
    if (line != "")
        print line
    line = ""
}

function print_header(    i, k, j, kind, upper)
{
    print_head()
    print "#ifndef VX_DOC_KEYS_GEN_H"
    print "#define VX_DOC_KEYS_GEN_H"
    print ""
    print "#include <stdint.h>"
    print ""
    print "/* What a key belongs to. */"
    print "enum vx_key_kind {"
    print "    VX_KIND_NONE,"
    for (i = 1; i < kinds; i++)
        print "    VX_KIND_" kind_word[i] ","
    print "    VX_KIND_CPUID,"
    print "    VX_KIND_MACHINE,"
    print "    VX_KINDS"
    print "};"
    print ""
    print "enum vx_bus {"
    print "    VX_BUS_SCSI,"
    print "    VX_BUS_SATA,"
    print "    VX_BUS_IDE,"
    print "    VX_BUS_NVME,"
    print "    VX_BUS_FLOPPY,"
    print "    VX_BUSES"
    print "};"
    print ""
    print "enum vx_key_type {"
    for (i = 1; i <= types; i++)
        print "    VX_TYPE_" toupper(type_word[i]) ","
    print "    VX_TYPES"
    print "};"
    print ""
    print "enum {"
    print "    VX_KEY_SECRET = 1,    /* never printed */"
    print "    VX_KEY_RUNTIME = 2,   /* the host rewrites it by itself */"
    print "    VX_KEY_HOST = 4,      /* assigned by the host, kept */"
    print "    VX_KEY_IDENTITY = 8,  /* tells which machine this is */"
    print "    VX_KEY_WILD = 16,     /* any rest may follow; the last byte is a dot */"
    print "    VX_KEY_PREFIX = 32,   /* any rest may follow, in the middle of a word */"
    print "    VX_KEY_IMPLICIT = 64, /* leads to the device; makes no key a known one */"
    print "    VX_KEY_READER = 128,  /* tells how the document is to be read */"
    print "};"
    for (i = 1; i <= kinds; i++) {
        kind = kind_word[i]
        upper = "VX_" kind_enum[kind] "_"
        print ""
        print "enum vx_" kind_table[kind] "_prop {"
        print "    " enumerator[kind, 0] " = 0,"
        for (k = 1; k < enumerators[kind]; k++)
            print "    " enumerator[kind, k] ","
        print "    " upper "PROPS"
        print "};"
    }
    print ""
    print "/* One key of the catalogue, or one device property on one bus. */"
    print "struct vx_key_entry {"
    print "    uint16_t norm;        /* offset in vx_key_text of the normal form */"
    print "    uint8_t len;          /* of the normal form */"
    print "    uint8_t kind;         /* enum vx_key_kind */"
    print "    uint8_t sub;          /* enum vx_bus; of USB devices 0 usb, 1 ehci, 2 usb_xhci */"
    print "    uint8_t numbers;      /* how many # the normal form has */"
    print "    uint16_t prop;        /* of the kind's enum; 0 when it has no own member */"
    print "    uint16_t flags;       /* VX_KEY_* */"
    print "    uint8_t type;         /* enum vx_key_type */"
    print "    uint8_t fixed;        /* bit i: number i must equal fixed_value */"
    print "    uint32_t fixed_value;"
    print "    uint16_t name;        /* offset of the property as written: \"fileName\" */"
    print "    uint16_t pattern;     /* offset of the pattern; of machine keys, name again */"
    print "};"
    print ""
    print "/* The normal form of a key is in lower case, and each longest run of digits is one #."
    print " * Its hash, modulo 2^32: its length + 0x9E3779B1 * w(0) + 0x85EBCA77 * w(t)"
    print " * + 0xC2B2AE3D * w(t / 2), where w is the little-endian word of four bytes at an offset"
    print " * and t the length - 4, or 0.  The search begins at the slot of vx_key_table that the"
    print " * hash's highest bits name, and goes on by one;"
    print " * a slot is an entry's index + 1, or 0 where the search ends."
    print " *"
    print " * Entries may share a normal form and differ in the numbers they fix (guest32 and"
    print " * guest64): when the numbers do not fit, go on.  A wild entry is found by the hash of"
    print " * its prefix, dot included; those of VX_KEY_PREFIX are in vx_key_prefixes only,"
    print " * longest first.  An implicit entry is the last resort. */"
    print "enum {"
    print "    VX_KEY_ENTRIES = " entries ","
    print "    VX_KEY_SLOTS = 4096,"
    print "    VX_KEY_PREFIXES = " prefix_entries ","
    print "    VX_KEY_NO_ENTRY = 0xffff"
    print "};"
    print ""
    print "extern const char vx_key_text[];"
    print "extern const struct vx_key_entry vx_key_entries[VX_KEY_ENTRIES];"
    print "extern const uint16_t vx_key_table[VX_KEY_SLOTS];"
    print "extern const uint16_t vx_key_prefixes[VX_KEY_PREFIXES];"
    print ""
    print "/* The way back: the entry of a property, VX_KEY_NO_ENTRY where there is none.  OTHER"
    print " * leads to the implicit entry of the device. */"
    for (i = 1; i <= kinds; i++)
        print "extern const uint16_t " way_back_name(kind_word[i]) ";"
    print ""
    print "#endif"
}

# An implicit entry has no row.
function print_list(    e)
{
    for (e = 0; e < entries; e++)
        print entry_pattern[e] "\t" entry_row[e]
}

function way_back_name(kind,    members)
{
    members = kind_members[kind] == "" ? "" : "[" kind_members[kind] "]"
    return "vx_" kind_table[kind] "_key" members "[VX_" kind_enum[kind] "_PROPS]"
}

function print_source(    i, e)
{
    print_head()
    print "#include \"doc/keys.gen.h\""
    print ""
    print "const char vx_key_text[] ="
    for (i = 0; i < texts; i++)
        print "    \"" text_line[i] "\\0\"" (i == texts - 1 ? ";" : "")
    print ""
    print "const struct vx_key_entry vx_key_entries[VX_KEY_ENTRIES] = {"
    for (e = 0; e < entries; e++)
        print "    {" norm_at[e] ", " length(entry_norm[e]) ", VX_KIND_" entry_kind[e] \
            ", " entry_member[e] ", " entry_numbers[e] ", " prop_word(e) ", " \
            entry_flags[e] ", VX_TYPE_" toupper(entry_type[e]) ", " entry_fixed[e] ", " \
            entry_value[e] ", " name_at[e] ", " pattern_at[e] "},"
    print "};"
    print ""
    print "const uint16_t vx_key_table[VX_KEY_SLOTS] = {"
    for (i = 0; i < 4096; i++)
        wrap(table[i])
    unwrap()
    print "};"
    print ""
    print "const uint16_t vx_key_prefixes[VX_KEY_PREFIXES] = {"
    for (i = 0; i < prefix_entries; i++)
        wrap(prefix_entry[i])
    unwrap()
    print "};"
    for (i = 1; i <= kinds; i++)
        print_way_back(kind_word[i])
}

function prop_word(e)
{
    return entry_prop[e] ? enumerator[entry_kind[e], entry_prop[e]] : 0
}

function print_way_back(kind,    member)
{
    print ""
    print "const uint16_t " way_back_name(kind) " = {"
    if (kind_members[kind] == "") {
        print_member(kind, 0)
    } else {
        for (member = 0; member < (kind_members[kind] == "3" ? 3 : 5); member++) {
            print "    {"
            print_member(kind, member)
            print "    },"
        }
    }
    print "};"
}

function print_member(kind, member,    prop, e)
{
    for (prop = 0; prop < enumerators[kind]; prop++) {
        if ((kind, member, prop) in way_back)
            e = way_back[kind, member, prop]
        else
            e = "VX_KEY_NO_ENTRY"
        wrap(e)
    }
    unwrap()
}
