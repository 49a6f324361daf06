/* A dragged file may be let go anywhere on the field; the native input still takes it, so forms do not change. */

for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const field = event.target instanceof Element && event.target.closest(".file-drop");
    if (!field) return;
    field.classList.toggle("over", type === "dragenter" || type === "dragover");
    if (type === "dragover") event.preventDefault();
    if (type !== "drop" || !event.dataTransfer.files.length) return;
    event.preventDefault();
    const input = field.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
