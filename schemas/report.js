/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table of machines in a page of vmx-convert --report=FILE.html.  The data are lines
 * with a letter first and tabs between; a machine is the line M and those that follow it.
 * They stay text until somebody looks: a search is one in text, and a page of the table has
 * fifty rows, however many machines there are.  Nothing of the data becomes markup. */
"use strict";
(function () {
    const PAGE = 50;
    const $ = (id) => document.getElementById(id);

    // ---- data --------------------------------------------------------------------

    const records = $("data").textContent.split("\nM\t");
    const codes = new Map();
    for (const line of records.shift().split("\n")) {
        const [letter, code, page, title, why, remedy] = line.split("\t");
        if (letter === "K")
            codes.set(code, { page, title, why, remedy });
    }

    const grades = { blocked: 0, notes: 1, ready: 2 };
    const machines = records.map((record) => {
        const end = record.indexOf("\n");
        const head = end < 0 ? record : record.slice(0, end);
        const [number, readiness, status, disks, cards, bytes, name, file, output, guest, hardware,
            firmware, cpus, memory, uuid, reason] = head.split("\t");
        const known = guest || hardware || memory;
        return {
            number: Number(number), readiness, status, disks: Number(disks),
            cards: Number(cards), bytes, name: name || file.replace(/^.*\//, ""), file, output,
            guest: guest || (known ? "?" : ""), hardware: hardware || (known ? "?" : ""),
            firmware: firmware || (known ? "bios" : ""), cpus, memory, uuid,
            reason: reason || "", rest: end < 0 ? "" : record.slice(end), all: record,
            low: null,
        };
    });

    // The tabs and line ends of a name stand in the data as signs.
    const clean = (text) =>
        text.replace(/[\t\n\r]/g, (c) => "\u2409\u240a\u240d"["\t\n\r".indexOf(c)]);

    // ---- which machines ----------------------------------------------------------

    const tests = {
        readiness: (m, value) => m.readiness === value,
        guest: (m, value) => m.guest === value,
        hardware: (m, value) => m.hardware === value,
        firmware: (m, value) => m.firmware === value,
        code: (m, value) => m.rest.includes("\nL\t" + value + "\t"),
        grade: (m, value) => m.rest.includes("\nL\t" + value.replace(" ", "\t") + "\t"),
        network: (m, value) => m.rest.includes("\nC\tnetwork\t" + value + "\t"),
        portgroup: (m, value) => m.rest.includes("\nC\tportgroup\t" + value + "\t"),
        opaque: (m, value) => m.rest.includes("\nC\topaque\t" + value + "\t"),
        vmnet: (m, value) => m.rest.includes("\nC\tvmnet\t" + value + "\t"),
        datastore: (m, value) => m.rest.includes("\nD\t" + value + "\t"),
        reason: (m, value) => m.status === "failed" && m.reason === value,
        set: (m, value) => value.has(m.number),
    };
    const selects = [...$("filters").querySelectorAll("select")];
    let only = null; // a filter that has no field of its own: { by, value, about }
    let sorting = { by: "readiness", down: false };
    let chosen = machines;
    let page = 0;
    const open = new Set();

    function low(machine) {
        if (machine.low === null)
            machine.low = machine.all.toLowerCase();
        return machine.low;
    }

    function choose() {
        const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
        const asked = selects.filter((select) => select.value)
            .map((select) => [tests[select.dataset.by], clean(select.value)]);
        if (only)
            asked.push([tests[only.by], only.value]);
        chosen = machines.filter((machine) =>
            asked.every(([test, value]) => test(machine, value))
            && words.every((word) => low(machine).includes(word)));
        page = 0;
    }

    // ---- order -------------------------------------------------------------------

    // "vm2" comes before "vm10".
    const natural = (text) =>
        text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
    const number = (text) => (text === "" ? -1 : Number(text) || 0);
    const keys = {
        readiness: (m) => grades[m.readiness],
        name: (m) => natural(m.name),
        guest: (m) => m.guest.toLowerCase(),
        hardware: (m) => number(m.hardware),
        firmware: (m) => m.firmware.toLowerCase(),
        cpus: (m) => number(m.cpus),
        memory: (m) => number(m.memory),
        disks: (m) => m.disks,
        bytes: (m) => number(m.bytes),
        cards: (m) => m.cards,
        reason: (m) => m.reason.toLowerCase(),
    };
    const known = new Map(); // of a column: the keys of all machines, by number

    function keysOf(by) {
        if (!known.has(by))
            known.set(by, new Map(machines.map((m) => [m, keys[by](m)])));
        return known.get(by);
    }

    function sort() {
        const key = keysOf(sorting.by);
        const sign = sorting.down ? -1 : 1;
        chosen = chosen.slice().sort((a, b) => {
            const x = key.get(a), y = key.get(b);
            if (x === y)
                return a.number - b.number;
            return x > y ? sign : -sign;
        });
    }

    // ---- rows --------------------------------------------------------------------

    function make(name, text, className) {
        const element = document.createElement(name);
        if (text !== undefined)
            element.textContent = text;
        if (className)
            element.className = className;
        return element;
    }

    function table(caption, heads, rows) {
        const made = make("table");
        made.append(make("caption", caption));
        const head = make("tr");
        for (const text of heads) {
            const cell = make("th", text);
            cell.scope = "col";
            head.append(cell);
        }
        const top = make("thead"), body = make("tbody");
        top.append(head);
        for (const fields of rows) {
            const row = make("tr");
            fields.forEach((text, i) => {
                const cell = make(i === 0 ? "th" : "td", text);
                if (i === 0)
                    cell.scope = "row";
                row.append(cell);
            });
            body.append(row);
        }
        made.append(top, body);
        return made;
    }

    const worst = { critical: 0, error: 0, warning: 1, information: 2 };

    function losses(lines) {
        return lines.filter((f) => f[0] === "L")
            .sort((a, b) => worst[a[2]] - worst[b[2]])
            .map(([, code, grade, line, key, what, advice]) => {
                const page = codes.get(code) || {};
                const place = key + (line === "0" ? "" : (key ? ", " : "") + "line " + line);
                return [what === "=" ? page.title : what,
                    advice === "=" ? page.remedy : advice, grade, place, page.page || code];
            });
    }

    const gib = (bytes) =>
        bytes ? (Number(bytes) / 2 ** 30).toLocaleString("en", { maximumFractionDigits: 1 })
            : "";

    // Places of the map file, or the machine's own folder.
    function devices(lines) {
        const words = { D: "disk", I: "image" };
        const kinds = { network: "", portgroup: " (port group)", opaque: " (opaque network)",
            vmnet: " (VMnet)" };
        return lines.filter((f) => f[0] in words || f[0] === "C").map((f) => {
            if (f[0] === "C") {
                const [, kind, place, key, address] = f;
                return [key, "network card", place && place + kinds[kind], address, ""];
            }
            const [letter, place, key, file, bytes] = f;
            return [key, words[letter], place || "–", file, gib(bytes)];
        });
    }

    function details(machine) {
        const lines = machine.rest.split("\n").map((line) => line.split("\t"));
        const cell = make("td");
        cell.colSpan = 11;
        const facts = make("p", "File: " + machine.file);
        if (machine.output)
            facts.append(make("br"), "Result: " + machine.output);
        if (machine.uuid)
            facts.append(make("br"), "UUID: " + machine.uuid);
        cell.append(facts);
        const lost = losses(lines), parts = devices(lines);
        if (machine.status === "failed")
            cell.append(make("p", "Not converted: " + machine.reason));
        if (lost.length)
            cell.append(table("What does not carry over as it is",
                ["What", "What to do", "How bad", "Where", "Code"], lost));
        else if (machine.status !== "failed")
            cell.append(make("p", "All of it carries over."));
        if (parts.length)
            cell.append(table("Disks and network cards",
                ["Device", "Kind", "Datastore or network", "File or address", "GiB"], parts));
        const row = make("tr", undefined, "more");
        row.id = "more-" + machine.number;
        row.append(cell);
        return row;
    }

    function rowOf(machine) {
        const row = make("tr");
        const state = make("td");
        state.append(make("span", machine.readiness, "mark " + machine.readiness));
        const title = make("th");
        title.scope = "row";
        const button = make("button", machine.name, "plain name");
        button.type = "button";
        button.dataset.machine = machine.number;
        button.setAttribute("aria-expanded", String(open.has(machine.number)));
        title.append(button, make("span", machine.file, "file"));
        row.append(state, title);
        for (const text of [machine.reason, machine.guest, machine.hardware, machine.firmware])
            row.append(make("td", text));
        for (const text of [machine.cpus, machine.memory, machine.disks,
            gib(machine.bytes), machine.cards])
            row.append(make("td", text, "number"));
        return row;
    }

    const count = new Intl.NumberFormat("en").format;

    function tell() {
        const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
        $("found").textContent = chosen.length === machines.length
            ? count(machines.length) + (machines.length === 1 ? " machine" : " machines")
            : count(chosen.length) + " of " + count(machines.length) + " machines";
        $("page-now").textContent = "Page " + (page + 1) + " of " + pages;
        $("page-back").disabled = page === 0;
        $("page-on").disabled = page + 1 >= pages;
        $("pages").hidden = pages === 1;
        $("only").hidden = only === null;
        $("only-what").textContent = only ? only.about : "";
        for (const head of $("table").querySelectorAll("thead button")) {
            if (head.dataset.sort === sorting.by)
                head.parentNode.setAttribute("aria-sort",
                    sorting.down ? "descending" : "ascending");
            else
                head.parentNode.removeAttribute("aria-sort");
        }
    }

    function show() {
        const rows = document.createDocumentFragment();
        for (const machine of chosen.slice(page * PAGE, (page + 1) * PAGE)) {
            rows.append(rowOf(machine));
            if (open.has(machine.number))
                rows.append(details(machine));
        }
        if (chosen.length === 0) {
            const row = make("tr"), cell = make("td", "No machine is like that.");
            cell.colSpan = 11;
            row.append(cell);
            rows.append(row);
        }
        $("rows").replaceChildren(rows);
        tell();
    }

    function update() {
        choose();
        sort();
        show();
    }

    // ---- what people do ----------------------------------------------------------

    function toMachines() {
        $("machines").scrollIntoView();
        $("machines-title").focus({ preventScroll: true });
    }

    function showOnly(button) {
        const { by, value, about } = button.dataset;
        const select = selects.find((s) => s.dataset.by === by);
        $("search").value = "";
        for (const other of selects)
            other.value = "";
        only = null;
        if (select)
            select.value = value;
        if (by === "set")
            only = { by, value: new Set(value.split(" ").map(Number)), about };
        else if (!select || select.value !== value)
            only = { by, value: clean(value), about: about || by + ": " + value };
        update();
        toMachines();
    }

    function toggle(button) {
        const number = Number(button.dataset.machine);
        const machine = machines.find((m) => m.number === number);
        const row = button.closest("tr");
        if (open.delete(number)) {
            row.nextElementSibling.remove();
        } else {
            open.add(number);
            row.after(details(machine));
        }
        button.setAttribute("aria-expanded", String(open.has(number)));
    }

    function turn(by) {
        page += by;
        show();
        toMachines();
    }

    document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button)
            return;
        if (button.classList.contains("show"))
            showOnly(button);
        else if (button.dataset.machine)
            toggle(button);
        else if (button.dataset.sort) {
            const by = button.dataset.sort;
            sorting = { by, down: sorting.by === by && !sorting.down };
            page = 0;
            sort();
            show();
        } else if (button.id === "page-back")
            turn(-1);
        else if (button.id === "page-on")
            turn(1);
        else if (button.id === "only-end") {
            only = null;
            update();
            toMachines();
        }
    });
    $("search").addEventListener("input", update);
    for (const select of selects)
        select.addEventListener("change", update);
    $("filters").addEventListener("reset", () => {
        only = null;
        setTimeout(update);
    });
    $("filters").addEventListener("submit", (event) => event.preventDefault());
    update();
})();
