/* Scoring a block by keyboard, see core_grid.js for the arrow keys. Digits, or Enter, go from a core to the fields of
   entry; Enter saves and goes on to the next core while the answer is on its way; L, T and X say at once why a core has
   no score. What was typed and is not saved stays with its core, which says so in words. */

const REASONS = { l: "lost", t: "no_tumour", x: "not_assessable" };
const PERCENTAGES = ["percent_1", "percent_2", "percent_3", "percent_0"];

const table = document.querySelector(".core-grid.scores");
const form = document.querySelector("#score-entry");
const said = document.querySelector("#scoring-said");

/* By the id of the place: what was typed there and is not saved. */
const drafts = new Map();
let current = null;
let sending = Promise.resolve();

const links = () => [...table.querySelectorAll("a[data-values]")];
const placeOf = (link) => link.closest("td");
const fields = () => [...form.querySelectorAll("input:not([type=hidden]), select")].filter(({ name }) => name !== "reason");
const typed = () => Object.fromEntries(fields().map(({ name, value }) => [name, value]));
const amount = (name) => Number(form.elements[name].value.trim() || 0);

function setCurrent(link) {
  if (current === link) return;
  keepDraft();
  current = link;
  for (const each of links()) each.tabIndex = each === link ? 0 : -1;
  fill();
}

function fill() {
  const place = placeOf(current);
  const values = drafts.get(place.id) ?? JSON.parse(current.dataset.values);
  for (const field of fields()) field.value = values[field.name] ?? "";
  const refused = place.querySelector(".refusals span")?.textContent.trim() ?? "";
  document.querySelector("#score-core").textContent = `${place.dataset.position} · ${place.dataset.tissue}`;
  said.textContent = refused;
  said.classList.toggle("failed", refused !== "");
  showRest();
}

/* Leaving a core without saving loses nothing. */
function keepDraft() {
  if (!current?.isConnected) return;
  const stored = JSON.parse(current.dataset.values);
  const now = typed();
  if (Object.keys(now).every((name) => now[name] === (stored[name] ?? ""))) return;
  const place = placeOf(current);
  if (JSON.stringify(drafts.get(place.id)) === JSON.stringify(now)) return;
  drafts.set(place.id, now);
  refuse(place, table.dataset.left);
}

function forgetDraft() {
  const place = placeOf(current);
  drafts.delete(place.id);
  place.querySelector(".refusals")?.remove();
  fill();
}

function showRest() {
  const rest = document.querySelector("#score-rest");
  const [weak, moderate, strong] = PERCENTAGES.slice(0, 3).map(amount);
  const left = 100 - weak - moderate - strong;
  const nothing = PERCENTAGES.every((name) => form.elements[name].value.trim() === "");
  if (nothing || Number.isNaN(left)) rest.textContent = "";
  else if (left < -0.1) rest.textContent = rest.dataset.tooMuch;
  else rest.textContent = `${rest.dataset.rest} ${Math.max(left, 0)} % · H ${weak + 2 * moderate + 3 * strong}`;
  return !nothing && left >= -0.1;
}

function refuse(place, sentence) {
  place.querySelector(".refusals")?.remove();
  const box = document.createElement("div");
  box.className = "refusals";
  box.id = place.id.replace("place", "refusals");
  const [word, text] = [document.createElement("b"), document.createElement("span")];
  word.textContent = table.dataset.notSaved;
  text.textContent = sentence;
  box.append(word, text);
  place.append(box);
  place.querySelector("a").setAttribute("aria-describedby", box.id);
}

function say(place, sentence, failed) {
  said.textContent = `${place.dataset.position}: ${sentence}`;
  said.classList.toggle("failed", failed);
}

function save(evaluability) {
  const link = current;
  const place = placeOf(link);
  drafts.set(place.id, typed());
  const body = new FormData(form);
  body.set("evaluability", evaluability);
  place.setAttribute("aria-busy", "true");
  // One after the other: the version of a core that is saved twice is known only after the first answer.
  sending = sending.then(() => send(place.id, link.href, body));
  if (evaluability === "evaluable" && !showRest()) return;
  goOn(link);
}

