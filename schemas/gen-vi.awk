# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes types.gen.h (-v out=h) and types.gen.c (-v out=c) of vi-types.txt: structures and
# descriptor rows, no code.

BEGIN {
    count = methods = 0
    n = split("string dateTime", word, " ")
    for (i = 1; i <= n; i++)
        scalar[word[i]] = "STRING"
    n = split("byte short int long", word, " ")
    for (i = 1; i <= n; i++)
        scalar[word[i]] = "NUMBER"
    scalar["boolean"] = "BOOLEAN"
    scalar["any"] = "ANY"
}

/^ *(#.*)?$/ {
    next
}

/^[a-z]/ {
    kind = $1
    name = $2
    if (name in kind_of)
        fail(name " is there twice")
    kind_of[name] = kind
    names[++count] = name
    members[name] = 0
}

/^enum / {
    words[name] = NF - 2
    for (i = 3; i <= NF; i++)
        word_of[name, i - 2] = $i
    next
}

/^object / {
    if (NF > 2) {
        if ($3 != ":" || kind_of[$4] != "object")
            fail("base of " name)
        base[name] = $4
        for (i = 1; i <= members[$4]; i++) {
            type_of[name, i] = type_of[$4, i]
            member_of[name, i] = member_of[$4, i]
        }
        members[name] = members[$4]
    }
    next
}

/^view / {
    if ($3 != "of" || NF != 4)
        fail("view " name)
    object_of[name] = $4
    next
}

/^method / {
    if ($3 != "of")
        fail("method " name)
    object_of[name] = $4
    again[name] = $NF == "again"
    result[name] = $5 == "->" ? $6 : ""
    method[++methods] = name
    next
}

/^    / {
    if (NF != 2 || count == 0 || kind == "enum")
        fail("what is \"" $0 "\"")
    i = ++members[name]
    type_of[name, i] = $1
    member_of[name, i] = $2
    next
}

{
    fail("what is \"" $0 "\"")
}

function fail(why) {
    print "gen-vi.awk: line " NR ": " why | "cat 1>&2"
    failed = 1
    exit 1
}

# Takes "&Folder?" apart: plain, many, optional, kind of it.
function take(type,   end) {
    end = substr(type, length(type))
    many = end == "*" || end == "+"
    optional = end == "*" || end == "?"
    plain = many || optional ? substr(type, 1, length(type) - 1) : type
    if (plain ~ /^&/) {
        plain = substr(plain, 2)
        is = "REF"
    } else if (plain in scalar)
        is = scalar[plain]
    else if (kind_of[plain] == "enum")
        is = "WORD"
    else if (kind_of[plain] == "object")
        is = "OBJECT"
    else
        fail("type " plain)
}

function c_name(path) {
    gsub(/\./, "_", path)
    return path
}

function c_type() {
    if (is == "STRING")
        return "struct vx_str "
    if (is == "NUMBER" || is == "BOOLEAN")
        return "struct vi_number "
    if (is == "WORD")
        return "struct vi_word "
    if (is == "REF")
        return "struct vi_ref "
    if (is == "ANY")
        return "struct vi_any "
    return "struct vi_" plain " *"
}

function id_of_plain() {
    return is == "OBJECT" || is == "WORD" ? "VI_" plain : "VI_NO_TYPE"
}

# By name, bytes compared: it is looked up so.
function sort_names(   i, j, t) {
    for (i = 2; i <= count; i++) {
        t = names[i]
        for (j = i - 1; j > 0 && names[j] > t; j--)
            names[j + 1] = names[j]
        names[j + 1] = t
    }
}

END {
    if (failed)
        exit 1
    sort_names()
    print "/* SPDX-License-Identifier: LGPL-2.1-or-later */"
    print "/* Made from schemas/vi-types.txt; do not edit. */"
    if (out == "h")
        print_header()
    else
        print_source()
}

function print_header(   i, j, n) {
    print "#ifndef VI_TYPES_GEN_H\n#define VI_TYPES_GEN_H\n"
    print "#include \"vi/soap.h\"\n"
    print "/* In the order of their names. */\nenum vi_id {"
    for (i = 1; i <= count; i++)
        print "    VI_" names[i] ","
    print "    VI_TYPES,\n    VI_NO_TYPE = VI_TYPES\n};\n"
    for (i = 1; i <= count; i++)
        if (kind_of[names[i]] == "enum") {
            print "enum vi_" names[i] " {"
            for (j = 1; j <= words[names[i]]; j++)
                print "    VI_" names[i] "_" word_of[names[i], j] " = " j ","
            print "};\n"
        }
    for (i = 1; i <= count; i++) {
        n = names[i]
        if (kind_of[n] == "enum")
            continue
        print "struct vi_" n " {\n    struct vi_object is;"
        for (j = 1; j <= members[n]; j++) {
            take(type_of[n, j])
            if (many)
                print "    struct {\n        " c_type() "*at;\n        size_t count;\n    } " \
                    c_name(member_of[n, j]) ";"
            else
                print "    " c_type() c_name(member_of[n, j]) ";"
        }
        print "};\n"
    }
    print "#endif"
}

function print_source(   i, j, n) {
    print "#include \"vi/types.gen.h\"\n"
    for (i = 1; i <= count; i++) {
        n = names[i]
        if (kind_of[n] == "enum") {
            print "static const char *const words_" n "[] = {"
            for (j = 1; j <= words[n]; j++)
                print "    \"" word_of[n, j] "\","
            print "    NULL,\n};\n"
        } else if (members[n]) {
            print "static const struct vi_member members_" n "[] = {"
            for (j = 1; j <= members[n]; j++) {
                take(type_of[n, j])
                print "    {\"" member_of[n, j] "\", \"" plain "\", offsetof(struct vi_" n \
                    ", " c_name(member_of[n, j]) "), " id_of_plain() ", VI_IS_" is ", " \
                    many ", " (optional ? 1 : 0) "},"
            }
            print "};\n"
        }
    }
    print "const struct vi_type vi_types[VI_TYPES] = {"
    for (i = 1; i <= count; i++) {
        n = names[i]
        printf "    [VI_%s] = {.name = \"%s\"", n, n
        printf ", .base = %s", n in base ? "VI_" base[n] : "VI_NO_TYPE"
        if (kind_of[n] == "enum")
            printf ", .words = words_%s", n
        else
            printf ", .size = sizeof(struct vi_%s)", n
        if (members[n])
            printf ", .members = members_%s, .count = %d", n, members[n]
        if (n in object_of)
            printf ", .of = \"%s\"", object_of[n]
        if (kind_of[n] == "method") {
            take(result[n] == "" ? "any" : result[n])
            printf ", .is_method = 1, .again = %d", again[n]
            if (result[n] != "")
                printf ", .result = %s, .gives = VI_IS_%s, .many = %d, .maybe = %d", \
                    id_of_plain(), is, many, optional
        }
        print "},"
    }
    print "};\n\nconst size_t vi_type_count = VI_TYPES;"
}
