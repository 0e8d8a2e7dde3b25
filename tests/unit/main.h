/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every unit test program shares.  A test is a suite and
 *
 *     int
 *     main(void)
 *     {
 *         return vx_test_main(suite());
 *     }
 *
 * The environment rules the run: CK_FORK=no for a debugger, CK_RUN_CASE=NAME for one
 * case, CK_VERBOSITY=verbose for every test. */
#ifndef VX_TESTS_MAIN_H
#define VX_TESTS_MAIN_H

#include <check.h>
#include <stdlib.h>

#include "vmx.h"

#define ck_ok(call) ck_assert_int_eq((call), VMX_OK)

/* Two slices, as text in the message. */
#define ck_assert_slice_eq(a, b)                                                       \
    do {                                                                               \
        const struct vx_str ck_a = (a), ck_b = (b);                                    \
        ck_assert_msg(vx_str_eq(ck_a, ck_b), "%s is \"%.*s\", not \"%.*s\"", #a,       \
                      (int)ck_a.n, ck_a.n ? ck_a.s : "", (int)ck_b.n,                  \
                      ck_b.n ? ck_b.s : "");                                           \
    } while (0)

/* Runs `suite`, prints its totals, and gives the status to exit with. */
static inline int
vx_test_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed, ran;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    ran = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
