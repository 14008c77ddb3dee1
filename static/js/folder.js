// The signing folder under one thumb: a swipe, or the arrow keys, turns to the next letter and back.
const FAR = 70;
const pages = document.querySelector(".folder-pages");
const turn = (way) => document.querySelector(`a[rel=${way}]`)?.click();
let from = null;

pages?.addEventListener("touchstart", (event) => {
  const zoomed = (window.visualViewport?.scale ?? 1) > 1.05;
  from = event.touches.length === 1 && !zoomed ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });
pages?.addEventListener("touchend", (event) => {
  if (!from) return;
  const [x, y] = [event.changedTouches[0].clientX - from.x, event.changedTouches[0].clientY - from.y];
  from = null;
  if (Math.abs(x) > FAR && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? "next" : "prev");
}, { passive: true });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable=true], summary")) return;
  if (event.key === "ArrowRight") turn("next");
  else if (event.key === "ArrowLeft") turn("prev");
});
