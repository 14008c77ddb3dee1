// The places of a paper made elsewhere: boxes over its pages that follow pointer, finger and keyboard, and the numbers
// beside them, which are what is sent. A box stays on its page and never comes to lie on another.
const NUMBERS = ["page", "left", "top", "width", "height"];
const HAIR = 0.05;
const round = (value) => Math.round(value * 10) / 10;

class Placing {
  constructor(root) {
    this.root = root;
    this.said = root.querySelector("[data-said]");
    this.pages = new Map([...root.querySelectorAll("[data-page]")].map((page) => [Number(page.dataset.page), page]));
    for (const drawn of root.querySelectorAll(".overlay")) drawn.remove();
    root.querySelector("[data-pointer-hint]").hidden = false;
    this.boxes = [...root.querySelectorAll("[data-place]")].map((row) => new Box(this, row));
    for (const box of this.boxes) box.show();
  }

  size(number) {
    const page = this.pages.get(number);
    return page ? { page, width: Number(page.dataset.width), height: Number(page.dataset.height) } : null;
  }

  /** Whether `at` keeps to its page and clear of every box but `own`. */
  free(own, at) {
    const size = this.size(at.page);
    if (!size || at.left < -HAIR || at.top < -HAIR || at.left + at.width > size.width + HAIR || at.top + at.height > size.height + HAIR) return false;
    return !this.boxes.some((box) => {
      const other = box === own ? null : box.at();
      return other && other.page === at.page
        && Math.min(at.left + at.width, other.left + other.width) - Math.max(at.left, other.left) > HAIR
        && Math.min(at.top + at.height, other.top + other.height) - Math.max(at.top, other.top) > HAIR;
    });
  }

  kept(at) {
    const size = this.size(at.page);
    const width = Math.min(at.width, size.width);
    const height = Math.min(at.height, size.height);
    return {
      page: at.page, width: round(width), height: round(height),
      left: round(Math.min(Math.max(at.left, 0), size.width - width)),
      top: round(Math.min(Math.max(at.top, 0), size.height - height)),
    };
  }

  say(words) { this.said.textContent = words; }
}

class Box {
  constructor(placing, row) {
    this.placing = placing;
    this.row = row;
    this.label = row.dataset.label;
    this.fixed = "fixed" in row.dataset;
    this.least = [Number(row.dataset.leastWidth), Number(row.dataset.leastHeight)];
    this.inputs = Object.fromEntries(NUMBERS.map((name) => [name, row.querySelector(`[name$="-${name}"]`)]));
    this.out = row.querySelector("[data-leave-out]");
    this.element = this.make();
    for (const input of Object.values(this.inputs)) input.addEventListener("input", () => this.show());
    this.out?.addEventListener("change", () => this.show());
    row.addEventListener("focusin", () => this.element.classList.add("moving"));
    row.addEventListener("focusout", () => this.element.classList.remove("moving"));
  }

  make() {
    const element = document.createElement("div");
    const words = document.createElement("span");
    element.className = "place-box";
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-roledescription", "กล่องที่เลื่อนได้");
    words.textContent = this.label;
    element.append(words);
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("pointerdown", (event) => this.grab(event, false));
    element.addEventListener("focus", () => this.row.classList.add("near"));
    element.addEventListener("blur", () => this.row.classList.remove("near"));
    if (!this.fixed) {
      const grip = document.createElement("i");
      grip.className = "grip";
      grip.addEventListener("pointerdown", (event) => { event.stopPropagation(); this.grab(event, true); });
      element.append(grip);
    }
    return element;
  }

  /** Where the numbers say it is; null when they say nothing or it is left off the paper. */
  at() {
    if (this.out?.checked) return null;
    const at = {};
    for (const name of NUMBERS) {
      const value = Number.parseFloat(this.inputs[name].value);
      if (!Number.isFinite(value)) return null;
      at[name] = value;
    }
    return at;
  }

  show() {
    const at = this.at();
    const size = at && this.placing.size(at.page);
    if (!size) { this.element.remove(); return; }
    const sheet = size.page.querySelector(".sheet");
    if (this.element.parentNode !== sheet) {
      const focused = document.activeElement === this.element;
      sheet.append(this.element);
      if (focused) this.element.focus();
    }
    const down = sheet.querySelector("img").clientHeight / size.height; // the sheet has a caption under its image
    Object.assign(this.element.style, {
      insetInlineStart: `${(100 * at.left) / size.width}%`, inlineSize: `${(100 * at.width) / size.width}%`,
      insetBlockStart: `${at.top * down}px`, blockSize: `${at.height * down}px`,
    });
    this.element.classList.toggle("refused", !this.placing.free(this, at));
    this.element.setAttribute("aria-label", `${this.label} หน้า ${at.page} ซ้าย ${round(at.left)} บน ${round(at.top)} กว้าง ${round(at.width)} สูง ${round(at.height)} มิลลิเมตร`);
  }

