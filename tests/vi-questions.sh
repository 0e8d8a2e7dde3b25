#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Machines that ask, by vmx-vi and, in the full run, by virsh with the same host: what
# happens is the table of docs/vi-questions.md.  `VMX_TABLE=1 tests/vi-questions.sh` prints it.
. "${0%/*}/lib.sh"
. "${0%/*}/vi-lib.sh"
use_tool vmx-vi

cd "$tmp"
full=no
if [ "${VMX_FULL-}" = 1 ]; then
    need_full virsh
    full=yes
fi
cat >"$tmp/auth.conf" <<'END'
[credentials-host]
username=root
password=secret
[auth-esx-default]
credentials=host
END
export LIBVIRT_AUTH_FILE=$tmp/auth.conf
echo 'moved or copied => label:Copied' >answers
vm=web-01
moved='text="It was moved or copied." choice=0:Cancel:InvalidPowerState choice=1:Moved choice=2:Copied'

# What became of it: the end of the program, and what the host says then.
outcome() { # STATUS
    local text power left

    text=$(sed -e "s/^$vm: error: //; s/^error: //; s/^internal error: //" -e '/^$/d' \
        -e '/^[0-9-]* [0-9:.+]*: [0-9]*: info : /d' \
        -e 's/^[0-9-]* [0-9:.+]*: [0-9]*: [a-z]* : [A-Za-z_]*:[0-9]* : \(.*\)/(log: \1)/' err |
        grep -v "^Failed to start domain '$vm'$" | sed -E 's/(ha)?[tT]ask-[0-9]+/TASK/g' |
        tr '\n' ' ' | sed 's/ *$//')
    case $1 in
    0) text=succeeds ;;
    124 | 137) text='**hangs for ever**' ;;
    *) text="fails: “$text”" ;;
    esac
    sleep 0.1 # of a task that goes on by itself
    power=$(tell "state $vm")
    left=$(tell log | awk '
        $1 == "answer" { sub(/^answer [^ ]* [^ ]* /, ""); printf ", answered %s", $0 }
        $1 == "cancelled" { printf ", task cancelled" }
        $1 == "task" { tasks++ }
        $1 == "ended" && $NF != "success" && $NF != "RequestCanceled" { printf ", task ended: %s", $NF }
        $1 == "ended" { tasks-- }
        END { if (tasks > 0) printf ", task still runs" }')
    [ "$(tell "asks $vm")" = no ] || left="$left, still asks"
    printf '%s; then %s%s' "$text" "$power" "$left"
}

by_vi() { # OPTION...
    local status=0

    timeout 30 "$tool" "$@" power on "$vm" >out 2>err </dev/null || status=$?
    outcome "$status"
}

by_virsh() { # auto_answer
    local status=0

    timeout -k 1 6 virsh -q \
        -c "esx://root@127.0.0.1:$host_port/?transport=http&auto_answer=$1" \
        start "$vm" >out 2>err </dev/null || status=$?
    outcome "$status"
}

count=0
# Lines that begin with @ are told later.
prepare() { # LINE...
    local line now=()

    for line; do
        [[ $line = @* ]] || now+=("$line")
    done
    host_start "machine $src/testdata/inventory/web-01.vmx" "${now[@]}"
    for line; do
        [[ $line != @* ]] || (sleep 0.7 && tell "${line#@}") >later 2>&1 &
    done
}

# What is told later is told to this host.
wait_others() {
    local pid

    for pid in $(jobs -p); do
        [ "$pid" = "$host_pid" ] || wait "$pid" || true
    done
}

# A row: which way questions are answered, what the host is told, and the two outcomes.
row() { # SITUATION off|auto|rows LINE...
    local situation=$1 way=$2 ours theirs='not run'
    local -A options=([off]='--verbose' [auto]=--auto-answer [rows]=--answers=answers)
    shift 2
    count=$((count + 1))
    prepare "$@"
    ours=$(by_vi "${options[$way]}")
    wait_others
    if [ "$way" = rows ]; then
        theirs='has no such thing'
    elif [ "$full" = yes ]; then
        prepare "$@"
        theirs=$(by_virsh "$([ "$way" = off ] && echo 0 || echo 1)")
    fi
    wait_others
    printf '| %s | %s | %s | %s |\n' "$situation" "$way" "$ours" "$theirs" >>table
}

both() { # SITUATION LINE...
    row "$1" off "${@:2}"
    row "$1" auto "${@:2}"
}

both 'nothing is asked'
both 'a question is pending before: that of a task which still runs' \
    "question $vm $moved default=1" "task $vm ReconfigVM_Task"
row 'the same' rows "question $vm $moved default=1" "task $vm ReconfigVM_Task"
both 'a question is pending before, of no task' "question $vm alone $moved default=1"
both 'another task runs, and asks nothing' 'tasks ReconfigVM_Task ms=60000' \
    "task $vm ReconfigVM_Task"
both 'a question comes at once; the task can be cancelled' "question $vm $moved default=1"
row 'the same' rows "question $vm $moved default=1"
both 'the same; the task cannot be cancelled' 'tasks PowerOnVM_Task fixed' \
    "question $vm $moved default=1"
both 'the question has no default' "question $vm $moved"
row 'the same' rows "question $vm $moved"
both 'the question has no choices' "question $vm text=Well?"
both 'its default makes the task fail' "question $vm $moved default=0"
both 'two questions, one after the other' "question $vm $moved default=1" \
    "question $vm text=Really? choice=0:Yes choice=1:No:InvalidPowerState default=0"
both 'a question comes late, after 1.5 seconds' 'tasks PowerOnVM_Task ms=1600' \
    "question $vm at=1500 $moved default=1"
row 'the same' rows 'tasks PowerOnVM_Task ms=1600' "question $vm at=1500 $moved default=1"
row 'somebody else is answering' auto 'fault AnswerVM fault ConcurrentAccess' \
    "question $vm $moved default=1" "@answer $vm 1"
host_stop

if [ "${VMX_TABLE-}" = 1 ]; then
    cat table
    exit
fi
grep '^|' "$src/docs/vi-questions.md" | sed 1,2d >expected
if [ "$full" = yes ]; then
    virsh=$(virsh --version)
    grep -qF "virsh $virsh" "$src/docs/vi-questions.md" ||
        skip_full "the table is of another virsh than $virsh"
else
    cut -d'|' -f1-4 expected >ours
    mv ours expected
    cut -d'|' -f1-4 table >ours
    mv ours table
fi
diff expected table || finding "docs/vi-questions.md tells otherwise"
finish "$count" situations
