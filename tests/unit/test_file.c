/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main.h"

#define NOBODY 65534
#define NO_GROUP 64711 /* that no one here belongs to */

static char folder[PATH_MAX];
static int here;

/* Each test works in a folder of its own, which is the working directory. */
static void
folder_begin(void)
{
    const char *tmp = getenv("TMPDIR");

    here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    (void)snprintf(folder, sizeof(folder), "%s/vmx-file-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    ck_assert_int_eq(chdir(folder), 0);
    umask(022);
}

/* How many names `path` holds; with `wipe` they are removed. */
static int
names_in(const char *path, bool wipe)
{
    DIR *dir = opendir(path);
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (wipe && unlinkat(dirfd(dir), entry->d_name, 0) < 0)
            ck_assert_int_eq(unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR), 0);
    }
    closedir(dir);
    return count;
}

static void
folder_end(void)
{
    names_in(".", true);
    ck_assert_int_eq(fchdir(here), 0);
    close(here);
    ck_assert_int_eq(rmdir(folder), 0);
}

static void
put(const char *path, const char *text, mode_t mode)
{
    int error, fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_ok(vx_file_write_all(fd, vx_str_c(text), &error));
    ck_assert_int_eq(fchmod(fd, mode), 0);
    ck_assert_int_eq(close(fd), 0);
}

static void
ck_assert_file(const char *path, const char *text)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    int error = 0;

    ck_ok(vx_file_read(path, &buf, &error));
    ck_assert_slice_eq(vx_buf_text(&buf), vx_str_c(text));
}

static mode_t
mode_of(const char *path)
{
    struct stat st;

    ck_assert_int_eq(lstat(path, &st), 0);
    return st.st_mode;
}

/* ---- reading --------------------------------------------------------------------- */

START_TEST(reads_up_to_the_ceiling)
{
    static const size_t sizes[] = {0, 1, 4094, 4095, 4096, 4097, 100000};
    static char text[100001];

    for (size_t i = 0; i < VX_COUNT(sizes); i++) {
        int error = 0;

        memset(text, 'x', sizes[i]);
        text[sizes[i]] = '\0';
        put("file", text, 0644);
        for (size_t less = 0; less < 2 && less <= sizes[i]; less++) {
            struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(sizes[i] + 2 - less);

            vx_buf_lit(&buf, "<>");
            if (less == 0) {
                ck_ok(vx_file_read("file", &buf, &error));
                ck_assert_uint_eq(buf.size, sizes[i] + 2);
            } else {
                ck_assert_int_eq(vx_file_read("file", &buf, &error), VMX_ERR_LIMIT);
                ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("<>"));
            }
            ck_assert(!buf.failed);
        }
        unlink("file");
    }
}

END_TEST

START_TEST(reads_files_that_tell_no_size)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vx_buf small VX_AUTO(vx_buf_done) = VX_BUF(5);
    int error = 0;

    ck_ok(vx_file_read("/proc/self/status", &buf, &error));
    ck_assert(vx_str_starts(vx_buf_text(&buf), VX_STR("Name:")));
    ck_assert_int_eq(vx_file_read("/proc/self/status", &small, &error), VMX_ERR_LIMIT);
    /* Without an end: this returns only because it stops at the ceiling. */
    ck_assert_int_eq(vx_file_read("/dev/zero", &buf, &error), VMX_ERR_LIMIT);
}

END_TEST

static void *
feed(void *arg)
{
    int error, fd = *(int *)arg;

    for (int i = 0; i < 1000; i++)
        if (vx_file_write_all(fd, VX_STR("0123456789"), &error) != VMX_OK)
            break;
    close(fd);
    return NULL;
}

/* Standard input, that is: in pieces, and non-blocking as another program may leave
 * it. */
START_TEST(reads_standard_input)
{
    int saved = dup(0), ends[2], error = 0;
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(10000);
    pthread_t writer;

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], 0), 0);
    close(ends[0]);
    ck_assert_int_eq(fcntl(0, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(pthread_create(&writer, NULL, feed, &ends[1]), 0);
    ck_ok(vx_file_read("-", &buf, &error));
    ck_assert_int_eq(pthread_join(writer, NULL), 0);
    ck_assert_uint_eq(buf.size, 10000);
    ck_assert_int_eq(memcmp(buf.data + 9990, "0123456789", 10), 0);

    /* Half of it read already, its size says nothing of the rest. */
    put("file", "0123456789", 0644);
    ck_assert_int_eq(dup2(open("file", O_RDONLY | O_CLOEXEC), 0), 0);
    ck_assert_int_eq(lseek(0, 6, SEEK_SET), 6);
    vx_buf_done(&buf);
    buf = VX_BUF(4);
    ck_ok(vx_file_read("-", &buf, &error));
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("6789"));
    /* It stays open. */
    ck_assert_int_ge(fcntl(0, F_GETFD), 0);
    ck_assert_int_eq(dup2(saved, 0), 0);
    close(saved);
}

