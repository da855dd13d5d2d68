const size = { width: 1180, height: 664 };

// Lines of code that are too long are made smaller, and then all of a slide that is too high;
// what would be unreadable then is scrolled.
function fit() {
  const slide = Reveal.getCurrentSlide();
  for (const code of slide.querySelectorAll(".jp-InputArea pre, .jp-OutputArea pre")) {
    code.style.fontSize = "";
    const share = (0.98 * code.parentElement.clientWidth) / code.scrollWidth;
    if (share < 0.98) code.style.fontSize = `${share * parseFloat(getComputedStyle(code).fontSize)}px`;
  }
  slide.style.zoom = 1;
  slide.style.maxHeight = "none";
  const zoom = Math.min(1, Math.max(0.65, size.height / slide.scrollHeight));
  slide.style.zoom = zoom;
  slide.style.maxHeight = `${size.height / zoom}px`;
}

Reveal.on("slidechanged", fit);
document.addEventListener("toggle", fit, true);
window.addEventListener("load", () => MathJax.startup.promise.then(fit));
Reveal.initialize({
  ...size,
  center: false,
  hash: true,
  plugins: [RevealNotes],
  scrollActivationWidth: null, // on a phone too a slide is a slide
  slideNumber: true,
  transition: "none",
});
