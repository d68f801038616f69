// Writes src/api/contract.ts (types) and src/api/limits.ts (what each request may hold) from the API's own document.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url);
const HERE = new URL("../src/api/", import.meta.url);
const SAID = "// Generated from docs/openapi.json by `npm run contract`: not to be edited.\n\n";
const KEPT = ["minLength", "maxLength", "minimum", "maximum", "pattern", "enum"];

const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
const schemas = document.components.schemas;

/** The schema itself, wherever it is said, and whether it may be null. */
function resolved(schema) {
  if (schema.anyOf) return resolved(schema.anyOf.find((each) => each.type !== "null"));
  if (!schema.$ref) return schema;
  return resolved(schemas[schema.$ref.split("/").at(-1)]);
}

/** Every field of a request by its pointer, with what the contract says of it. */
function fields(schema, at = "") {
  const found = {};
  for (const [name, given] of Object.entries(schema.properties ?? {})) {
    const one = resolved(given);
    const pointer = `${at}/${name}`;
    const required = (schema.required ?? []).includes(name);
    if (one.type === "object" && one.properties) {
      found[pointer] = { required, type: "object" };
      Object.assign(found, fields(one, pointer));
    } else {
      const limits = Object.fromEntries(KEPT.filter((key) => key in one).map((key) => [key, one[key]]));
      found[pointer] = { required, type: one.type ?? "string", ...limits };
    }
  }
  return found;
}

const requests = Object.fromEntries(
  Object.entries(schemas)
    .filter(([name]) => name.endsWith("Request"))
    .map(([name, schema]) => [name, fields(schema)]),
);

await mkdir(HERE, { recursive: true });
await writeFile(new URL("contract.ts", HERE), SAID + astToString(await openapiTS(DOCUMENT)));
await writeFile(
  new URL("limits.ts", HERE),
  `${SAID}export const LIMITS = ${JSON.stringify(requests)} as const;\n`,
);
