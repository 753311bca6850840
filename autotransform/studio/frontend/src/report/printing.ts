/** Printing: what is folded is opened for it, and diffs that were never in view are drawn first. */

import type { View } from "./view";

export function openForPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("main details:not([open])")];
    for (const element of opened) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of opened) element.open = false;
    opened = [];
  });
}

export async function printAll(view: View): Promise<void> {
  await view.drawAll();
  print();
}
