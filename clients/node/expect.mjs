// Checks a JSON file. Usage: node expect.mjs FILE PATH=VALUE PATH!=VALUE …; a value is compared as
// text, an absent one is "undefined". Status 1 and a line for each difference.
import { readFileSync } from 'node:fs';

const [file, ...expectations] = process.argv.slice(2);
const json = JSON.parse(readFileSync(file, 'utf8'));
for (const each of expectations) {
  const [, path, operator, wanted] = /^([^!=]+)(!?=)(.*)$/s.exec(each);
  const found = String(path.split('.').reduce((value, name) => value?.[name], json));
  if ((found === wanted) !== (operator === '=')) {
    console.error(`${file}: ${path} is ${found}, expected ${operator} ${wanted}`);
    process.exitCode = 1;
  }
}
