/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints the rows of all tables that have a key, for tests/rows.sh: the device, the
 * number of the row, its keys as the catalogue writes them, and its place in XML.
 * Tabs between; a key for each bus that has one, with blanks between. */
#include "unit/rows.h"

static void
print_keys(const struct vx_device *device, const struct vx_row *row)
{
    const char *between = "";

    for (unsigned sub = 0; sub < subs_of(device); sub++) {
        const char *key = key_name(device, row, sub);

        if (key) {
            printf("%s%s", between, key);
            between = " ";
        }
    }
}

int
main(void)
{
    static const char *const places[] = {
        [VX_PLACE_NONE] = "kept", [VX_PLACE_ATTR] = "attr", [VX_PLACE_TEXT] = "text",
        [VX_PLACE_FLAG] = "flag", [VX_PLACE_SELF] = "self", [VX_PLACE_HOOK] = "hook",
    };

    for (size_t i = 0; vx_devices[i]; i++) {
        const struct vx_device *device = vx_devices[i];

        for (const struct vx_row *row = device->rows;
             row < device->rows + device->row_count; row++) {
            if (row->key < 0)
                continue;
            printf("%s\t%d\t", device->name, row_number(device, row));
            print_keys(device, row);
            printf("\t%s\t%s\t%s\t%s\n", places[row->place],
                   device->element ? device->element : "", row->elem ? row->elem : "",
                   row->attr ? row->attr : "");
        }
    }
    return fflush(stdout) || ferror(stdout);
}