END_TEST

START_TEST(reading_fails_with_the_reason)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(100);
    int error = 0, before = dup(0), after;

    close(before);
    ck_assert_int_eq(vx_file_read("missing", &buf, &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ENOENT);
    ck_assert_int_eq(vx_file_read(".", &buf, &error), VMX_ERR_IO);
    ck_assert_int_eq(error, EISDIR);
    ck_assert_int_eq(vx_file_read("", &buf, &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ENOENT);
    put("file", "x", 0644);
    ck_assert_int_eq(vx_file_read("file/x", &buf, &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ENOTDIR);
    ck_ok(vx_file_read("file", &buf, &error));
    /* Nothing was left open. */
    after = dup(0);
    close(after);
    ck_assert_int_eq(after, before);
}

END_TEST

/* ---- replacing ------------------------------------------------------------------- */

START_TEST(new_file_has_the_mode_of_the_umask)
{
    static const mode_t masks[] = {0, 022, 077, 0137};

    for (size_t i = 0; i < VX_COUNT(masks); i++)
        for (int durable = 0; durable < 2; durable++) {
            int error = 0;

            umask(masks[i]);
            ck_ok(vx_file_replace("new", VX_STR("text"), durable, &error));
            ck_assert_uint_eq(mode_of("new") & 07777, 0666 & ~masks[i]);
            ck_assert_int_eq(names_in(".", false), 1);
            umask(0);
            ck_assert_file("new", "text");
            unlink("new");
        }
}

END_TEST

START_TEST(old_file_keeps_its_mode)
{
    static const mode_t modes[] = {0600, 0640, 0666, 0755, 0400, 0777};

    for (size_t i = 0; i < VX_COUNT(modes); i++) {
        int error = 0;

        put("old", "old text, longer", modes[i]);
        ck_ok(vx_file_replace("./old", VX_STR("new"), false, &error));
        ck_assert_uint_eq(mode_of("old") & 07777, modes[i]);
        ck_assert_int_eq(chmod("old", 0644), 0);
        ck_assert_file("old", "new");
        ck_assert_int_eq(names_in(".", false), 1);
        unlink("old");
    }
}

END_TEST

/* Who had the old file open still reads the old bytes. */
START_TEST(old_bytes_stay_whole)
{
    char bytes[20] = "";
    int error = 0, fd;

    put("file", "old bytes", 0644);
    fd = open("file", O_RDONLY | O_CLOEXEC);
    ck_ok(vx_file_replace("file", VX_STR("new"), true, &error));
    ck_assert_int_eq(read(fd, bytes, sizeof(bytes)), 9);
    ck_assert_str_eq(bytes, "old bytes");
    close(fd);
    ck_ok(vx_file_replace("file", VX_STR(""), true, &error));
    ck_assert_file("file", "");
}

END_TEST

/* For root alone, who can have files of others. */
START_TEST(owner_is_kept)
{
    struct stat st;
    int error = 0;

    put("file", "old", 0640);
    ck_assert_int_eq(chown("file", NOBODY, NO_GROUP), 0);
    ck_ok(vx_file_replace("file", VX_STR("new"), false, &error));
    ck_assert_int_eq(stat("file", &st), 0);
    ck_assert_uint_eq(st.st_uid, NOBODY);
    ck_assert_uint_eq(st.st_gid, NO_GROUP);
    ck_assert_uint_eq(st.st_mode & 07777, 0640);
}

END_TEST

/* Without the right to give the file away, what the old owner and group were allowed is
 * not allowed to others. */
START_TEST(rights_are_not_passed_on)
{
    static const struct {
        gid_t group;
        mode_t kept;
    } cases[] = {{NO_GROUP, 0604}, {0, 0664}};

    ck_assert_int_eq(chmod(".", 0777), 0);
    for (size_t i = 0; i < VX_COUNT(cases); i++) {
        enum vmx_status status;
        int error = 0;

        put("file", "old", 0600);
        ck_assert_int_eq(chown("file", 0, cases[i].group), 0);
        ck_assert_int_eq(chmod("file", 04664), 0);
        ck_assert_int_eq(seteuid(NOBODY), 0);
        status = vx_file_replace("file", VX_STR("new"), false, &error);
        ck_assert_int_eq(seteuid(0), 0);
        ck_ok(status);
        ck_assert_uint_eq(mode_of("file") & 07777, cases[i].kept);
        ck_assert_file("file", "new");
        unlink("file");
    }
}

END_TEST

START_TEST(link_is_followed)
{
    static char absolute[PATH_MAX + 10];
    int error = 0;

    ck_assert_int_eq(mkdir("sub", 0755), 0);
    put("sub/file", "old", 0640);
    ck_assert_int_eq(symlink("file", "sub/link"), 0);
    ck_assert_int_eq(symlink("sub/link", "first"), 0);
    ck_ok(vx_file_replace("first", VX_STR("new"), false, &error));
    ck_assert(S_ISLNK(mode_of("first")) && S_ISLNK(mode_of("sub/link")));
    ck_assert_uint_eq(mode_of("sub/file"), S_IFREG | 0640);
    ck_assert_file("sub/file", "new");
    ck_assert_int_eq(names_in("sub", false), 2);

    /* One that leads to nothing yet, and an absolute one. */
    unlink("sub/file");
    ck_ok(vx_file_replace("first", VX_STR("newer"), false, &error));
    ck_assert_uint_eq(mode_of("sub/file"), S_IFREG | 0644);
    unlink("first");
    (void)snprintf(absolute, sizeof(absolute), "%s/sub/file", folder);
    ck_assert_int_eq(symlink(absolute, "first"), 0);
    ck_ok(vx_file_replace("first", VX_STR("newest"), false, &error));
    ck_assert(S_ISLNK(mode_of("first")));
    ck_assert_file("sub/file", "newest");
    names_in("sub", true);
}

END_TEST

START_TEST(link_in_a_circle_is_refused)
{
    int error = 0;

    ck_assert_int_eq(symlink("b", "a"), 0);
    ck_assert_int_eq(symlink("a", "b"), 0);
    ck_assert_int_eq(vx_file_replace("a", VX_STR("x"), false, &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ELOOP);
    ck_assert_int_eq(names_in(".", false), 2);
}

END_TEST

/* As nobody: were the code wrong, root would lose the machine's devices to it. */
static enum vmx_status
replace_as_nobody(const char *path, int *ret_errno)
{
    bool root = geteuid() == 0;
    enum vmx_status status;

    ck_assert_int_eq(root ? seteuid(NOBODY) : 0, 0);
    status = vx_file_replace(path, VX_STR("text "), true, ret_errno);
    ck_assert_int_eq(root ? seteuid(0) : 0, 0);
    return status;
}

START_TEST(full_device_says_so)
{
    int error = 0;

    ck_assert_int_eq(replace_as_nobody("/dev/full", &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ENOSPC);
    ck_assert_int_eq(symlink("/dev/full", "link"), 0);
    error = 0;
    ck_assert_int_eq(replace_as_nobody("link", &error), VMX_ERR_IO);
    ck_assert_int_eq(error, ENOSPC);
    ck_ok(replace_as_nobody("/dev/null", &error));
    ck_assert(S_ISCHR(mode_of("/dev/full")) && S_ISCHR(mode_of("/dev/null")));
}

END_TEST

START_TEST(fifo_is_written_to)
{
    char bytes[20] = "";
    int error = 0, fd;

    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    fd = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ck_ok(vx_file_replace("fifo", VX_STR("text"), false, &error));
    ck_assert_int_eq(read(fd, bytes, sizeof(bytes)), 4);
    ck_assert_str_eq(bytes, "text");
    ck_assert(S_ISFIFO(mode_of("fifo")));
    close(fd);
}

END_TEST

/* Standard output that is a file goes on where it stands: the file is not replaced, and
 * what was written before is not lost. */
START_TEST(standard_output_goes_on)
{
    static const char *const names[] = {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    int saved = dup(1), error = 0, fd;

    put("out", "", 0644);
    fd = open("out", O_WRONLY | O_CLOEXEC);
    ck_ok(vx_file_write_all(fd, VX_STR("before "), &error));
    for (size_t i = 0; i < VX_COUNT(names); i++) {
        enum vmx_status status;

        ck_assert_int_eq(dup2(fd, 1), 1);
        status = replace_as_nobody(names[i], &error);
        ck_assert_int_eq(dup2(saved, 1), 1);
        ck_ok(status);
    }
    close(fd);
    close(saved);
    ck_assert_file("out", "before text text text ");
    ck_assert_int_eq(names_in(".", false), 1);
}

END_TEST

START_TEST(folder_without_rights_is_left_alone)
{
    bool root = geteuid() == 0;
    int error = 0;
    enum vmx_status replaced, created;

    put("file", "old", 0666);
    ck_assert_int_eq(chmod(".", 0555), 0);
    ck_assert_int_eq(root ? seteuid(NOBODY) : 0, 0);
    replaced = vx_file_replace("file", VX_STR("new"), false, &error);
    created = vx_file_replace("other", VX_STR("new"), false, &error);
    ck_assert_int_eq(root ? seteuid(0) : 0, 0);
    ck_assert_int_eq(chmod(".", 0755), 0);
    ck_assert_int_eq(replaced, VMX_ERR_IO);
    ck_assert_int_eq(created, VMX_ERR_IO);
    ck_assert_int_eq(error, EACCES);
    ck_assert_file("file", "old");
    ck_assert_int_eq(names_in(".", false), 1);
}

END_TEST

static int
fails_with(const char *path)
{
    int error = 0;

    ck_assert_int_eq(vx_file_replace(path, VX_STR("x"), true, &error), VMX_ERR_IO);
    return error;
}

START_TEST(replacing_fails_with_the_reason)
{
    char longest[300];

    ck_assert_int_eq(mkdir("sub", 0755), 0);
    put("file", "old", 0644);
    ck_assert_int_eq(fails_with("sub"), EISDIR);
    ck_assert_int_eq(fails_with("."), EISDIR);
    ck_assert_int_eq(fails_with("sub/"), EISDIR);
    ck_assert_int_eq(fails_with("missing/"), EISDIR);
    ck_assert_int_eq(fails_with(""), ENOENT);
    ck_assert_int_eq(fails_with("missing/file"), ENOENT);
    ck_assert_int_eq(fails_with("file/x"), ENOTDIR);
    memset(longest, 'n', sizeof(longest));
    longest[299] = '\0';
    ck_assert_int_eq(fails_with(longest), ENAMETOOLONG);
    ck_assert_int_eq(names_in(".", false), 2);
    ck_assert_int_eq(names_in("sub", false), 0);
    ck_assert_file("file", "old");
}

END_TEST

START_TEST(longest_name_is_replaced)
{
    char longest[256];
    int error = 0;

    memset(longest, 'n', sizeof(longest));
    longest[255] = '\0';
    for (int round = 0; round < 2; round++)
        ck_ok(vx_file_replace(longest, VX_STR("text"), false, &error));
    ck_assert_file(longest, "text");
    ck_assert_int_eq(names_in(".", false), 1);
}

END_TEST

/* A full disk, played by the limit on the size of files; the limit is a process's own,
 * and so is the signal that it sends unless it is ignored. */
START_TEST(disk_full_leaves_the_old_file)
{
    static char text[100000];
    struct rlimit old, low;
    enum vmx_status status;
    int error = 0;

    put("file", "old", 0644);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    low = (struct rlimit){5000, old.rlim_max};
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
    status = vx_file_replace("file", vx_str_of(text, sizeof(text)), true, &error);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    ck_assert_int_eq(status, VMX_ERR_IO);
    ck_assert_int_eq(error, EFBIG);
    ck_assert_file("file", "old");
    ck_assert_int_eq(names_in(".", false), 1);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("file");
    TCase *reading = tcase_create("reading"), *replacing = tcase_create("replacing");

    tcase_add_checked_fixture(reading, folder_begin, folder_end);
    tcase_add_test(reading, reads_up_to_the_ceiling);
    tcase_add_test(reading, reads_files_that_tell_no_size);
    tcase_add_test(reading, reads_standard_input);
    tcase_add_test(reading, reading_fails_with_the_reason);
    suite_add_tcase(s, reading);

    tcase_add_checked_fixture(replacing, folder_begin, folder_end);
    tcase_add_test(replacing, new_file_has_the_mode_of_the_umask);
    tcase_add_test(replacing, old_file_keeps_its_mode);
    tcase_add_test(replacing, old_bytes_stay_whole);
    if (geteuid() == 0) {
        tcase_add_test(replacing, owner_is_kept);
        tcase_add_test(replacing, rights_are_not_passed_on);
    }
    tcase_add_test(replacing, link_is_followed);
    tcase_add_test(replacing, link_in_a_circle_is_refused);
    tcase_add_test(replacing, full_device_says_so);
    tcase_add_test(replacing, fifo_is_written_to);
    tcase_add_test(replacing, standard_output_goes_on);
    tcase_add_test(replacing, folder_without_rights_is_left_alone);
    tcase_add_test(replacing, replacing_fails_with_the_reason);
    tcase_add_test(replacing, longest_name_is_replaced);
    tcase_add_test(replacing, disk_full_leaves_the_old_file);
    suite_add_tcase(s, replacing);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
