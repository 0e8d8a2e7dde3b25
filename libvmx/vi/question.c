/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions: asked by the machine, decided by the caller, answered by key. */
#include "vi/task.h"

#include "base/banned.h"

static void
take_question(const struct vmx_vi_machine *machine,
              const struct vi_VirtualMachineQuestionInfo *info,
              struct vmx_vi_question *question)
{
    const struct vi_ChoiceOption *choice = info->choice;

    *question = (struct vmx_vi_question){
        .machine = machine->name,
        .id = vi_c(info->id),
        .text = vi_c(info->text),
        .message_id = info->message.count ? vi_c(info->message.at[0]->id) : "",
        .default_choice = -1,
    };
    for (size_t i = 0; choice && i < choice->choiceInfo.count; i++) {
        struct vmx_vi_choice *to = &question->choices[question->choice_count];

        if (question->choice_count == VMX_VI_CHOICES_MAX)
            break;
        to->key = vi_c(choice->choiceInfo.at[i]->key);
        to->label = vi_c(choice->choiceInfo.at[i]->label);
        question->choice_count++;
    }
    if (choice && choice->defaultIndex.set && choice->defaultIndex.value >= 0
        && (uint64_t)choice->defaultIndex.value < question->choice_count)
        question->default_choice = (int)choice->defaultIndex.value;
}

static enum vmx_vi_status
refuse(struct vmx_vi *vi, const struct vmx_vi_question *question)
{
    struct vx_buf choices VX_AUTO(vx_buf_done) = VX_BUF(1000);

    for (size_t i = 0; i < question->choice_count; i++)
        vx_buf_printf(&choices, "%s\"%s\"", i ? ", " : "", question->choices[i].label);
    if (question->choice_count == 0)
        vx_buf_lit(&choices, "none");
    if (question->default_choice >= 0)
        vx_buf_printf(&choices, ", default \"%s\"",
                      question->choices[question->default_choice].label);
    else
        vx_buf_lit(&choices, ", and no default");
    return vi_fail(vi, VMX_VI_ERR_QUESTION,
                   "\"%s\" waits for an answer to: %.1000s; choices: %.*s",
                   question->machine, question->text, (int)choices.size,
                   choices.data ? choices.data : "");
}

/* Somebody else was faster: that is an answer, too. */
static enum vmx_vi_status
answer(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
       const struct vmx_vi_question *question, int choice)
{
    struct vi_AnswerVM call = {
        .is.type = &vi_types[VI_AnswerVM],
        .questionId = vx_str_c(question->id),
        .answerChoice = vx_str_c(question->choices[choice].key),
    };
    struct vx_arena arena;
    enum vmx_vi_status status;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_call(vi, vi_machine_ref(machine), &call, &arena, NULL);
    vx_arena_done(&arena);
    if (status == VMX_VI_ERR_FAULT && vi_fault_is(vi, "ConcurrentAccess"))
        return vi_well(vi);
    return status;
}

enum vmx_vi_status
vi_question_settle(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
                   const struct vi_VirtualMachineQuestionInfo *info,
                   const struct vmx_vi_run *run)
{
    struct vmx_vi_question question;
    int choice;

    take_question(machine, info, &question);
    choice = run->decide ? run->decide(run->data, &question) : -1;
    if (choice < 0 || (size_t)choice >= question.choice_count)
        return refuse(vi, &question);
    return answer(vi, machine, &question, choice);
}

enum vmx_vi_status
vmx_vi_answer(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
              vmx_vi_decide *decide, void *data, int *ret_asked)
{
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .decide = decide,
        .data = data,
    };
    const struct vi_MachineQuestion *question;
    struct vx_arena arena;
    enum vmx_vi_status status;
    void *view;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_get(vi, vi_machine_ref(machine), VI_MachineQuestion, &arena, &view);
    if (status == VMX_VI_OK) {
        question = view;
        *ret_asked = question->runtime_question != NULL;
        if (question->runtime_question)
            status = vi_question_settle(vi, machine, question->runtime_question, &run);
    }
    vx_arena_done(&arena);
    return status;
}
