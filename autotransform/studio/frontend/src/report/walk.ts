/** Goes from change to change and from file to file, whether they are drawn yet or not. */

import type { View } from "./view";

export class Walk {
  constructor(readonly view: View) {}

  /** To the next change that is shown, or the one before. */
  async goToChange(step: 1 | -1): Promise<void> {
    const here = document.activeElement?.closest<HTMLElement>(".hunk") ?? null;
    const file = this.#file();
    if (here) {
      const hunks = this.view.hunksOf(file);
      const next = hunks[hunks.indexOf(here) + step];
      if (next) return reveal(next);
    } else if (file >= 0 && step > 0) {
      const first = await this.#end(file, step);
      if (first) return reveal(first);
    }
    for (const next of this.#others(file, step)) {
      const hunk = await this.#end(next, step);
      if (hunk) return reveal(hunk);
    }
  }

  goToFile(step: 1 | -1): void {
    const [next] = this.#others(this.#file(), step);
    const element = next === undefined ? undefined : this.view.element(next);
    if (element) reveal(element.querySelector("summary") ?? element, element);
  }

  toggleFile(): void {
    const element = this.view.element(this.#file());
    if (element) element.open = !element.open;
  }

  /** The file in which the focus is, else the first that is in view; -1: none yet. */
  #file(): number {
    const focused = document.activeElement?.closest<HTMLElement>("details.file");
    if (focused) return Number(focused.dataset["file"]);
    const top = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
    const inView = this.view.shown.find((file) => {
      const box = this.view.element(file)?.getBoundingClientRect();
      return box && box.bottom > top && box.top < innerHeight && box.top <= top + 2;
    });
    return inView ?? -1;
  }

  #others(file: number, step: 1 | -1): number[] {
    const { shown } = this.view;
    return step > 0 ? shown.filter((each) => each > file) : shown.filter((each) => each < file || file < 0).reverse();
  }

  async #end(file: number, step: 1 | -1): Promise<HTMLElement | undefined> {
    const element = this.view.element(file);
    if (!element) return undefined;
    element.open = true;
    await this.view.draw(file);
    return this.view.hunksOf(file).at(step > 0 ? 0 : -1);
  }
}

/** Gives an element the focus, and puts it below the bar. */
export function reveal(element: HTMLElement, whole: HTMLElement = element): void {
  whole.scrollIntoView({ block: "start" });
  element.focus({ preventScroll: true });
}