async function send(id, address, body) {
  const draft = JSON.stringify(drafts.get(id));
  body.set("version", document.getElementById(id).querySelector("a").dataset.version);
  let answer = document.createElement("template");
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
    answer.innerHTML = response.ok ? await response.text() : "";
  } catch {
    answer = null;
  }
  const place = document.getElementById(id);
  const answered = answer?.content.getElementById(id);
  if (!answered) {
    place.removeAttribute("aria-busy");
    refuse(place, table.dataset.failed);
    say(place, table.dataset.failed, true);
    return;
  }
  document.querySelector("#scoring-progress").replaceWith(answer.content.querySelector("#scoring-progress"));
  exchange(place, answered);
  const saved = "saved" in answered.dataset;
  if (saved && JSON.stringify(drafts.get(id)) === draft) drafts.delete(id);
  const refusal = answered.querySelector(".refusals span")?.textContent.trim();
  if (current === answered.querySelector("a") && saved) fill();
  say(answered, saved ? `${answered.querySelector("a").textContent} ${table.dataset.saved}` : refusal, !saved);
}

function exchange(place, answered) {
  const link = place.querySelector("a");
  const next = answered.querySelector("a");
  const focused = document.activeElement === link;
  next.tabIndex = link.tabIndex;
  place.replaceWith(answered);
  if (current !== link) return;
  current = next;
  if (focused) next.focus();
}

function goOn(link) {
  const all = links();
  const next = all.slice(all.indexOf(link) + 1).find((each) => !("skip" in placeOf(each).dataset));
  (next ?? link).focus();
  if (!next) said.textContent = table.dataset.last;
}

function enter(value) {
  if (value !== null) {
    for (const field of fields()) field.value = "";
    form.elements.percent_1.value = value;
  }
  form.elements.percent_1.focus();
  if (value === null) form.elements.percent_1.select();
  showRest();
}

function keyInGrid(event) {
  if (/^[0-9]$/.test(event.key)) enter(event.key);
  else if (event.key === "Enter") enter(null);
  else if (REASONS[event.key.toLowerCase()]) save(REASONS[event.key.toLowerCase()]);
  else return;
  event.preventDefault();
}

function keyInForm(event) {
  const at = PERCENTAGES.indexOf(event.target.name);
  const reason = REASONS[event.key.toLowerCase()];
  if (event.key === "Escape") {
    forgetDraft();
    current.focus();
  } else if (at >= 0 && event.key === " ") {
    const next = form.elements[PERCENTAGES[(at + 1) % PERCENTAGES.length]];
    next.focus();
    next.select();
  } else if (at >= 0 && reason) save(reason);
  else return;
  event.preventDefault();
}

function start() {
  table.addEventListener("focusin", (event) => {
    if (event.target.matches("a[data-values]")) setCurrent(event.target);
  });
  table.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (plain && event.target.matches("a[data-values]")) keyInGrid(event);
  });
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td")?.querySelector("a[data-values]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.focus();
    enter(null);
  });
  form.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing) keyInForm(event);
  });
  form.addEventListener("input", showRest);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(event.submitter?.value ?? "evaluable");
  });
  form.querySelector("[data-leave]").addEventListener("click", (event) => {
    event.preventDefault();
    forgetDraft();
    current.focus();
  });
  addEventListener("beforeunload", (event) => {
    keepDraft();
    if (drafts.size) event.preventDefault();
  });
  const [first] = links().filter((link) => !JSON.parse(link.dataset.values).percent_0 && link.textContent.trim() === "·");
  const begun = document.activeElement?.closest?.(".scores a[data-values]") ?? first ?? links()[0];
  begun.focus({ preventScroll: true });
}

if (table && form && links().length) start();
