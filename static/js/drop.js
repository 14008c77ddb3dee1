// <drop-zone>: a multiple file input that takes drops, lists what was chosen and, with data-url, sends each file on its own.
// With data-next (the next free place in the list) each file says its place: it keeps the order in which it was picked.
const PARALLEL = 2;

const size = (bytes) => bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} กิโลไบต์` : `${(bytes / 1024 / 1024).toFixed(1)} เมกะไบต์`;

class DropZone extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector(".files");
    this.queue = [];
    this.running = 0;
    this.place = Number(this.dataset.next) || 0;
    const zone = this.querySelector(".drop");
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    this.input.addEventListener("change", () => this.take());
  }

  /** Lists the chosen files; with an address, queues them and empties the input so that the form does not send them twice. */
  take() {
    const files = [...this.input.files];
    if (!this.dataset.url) {
      for (const old of this.list.querySelectorAll("[data-chosen]")) old.remove();
      for (const file of files) this.row(file, `${this.dataset.chosen} · ${size(file.size)}`).dataset.chosen = "";
      return;
    }
    for (const file of files) {
      this.queue.push([file, this.row(file, `${this.dataset.waiting} · ${size(file.size)}`), this.place]);
      if (this.place) this.place += 1;
    }
    this.input.value = "";
    this.next();
  }

  row(file, state) {
    const row = document.createElement("li");
    const gap = document.createElement("span");
    const name = document.createElement("span");
    const words = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    words.className = "state num";
    words.textContent = state;
    row.append(gap, name, document.createElement("span"), document.createElement("span"), words);
    this.list.append(row);
    return row;
  }

  next() {
    while (this.running < PARALLEL && this.queue.length) this.send(...this.queue.shift());
  }

  send(file, row, place) {
    const bar = document.createElement("progress");
    const state = row.querySelector(".state");
    const form = new FormData();
    const request = new XMLHttpRequest();
    row.classList.remove("failed");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${this.dataset.sending} ${file.name}`);
    row.append(bar);
    form.append("file", file, file.name);
    if (place) form.append("place", place);
    state.textContent = this.dataset.sending;
    this.running += 1;
    request.open("POST", this.dataset.url);
    request.timeout = 600000;
    request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]')?.content ?? "");
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total); });
    request.addEventListener("loadend", () => {
      this.running -= 1;
      bar.remove();
      if (request.status >= 200 && request.status < 300) this.done(row, request.responseText);
      else this.failed(file, row, place, request);
      this.next();
    });
    request.send(form);
  }

  /** The server's own <li> replaces the row; htmx is told, so its buttons live. */
  done(row, html) {
    const box = document.createElement("template");
    box.innerHTML = html.trim();
    const fresh = box.content.firstElementChild;
    if (!fresh) { row.remove(); return; }
    row.replaceWith(fresh);
    globalThis.htmx?.process(fresh);
    this.dispatchEvent(new CustomEvent("file-stored", { bubbles: true }));
  }

  failed(file, row, place, request) {
    const plain = (request.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
    const again = document.createElement("button");
    row.classList.add("failed");
    row.querySelector(".state").textContent = plain && request.responseText ? request.responseText : this.dataset.failed;
    again.type = "button";
    again.className = "btn small";
    again.textContent = this.dataset.retry;
    again.addEventListener("click", () => { again.remove(); this.queue.push([file, row, place]); this.next(); });
    row.append(again);
  }
}

if (!customElements.get("drop-zone")) customElements.define("drop-zone", DropZone);
