// navigator.clipboard is there for https and for files; a page from plain http has the older way only.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function showCopies() {
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copied(button.closest(".command, .whole").querySelector("code").textContent);
      const words = button.firstChild;
      const before = words.data;
      words.data = done ? "Copied" : "Select it and press Ctrl-C";
      button.focus();
      setTimeout(() => { words.data = before; }, 2000);
    });
  }
}
