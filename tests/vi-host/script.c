/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The language of the host, a line each; operands of the program, lines of
 * --script=FILE and the body of a POST to the control address are all the same.  Words
 * are parted by blanks; "double quotes" hold a word together, or a part of one:
 * text="no or yes".  A # begins a comment.
 *
 * What there is:
 *   machine FILE [at="[ds] dir/file.vmx"] [in=FOLDER] [state=STATE]
 *                          a machine of a real VMX file, in a folder of machines
 *   generate N             so many more
 *   power VM STATE         poweredOn, poweredOff, suspended: it is so now
 *   set VM PROPERTY TYPE VALUE     a property is so now; without VALUE there is none
 *   xml VM PROPERTY TYPE XML       the same of elements
 *   file "[ds] path" [size=N | text=TEXT | from=FILE]
 *   folder "[ds] path"
 *   remove "[ds] path"
 *   page N                 objects in one page of RetrievePropertiesEx; 0: all
 *   expire                 all sessions end, as after half an hour
 *
 * What takes time:
 *   tasks METHOD [ms=N] [fail=FAULT] [fixed] [once]
 *                          how tasks go from now on; * for all; fixed: not cancelable
 *   task VM METHOD         one starts that nobody here asked for
 *   question VM [at=MS] [alone] [id=ID] [text=TEXT] [message=ID]
 *            [choice=KEY:LABEL[:FAULT]]... [default=N]
 *                          asked by the machine's next task, MS after it began; alone:
 *                          now, and by no task.  FAULT: the task then ends with it.
 *   idle                   no task runs any more, and no machine asks
 *   answer VM KEY          as somebody else does
 *
 * What goes wrong:
 *   fault WHICH WHAT       WHICH: a method of SOAP, or GET, PUT, HEAD, DELETE of a
 * file, as a pattern; @3 behind it: the third from now, @3+: and on fault TYPE refused:
 * NotAuthenticated, RestrictedVersion, NoPermission ... status N             refused by
 * HTTP expire               the session is no more delay MS             done, and
 * answered late cut N                done, and the body of the answer ends after N
 * bytes lost N               the same of the whole answer, its head included; not over
 * TLS hang                 done, and never answered type TEXT            another
 * Content-Type redirect URL garbage | empty | huge BYTES | deep N well nothing goes
 * wrong any more
 *
 * What is asked:
 *   count [NAME]           how often; "sessions" are those that are open now
 *   log                    what happened, in order
 *   state VM               its power
 *   asks VM                yes, or no
 *   spec VM                what it was told last by ReconfigVM_Task
 *   files [PREFIX]         "[ds] path size"
 *   text "[ds] path"       what is in it
 *   reset                  counts and log begin anew */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/num.h"
#include "call.h"
#include "count.h"
#include "fault.h"
#include "inventory.h"

enum { WORDS_MAX = 64 };

struct line {
    struct world *world;
    struct vx_buf *out;
    char *words[WORDS_MAX + 1];
    size_t count;
};

static bool
fail(struct line *line, const char *why, const char *what)
{
    vx_buf_printf(line->out, "error: %s%s%s\n", why, *what ? ": " : "", what);
    return false;
}

/* The value of a word "name=value", or NULL. */
static const char *
option(const struct line *line, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 1; i < line->count; i++)
        if (strncmp(line->words[i], name, size) == 0 && line->words[i][size] == '=')
            return line->words[i] + size + 1;
    return NULL;
}

static bool
has(const struct line *line, const char *word)
{
    for (size_t i = 1; i < line->count; i++)
        if (strcmp(line->words[i], word) == 0)
            return true;
    return false;
}

static uint64_t
number(const struct line *line, const char *name, uint64_t otherwise)
{
    const char *text = option(line, name);

    if (text)
        vx_num_u64(vx_str_c(text), &otherwise);
    return otherwise;
}

static struct machine *
machine(struct line *line)
{
    struct machine *found = machine_get(line->world, line->words[1]);

    if (found == NULL)
        fail(line, "no such machine", line->words[1]);
    return found;
}

/* ---- what there is --------------------------------------------------------------- */

