/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same facts in three spellings.  What is a list is left out of CSV. */
#include "convert-row.h"

#include "base/json.h"
#include "base/num.h"
#include "base/xmlw.h"
#include "disk-size.h"
#include "inventory.h"

#include "base/banned.h"

enum {
    SIZES_CEILING = 1 << 20,
};

struct row {
    struct vx_buf *out;
    enum report_format format;
    bool inner;            /* in an element of a list */
    bool more;             /* JSON: something stands before */
    const uint64_t *sizes; /* of the disks that are still to come */
    size_t size_count;
};

int
report_format_of(const char *path)
{
    static const char *const suffixes[REPORT_FORMATS] = {
        [REPORT_JSONL] = ".jsonl",
        [REPORT_CSV] = ".csv",
        [REPORT_XML] = ".xml",
        [REPORT_HTML] = ".html",
    };

    for (int i = 0; i < REPORT_FORMATS; i++)
        if (vx_str_iends(vx_str_c(path), vx_str_c(suffixes[i])))
            return i;
    return -1;
}

/* ---- fields ---------------------------------------------------------------------- */

/* A spreadsheet takes what begins so for a formula. */
static bool
is_formula(struct vx_str text)
{
    return text.n && strchr("=+-@\t\r", text.s[0]) != NULL;
}

static void
put_csv(struct vx_buf *out, struct vx_str text)
{
    vx_buf_lit(out, ",\"");
    if (is_formula(text))
        vx_buf_char(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.s[i] == '"')
            vx_buf_char(out, '"');
        vx_buf_char(out, text.s[i]);
    }
    vx_buf_char(out, '"');
}

static void
put_words(struct vx_buf *out, const char *before, const char *name, const char *behind)
{
    vx_buf_str(out, vx_str_c(before));
    vx_buf_str(out, vx_str_c(name));
    vx_buf_str(out, vx_str_c(behind));
}

static void
put_name(struct row *row, const char *name)
{
    if (row->format == REPORT_XML) {
        put_words(row->out, " ", name, "='");
    } else if (row->format == REPORT_JSONL) {
        put_words(row->out, row->more ? ",\"" : "\"", name, "\":");
        row->more = true;
    }
}

static void
put_text(struct row *row, const char *name, struct vx_str text)
{
    if (row->format == REPORT_CSV) {
        put_csv(row->out, text);
        return;
    }
    if (text.n == 0)
        return;
    put_name(row, name);
    if (row->format == REPORT_XML) {
        vx_xml_escape_exact(row->out, text);
        vx_buf_char(row->out, '\'');
    } else {
        vx_buf_char(row->out, '"');
        vx_json_text(row->out, text);
        vx_buf_char(row->out, '"');
    }
}

static void
put_number(struct row *row, const char *name, uint64_t number)
{
    if (row->format == REPORT_CSV)
        vx_buf_char(row->out, ',');
    else
        put_name(row, name);
    vx_buf_uint(row->out, number);
    if (row->format == REPORT_XML)
        vx_buf_char(row->out, '\'');
}

/* ---- lists ----------------------------------------------------------------------- */

static void
begin_list(struct row *row, const char *name)
{
    if (row->format != REPORT_JSONL)
        return;
    vx_buf_printf(row->out, ",\"%s\":[", name);
    row->inner = false;
}

static void
end_list(struct row *row)
{
    if (row->format == REPORT_JSONL)
        vx_buf_char(row->out, ']');
}

static void
begin_item(struct row *row, const char *name)
{
    if (row->format == REPORT_XML)
        vx_buf_printf(row->out, "    <%s", name);
    else
        vx_buf_str(row->out, row->inner ? VX_STR(",{") : VX_STR("{"));
    row->inner = true;
    row->more = false;
}

static void
end_item(struct row *row)
{
    vx_buf_str(row->out, row->format == REPORT_XML ? VX_STR("/>\n") : VX_STR("}"));
}

static void
put_drive(void *context, const struct inventory_drive *drive)
{
    struct row *row = context;

    begin_item(row, drive->disk ? "disk" : "image");
    if (row->format == REPORT_JSONL)
        put_text(row, "kind", drive->disk ? VX_STR("disk") : VX_STR("image"));
    put_text(row, "key", drive->key);
    put_text(row, "datastore", drive->datastore);
    put_text(row, "file", drive->file);
    if (drive->disk && row->size_count) {
        if (*row->sizes)
            put_number(row, "bytes", *row->sizes);
        row->sizes++;
        row->size_count--;
    }
    end_item(row);
}

static void
put_card(void *context, const struct inventory_card *card)
{
    struct row *row = context;

    begin_item(row, "card");
    put_text(row, "key", card->key);
    put_text(row, "network", card->network);
    put_text(row, "portgroup", card->portgroup);
    put_text(row, "opaque", card->opaque);
    put_text(row, "vmnet", card->vmnet);
    put_text(row, "mac", card->mac);
    end_item(row);
}

