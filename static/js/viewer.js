// The page viewer: marks the thumbnail of the page in sight, remembers the zoom for this visit, + and - change it.
const KEY = "viewer-zoom";

function start(viewer) {
  if (viewer.dataset.ready) return;
  viewer.dataset.ready = "1";
  const zooms = [...viewer.querySelectorAll(".zoom input")];
  const kept = sessionStorage.getItem(KEY);
  for (const one of zooms) {
    if (one.value === kept) one.checked = true;
    one.addEventListener("change", () => sessionStorage.setItem(KEY, one.value));
  }
  viewer.addEventListener("keydown", (event) => {
    if (!["+", "=", "-"].includes(event.key) || event.ctrlKey || event.metaKey) return;
    const at = zooms.findIndex((one) => one.checked) + (event.key === "-" ? -1 : 1);
    if (zooms[at]) { zooms[at].checked = true; sessionStorage.setItem(KEY, zooms[at].value); event.preventDefault(); }
  });
  const links = new Map([...viewer.querySelectorAll(".thumbs a")].map((link) => [link.hash.slice(1), link]));
  if (!links.size) return;
  const watch = new IntersectionObserver((entries) => {
    const best = entries.filter((entry) => entry.isIntersecting).sort((a, b) => b.intersectionRatio - a.intersectionRatio)[0];
    if (!best) return;
    for (const [id, link] of links) {
      if (id === best.target.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -55% 0px", threshold: [0, .25, .5] });
  for (const sheet of viewer.querySelectorAll(".sheet")) watch.observe(sheet);
}

const all = () => document.querySelectorAll("[data-viewer]").forEach(start);
all();
document.addEventListener("htmx:afterSettle", all);
