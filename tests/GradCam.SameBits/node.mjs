// The program as WebAssembly: node node.mjs FOLDER [THREADS [NETWORK ...]]. The folder is what was published.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, ...rest] = process.argv.slice(2);
const { dotnet } = await import(pathToFileURL(resolve(folder, 'wwwroot/_framework/dotnet.js')));
const { runMain } = await dotnet.withApplicationArguments(...rest).create();
process.exit(await runMain());