static bool
put_local(struct line *line, const char *path, const char *local)
{
    struct vx_buf text = VX_BUF(TEXT_MAX);
    char *datastore, *file;
    int number_of = 0;
    bool well = store_parse(path, &datastore, &file)
                && vx_file_read(local, &text, &number_of) == VMX_OK;

    if (well)
        store_put(line->world, datastore, file, text.data ? text.data : "", text.size);
    vx_buf_done(&text);
    free(datastore);
    free(file);
    return well || fail(line, "cannot be read", local);
}

/* "[datastore1] web-01/web-01.vmx" of "testdata/inventory/web-01.vmx". */
static char *
place_of(const struct world *world, const char *local)
{
    const char *slash = strrchr(local, '/');
    const char *name = slash ? slash + 1 : local;
    size_t size = strlen(name);

    return text_of("[%s] %.*s/%s", world->store->datastores[0],
                   (int)(size > 4 ? size - 4 : size), name, name);
}

static bool
do_machine(struct line *line)
{
    const char *at = option(line, "at"), *in = option(line, "in");
    const char *state = option(line, "state");
    char *path = at ? text_of("%s", at) : place_of(line->world, line->words[1]);
    struct machine *made = NULL;

    if (put_local(line, path, line->words[1]))
        made = machine_new(line->world, path, machine_folder(line->world, in ? in : ""),
                           NULL);
    if (made && state)
        machine_power(line->world, made, state);
    free(path);
    return made != NULL;
}

static bool
do_generate(struct line *line)
{
    uint64_t count = 0;

    if (!vx_num_u64(vx_str_c(line->words[1]), &count) || count > 100000)
        return fail(line, "no number", line->words[1]);
    machines_generate(line->world, (unsigned)count);
    return true;
}

static bool
do_power(struct line *line)
{
    struct machine *found = machine(line);

    if (found && line->count == 3)
        machine_power(line->world, found, line->words[2]);
    return found != NULL;
}

static bool
do_set(struct line *line)
{
    struct machine *found = machine(line);

    if (found && line->count == 5)
        set_text(line->world, found->object, line->words[2], line->words[3],
                 line->words[4]);
    else if (found)
        unset(line->world, found->object, line->words[2]);
    return found != NULL;
}

static bool
do_xml(struct line *line)
{
    struct machine *found = machine(line);

    if (found)
        set_xml(line->world, found->object, line->words[2], line->words[3],
                line->words[4]);
    return found != NULL;
}

/* Bytes that are others at each place. */
static char *
pattern(uint64_t size)
{
    char *data = must(malloc(size + 1));

    for (uint64_t i = 0; i < size; i++)
        data[i] = (char)(i * 31 + (i >> 8) * 17 + (i >> 16));
    return data;
}

static bool
do_file(struct line *line)
{
    const char *from = option(line, "from"), *text = option(line, "text");
    uint64_t size = number(line, "size", text ? strlen(text) : 0);
    char *datastore, *path, *data;

    if (from)
        return put_local(line, line->words[1], from);
    if (size > TEXT_MAX || !store_parse(line->words[1], &datastore, &path))
        return fail(line, "no file", line->words[1]);
    data = text ? text_of("%s", text) : pattern(size);
    store_put(line->world, datastore, path, data, size);
    free(data);
    free(datastore);
    free(path);
    return true;
}

static bool
do_path(struct line *line, void (*run)(struct world *, const char *, const char *))
{
    char *datastore, *path;
    bool well = store_parse(line->words[1], &datastore, &path);

    if (well)
        run(line->world, datastore, path);
    free(datastore);
    free(path);
    return well || fail(line, "no path", line->words[1]);
}

static bool
do_folder(struct line *line)
{
    return do_path(line, store_make_folder);
}

static bool
do_remove(struct line *line)
{
    return do_path(line, store_remove);
}

static bool
do_page(struct line *line)
{
    uint64_t page = 0;

    if (!vx_num_u64(vx_str_c(line->words[1]), &page) || page > 1000000)
        return fail(line, "no number", line->words[1]);
    line->world->page = (unsigned)page;
    return true;
}

