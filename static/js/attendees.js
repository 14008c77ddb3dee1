// People of a meeting as rows of three boxes. The text area under them stays what is posted: one line for each person.
const NAMES = ["ชื่อ", "ตำแหน่ง", "หมายเหตุ"];
const [CROSS, PLUS] = document.getElementById("attendee-icons").content.children;

function read(area) {
  return area.value.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [name, title, ...note] = line.split("|");
    return [name, title ?? "", note.join(" ")].map((part) => part.trim());
  });
}

function build(area) {
  const label = document.querySelector(`label[for="${area.id}"]`).firstChild.textContent.trim();
  const list = document.createElement("ol");
  const add = document.createElement("button");
  list.className = "attendees";
  add.type = "button";
  add.className = "btn quiet small";
  add.append(PLUS.cloneNode(true), `เพิ่ม${label}`);
  const hint = document.getElementById(`${area.id}_helptext`);
  if (hint) hint.textContent = "กด Enter ขึ้นคนถัดไป วางรายชื่อทั้งชุดจากตารางหรือเอกสารได้";
  area.hidden = true;
  area.after(list, add);

  const write = () => {
    const lines = [...list.children].map((row) => [...row.querySelectorAll("input")].map((one) => one.value.replaceAll("|", "/").trim()));
    area.value = lines.filter((parts) => parts.some(Boolean)).map((parts) => parts.join(" | ").replace(/( \| )+$/, "")).join("\n");
    area.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const number = () => [...list.children].forEach((row, at) => row.querySelectorAll("input").forEach((one, column) => one.setAttribute("aria-label", `${label} คนที่ ${at + 1} ${NAMES[column]}`)));
  const row = (parts = ["", "", ""]) => {
    const item = document.createElement("li");
    parts.forEach((value, at) => {
      const one = document.createElement("input");
      one.type = "text";
      one.value = value;
      one.placeholder = NAMES[at];
      one.maxLength = 200;
      item.append(one);
    });
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn quiet small only-icon";
    remove.setAttribute("aria-label", "นำคนนี้ออก");
    remove.title = "นำคนนี้ออก";
    remove.append(CROSS.cloneNode(true));
    remove.addEventListener("click", () => { item.remove(); if (!list.children.length) row(); number(); write(); });
    item.append(remove);
    list.append(item);
    number();
    return item;
  };
  const fill = () => { list.replaceChildren(); const people = read(area); (people.length ? people : [undefined]).forEach((one) => row(one)); };

  list.addEventListener("input", (event) => { event.stopPropagation(); write(); });
  list.addEventListener("change", (event) => event.stopPropagation());
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const next = event.target.closest("li").nextElementSibling ?? row();
    next.querySelector("input").focus();
  });
  // A list pasted from a sheet or a document: a row for each line, its columns by tabs or bars.
  list.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\n\t|]/.test(text.trim())) return;
    event.preventDefault();
    const here = event.target.closest("li");
    const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean).map((line) => line.split(/\t|\|/).map((part) => part.trim()));
    const fresh = lines.map((parts) => row([parts[0] ?? "", parts[1] ?? "", parts.slice(2).join(" ")]));
    here.after(...fresh);
    if (![...here.querySelectorAll("input")].some((one) => one.value)) here.remove();
    number();
    write();
  });
  add.addEventListener("click", () => row().querySelector("input").focus());
  area.addEventListener("editor:load", fill);
  area.addEventListener("focus", () => list.querySelector("input").focus());
  fill();
}

for (const area of document.querySelectorAll("[data-attendees]")) build(area);