  /** Takes the place if it is free. */
  take(at) {
    if (!this.placing.size(at.page)) return false;
    const kept = this.placing.kept({ ...at, width: Math.max(at.width, this.least[0]), height: Math.max(at.height, this.least[1]) });
    const before = this.at();
    const stuck = before && !this.placing.free(this, before);
    if (!stuck && !this.placing.free(this, kept)) return false;
    for (const name of NUMBERS) this.inputs[name].value = String(kept[name]);
    this.show();
    return true;
  }

  key(event) {
    const at = this.at();
    if (!at || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.shiftKey ? 10 : 1;
    const moves = {
      ArrowLeft: { left: at.left - step }, ArrowRight: { left: at.left + step },
      ArrowUp: { top: at.top - step }, ArrowDown: { top: at.top + step },
      PageUp: { page: at.page - 1 }, PageDown: { page: at.page + 1 },
    };
    if (!this.fixed) {
      const grown = { width: at.width + 2, height: at.height + (2 * at.height) / at.width };
      const shrunk = { width: at.width - 2, height: at.height - (2 * at.height) / at.width };
      Object.assign(moves, { "+": grown, "=": grown, "-": shrunk });
    }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const taken = this.take({ ...at, ...move });
    if (move.page && taken) this.element.scrollIntoView({ block: "center" });
    this.placing.say(taken ? this.element.getAttribute("aria-label") : `${this.label}เลื่อนไปทางนั้นไม่ได้ ติดขอบกระดาษหรือกล่องอื่น`);
  }

  grab(event, resizing) {
    const at = this.at();
    if (!at || event.button > 0) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    const target = event.currentTarget;
    const box = this.element.getBoundingClientRect();
    const hold = { x: event.clientX - box.left, y: event.clientY - box.top };
    const from = { x: event.clientX, y: event.clientY };
    target.setPointerCapture(event.pointerId);
    this.element.classList.add("moving");
    const move = (moved) => {
      if (resizing) this.pull(at, moved, from);
      else this.drag(at, moved, hold);
    };
    const end = () => {
      target.removeEventListener("pointermove", move);
      this.element.classList.remove("moving");
      this.placing.say(this.element.getAttribute("aria-label"));
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", end, { once: true });
    target.addEventListener("pointercancel", end, { once: true });
  }

  scale(page) {
    const image = page.querySelector("img").getBoundingClientRect();
    return { image, across: Number(page.dataset.width) / image.width, down: Number(page.dataset.height) / image.height };
  }

  drag(begun, event, hold) {
    const over = [...this.placing.pages].find(([, page]) => {
      const image = page.querySelector("img").getBoundingClientRect();
      return event.clientY >= image.top && event.clientY <= image.bottom;
    });
    if (!over) return;
    const [number, page] = over;
    const now = this.at() ?? begun;
    if (number !== now.page) {
      // Moving the element between sheets would end the capture: the box changes its sheet but not its element's parent chain.
      this.crossed(page, number, event, hold, begun);
      return;
    }
    const { image, across, down } = this.scale(page);
    const at = { ...now, left: (event.clientX - hold.x - image.left) * across, top: (event.clientY - hold.y - image.top) * down };
    // Where both ways are barred, one may still be open: the box slides along what is in its way.
    if (!this.take(at) && !this.take({ ...at, top: now.top })) this.take({ ...at, left: now.left });
  }

  crossed(page, number, event, hold, begun) {
    const { image, across, down } = this.scale(page);
    const at = { ...begun, page: number, left: (event.clientX - hold.x - image.left) * across, top: (event.clientY - hold.y - image.top) * down };
    if (this.take(at)) this.element.setPointerCapture?.(event.pointerId);
  }

  pull(begun, event, from) {
    const size = this.placing.size(begun.page);
    const { across, down } = this.scale(size.page);
    const width = Math.min(Math.max(begun.width + (event.clientX - from.x) * across, this.least[0]), size.width - begun.left);
    const height = Math.min(Math.max(begun.height + (event.clientY - from.y) * down, this.least[1]), size.height - begun.top);
    const now = this.at() ?? begun;
    if (!this.take({ ...now, width, height }) && !this.take({ ...now, width })) this.take({ ...now, height });
  }
}

function start() {
  for (const root of document.querySelectorAll("[data-placing]")) {
    const placing = new Placing(root);
    const again = () => placing.boxes.forEach((box) => box.show());
    new ResizeObserver(again).observe(root);
    for (const image of root.querySelectorAll(".sheet img")) if (!image.complete) image.addEventListener("load", again);
  }
}
start();