static void
put_diags(struct row *row, const struct vmx_diags *diags)
{
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++) {
        if (diag->severity < VMX_SEVERITY_WARNING)
            continue;
        begin_item(row, "finding");
        put_text(row, "code", vx_str_c(diag->code));
        put_text(row, "severity", vx_str_c(vmx_severity_text(diag->severity)));
        put_number(row, "line", diag->line);
        put_text(row, "message", vx_str_c(diag->message));
        end_item(row);
    }
}

static void
put_losses(struct row *row, struct vmx_result *result)
{
    size_t count = result ? vmx_result_losses(result) : 0;

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = vmx_result_loss(result, i);

        if (loss == NULL) {
            row->out->failed = true;
            return;
        }
        begin_item(row, "loss");
        put_text(row, "code", vx_str_c(loss->code));
        put_text(row, "category", vx_str_c(vmx_loss_category_text(loss->category)));
        put_number(row, "line", loss->line);
        put_text(row, "key", vx_str_c(loss->key));
        put_text(row, "what", vx_str_c(loss->what));
        put_text(row, "advice", vx_str_c(loss->advice));
        end_item(row);
    }
}

static void
put_lists(struct row *row, struct convert_job *job, struct vmx_doc *doc)
{
    const struct inventory_visitor drives = {row, put_drive, NULL};
    const struct inventory_visitor cards = {row, NULL, put_card};

    begin_list(row, "drives");
    if (doc)
        inventory_visit(doc, &drives);
    end_list(row);
    begin_list(row, "cards");
    if (doc)
        inventory_visit(doc, &cards);
    end_list(row);
    begin_list(row, "findings");
    put_diags(row, job->parsed);
    put_diags(row, job->converted);
    end_list(row);
    begin_list(row, "losses");
    put_losses(row, job->result);
    end_list(row);
}

/* ---- what it came to ------------------------------------------------------------- */

struct outcome {
    const char *readiness, *reason;
    size_t warnings, errors, losses[VMX_LOSS_CRITICAL + 1];
    size_t drives, cards;
    struct disk_sizes disks;
    struct vx_buf sizes; /* of each disk: uint64_t, 0 when not known; the first ones */
    uint64_t bytes;      /* of all disks */
    bool sized;          /* they are known */
};

static void
count_drive(void *context, const struct inventory_drive *drive)
{
    struct outcome *outcome = context;
    uint64_t size;

    if (!drive->disk)
        return;
    size = disk_size(&outcome->disks, drive->file);
    vx_buf_add(&outcome->sizes, &size, sizeof(size));
    outcome->drives++;
    outcome->sized = size && (outcome->sized || outcome->drives == 1)
                     && !vx_add_overflows(outcome->bytes, size, &outcome->bytes);
}

static void
count_card(void *context, const struct inventory_card *card)
{
    (void)card;
    ((struct outcome *)context)->cards++;
}

/* The first of the worst tells why. */
static void
judge_losses(struct outcome *outcome, struct vmx_result *result)
{
    size_t count = result ? vmx_result_losses(result) : 0;
    const char *first[VMX_LOSS_CRITICAL + 1] = {NULL};

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = vmx_result_loss(result, i);

        if (loss && outcome->losses[loss->category]++ == 0)
            first[loss->category] = loss->what;
    }
    if (outcome->losses[VMX_LOSS_CRITICAL]) {
        outcome->readiness = "blocked";
        outcome->reason = first[VMX_LOSS_CRITICAL];
    } else if (outcome->losses[VMX_LOSS_WARNING]) {
        outcome->readiness = "notes";
        outcome->reason = first[VMX_LOSS_WARNING];
    }
}

static void
judge_diags(struct outcome *outcome, const struct vmx_diags *diags)
{
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++) {
        bool error = diag->severity == VMX_SEVERITY_ERROR;
        bool warning = diag->severity == VMX_SEVERITY_WARNING;

        if ((error && outcome->errors == 0)
            || (warning && outcome->errors + outcome->warnings == 0))
            outcome->reason = diag->message;
        outcome->errors += error;
        outcome->warnings += warning;
    }
}

static struct outcome
judge(struct convert_slot *slot, struct vmx_doc *doc)
{
    const struct convert_job *job = &slot->job;
    bool file = job->run->options->from == CONVERT_FROM_FILES
                && strcmp(slot->item.input.path, "-") != 0;
    struct outcome outcome = {
        .readiness = "ready",
        .disks = {.path = file ? slot->item.input.path : NULL},
        .sizes = VX_BUF(SIZES_CEILING),
    };
    const struct inventory_visitor visitor = {&outcome, count_drive, count_card};

    if (doc)
        inventory_visit(doc, &visitor);
    judge_diags(&outcome, job->parsed);
    judge_diags(&outcome, job->converted);
    if (outcome.warnings)
        outcome.readiness = "notes";
    judge_losses(&outcome, job->result);
    if (!slot->written)
        outcome.readiness = "blocked";
    if (job->why)
        outcome.reason = job->why;
    disk_sizes_done(&outcome.disks);
    return outcome;
}

