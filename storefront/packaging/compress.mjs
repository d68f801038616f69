// Puts a .gz and a .br beside every file of the build that shrinks: whoever serves it need not compress.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BUILD = fileURLToPath(new URL("../../build/storefront", import.meta.url));
const SHRINKS = /\.(js|css|html|svg|json|webmanifest|txt)$/;

for (const entry of await readdir(BUILD, { recursive: true, withFileTypes: true })) {
  // index.html is compressed by whoever puts the configuration into it.
  if (!entry.isFile() || !SHRINKS.test(entry.name) || entry.name === "index.html") continue;
  const path = join(entry.parentPath, entry.name);
  const content = await readFile(path);
  await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
  const options = {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  };
  await writeFile(`${path}.br`, brotliCompressSync(content, options));
}
