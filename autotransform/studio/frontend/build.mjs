/* Builds the review page and the report. `node build.mjs` writes the committed files; `--check` builds into a
 * temporary folder and says what differs from them. The same sources and lock file give the same bytes. */
import { build } from "esbuild";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGES = [
  { name: "studio", target: join(HERE, "../static"), copied: ["index.html", "icon.svg"] },
  { name: "report", target: join(HERE, "../../review/static"), copied: [] },
];

/** Builds one page into a folder: its script, its style sheet and the licences of what both hold. */
async function buildPage({ name, copied }, folder) {
  await mkdir(folder, { recursive: true });
  const built = await build({
    absWorkingDir: HERE,
    entryPoints: [`src/${name}/${name}.ts`, `src/${name}/${name}.css`],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "ascii", // the report puts the script into a page of any encoding, and no reader trips over raw characters
    legalComments: "none", // LICENSES.txt has them whole
    metafile: true,
    logLevel: "warning",
  });
  await writeFile(join(folder, "LICENSES.txt"), await describeLicences(built.metafile));
  for (const file of copied) await cp(join(HERE, "src", name, file), join(folder, file));
}

/** The licences of the packages that have at least one byte in the output, in order of their names. */
async function describeLicences(metafile) {
  const packages = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
      if (match && bytesInOutput > 0) packages.add(match[1]);
    }
  }
  const parts = ["What is bundled into the files beside this one, and the licence of each part.\n"];
  for (const name of [...packages].sort()) parts.push(await describeLicence(name));
  return parts.join("\n");
}

async function describeLicence(name) {
  const folder = join(HERE, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).sort().find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file: it cannot be bundled.`);
  const text = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
  return `${"-".repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`;
}

/** Paths that differ between what was just built and what is committed, missing and stray files included. */
async function findDifferences(folder, target) {
  const names = new Set([...(await listFiles(folder)), ...(await listFiles(target))]);
  const differing = [];
  for (const name of [...names].sort()) {
    const [fresh, kept] = await Promise.all([folder, target].map((root) => readFile(join(root, name)).catch(() => null)));
    if (!fresh || !kept || !fresh.equals(kept)) differing.push(relative(join(HERE, "../../.."), join(target, name)));
  }
  return differing;
}

async function listFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function checkPages() {
  const scratch = await mkdtemp(join(tmpdir(), "frontend-"));
  try {
    const differing = [];
    for (const page of PAGES) {
      await buildPage(page, join(scratch, page.name));
      differing.push(...(await findDifferences(join(scratch, page.name), page.target)));
    }
    return differing;
  } finally {
    await rm(scratch, { recursive: true });
  }
}

if (process.argv.includes("--check")) {
  const differing = await checkPages();
  if (differing.length > 0) {
    console.error(`Not what the sources make: ${differing.join(", ").replaceAll(sep, "/")}. Run: npm run build`);
    process.exit(1);
  }
} else {
  for (const page of PAGES) await buildPage(page, page.target);
}
