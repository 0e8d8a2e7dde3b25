/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks, and the questions that machines ask before and while they run. */
#ifndef VX_VI_TASK_H
#define VX_VI_TASK_H

#include "vi/property.h"

enum {
    VI_WAIT_MS = 600000, /* for a task */
    VI_WAIT_ONCE_S = 10, /* for one answer of the host's */
    VI_POLL_MS = 1000,
    VI_ANSWERS_MAX =
        100, /* of one wait: a machine that asks for ever is not waited for */
};

/* What stands in the way of a task: a question, which is answered if `run` has an
 * answer, or another task.  VMX_VI_OK with the state of the machine; else nothing may
 * be started. */
enum vmx_vi_status vi_task_may_start(struct vmx_vi *vi,
                                     const struct vmx_vi_machine *machine,
                                     const struct vmx_vi_run *run,
                                     enum vi_VirtualMachinePowerState *ret_state);

/* Waits until `task` of `machine` ends, or until the deadline; `machine` NULL: of
 * something that asks no questions. */
enum vmx_vi_status vi_task_wait(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
                                struct vi_ref task, const struct vmx_vi_run *run);

/* Answers, or tells in the message what is asked: VMX_VI_ERR_QUESTION. */
enum vmx_vi_status vi_question_settle(struct vmx_vi *vi,
                                      const struct vmx_vi_machine *machine,
                                      const struct vi_VirtualMachineQuestionInfo *info,
                                      const struct vmx_vi_run *run);

/* Sleeps, at most until the caller wants to stop. */
void vi_sleep(const struct vmx_vi *vi, uint32_t ms);

static inline struct vi_ref
vi_machine_ref(const struct vmx_vi_machine *machine)
{
    return (struct vi_ref){VX_STR("VirtualMachine"), vx_str_c(machine->ref)};
}

#endif
