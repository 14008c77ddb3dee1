// Choosing a kind of letter: words typed narrow the list; Enter takes the first that is left.
const box = document.querySelector("[data-kind-find]");
const kinds = document.querySelector("[data-kinds]");
const input = box.querySelector("input");
const said = box.querySelector("[data-kind-found]");
const all = [...kinds.querySelectorAll("label")];
const shown = () => all.filter((one) => !one.hidden);

function narrow() {
  const words = input.value.trim().split(/\s+/).filter(Boolean);
  for (const one of all) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  for (const group of kinds.querySelectorAll("fieldset")) group.hidden = !group.querySelector("label:not([hidden])");
  const left = shown();
  const chosen = all.find((one) => one.querySelector("input").checked);
  if (words.length && chosen?.hidden && left.length) left[0].querySelector("input").checked = true;
  said.textContent = words.length === 0 ? "" : left.length ? `พบ ${left.length} ชนิด` : kinds.dataset.none;
}

input.addEventListener("input", narrow);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" && event.key !== "ArrowDown") return;
  event.preventDefault();
  const radio = shown()[0]?.querySelector("input");
  if (!radio) return;
  radio.checked = true;
  radio.focus();
});
box.hidden = false;
narrow();
