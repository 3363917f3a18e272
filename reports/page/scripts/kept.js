"use strict";

// What a reader ticked is kept in the browser, by run. A browser that keeps nothing for files loses it with the page.
const kept = {
  key: (name) => `runbook-checks ${document.body.dataset.environment} ${document.body.dataset.started} ${name}`,
  has(name) {
    try { return localStorage.getItem(this.key(name)) !== null; } catch { return false; }
  },
  set(name, on) {
    try {
      if (on) localStorage.setItem(this.key(name), "1");
      else localStorage.removeItem(this.key(name));
    } catch { /* The tick stays until the page is closed. */ }
  },
};

function showTicks() {
  for (const box of document.querySelectorAll("[data-keep]")) {
    box.parentElement.hidden = false;
    box.checked = kept.has(box.dataset.keep);
    box.addEventListener("change", () => kept.set(box.dataset.keep, box.checked));
  }
}
