const PAGE = 60;
const FILTERS = ["outcome", "severity", "host", "system", "component", "section"];
const WORST = ["failed", "error", "blocked", "not_run", "warned", "waived", "passed"];
const words = (outcome) => outcome.replaceAll("_", " ");

// The table of all findings: the filters are in the page's address, and only what is shown is made.
class Findings {
  constructor(data) {
    this.all = read(data);
    this.form = document.getElementById("filters");
    this.body = document.querySelector("#findings tbody");
    this.more = document.getElementById("more");
    this.shown = 0;
  }

  begin() {
    for (const name of FILTERS) this.offer(name);
    this.form.hidden = false;
    document.getElementById("unscripted").hidden = true;
    let waiting = 0;
    this.form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.changed(), 60); });
    this.form.addEventListener("reset", () => setTimeout(() => this.changed()));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.more.addEventListener("click", () => this.append());
    this.body.addEventListener("click", (event) => this.toggle(event.target.closest(".open")));
    addEventListener("hashchange", () => this.follow());
    if (this.all.every((finding) => finding.outcome === "passed")) this.form.elements.order.value = "near";
    this.follow(true);
  }

  offer(name) {
    const counts = new Map();
    for (const finding of this.all) counts.set(finding[name], (counts.get(finding[name]) ?? 0) + 1);
    const values = [...counts.keys()].filter(Boolean);
    if (name === "outcome") values.sort((a, b) => WORST.indexOf(a) - WORST.indexOf(b));
    else values.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    const options = values.map((value) => element("option", { value }, `${words(value)} (${counts.get(value)})`));
    this.form.elements[name].append(...options);
  }

  // The address says what to show: filters, one finding, or a place in the page.
  follow(first = false) {
    const [kind, rest] = split(location.hash.slice(1));
    if (kind === "find") {
      const asked = new URLSearchParams(rest);
      for (const field of this.form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
    }
    if (kind === "finding") for (const field of this.form.elements) if (field.name) field.value = "";
    if (first || kind === "find" || kind === "finding") this.show();
    if (kind === "find") settle(document.getElementById("all"));
    if (kind === "finding") this.goTo(location.hash.slice(1));
  }

  changed() {
    const asked = new URLSearchParams();
    for (const field of this.form.elements) if (field.name && field.value) asked.set(field.name, field.value);
    history.replaceState(null, "", `#${asked.size ? `find:${asked}` : "all"}`);
    this.show();
  }

  show() {
    const asked = FILTERS.map((name) => [name, this.form.elements[name].value]).filter(([, value]) => value);
    const wanted = this.form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    this.chosen = this.all.filter((finding) => asked.every(([name, value]) => finding[name] === value)
      && wanted.every((word) => searchOf(finding).includes(word)));
    this.chosen.sort(ORDERS[this.form.elements.order.value]);
    this.body.replaceChildren();
    this.shown = 0;
    this.append();
  }

  append() {
    const next = this.chosen.slice(this.shown, this.shown + PAGE);
    this.body.append(...next.map(rowOf));
    this.shown += next.length;
    this.more.hidden = this.shown >= this.chosen.length;
    const less = this.chosen.length === this.all.length ? "" : ` of ${this.all.length}`;
    const part = this.more.hidden ? "" : `, the first ${this.shown} shown`;
    document.getElementById("shown").textContent = `${this.chosen.length}${less} findings${part}`;
  }

  goTo(link) {
    const index = this.chosen.findIndex((finding) => linkOf(finding) === link);
    if (index < 0) return;
    while (this.shown <= index) this.append();
    const row = this.body.querySelectorAll("tr:not(.details)")[index];
    this.toggle(row.querySelector(".open"), true);
    row.querySelector(".open").focus({ preventScroll: true });
    settle(row);
  }

  toggle(button, open = button?.getAttribute("aria-expanded") === "false") {
    if (!button) return;
    const row = button.closest("tr");
    if (row.nextElementSibling?.className === "details") row.nextElementSibling.remove();
    button.setAttribute("aria-expanded", String(open));
    if (open) row.after(element("tr", { class: "details" }, element("td", { colspan: "6" }, detailsOf(row.finding))));
  }
}

const byName = (a, b) => a.check.localeCompare(b.check) || a.item.localeCompare(b.item) || a.at - b.at;
const ORDERS = {
  "": (a, b) => WORST.indexOf(a.outcome) - WORST.indexOf(b.outcome) || a.severity.localeCompare(b.severity) || a.at - b.at,
  near: (a, b) => b.nearness - a.nearness || a.at - b.at,
  check: byName,
  host: (a, b) => a.host.localeCompare(b.host, undefined, { numeric: true }) || a.at - b.at,
};

function split(hash) {
  const colon = hash.indexOf(":");
  return colon < 0 ? [hash, ""] : [hash.slice(0, colon), hash.slice(colon + 1)];
}

// The findings as objects, made of what reports/page/rows.py packed.
function read({ kind, texts, kinds, scales, findings }) {
  const common = kinds.map((numbers) => Object.fromEntries(numbers.map((number, index) => [kind[index], texts[number]])));
  const scale = scales.map(([name, unit, limit, atLeast]) => ({ name: texts[name], unit: texts[unit], limit, atLeast }));
  return findings.map(([of, outcome, host, item, message, cause, measures = [], evidence = []], at) => {
    const finding = { ...common[of], outcome: texts[outcome], host: texts[host], item: texts[item], message: texts[message], cause, evidence, at };
    finding.texts = texts;
    finding.measures = [];
    for (let index = 0; index < measures.length; index += 2) finding.measures.push(measure(scale[measures[index]], measures[index + 1]));
    finding.nearest = finding.measures.reduce((a, b) => (a && nearnessOf(finding, a) >= nearnessOf(finding, b) ? a : b), null);
    finding.nearness = finding.nearest ? nearnessOf(finding, finding.nearest) : -1;
    return finding;
  });
}

// As Measure.nearness in engine/judge/measure.py.
function measure(scale, value) {
  const [part, whole] = scale.atLeast ? [scale.limit, value] : [value, scale.limit];
  return { ...scale, value, nearness: whole ? part / whole : Number(part > 0) * 1e6 || 1 };
}

function evidenceOf({ evidence, texts }) {
  const found = [];
  for (let index = 0; index < (evidence || []).length; index += 3) found.push(evidence.slice(index, index + 3).map((number) => texts[number]));
  return found;
}

function searchOf(finding) {
  finding.search ??= [nameOf(finding), finding.host, finding.component, finding.section, finding.message, finding.expected].join(" ").toLowerCase();
  return finding.search;
}

// How near a measure is to its limit. Where nothing is allowed there is no room to speak of.
function nearnessOf(finding, { value, limit, nearness }) {
  if (finding.outcome !== "passed") return nearness;
  return nearness > 1 || (value === 0 && limit === 0) ? 0 : nearness;
}

function rowOf(finding) {
  const near = finding.nearest;
  const row = element("tr", { class: finding.outcome },
    element("td", {}, words(finding.outcome)),
    element("td", {}, finding.severity),
    element("td", {}, element("button", { type: "button", class: "open", "aria-expanded": "false" }, nameOf(finding))),
    element("td", {}, finding.host),
    element("td", {}, ...(near ? [measured(near), ...barOf(finding, near)] : [])),
    element("td", {}, finding.message.length > 300 ? `${finding.message.slice(0, 299)}…` : finding.message));
  row.finding = finding;
  return row;
}
