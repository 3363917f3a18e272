// Cards get their height when they are first seen, which moves what is below them: so the place is shown again, until
// it stays.
function settle(place, times = 5) {
  place.scrollIntoView();
  if (times) requestAnimationFrame(() => settle(place, times - 1));
}

// Everything from hosts enters the page as text, through this function.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function amount(value, unit) {
  if (unit === "bytes") {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let step = 0;
    for (; Math.abs(value) >= 1024 && step < units.length - 1; step++) value /= 1024;
    return `${step ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
  }
  const number = Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return `${number} ${unit}`.trim();
}

function measured({ name, value, unit, limit, atLeast }) {
  const words = `${amount(value, unit)} (${atLeast ? "at least" : "at most"} ${amount(limit, unit)})`;
  return name ? `${name}: ${words}` : words;
}

function kindOf(nearness) {
  if (nearness > 1) return "over";
  return nearness >= 0.8 ? "near" : "far";
}

function bar(nearness) {
  const space = "http://www.w3.org/2000/svg";
  const kind = kindOf(nearness);
  const made = document.createElementNS(space, "svg");
  const told = nearness < 100 ? `${Math.round(nearness * 100)} % of its limit` : "beyond its limit";
  const attributes = { class: `bar ${kind}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img", "aria-label": told };
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  const width = Math.max(0, Math.min(100, nearness * 80));
  for (const [name, d] of [["part", `M0 0h${width}v8H0z`], ["limit", "M80 0v8"]]) {
    const part = document.createElementNS(space, "path");
    part.setAttribute("class", name);
    part.setAttribute("d", d);
    made.append(part);
  }
  return made;
}

// A number beyond its limit at a check that passed did not decide: it has no bar.
function barOf(finding, measure) {
  return finding.outcome === "passed" && measure.nearness > 1 ? [] : [bar(measure.nearness)];
}

function detailsOf(finding) {
  const list = element("dl");
  const add = (term, ...what) => list.append(element("dt", {}, term), element("dd", {}, ...what));
  add("Expected", finding.expected);
  add("Found", finding.message || "as expected");
  if (finding.measures.length) {
    add("Measures", element("ul", { class: "measures" }, ...finding.measures.map((measure) => element("li", {}, ...barOf(finding, measure), " ", measured(measure)))));
  }
  if (finding.cause) add("Cause", element("a", { href: `#cause-${finding.cause}` }, `cause ${finding.cause}`));
  add("Section", finding.section || "none");
  add("Check", finding.place);
  add("Link", element("a", { href: `#${linkOf(finding)}` }, linkOf(finding)));
  for (const [fact, asked, answer] of evidenceOf(finding)) {
    add(`Fact ${fact}`, element("pre", { tabindex: "0" }, asked), element("pre", { tabindex: "0" }, answer));
  }
  if (finding.evidence === 0) add("Evidence", "in findings.json, because this page would become too large");
  return list;
}

function nameOf(finding) {
  return finding.item ? `${finding.check}[${finding.item}]` : finding.check;
}

function linkOf(finding) {
  return `finding:${encodeURIComponent(`${nameOf(finding)}@${finding.host}/${finding.system}`)}`;
}
