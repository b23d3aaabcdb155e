// The optimiser of the release build, as a transform of the compiler: its own levels leave no say in what is inlined.
//
// Binaryen's limits at level 3 inline functions of up to 12 and 70 instructions; with 4 and 24 the module packs to
// 71 kB in place of 75 and is as fast, and its first shrink level takes another off (`kernel/README.md`, decision 25).
// Level 0 of the compiler keeps its library's functions those of the debug build: at a shrink level it has others for
// exp, log and pow, with other bits.

import binaryen from "assemblyscript/binaryen";
import { Transform } from "assemblyscript/transform";

export default class Optimize extends Transform {
  afterCompile(module) {
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(1);
    binaryen.setAlwaysInlineMaxSize(4);
    binaryen.setFlexibleInlineMaxSize(24);
    binaryen.setOneCallerInlineMaxSize(100);
    binaryen.setDebugInfo(false);
    module.optimize();
  }
}