static bool
do_expire(struct line *line)
{
    for (struct session *at = line->world->sessions->first; at; at = at->next)
        if (at->open) {
            session_close(line->world, at);
            count_up(line->world, "sessions-expired");
        }
    return true;
}

/* ---- what takes time ------------------------------------------------------------- */

static bool
do_tasks(struct line *line)
{
    const struct habit habit = {
        .method = line->words[1],
        .fault = (char *)(uintptr_t)option(line, "fail"),
        .ms = number(line, "ms", 0),
        .is_fixed = has(line, "fixed"),
        .once = has(line, "once"),
    };

    task_habit(line->world, &habit);
    return true;
}

static bool
do_task(struct line *line)
{
    struct machine *found = machine(line);

    if (found && line->count == 3)
        task_start(line->world, found, line->words[2], NULL);
    return found != NULL;
}

/* KEY:LABEL[:FAULT] */
static void
take_choice(struct question *question, const char *text)
{
    struct choice *choice = &question->choices[question->count];
    const char *label = strchr(text, ':');
    const char *fault = label ? strchr(label + 1, ':') : NULL;

    if (question->count == CHOICES_MAX || label == NULL)
        return;
    choice->key = text_of("%.*s", (int)(label - text), text);
    label++;
    choice->label =
        text_of("%.*s", fault ? (int)(fault - label) : (int)strlen(label), label);
    choice->fault = fault ? text_of("%s", fault + 1) : NULL;
    question->count++;
}

static struct question *
question_of(const struct line *line)
{
    const char *id = option(line, "id"), *text = option(line, "text");
    const char *message = option(line, "message");
    struct question *question = must(calloc(1, sizeof(*question)));

    question->id = id ? text_of("%s", id) : text_of("q%u", line->world->next_ref++);
    question->text = text_of("%s", text ? text : "Append or replace?");
    question->message = message ? text_of("%s", message) : NULL;
    question->at_ms = number(line, "at", 0);
    for (size_t i = 2; i < line->count; i++)
        if (strncmp(line->words[i], "choice=", 7) == 0)
            take_choice(question, line->words[i] + 7);
    question->preset = option(line, "default") ? (int)number(line, "default", 0) : -1;
    return question;
}

static bool
do_question(struct line *line)
{
    struct machine *found = machine(line);
    struct question *question, **last;

    if (found == NULL)
        return false;
    question = question_of(line);
    if (has(line, "alone")) {
        question_free(found->current);
        question_ask(line->world, found, question);
        return true;
    }
    for (last = &found->coming; *last;)
        last = &(*last)->next;
    *last = question;
    return true;
}

/* ---- what is asked --------------------------------------------------------------- */

static int64_t
count_of(const struct world *world, const char *name)
{
    return strcmp(name, "sessions") == 0 ? (int64_t)sessions_open(world)
                                         : count_get(world, name);
}

static bool
do_count(struct line *line)
{
    if (line->count > 1) {
        vx_buf_printf(line->out, "%lld\n",
                      (long long)count_of(line->world, line->words[1]));
        return true;
    }
    vx_buf_printf(line->out, "sessions %u\n", sessions_open(line->world));
    for (const struct counter *at = line->world->counters->first; at; at = at->next)
        vx_buf_printf(line->out, "%s %lld\n", at->name, (long long)at->count);
    return true;
}

static bool
do_log(struct line *line)
{
    vx_buf_str(line->out, vx_buf_text(&line->world->counters->log));
    return true;
}

static bool
do_reset(struct line *line)
{
    count_reset(line->world);
    return true;
}

static bool
do_state(struct line *line)
{
    struct machine *found = machine(line);

    if (found)
        vx_buf_printf(line->out, "%s\n",
                      prop_text(found->object, "runtime.powerState"));
    return found != NULL;
}

static bool
do_asks(struct line *line)
{
    const struct machine *found = machine(line);

    if (found)
        vx_buf_printf(line->out, "%s\n", found->current ? "yes" : "no");
    return found != NULL;
}

static bool
do_answer(struct line *line)
{
    struct machine *found = machine(line);
    const char *fault = NULL;
    char *id;

    if (found == NULL)
        return false;
    if (found->current == NULL)
        return fail(line, "it asks nothing", line->words[1]);
    id = text_of("%s", found->current->id);
    fault = question_answer(line->world, found, id, line->words[2]);
    free(id);
    return !fault || fail(line, fault, line->words[2]);
}

