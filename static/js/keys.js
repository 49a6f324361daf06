/* Fast hands: "/" goes to the page's search field, other keys press the button that names them
   (data-shortcut="a"), Esc and a click elsewhere close an open menu. */

const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return closeMenus();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const target =
    key === "/"
      ? document.querySelector("main input[type=search]")
      : [...document.querySelectorAll("[data-shortcut]")].find((element) => element.dataset.shortcut === key);
  if (!target) return;
  event.preventDefault();
  if (key !== "/") {
    target.focus();
    return target.click();
  }
  const sheet = target.closest("[popover]");
  if (sheet && getComputedStyle(sheet).display === "none") sheet.showPopover();
  target.focus();
});

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
