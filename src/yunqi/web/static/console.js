// What the console does beyond plain pages. Everything works without it; nothing here decides anything.
(() => {
  "use strict";
  const self = document.currentScript;
  const words = document.body ? document.body.dataset : {};
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  // --- keyboard ---
  const typing = (element) => element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?") {
      open("help");
    }
  });

  // --- dialogs, the drawer, menus ---
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-help],[data-close],[data-menu],[data-menu-close],[data-cancel]");
    for (const menu of document.querySelectorAll("details.yq-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.tagName === "DIALOG") event.target.close(); // beside it
    if (!target) return;
    if ("help" in target.dataset) { event.preventDefault(); open("help"); }
    if ("close" in target.dataset) target.closest("[data-said]").remove();
    if ("menu" in target.dataset) { event.preventDefault(); toggleMenu(); }
    if ("menuClose" in target.dataset) { event.preventDefault(); toggleMenu(false); }
    const dialog = "cancel" in target.dataset && target.closest("dialog");
    if (dialog) { event.preventDefault(); dialog.close(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.yq-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    toggleMenu(false);
  });
  const toggleMenu = (wanted) => {
    const side = document.getElementById("menu");
    if (!side) return;
    const opened = side.classList.toggle("yq-side-open", wanted);
    const button = document.querySelector("[data-menu]");
    if (button) button.setAttribute("aria-expanded", String(opened));
    if (opened) side.querySelector("a").focus();
  };
  document.addEventListener("close", (event) => {
    const body = document.getElementById(`${event.target.id}-body`);
    if (body) body.textContent = ""; // what is asked for next starts anew
  }, true);
  document.addEventListener("htmx:after:settle", (event) => {
    for (const id of ["drawer", "dialog"]) {
      if (event.target && event.target.id === `${id}-body` && event.target.textContent.trim()) open(id);
    }
    enliven(event.target instanceof Element ? event.target : document);
  });
  document.addEventListener("htmx:error", () => {
    const live = document.getElementById("live");
    if (live) live.textContent = words.failed || "";
  });

  // --- copying ---
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.querySelector("span").textContent = button.dataset.copied;
      const live = document.getElementById("live");
      if (live) live.textContent = button.dataset.copied;
    } catch { button.hidden = true; } // the text stands beside it
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // --- a form is sent once ---
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("once" in form.dataset)) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });

  // --- a contract's text beside its data: a figure shows its words, words show their figure ---
  const show = (beside, facts, from) => {
    for (const lit of beside.querySelectorAll(".yq-on")) lit.classList.remove("yq-on");
    const words = [...beside.querySelectorAll("[data-facts]")].filter((piece) =>
      piece.dataset.facts.split(" ").some((fact) => facts.includes(fact)));
    const rows = [...beside.querySelectorAll("[data-fact]")].filter((row) => facts.includes(row.dataset.fact));
    for (const lit of [...words, ...rows]) lit.classList.add("yq-on");
    for (const first of [words[0], rows[0]]) {
      if (first && !first.contains(from) && first !== from) first.scrollIntoView({ block: "center" });
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show],[data-facts]");
    const beside = link && link.closest("[data-beside]");
    if (!beside) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    show(beside, (link.dataset.show || link.dataset.facts).split(" "), link);
  });
  // From one place to the next: what is in doubt, or what was not read; `n` and `p` go to those in doubt.
  const step = (kind, way) => {
    const beside = document.querySelector("[data-beside]");
    const marks = beside ? [...beside.querySelectorAll(`[data-fact^="${kind}-"]`)] : [];
    if (!marks.length) return;
    const here = marks.findIndex((mark) => mark.classList.contains("yq-on"));
    const next = here < 0 ? (way > 0 ? 0 : marks.length - 1) : (here + way + marks.length) % marks.length;
    show(beside, [marks[next].dataset.fact], null);
    history.replaceState(null, "", `#${marks[next].id}`);
    const said = document.querySelector("[data-stepped]");
    if (said) said.textContent = `${next + 1} / ${marks.length}`;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(button.dataset.step, Number(button.dataset.way));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "n" || event.key === "p") step("doubt", event.key === "n" ? 1 : -1);
  });
  document.addEventListener("input", (event) => { // whoever types another value means it
    const other = event.target.closest("[data-other]");
    const choice = other && other.form.querySelector("input[name=choice][value=other]");
    if (choice) choice.checked = true;
  });
  const showAddressed = () => {
    const beside = document.querySelector("[data-beside]");
    const fact = beside && location.hash && document.getElementById(location.hash.slice(1));
    if (fact && fact.dataset.fact) show(beside, [fact.dataset.fact], null);
  };

  // --- a file dropped on the area of its input ---
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const area = event.target instanceof Element && event.target.closest("[data-drop]");
      if (!area) return;
      event.preventDefault();
      area.classList.toggle("yq-drop-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) area.querySelector("input[type=file]").files = event.dataTransfer.files;
    });
  }

  // --- clocks ---
  const length = (minutes) => {
    if (minutes < 60) return say(words.minute, { count: minutes });
    if (minutes < 1440) {
      const rest = minutes % 60;
      return rest ? say(words.hours, { hours: Math.floor(minutes / 60), minutes: rest }) : say(words.hour, { count: minutes / 60 });
    }
    const hours = Math.floor((minutes % 1440) / 60);
    const days = Math.floor(minutes / 1440);
    return hours ? say(words.days, { days, hours }) : say(words.day, { count: days });
  };
  // The server says what time it is: a visitor's own clock may be wrong.
  const skew = new Map();
  const tick = () => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      if (!skew.has(clock)) skew.set(clock, Date.parse(clock.dataset.now) - Date.now());
      const left = Date.parse(clock.dataset.until) - Date.now() - skew.get(clock);
      const late = left < 0;
      const minutes = Math.floor(Math.abs(left) / 60000);
      clock.querySelector("[data-words]").textContent = say(late ? words.late : words.left, { time: length(minutes) });
      const urgent = Number(clock.dataset.urgent) * 60000;
      clock.classList.toggle("yq-red", late);
      clock.classList.toggle("yq-orange", !late && left <= urgent);
      clock.classList.toggle("yq-blue", !late && left > urgent);
    }
  };

  // --- plots ---
  let plots = null;
  const load = (address) => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  const drawPlots = async (root) => {
    if (!root.querySelector("[data-plot]")) return;
    plots = plots || load(self.dataset.echarts).then(() => load(self.dataset.plots));
    await plots;
    window.yunqiPlots.draw(root);
  };

  const enliven = (root) => {
    for (const button of root.querySelectorAll("[data-close],[data-print],[data-step]")) button.hidden = false;
    if (navigator.clipboard) for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
    const wrong = root.querySelector("[data-focus]");
    if (wrong) wrong.focus();
    tick();
    drawPlots(root).catch(() => undefined); // the table of its figures stays
  };
  document.documentElement.classList.add("yq-alive");
  enliven(document);
  showAddressed();
  setInterval(tick, 15000);
})();
