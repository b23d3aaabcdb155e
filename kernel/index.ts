// Public index of the kernel: everything that `import { … } from "goldentape"` gives.

export { InputError, InvariantError, invariant, IssueList, issueText } from "./base/error.js";
export type { Issue } from "./base/error.js";
export type { IssueCode } from "./base/issue-code.js";
