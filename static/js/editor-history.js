// Undo and redo of the body editor: whole states, so that tables and pastes come back exactly as they were.
const MOST = 120;
const PAUSE = 900;

/** The way from `root` down to a node, as indexes. */
function pathTo(root, node) {
  const path = [];
  for (let here = node; here && here !== root; here = here.parentNode) path.unshift([...here.parentNode.childNodes].indexOf(here));
  return path;
}

function follow(root, path) {
  return path.reduce((here, at) => here?.childNodes[at] ?? here, root);
}

export class History {
  constructor(sheet) {
    this.sheet = sheet;
    this.past = [];
    this.future = [];
    this.last = 0;
  }

  state() {
    const { anchorNode, anchorOffset } = getSelection();
    const inside = anchorNode && this.sheet.contains(anchorNode);
    return { html: this.sheet.innerHTML, path: inside ? pathTo(this.sheet, anchorNode) : null, offset: anchorOffset };
  }

  /** Keeps the present state before it changes; typing in one go is kept once. */
  remember(always) {
    const now = Date.now();
    if (!always && now - this.last < PAUSE) { this.last = now; return; }
    this.last = always ? 0 : now;
    if (this.past.at(-1)?.html === this.sheet.innerHTML) return;
    this.past.push(this.state());
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  undo() { return this.step(this.past, this.future); }

  redo() { return this.step(this.future, this.past); }

  step(from, to) {
    let state = from.pop();
    while (state && state.html === this.sheet.innerHTML) state = from.pop();
    if (!state) return false;
    to.push(this.state());
    this.sheet.innerHTML = state.html;
    this.last = 0;
    if (state.path) {
      const node = follow(this.sheet, state.path);
      const length = node.nodeType === Node.TEXT_NODE ? node.data.length : node.childNodes.length;
      getSelection().collapse(node, Math.min(state.offset, length));
    }
    return true;
  }
}
