// The report of a run: one self-contained HTML page.

export { renderReport } from "./report.js";
export type { ReportDataset, ReportIdentities, ReportInput, ReportBounds, ReportNode } from "./report-input.js";
