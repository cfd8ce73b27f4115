// Prints and reads attributes with an IPP library from npm: node print.js LIBRARY PRINTER-URL
// Says what the library understood of each answer as one JSON object.
'use strict';

const { promisify } = require('util');
const [library, url] = process.argv.slice(2);
const ipp = require(library);
const printer = ipp.Printer(url);
const ask = promisify((operation, message, done) => printer.execute(operation, message, done));
const by = { 'requesting-user-name': 'bumblebee' };

async function main() {
  const attributes = await ask('Get-Printer-Attributes', null);
  const printed = await ask('Print-Job', {
    'operation-attributes-tag': { ...by, 'job-name': 'from npm', 'document-format': 'application/pdf' },
    'job-attributes-tag': { copies: 2, sides: 'two-sided-long-edge', 'media-col': { 'media-source': 'main' } },
    data: Buffer.from('%PDF-1.4\n% from node\n%%EOF\n'),
  });
  const job = await ask('Get-Job-Attributes', {
    'operation-attributes-tag': { 'job-uri': printed['job-attributes-tag']['job-uri'], ...by },
  });
  const jobs = await ask('Get-Jobs', {
    'operation-attributes-tag': { ...by, 'which-jobs': 'completed', 'requested-attributes': ['job-id', 'job-name'] },
  });
  console.log(JSON.stringify({ attributes, printed, job, jobs }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