static bool
do_spec(struct line *line)
{
    struct machine *found = machine(line);

    if (found)
        vx_buf_printf(line->out, "%s\n", found->spec ? found->spec : "none");
    return found != NULL;
}

static bool
do_files(struct line *line)
{
    const char *prefix = line->count > 1 ? line->words[1] : "";

    for (const struct file *at = line->world->store->files; at; at = at->next) {
        char *path = text_of("[%s] %s", at->datastore, at->path);

        if (strncmp(path, prefix, strlen(prefix)) == 0)
            vx_buf_printf(line->out, "%s%s %zu\n", path, at->is_folder ? "/" : "",
                          at->size);
        free(path);
    }
    return true;
}

static bool
do_text(struct line *line)
{
    const struct file *file = store_find(line->world, line->words[1]);

    if (file)
        vx_buf_add(line->out, file->data, file->size);
    return file || fail(line, "no such file", line->words[1]);
}

static bool
do_idle(struct line *line)
{
    tasks_forget(line->world);
    return true;
}

static bool
do_fault(struct line *line)
{
    return fault_add(line->world, line->words + 1, line->count - 1)
           || fail(line, "no fault", line->words[1]);
}

static bool
do_well(struct line *line)
{
    faults_clear(line->world);
    return true;
}

/* ---- lines ----------------------------------------------------------------------- */

static const struct {
    const char *word;
    size_t least; /* words behind it */
    bool (*run)(struct line *line);
} commands[] = {
    {"answer", 2, do_answer},     {"asks", 1, do_asks},
    {"count", 0, do_count},       {"expire", 0, do_expire},
    {"fault", 2, do_fault},       {"file", 1, do_file},
    {"files", 0, do_files},       {"folder", 1, do_folder},
    {"log", 0, do_log},           {"generate", 1, do_generate},
    {"machine", 1, do_machine},   {"idle", 0, do_idle},
    {"page", 1, do_page},         {"power", 2, do_power},
    {"question", 1, do_question}, {"remove", 1, do_remove},
    {"reset", 0, do_reset},       {"set", 2, do_set},
    {"spec", 1, do_spec},         {"state", 1, do_state},
    {"task", 2, do_task},         {"tasks", 1, do_tasks},
    {"text", 1, do_text},         {"well", 0, do_well},
    {"xml", 4, do_xml},
};

/* The next word, in the place of the line; NULL at its end. */
static char *
word_of(char **rest)
{
    char *at = *rest, *to, *word;
    bool quoted = false;

    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    if (*at == '\0' || *at == '#')
        return NULL;
    word = to = at;
    for (; *at && (quoted || (*at != ' ' && *at != '\t' && *at != '\r')); at++)
        if (*at == '"')
            quoted = !quoted;
        else
            *to++ = *at;
    *rest = *at ? at + 1 : at;
    *to = '\0';
    return word;
}

bool
script_line(struct world *world, const char *text, struct vx_buf *out)
{
    struct line line = {.world = world, .out = out};
    char *copy = text_of("%s", text), *rest = copy, *word;
    bool well = true, known = false;

    while (line.count < WORDS_MAX && (word = word_of(&rest)) != NULL)
        line.words[line.count++] = word;
    for (size_t i = 0; line.count && i < VX_COUNT(commands); i++)
        if (strcmp(commands[i].word, line.words[0]) == 0) {
            known = true;
            well = line.count > commands[i].least
                       ? commands[i].run(&line)
                       : fail(&line, "something is missing", text);
        }
    if (line.count && !known)
        well = fail(&line, "no such command", line.words[0]);
    free(copy);
    return well;
}

bool
script_text(struct world *world, const char *text, struct vx_buf *out)
{
    bool well = true;

    while (well && *text) {
        size_t size = strcspn(text, "\n");
        char *line = text_of("%.*s", (int)size, text);

        well = script_line(world, line, out);
        free(line);
        text += size + (text[size] == '\n');
    }
    return well;
}
