// Holds files against the schema of SARIF that a public package ships, with ajv. Run in the folder of the packages.
// usage: ajv.js FOLDER FILE...       prints what is wrong, one line each; exit status 1 where anything is
"use strict";
const fs = require("fs");
const path = require("path");
const [folder, ...files] = process.argv.slice(2);
const modules = path.join(folder, "node_modules");
const Ajv = require(path.join(modules, "ajv"));
const schemas = path.join(modules, "@microsoft/jest-sarif/lib/schemas");
const name = fs.readdirSync(schemas).find((f) => f.startsWith("sarif-2.1.0") && f.endsWith(".json"));
const ajv = new Ajv({ schemaId: "auto", allErrors: true, format: "full" });
ajv.addMetaSchema(require(path.join(modules, "ajv/lib/refs/json-schema-draft-04.json")));
const validate = ajv.compile(JSON.parse(fs.readFileSync(path.join(schemas, name), "utf8")));
let bad = 0;
for (const file of files) {
  if (validate(JSON.parse(fs.readFileSync(file, "utf8")))) continue;
  for (const e of validate.errors.slice(0, 5)) {
    console.log(`${path.basename(path.dirname(file))}: ${e.dataPath} ${e.message}`);
    bad = 1;
  }
}
console.log(`${files.length} files against ${name}`);
process.exit(bad);