/* ---- rows ------------------------------------------------------------------------ */

static const char *const columns[] = {
    "file",   "output",     "status",     "readiness",    "reason",
    "name",   "uuid",       "guest",      "hardware",     "firmware",
    "cpus",   "memory_mib", "disk_count", "disk_bytes",   "card_count",
    "errors", "warnings",   "lost",       "lost_warning", "lost_critical",
};

void
report_put_columns(struct vx_buf *out)
{
    for (size_t i = 0; i < VX_COUNT(columns); i++)
        vx_buf_printf(out, ",%s", columns[i]);
}

/* Nothing when one of the disks is of unknown size. */
static void
put_size(struct row *row, const char *name, const struct outcome *outcome)
{
    if (outcome->sized)
        put_number(row, name, outcome->bytes);
    else
        put_text(row, name, VX_STR_NONE);
}

/* In the order of `columns`. */
static void
put_fields(struct row *row, const struct convert_slot *slot, struct vmx_doc *doc,
           const struct outcome *outcome)
{
    static const char *const keys[] = {
        "displayName", "uuid.bios", "guestOS", "virtualHW.version",
        "firmware",    "numvcpus",  "memSize"};
    const struct cli_input *input = &slot->item.input;
    size_t next = 0;

    put_text(row, columns[next++], vx_str_of(input->path, input->size));
    put_text(row, columns[next++],
             slot->kept && slot->written ? vx_buf_text(&slot->output) : VX_STR_NONE);
    put_text(row, columns[next++],
             slot->written ? VX_STR("converted") : VX_STR("failed"));
    put_text(row, columns[next++], vx_str_c(outcome->readiness));
    put_text(row, columns[next++], vx_str_c(outcome->reason));
    for (size_t i = 0; i < VX_COUNT(keys); i++)
        put_text(row, columns[next++],
                 doc ? vx_str_c(vmx_doc_get(doc, keys[i])) : VX_STR_NONE);
    put_number(row, columns[next++], outcome->drives);
    put_size(row, columns[next++], outcome);
    put_number(row, columns[next++], outcome->cards);
    put_number(row, columns[next++], outcome->errors);
    put_number(row, columns[next++], outcome->warnings);
    for (int i = 0; i <= VMX_LOSS_CRITICAL; i++)
        put_number(row, columns[next++], outcome->losses[i]);
}

enum report_format
report_rows_of(enum report_format format)
{
    return format == REPORT_HTML ? REPORT_XML : format;
}

void
convert_row_make(struct convert_slot *slot, enum report_format format)
{
    struct row row = {
        .out = &slot->row, .format = report_rows_of(format), .more = true};
    struct vmx_doc *made, *doc = convert_slot_machine(slot, &made);
    struct outcome outcome = judge(slot, doc);

    row.sizes = (const uint64_t *)(const void *)outcome.sizes.data;
    row.size_count = outcome.sizes.size / sizeof(uint64_t);
    put_fields(&row, slot, doc, &outcome);
    if (row.format == REPORT_XML)
        vx_buf_lit(row.out, ">\n");
    if (row.format != REPORT_CSV)
        put_lists(&row, &slot->job, doc);
    vx_buf_str(row.out, row.format == REPORT_XML     ? VX_STR("  </machine>\n")
                        : row.format == REPORT_JSONL ? VX_STR("}\n")
                                                     : VX_STR("\n"));
    vx_buf_done(&outcome.sizes);
    vmx_doc_free(made);
}

/* ---- the map --------------------------------------------------------------------- */

static void
put_fact(struct vx_buf *out, char kind, struct vx_str name)
{
    vx_buf_char(out, kind);
    vx_buf_str(out, name);
    vx_buf_char(out, '\0');
}

static void
fact_of_drive(void *context, const struct inventory_drive *drive)
{
    if (drive->disk)
        put_fact(context, 'd', drive->datastore);
}

static void
fact_of_card(void *context, const struct inventory_card *card)
{
    if (card->portgroup.n)
        put_fact(context, 'p', card->portgroup);
    else if (card->opaque.n)
        put_fact(context, 'o', card->opaque);
    else if (card->vmnet.n)
        put_fact(context, 'v', card->vmnet);
    else
        put_fact(context, 'n', card->network);
}

void
convert_row_facts(struct convert_slot *slot)
{
    const struct inventory_visitor visitor = {&slot->facts, fact_of_drive,
                                              fact_of_card};
    struct vmx_doc *made, *doc = convert_slot_machine(slot, &made);

    if (doc)
        inventory_visit(doc, &visitor);
    vmx_doc_free(made);
}
