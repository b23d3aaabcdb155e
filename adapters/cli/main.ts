#!/usr/bin/env node
// The command line `goldentape`.

import { goldentape } from "./commands.js";

await goldentape(process.argv.slice(2));
