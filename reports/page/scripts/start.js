// A place inside something that is folded is shown when the address names it.
function unfold() {
  const place = location.hash && !location.hash.includes(":") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let outer = place; outer; outer = outer.parentElement) if (outer.tagName === "DETAILS") outer.open = true;
  if (place.id.endsWith("-follows")) for (const inner of place.querySelectorAll("details")) inner.open = true;
  settle(place);
}

// j and k go from cause to cause, / to the search: not while something is typed.
function keys(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("#filters [name=q]").focus();
  }
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const causes = [...document.querySelectorAll(".cause")];
  // From the card that the reader is in; from elsewhere to the first one.
  const next = causes.indexOf(document.activeElement.closest(".cause")) + step;
  if (!causes[next]) return;
  causes[next].setAttribute("tabindex", "-1");
  settle(causes[next]);
  causes[next].focus({ preventScroll: true });
}

showTicks();
showCopies();
showTimes();
unfold();
addEventListener("hashchange", unfold);
addEventListener("keydown", keys);
const findings = new Findings(JSON.parse(document.getElementById("data").textContent));
findings.begin();
