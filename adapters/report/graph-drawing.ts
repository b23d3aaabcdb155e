// Graph drawing: the strategy's nodes as an SVG, in layers from the data on the left to the decisions on the right.
//
// How it works: a node's layer is the longest way to it from a source, over edges without a lag; inside a layer, nodes stand in the order
// of the mean position of what feeds them, so that edges cross little. Two sweeps are enough for graphs of a strategy's size.

import type { ReportNode } from "./report-input.js";
import { escaped } from "./figures.js";

const LAYER_WIDTH = 190;
const BOX_WIDTH = 140;
const BOX_HEIGHT = 34;
const ROW_HEIGHT = 52;
const MARGIN = 12;
const LABEL_CHARACTERS_MAX = 20;

/** SVG text of a graph, or an empty text when there is nothing to draw or too much to read. */
export function graphDrawing(nodes: readonly ReportNode[]): string {
  if (nodes.length === 0 || nodes.length > 120) return "";
  const layers = ordered(nodes, layersOf(nodes));
  const rowsMax = layers.reduce((most, layer) => Math.max(most, layer.length), 0);
  const height = rowsMax * ROW_HEIGHT + 2 * MARGIN;
  const width = layers.length * LAYER_WIDTH - (LAYER_WIDTH - BOX_WIDTH) + 2 * MARGIN;
  const place = new Map<string, { x: number; y: number }>();
  layers.forEach((layer, column) => {
    const top = (height - layer.length * ROW_HEIGHT) / 2 + (ROW_HEIGHT - BOX_HEIGHT) / 2;
    layer.forEach((node, row) => place.set(node.id, { x: MARGIN + column * LAYER_WIDTH, y: top + row * ROW_HEIGHT }));
  });
  const edges = nodes.flatMap((node) =>
    node.inputs.map((input) => edge(place.get(input.node), place.get(node.id), input)),
  );
  const boxes = nodes.map((node) => box(node, place.get(node.id) as { x: number; y: number }));
  return (
    `<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="The strategy's graph: ${nodes.length} nodes"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" ` +
    `markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>${edges.join("")}${boxes.join("")}</svg>`
  );
}

function layersOf(nodes: readonly ReportNode[]): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const layer = new Map<string, number>();
  const visit = (node: ReportNode, path: ReadonlySet<string>): number => {
    const known = layer.get(node.id);
    if (known !== undefined) return known;
    let deepest = -1;
    for (const input of node.inputs) {
      const source = byId.get(input.node);
      // A delayed edge may lead back; it does not push its target to the right.
      if (source === undefined || input.lag > 0 || path.has(source.id)) continue;
      deepest = Math.max(deepest, visit(source, new Set([...path, node.id])));
    }
    layer.set(node.id, deepest + 1);
    return deepest + 1;
  };
  for (const node of nodes) visit(node, new Set());
  return layer;
}

function ordered(nodes: readonly ReportNode[], layerOf: ReadonlyMap<string, number>): ReportNode[][] {
  const layers: ReportNode[][] = [];
  for (const node of nodes) (layers[layerOf.get(node.id) as number] ??= []).push(node);
  const filled = Array.from(layers, (layer) => layer ?? []);
  const rank = new Map<string, number>();
  const note = (layer: readonly ReportNode[]): void =>
    layer.forEach((node, row) => rank.set(node.id, (row + 0.5) / layer.length));
  filled.forEach(note);
  for (let sweep = 0; sweep < 2; sweep++) {
    for (const layer of filled) {
      const centre = new Map(layer.map((node) => [node.id, meanRank(node, rank)]));
      layer.sort((a, b) => (centre.get(a.id) as number) - (centre.get(b.id) as number));
      note(layer);
    }
  }
  return filled;
}

function meanRank(node: ReportNode, rank: ReadonlyMap<string, number>): number {
  const ranks = node.inputs.map((input) => rank.get(input.node)).filter((one) => one !== undefined);
  if (ranks.length === 0) return rank.get(node.id) ?? 0;
  return ranks.reduce((all, one) => all + one, 0) / ranks.length;
}

type Place = { readonly x: number; readonly y: number };

function edge(from: Place | undefined, to: Place | undefined, input: { port: string; lag: number }): string {
  if (from === undefined || to === undefined) return "";
  const [x1, y1, x2, y2] = [from.x + BOX_WIDTH, from.y + BOX_HEIGHT / 2, to.x - 1, to.y + BOX_HEIGHT / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const name = input.lag > 0 ? `${input.port}, ${input.lag} later` : input.port;
  return `<path class="edge${input.lag > 0 ? " late" : ""}" d="${path}" marker-end="url(#tip)"><title>${escaped(name)}</title></path>`;
}

function box(node: ReportNode, at: Place): string {
  const isLong = node.label.length > LABEL_CHARACTERS_MAX;
  const label = isLong ? `${node.label.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : node.label;
  return (
    `<g><title>${escaped(`${node.label}\n${node.id}`)}</title><rect x="${at.x}" y="${at.y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" ` +
    `rx="6"/><text x="${at.x + BOX_WIDTH / 2}" y="${at.y + BOX_HEIGHT / 2}">${escaped(label)}</text></g>`
  );
}
