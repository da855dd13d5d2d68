const size = { width: 960, height: 700 };

// What is higher than a slide is made smaller, and what would be unreadable then is scrolled.
function fit() {
  const slide = Reveal.getCurrentSlide();
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
