"use strict";
// The panel "What if". All factors come from the workflow, in #what-if-data (what_if_section.py).
(() => {
  const data = JSON.parse(document.getElementById("what-if-data").textContent);
  const base = data.base;
  const form = document.getElementById("settings");
  const $ = (id) => document.getElementById(id);
  const GASES = { co2: "CO₂", co2e: "CO₂e" };
  const NUMBERS = { intensity: "g per kWh", epochs: "Epochs", kwh: "kWh per epoch", pue: "PUE", copies: "Copies per run" };
  const KEYS = {
    epochs: "training.epochs", kwh: "training.kwh_per_epoch", pue: "training.pue_target",
    copies: "storage.copies_per_run", method: "methods.headline",
  };
  const [, MEASURED, ASSUMED] = Object.keys(data.tiers);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  let state = { ...base };

  // --- the chain -----------------------------------------------------------------------------

  /** Intensity of each year, its gas, and the last year of the table if it is carried forward. */
  function grid(of) {
    if (of.source === "number") return { each: data.years.map(() => of.intensity), gas: of.gas };
    const [, known] = data.countries[of.country];
    if (of.year !== "each") return { each: data.years.map(() => known[of.year]), gas: "co2e" };
    const last = Math.max(...Object.keys(known).map(Number));
    const each = data.years.map((year) => known[Math.min(year, last)]);
    return { each, gas: "co2e", carried: data.years.at(-1) > last ? last : null };
  }

  const isFlat = (each) => each.every((value) => value === each[0]);

  /** The mean, weighted by energy. */
  function mean(each, weights) {
    if (isFlat(each)) return each[0];
    return sum(weights) ? sum(weights.map((weight, i) => weight * each[i])) / sum(weights) : 0;
  }

  /** How each setting scales energies, relative to this run. */
  function scales(of) {
    const kwh = (s) => (s.energy === "own" ? s.kwh : data.energies[s.energy].kwh);
    const contained = (s) => data.energies[s.energy].pue;
    return {
      epochs: of.epochs / base.epochs,
      epoch: kwh(of) / contained(of) / (kwh(base) / contained(base)),
      pue: of.pue / base.pue,
      copies: base.copies ? of.copies / base.copies : 0,
    };
  }

  function estimate(of, name = of.method) {
    const method = data.methods[name];
    const { each, gas } = grid(of);
    const scale = scales(of);
    const g = mean(each, method.kwh);
    const kwh = sum(method.kwh) * (method.observes_epochs ? 1 : scale.epochs) * scale.epoch * scale.pue;
    const t = (kwh * g) / 1e6;
    const stored = sum(method.storage_kwh) * scale.copies * mean(each, method.storage_kwh);
    return { runs: sum(method.runs), g, gas, kwh, t, people: t / data.person[gas], storage: stored / 1e6 };
  }

  /** A range follows the settings, but for those that its tier draws itself. */
  function range(of, name, tier, quantity, point) {
    const ends = data.ranges[name][tier][quantity];
    if (!ends) return [0, 0];
    const scale = scales(of);
    const isFixed = (setting) => setting === "epochs" && data.methods[name].observes_epochs;
    const drawn = quantity === "runs" || quantity === "storage" ? [] : data.tiers[tier].filter((setting) => !isFixed(setting));
    const without = drawn.reduce((value, setting) => value / (scale[setting] ?? 1), point);
    return ends.map((end) => end * without);
  }

  // --- numbers for people, as wording.py ---------------------------------------------------------

  function rounded(value, decimals = 0) {
    if (value) decimals = Math.min(Math.max(decimals, 1 - Math.floor(Math.log10(Math.abs(value)))), 20);
    const [whole, part] = value.toFixed(decimals).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  }
  const between = (ends, decimals) => ends.map((end) => rounded(end, decimals)).join(" to ");
  const unit = (kwh) => [["GWh", 1e6], ["MWh", 1e3], ["kWh", 1]].find(([, size]) => kwh >= size / 10 || size === 1);
  function energy(kwh) {
    const [name, size] = unit(kwh);
    return `${rounded(kwh / size, 2)} ${name}`;
  }
  function energyBetween(ends) {
    const [name, size] = unit(ends[1]);
    return `${between(ends.map((end) => end / size), 1)} ${name}`;
  }
  const countryName = (code) => (code === "World" ? "the world" : data.countries[code][0]);

  // --- what differs from this run: sentence, address, YAML -----------------------------------------

  function differing(of) {
    const isOther = (key) => of[key] !== base[key];
    const found = {};
    const electricity = of.source === "country" ? ["country", "year"] : ["intensity", "gas"];
    if (isOther("source") || electricity.some(isOther)) for (const key of electricity) found[key] = of[key];
    for (const key of ["epochs", "energy", "kwh", "pue", "copies", "method"])
      if (isOther(key) && (key !== "kwh" || of.energy === "own")) found[key] = of[key];
    return found;
  }

  function inWords(found, result) {
    const parts = [];
    const g = `${Number(result.g.toPrecision(3))} g ${GASES[result.gas]}/kWh`;
    if ("country" in found) {
      const when = found.year === "each" ? "in each run’s own year, on average" : `in ${found.year},`;
      const { carried } = grid(state);
      parts.push(`electricity of ${countryName(found.country)} ${when} ${g}${carried ? ` (${carried} carried forward)` : ""}`);
    } else if ("intensity" in found) parts.push(g);
    if ("epochs" in found) parts.push(`${rounded(found.epochs)} epochs per run`);
    if (found.energy && found.energy !== "own") parts.push(found.energy.replace("|", " on ").replace("_", " "));
    if ("kwh" in found) parts.push(`${found.kwh} kWh per epoch`);
    if ("pue" in found) parts.push(`a PUE of ${found.pue}`);
    if ("copies" in found) parts.push(`${found.copies} copies per run`);
    if ("method" in found) parts.push(`the method ${found.method}`);
    return parts.length ? parts.join(", ") : "the settings of this run";
  }

  function yaml(of) {
    const found = differing(of);
    const keys = Object.fromEntries(Object.entries(data.differs));
    if ("country" in found) {
      delete keys["carbon.gas_basis"];
      Object.assign(keys, { "carbon.country": found.country, "carbon.year": found.year });
      if (base.source === "number" && "carbon.intensity_g_per_kwh" in keys) keys["carbon.intensity_g_per_kwh"] = null;
    } else if ("intensity" in found) {
      if (base.source === "country") Object.assign(keys, { "carbon.country": null, "carbon.year": null });
      Object.assign(keys, { "carbon.intensity_g_per_kwh": found.intensity, "carbon.gas_basis": found.gas });
    }
    if (found.energy && found.energy !== "own") {
      const [model, subset] = found.energy.split("|");
      if (base.energy === "own") keys["training.kwh_per_epoch"] = null;
      Object.assign(keys, { "training.energy_model": JSON.stringify(model), "training.energy_subset": JSON.stringify(subset) });
    }
    for (const [name, key] of Object.entries(KEYS)) if (name in found) keys[key] = found[name];
    const sections = new Map();
    for (const [key, value] of Object.entries(keys)) {
      const [section, ...rest] = key.split(".");
      if (!rest.length) sections.set(`${section}: ${value}`, []);
      else sections.set(section, [...(sections.get(section) ?? []), `${rest.join(".")}: ${value}`]);
    }
    return [...sections].map(([section, lines]) => (lines.length ? `${section}:\n${lines.map((line) => `  ${line}\n`).join("")}` : `${section}\n`)).join("");
  }

  /** Read a state from the address; what makes no sense is left out and named. */
  function fromAddress() {
    const given = new URLSearchParams(location.hash.split("?")[1] ?? "");
    const next = { ...base };
    const ignored = [];
    const choices = { country: Object.keys(data.countries), gas: Object.keys(GASES), energy: Object.keys(data.energies), method: Object.keys(data.methods) };
    for (const [key, text] of given) {
      const isYear = key === "year" && /^(each|\d{4})$/.test(text);
      if (key in NUMBERS && !problemWith(key, text)) next[key] = Number(text);
      else if (isYear || choices[key]?.includes(text)) next[key] = text;
      else ignored.push(`${key}=${text}`);
    }
    if (given.get("country") === next.country) next.source = "country";
    else if (given.has("intensity") || given.has("gas")) next.source = "number";
    if (next.energy === "own" && !next.kwh) next.energy = base.energy;
    if (!years(next.country).includes(next.year)) next.year = years(next.country)[0];
    state = next;
    fillForm();
    complain(ignored.length ? `Not understood in the address: ${ignored.join(", ")}.` : "");
  }

  function keepAddress() {
    const query = new URLSearchParams(differing(state)).toString();
    history.replaceState(null, "", `#what_if${query ? `?${query}` : ""}`);
  }

  // --- the form -------------------------------------------------------------------------------------

  /** Years that a country has; `each` needs all years of the runs up to its last one. */
  function years(country) {
    const known = Object.keys(data.countries[country][1]);
    const last = Number(known.at(-1));
    const hasEach = data.years.every((year) => year > last || known.includes(String(year)));
    return [...(hasEach ? ["each"] : []), ...known.reverse()];
  }

  function problemWith(key, text) {
    const field = form.elements[key];
    const value = text.trim() === "" ? NaN : Number(text);
    const [least, most] = [Number(field.min), field.max === "" ? Infinity : Number(field.max)];
    const isAbove = key === "epochs" || key === "kwh" ? value > 0 : value >= least;
    if (key === "intensity" && value && value < 5) return "g per kWh must be 0 or from 5 to 2000.";
    return isAbove && value <= most ? "" : `${NUMBERS[key]} must be a number ${key === "epochs" || key === "kwh" ? "above 0" : `from ${least}`}${most < Infinity ? ` to ${most}` : ""}.`;
  }

  function complain(text) { $("problem").textContent = text; }

  function showParts() {
    $("by-number").hidden = state.source !== "number";
    $("by-country").hidden = state.source !== "country";
    $("own-kwh").hidden = state.energy !== "own";
  }

  function fillYears() {
    const options = years(state.country).map((year) => new Option(year === "each" ? "each run’s own year" : year, year));
    form.elements.year.replaceChildren(...options);
    form.elements.year.value = state.year;
  }

  function fillForm() {
    fillYears();
    for (const [key, value] of Object.entries(state)) form.elements[key].value = value ?? "";
    for (const key of Object.keys(NUMBERS)) form.elements[key].removeAttribute("aria-invalid");
    showParts();
    draw();
  }

  function readForm() {
    const problems = [];
    const next = { ...state };
    for (const key of ["source", "gas", "country", "year", "energy", "method"]) next[key] = form.elements[key].value;
    if (next.energy === "own" && !form.elements.kwh.value) form.elements.kwh.value = data.energies[base.energy].kwh;
    for (const key of Object.keys(NUMBERS)) {
      if (key === "kwh" && next.energy !== "own") continue;
      const problem = problemWith(key, form.elements[key].value);
      form.elements[key].toggleAttribute("aria-invalid", false);
      if (problem) { problems.push(problem); form.elements[key].setAttribute("aria-invalid", "true"); }
      else next[key] = Number(form.elements[key].value);
    }
    const isNewCountry = next.country !== state.country;
    if (!years(next.country).includes(next.year)) next.year = years(next.country)[0];
    state = next;
    if (isNewCountry) fillYears();
    complain(problems.join(" "));
    showParts();
    draw();
    keepAddress();
  }

  // --- showing --------------------------------------------------------------------------------------

  function draw() {
    const found = estimate(state);
    const gas = GASES[found.gas];
    const put = (id, text) => { $(`out-${id}`).textContent = text; };
    const ends = (quantity, point, tier = MEASURED) => range(state, state.method, tier, quantity, point);
    const tonnes = ends("t", found.t);
    put("t", `${rounded(found.t)} t ${gas}`);
    put("t-range", between(tonnes));
    put("t-scenario", between(ends("t", found.t, ASSUMED)));
    put("kwh", energy(found.kwh));
    put("kwh-range", energyBetween(ends("kwh", found.kwh)));
    put("people", `${rounded(found.people)} people`);
    put("people-range", between(tonnes.map((end) => end / data.person[found.gas])));
    put("runs", rounded(found.runs));
    put("runs-range", between(ends("runs", found.runs)));
    put("storage", `${rounded(found.storage)} t ${gas}`);
    put("storage-range", between(ends("storage", found.storage)));
    const observes = data.methods[state.method].observes_epochs;
    $("observed-epochs").hidden = !observes;
    form.elements.epochs.disabled = observes;
    $("about").hidden = isFlat(grid(state).each);
    const first = estimate(base);
    const compared = first.gas === found.gas ? (first.t && found.t !== first.t ? ` That is ${rounded(found.t / first.t, 2)} times this run’s ${rounded(first.t)} t.` : "")
      : ` (This run’s ${rounded(first.t)} t count ${GASES[first.gas]}, another gas.)`;
    $("sentence").textContent = `With ${inWords(differing(state), found)}: ${energy(found.kwh)} and ${rounded(found.t)} t ${gas}.${compared}`;
    $("yaml").textContent = yaml(state) || "# nothing differs from config.yaml";
    $("command").textContent = yaml(state) ? "snakemake --configfile mine.yaml" : "snakemake";
    drawBars();
    drawRank();
  }

  function drawBars() {
    const rows = Object.keys(data.methods).map((name) => {
      const found = estimate(state, name);
      return { name, found, ends: range(state, name, MEASURED, "t", found.t) };
    });
    const known = rows.flatMap((row) => [row.found.t, ...row.ends]).filter((value) => value > 0);
    const [least, most] = known.length ? [Math.min(...known) / 1.5, Math.max(...known) * 1.1] : [1, 10];
    const place = (value) => (100 * Math.log(Math.max(value, least) / least)) / Math.log(most / least);
    const ticks = [];
    for (let power = Math.ceil(Math.log10(least)); 10 ** power <= most; power++) ticks.push(10 ** power);
    const add = (svg, tag, attributes, text = "") => {
      const node = document.createElementNS(svg.namespaceURI, tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      node.textContent = text;
      svg.append(node);
    };
    const vertical = (value) => ({ x1: `${place(value)}%`, x2: `${place(value)}%` });
    const axis = document.querySelector("#what-if-bars .axis svg");
    axis.replaceChildren();
    for (const tick of ticks) add(axis, "text", { x: `${place(tick)}%`, y: "75%", "text-anchor": "middle" }, tick < 1 ? String(tick) : rounded(tick));
    document.querySelectorAll("#what-if-bars [role=listitem]").forEach((item, i) => {
      const { name, found, ends } = rows[i];
      const svg = item.querySelector("svg");
      svg.replaceChildren();
      for (const tick of ticks) add(svg, "line", { class: "tick", ...vertical(tick), y1: "-30%", y2: "130%" });
      add(svg, "rect", { class: name, y: "25%", height: "50%", x: `${place(ends[0])}%`, width: `${place(ends[1]) - place(ends[0])}%` });
      add(svg, "line", { class: "whisker", ...vertical(found.t), y1: "0%", y2: "100%" });
      const [title, value] = item.querySelectorAll(":scope > span");
      title.className = value.className = name === state.method ? "lead" : "";
      value.firstElementChild.textContent = rounded(found.t);
      value.lastElementChild.textContent = `(${between(ends)})`;
      value.childNodes[1].textContent = ` t ${GASES[found.gas]} `;
    });
  }

  let ranked = [];

  function drawRank() {
    const year = state.source === "country" ? state.year : String(data.year_of_most);
    const all = Object.keys(data.countries).filter((code) => years(code).includes(year)).map((code) => {
      const found = estimate({ ...state, source: "country", country: code, year });
      return { code, name: data.countries[code][0], g: found.g, t: found.t };
    }).sort((a, b) => a.t - b.t || (a.name < b.name ? -1 : 1));
    ranked = all.filter((row) => row.g > 0);
    const unknown = all.filter((row) => row.g === 0).map((row) => row.name).join(", ");
    const world = ranked.find((row) => row.code === "World");
    const chosen = state.source === "country" ? ranked.find((row) => row.code === state.country) : null;
    const countries = ranked.filter((row) => row !== world);
    const highest = ranked.at(-1).t || 1;
    const svg = $("rank");
    svg.setAttribute("viewBox", `0 0 ${ranked.length} 100`);
    svg.replaceChildren(...ranked.map((row, i) => {
      const bar = document.createElementNS(svg.namespaceURI, "rect");
      const height = Math.max((100 * row.t) / highest, row === chosen || row === world ? 3 : 0.5);
      const look = row === chosen ? "ours-fill" : row === world ? "pub-fill" : "stock";
      for (const [name, value] of Object.entries({ class: look, x: i, y: 100 - height, width: 0.85, height })) bar.setAttribute(name, value);
      return bar;
    }));
    const inUnit = (row) => `${row.name}: ${rounded(row.t)} t CO₂e at ${rounded(row.g)} g`;
    const leftOut = unknown ? ` Left out: ${unknown}, for which the source has 0 g: too little electricity to tell.` : "";
    const place = chosen && chosen !== world ? ` Blue: ${inUnit(chosen)}, ${countries.indexOf(chosen) + 1} of ${countries.length}.` : "";
    $("rank-title").textContent = `If all of it had run in one country, ${year === "each" ? "each run in its own year" : year}`;
    $("rank-note").textContent = `Each bar is a country, from ${inUnit(countries[0])}, to ${inUnit(countries.at(-1))}.${place}${world ? ` Orange: ${inUnit(world)}.` : ""}${leftOut} Choose one by a click or above.`;
    svg.setAttribute("aria-label", $("rank-note").textContent);
    const body = document.createElement("tbody");
    countries.forEach((row, i) => {
      const line = body.insertRow();
      if (row === chosen) line.className = "headline";
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = i + 1;
      line.append(head);
      for (const text of [row.name, rounded(row.g, 1), rounded(row.t)]) line.insertCell().textContent = text;
      line.cells[1].className = "text";
    });
    const table = document.querySelector("#rank-table table");
    table.tBodies[0].replaceWith(body);
    table.caption.textContent = `${$("rank-title").textContent}, lowest first`;
  }

  // --- beginning --------------------------------------------------------------------------------------

  for (const node of document.querySelectorAll(".script")) node.hidden = false;
  fromAddress();
  addEventListener("hashchange", fromAddress);
  for (const kind of ["input", "change"]) form.addEventListener(kind, readForm);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    state = { ...base };
    complain("");
    fillForm();
    keepAddress();
  });
  $("rank").addEventListener("click", (event) => {
    const box = $("rank").getBoundingClientRect();
    const row = ranked[Math.floor(((event.clientX - box.left) / box.width) * ranked.length)];
    const latest = String(data.year_of_most);
    state = { ...state, country: row.code, source: "country", year: state.source === "country" ? state.year : latest };
    fillForm();
    keepAddress();
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const link = event.target.closest("[data-state]");
    if (link) { location.hash = `what_if?${link.dataset.state}`; event.preventDefault(); $("what_if").scrollIntoView(); }
    if (!button) return;
    const text = button.dataset.copy === "address" ? location.href : $(button.dataset.copy).textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren($(button.dataset.copy) ?? $("copied")); button.textContent = "Selected: press Ctrl+C"; }
    setTimeout(() => { button.textContent = button.dataset.copy === "address" ? "Copy the address of this state" : "Copy"; }, 1500);
  });
  addEventListener("beforeprint", () => document.querySelectorAll("main details:not([open])").forEach((node) => { node.open = true; node.dataset.closed = ""; }));
  addEventListener("afterprint", () => document.querySelectorAll("[data-closed]").forEach((node) => { node.open = false; delete node.dataset.closed; }));
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
    const current = [...links.keys()].find((id) => seen.has(id));
    for (const [id, link] of links) id === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }, { rootMargin: "-10% 0px -60%" });
  for (const id of links.keys()) watch.observe($(id));
})();
