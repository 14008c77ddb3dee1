// Settling a conflict: typing in the merged text chooses it; what this browser kept is dropped once a choice is made.
const form = document.querySelector("[data-settled]");
const merged = form.querySelector("[data-use-merged]");

form.querySelector("[data-editor]")?.addEventListener("input", () => { merged.checked = true; });
const drop = () => { try { localStorage.removeItem(form.dataset.settled); } catch { /* nothing was kept */ } };
form.addEventListener("submit", drop);
form.querySelector(".action-bar a").addEventListener("click", drop);
