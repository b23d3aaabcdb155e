// Registers the module hooks for a whole process: `node --import goldentape/register strategy.ts`.

import { register } from "node:module";

register(new URL("./hooks.js", import.meta.url));
