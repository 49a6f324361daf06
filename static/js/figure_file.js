/* Figures as files at the widths of journals: one column (85 mm) or two (174 mm), as SVG or as PNG.
   A figure is laid out as on a screen and made smaller as a whole: the theme's smallest text, 12 px, comes out at 6.3 pt
   and its thinnest line, 1 px, at 0.5 pt. The fonts go along, so that the file looks the same everywhere. */

const MM_OF_A_PX = 25.4 / 96;
const SHRUNK_TO = 0.7;
const DOTS_PER_MM = 600 / 25.4;
/* Vector programs take no fonts from a file; Arial is what journals ask for. */
const FONT_OF_FILES = '"Source Sans 3 Variable", "Noto Sans JP Variable", Arial, Helvetica, sans-serif';

async function journalSvg(plot, widthMm) {
  const { data, layout } = drawn.get(plot);
  const Plotly = await loadPlotly(plot.dataset.plotly);
  const width = Math.round(widthMm / MM_OF_A_PX / SHRUNK_TO);
  const height = plot.clientHeight;
  const fixed = { font: { ...layout.font, family: FONT_OF_FILES }, width, height, autosize: false };
  const paper = { data, layout: { ...fitted(layout, width), ...fixed, paper_bgcolor: "#ffffff" } };
  const address = await Plotly.toImage(paper, { format: "svg", width, height });
  const svg = new DOMParser().parseFromString(
    decodeURIComponent(address.slice(address.indexOf(",") + 1)),
    "image/svg+xml",
  ).documentElement;
  svg.setAttribute("width", `${widthMm}mm`);
  svg.setAttribute("height", `${(widthMm * height) / width}mm`);
  await embedFonts(svg);
  return new XMLSerializer().serializeToString(svg);
}

async function embedFonts(svg) {
  const characters = [...new Set(svg.textContent)].map((character) => character.codePointAt(0));
  const faces = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule && isNeeded(rule, characters));
  const style = document.createElementNS(svg.namespaceURI, "style");
  style.textContent = (await Promise.all(faces.map(embeddedFace))).join("\n");
  svg.prepend(style);
}

function isNeeded(face, characters) {
  const ranges = face.style.getPropertyValue("unicode-range").split(",").map(rangeOf);
  return ranges.some(([first, last]) => characters.some((character) => character >= first && character <= last));
}

/* "U+26", "U+0-7F" or "U+4??" */
function rangeOf(text) {
  const [first, last] = text.trim().slice(2).split("-");
  const number = (digits, wild) => Number.parseInt(digits.replaceAll("?", wild), 16);
  return [number(first, "0"), number(last ?? first, "F")];
}

async function embeddedFace(face) {
  const source = face.style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/)[1];
  const response = await fetch(new URL(source, face.parentStyleSheet.href));
  const address = await asDataAddress(await response.blob());
  return face.cssText.replace(/src:[^;]+;/, `src: url("${address}") format("woff2");`);
}

function asDataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

async function asPng(svg, widthMm) {
  const image = new Image();
  image.src = await asDataAddress(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(widthMm * DOTS_PER_MM);
  canvas.height = Math.round((canvas.width * image.naturalHeight) / image.naturalWidth);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return withResolution(new Uint8Array(await png.arrayBuffer()));
}

/* PNG says its size on paper in a chunk named pHYs, right after the header: dots per metre, twice, and the unit. */
function withResolution(png) {
  const END_OF_HEADER = 33;
  const chunk = new DataView(new ArrayBuffer(21));
  const dotsPerMetre = Math.round(DOTS_PER_MM * 1000);
  chunk.setUint32(0, 9);
  [..."pHYs"].forEach((letter, place) => chunk.setUint8(4 + place, letter.charCodeAt(0)));
  chunk.setUint32(8, dotsPerMetre);
  chunk.setUint32(12, dotsPerMetre);
  chunk.setUint8(16, 1);
  chunk.setUint32(17, checksum(new Uint8Array(chunk.buffer, 4, 13)));
  return new Blob([png.slice(0, END_OF_HEADER), chunk.buffer, png.slice(END_OF_HEADER)], { type: "image/png" });
}

/* CRC-32, as PNG asks for it. */
function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

async function saveFigure(button) {
  const plot = button.closest(".figure").querySelector("[data-figure-url]");
  const { figureDownload: format, figureWidth: width } = button.dataset;
  const svg = await journalSvg(plot, Number(width));
  const file = format === "png" ? await asPng(svg, Number(width)) : new Blob([svg], { type: "image/svg+xml" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${plot.dataset.figureName}-${width}mm.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-figure-download]");
  if (!button) return;
  button.closest("details").open = false;
  saveFigure(button);
});
