// The page a draft is written on: saves by itself within two seconds of a change, keeps what is not saved in this browser,
// offers it back after a crash, and stops when somebody else has saved meanwhile.
const root = document.querySelector("[data-draft]");
const form = document.getElementById("draft");
const QUIET = 900;
const LONGEST = 1800;
const RETRIES = [2000, 4000, 8000, 15000];
const OWN = new Set(["csrfmiddlewaretoken", "revision", "page", "seq", "files", "body_format", "then"]);
const WORDS = {
  saved: (at) => `บันทึกแล้ว ${at}`,
  dirty: () => "ยังไม่ได้บันทึก",
  offline: () => "ขาดการเชื่อมต่อ เก็บไว้ในเครื่องนี้ก่อน",
  signed_out: () => "หมดเวลาใช้งาน เก็บไว้ในเครื่องนี้ กรุณาเข้าสู่ระบบใหม่",
  stopped: () => "หยุดบันทึกชั่วคราว",
};

/** What the browser keeps of a page until the server has it. A page drops only its own: another window may be offline. */
const store = {
  on: root.dataset.rescue === "on",
  get() { try { return JSON.parse(localStorage.getItem(root.dataset.store)); } catch { return null; } },
  put(value) { if (this.on) try { localStorage.setItem(root.dataset.store, JSON.stringify(value)); } catch { /* full or forbidden: the server has it within seconds */ } },
  dropOwn() { if (this.get()?.page === root.dataset.page) this.drop(); },
  drop() { try { localStorage.removeItem(root.dataset.store); } catch { /* forbidden: nothing was kept either */ } },
};

let seq = 0;
let changes = 0;
let stored = 0;
let sending = false;
let stopped = false;
let leaving = false;
let failures = 0;
let first = 0;
let timer = 0;
let keeping = 0;

