"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#failures > tbody > tr"));
  const shown = document.getElementById("shown");
  const fits = (row, name) => {
    const wanted = form.elements[name].value;
    return !wanted || row.dataset[name].split("\n").includes(wanted);
  };
  const filter = () => {
    const words = form.elements.words.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const kept = ["outcome", "intent", "tag"].every((name) => fits(row, name))
        && row.dataset.text.includes(words);
      row.hidden = !kept;
      count += kept;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("play", (event) => {
    for (const other of document.querySelectorAll("audio")) {
      if (other !== event.target) other.pause();
    }
  }, true);
  filter();
})();