const dirty = () => changes !== stored;
const words = () => [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
const here = () => JSON.stringify(words());

function show(state, extra = "") {
  const line = form.querySelector("[data-save-state]");
  line.textContent = WORDS[state](extra);
  line.dataset.state = { saved: "saved", dirty: "dirty" }[state] ?? "failed";
  const aloud = form.querySelector("[data-save-said]");
  if (line.dataset.state === "failed" || aloud.textContent) aloud.textContent = line.dataset.state === "failed" ? line.textContent : "";
}

function keep() {
  clearTimeout(keeping);
  keeping = 0;
  store.put({ at: Date.now(), page: root.dataset.page, revision: form.elements.revision.value, words: words() });
}

function changed(event) {
  if (event?.target?.type === "file") return;
  changes += 1;
  keeping ||= setTimeout(keep, 250);
  if (stopped) return;
  if (!sending && failures === 0) show("dirty");
  first ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(save, failures ? RETRIES[Math.min(failures, RETRIES.length) - 1] : Math.max(0, Math.min(QUIET, first + LONGEST - Date.now())));
}

function packed() {
  const data = new FormData(form);
  seq += 1;
  data.delete("files");
  data.set("page", root.dataset.page);
  data.set("seq", String(seq));
  return data;
}

async function save() {
  if (sending || stopped || leaving || !dirty()) return;
  const upto = changes;
  sending = true;
  first = 0;
  try {
    const answer = await fetch(root.dataset.saveUrl, { method: "POST", body: packed(), redirect: "manual", signal: AbortSignal.timeout(10000) });
    if (answer.type === "opaqueredirect" || answer.status === 401) fail("signed_out");
    else if (answer.ok) taken(await answer.json(), upto);
    else if (answer.status >= 500) fail("offline");
    else refuse(answer.status, said(await answer.text()));
  } catch { fail("offline"); }
  sending = false;
  if (dirty() && !stopped && !failures) { clearTimeout(timer); timer = setTimeout(save, QUIET); }
}

function taken({ revision, saved }, upto) {
  const moved = form.elements.revision.value !== String(revision);
  failures = 0;
  stored = upto;
  form.elements.revision.value = revision;
  if (dirty()) keep(); else { clearTimeout(keeping); keeping = 0; store.dropOwn(); }
  show(dirty() ? "dirty" : "saved", saved);
  if (moved) tell();
}

/** The preview follows, when it is in sight. */
function tell() {
  if (document.getElementById("preview")?.offsetParent) document.body.dispatchEvent(new Event("draft-saved"));
}

function fail(why) {
  failures += 1;
  keep();
  show(why);
  clearTimeout(timer);
  timer = setTimeout(save, RETRIES[Math.min(failures, RETRIES.length) - 1]);
}

/** A refusal's words: of the draft's own answer, or the bare sentence of whatever turned the request away. */
function said(words) {
  try { return JSON.parse(words); } catch { return { sentence: words.startsWith("<") ? "" : words }; }
}

function refuse(status, { sentence = "", conflict = false }) {
  stopped = true;
  keep();
  show("stopped");
  const panel = form.querySelector("[data-conflict]");
  panel.querySelector("[data-conflict-words]").textContent = sentence;
  if (!conflict) {
    panel.querySelector("b").textContent = "บันทึกไม่ได้";
    panel.querySelector("button").hidden = true;
  }
  panel.hidden = false;
}

/** Puts kept words back into the form; lists of posts get as many rows as they need. */
function putBack(kept) {
  const byName = Map.groupBy ? Map.groupBy(kept, ([name]) => name) : kept.reduce((map, pair) => map.set(pair[0], [...(map.get(pair[0]) ?? []), pair]), new Map());
  for (const [name, pairs] of byName) {
    const people = document.getElementById(name);
    if (people?.matches("[data-people]")) while (people.querySelectorAll(`[name="${name}"]`).length < pairs.length) addPost(people);
  }
  for (const [name, pairs] of byName) {
    const controls = [...form.elements].filter((one) => one.name === name);
    pairs.forEach(([, value], at) => {
      const control = controls[Math.min(at, controls.length - 1)];
      if (!control) return;
      if (control.type === "radio") for (const one of controls) one.checked = one.value === value;
      else if (control.type === "checkbox") control.checked = true;
      else control.value = value;
      if (control.matches("textarea")) control.dispatchEvent(new Event("editor:load"));
    });
  }
  for (const box of form.querySelectorAll("input[type=checkbox]")) if (!byName.has(box.name)) box.checked = false;
}

function offer() {
  const kept = store.get();
  if (!kept?.words || JSON.stringify(kept.words) === here()) { store.drop(); return; }
  const panel = root.querySelector("[data-rescued]");
  const at = new Date(kept.at);
  panel.querySelector("[data-rescued-at]").textContent = `${at.toLocaleDateString("th-TH", { dateStyle: "medium" })} ${at.toTimeString().slice(0, 5).replace(":", ".")} น.`;
  panel.hidden = false;
  panel.querySelector("[data-rescue-use]").addEventListener("click", () => {
    store.drop();
    putBack(kept.words);
    form.elements.revision.value = kept.revision;
    panel.hidden = true;
    changed();
  });
  panel.querySelector("[data-rescue-drop]").addEventListener("click", () => { store.drop(); panel.hidden = true; });
}

function addPost(people) {
  const rows = people.querySelector(".people-rows");
  const last = rows.lastElementChild;
  const fresh = last.cloneNode(true);
  for (const control of fresh.querySelectorAll("select, input")) {
    for (const option of control.options ?? []) option.removeAttribute("selected");
    const after = control.matches("[data-next-place]") ? Number(last.querySelector("[data-next-place]").value) + 1 : 0;
    control.value = after ? String(Math.min(after, control.options.length)) : "";
    control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+$/, String(rows.children.length + 1)));
  }
  for (const fold of fresh.querySelectorAll("details")) fold.open = false;
  rows.append(fresh);
  people.querySelector("[data-people-add]").hidden = rows.children.length >= Number(people.dataset.most);
  return fresh.querySelector(`[name="${people.id}"]`);
}

for (const people of form.querySelectorAll("[data-people]")) {
  const rows = people.querySelector(".people-rows");
  const add = people.querySelector("[data-people-add]");
  if (rows.children.length > 1) rows.lastElementChild.remove();
  add.hidden = false;
  add.addEventListener("click", () => addPost(people).focus());
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", () => {
  seq += 1;
  form.elements.page.value = root.dataset.page;
  form.elements.seq.value = String(seq);
  leaving = true;
  keep();
});
form.addEventListener("file-stored", tell);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && dirty()) save(); });
addEventListener("pagehide", () => {
  if (!dirty() || stopped || leaving) return;
  keep();
  navigator.sendBeacon(root.dataset.saveUrl, packed());
});
addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
addEventListener("online", () => { if (failures) { clearTimeout(timer); save(); } });
addEventListener("offline", () => { if (dirty()) show("offline"); });
addEventListener("beforeunload", (event) => { if (dirty() && failures && !leaving && !store.on) event.preventDefault(); });

if (root.dataset.unsaved === undefined) offer();
else changed();
