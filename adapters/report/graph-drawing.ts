// Graph drawing: the strategy's nodes as an SVG, in layers from the data on the left to the decisions on the right.
//
// How it works: a node's layer is the longest way to it from a source, over edges without a lag. An edge over several
// layers gets a bend in each layer between, so that it passes beside the boxes. Inside a layer, nodes and bends stand
// in the order of the mean position of what feeds them, so that edges cross little; a few sweeps are enough for graphs
// of a strategy's size.
// Source: K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical System Structures"
// (1981).

import { escaped } from "./figures.js";
import type { ReportNode } from "./report-input.js";

const LAYER_WIDTH = 190;
const BOX_WIDTH = 140;
const BOX_HEIGHT = 34;
const ROW_HEIGHT = 50;
const BEND_HEIGHT = 20;
const MARGIN = 12;
const LABEL_CHARACTERS_MAX = 20;
const NODES_MAX = 120;
const SWEEPS = 4;

/**
 * SVG text of a graph, or an empty text when there is nothing to draw or too much to read.
 *
 * @param marked Ids of nodes whose group gets the class `marked`.
 */
export function graphDrawing(nodes: readonly ReportNode[], marked: ReadonlySet<string> = new Set()): string {
  if (nodes.length === 0 || nodes.length > NODES_MAX) return "";
  const layerOf = layersOf(nodes);
  const wires = wiresOf(nodes, layerOf);
  const layers = ordered(nodes, wires, layerOf);
  const height = Math.max(...layers.map(heightOf)) + 2 * MARGIN;
  const width = layers.length * LAYER_WIDTH - (LAYER_WIDTH - BOX_WIDTH) + 2 * MARGIN;
  const place = placesOf(layers, height);
  const edges = wires.map((wire) => edge(wire, place));
  const boxes = nodes.map((node) => box(node, place.get(node.id) as Place, marked.has(node.id)));
  const tip = `<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">`;
  return [
    `<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" `,
    `aria-label="The strategy's graph: ${nodes.length} nodes">`,
    `<defs>${tip}<path d="M0 0L8 4L0 8z"/></marker></defs>`,
    ...edges,
    ...boxes,
    "</svg>",
  ].join("");
}

/** An edge with the ids of its bends, from its source to its target. */
interface Wire {
  readonly from: string;
  readonly to: string;
  readonly bends: readonly string[];
  readonly port: string;
  readonly lag: number;
}

/** What stands in a layer: a node's id, or the id of a bend. */
interface Seat {
  readonly id: string;
  readonly isBend: boolean;
  readonly sources: string[];
}

/** Left edge and vertical centre. */
interface Place {
  readonly x: number;
  readonly y: number;
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

function wiresOf(nodes: readonly ReportNode[], layerOf: ReadonlyMap<string, number>): Wire[] {
  const wires: Wire[] = [];
  for (const node of nodes) {
    for (const { node: from, port, lag } of node.inputs) {
      const start = layerOf.get(from);
      if (start === undefined) continue;
      const bends: string[] = [];
      for (let layer = start + 1; layer < (layerOf.get(node.id) as number); layer++) {
        bends.push(`bend ${wires.length} ${layer}`);
      }
      wires.push({ from, to: node.id, bends, port, lag });
    }
  }
  return wires;
}

function ordered(nodes: readonly ReportNode[], wires: readonly Wire[], layerOf: ReadonlyMap<string, number>): Seat[][] {
  const count = Math.max(...layerOf.values()) + 1;
  const layers: Seat[][] = Array.from({ length: count }, () => []);
  const seats = new Map<string, Seat>();
  const sit = (id: string, layer: number, isBend: boolean): void => {
    const seat = { id, isBend, sources: [] };
    seats.set(id, seat);
    layers[layer]?.push(seat);
  };
  for (const node of nodes) sit(node.id, layerOf.get(node.id) as number, false);
  for (const wire of wires) {
    const start = layerOf.get(wire.from) as number;
    wire.bends.forEach((id, i) => sit(id, start + 1 + i, true));
    // A wire that leads back has no say in the order of its target.
    if (start >= (layerOf.get(wire.to) as number)) continue;
    const stops = [wire.from, ...wire.bends, wire.to];
    for (let i = 1; i < stops.length; i++) seats.get(stops[i] as string)?.sources.push(stops[i - 1] as string);
  }
  const rank = new Map<string, number>();
  const note = (layer: readonly Seat[]): void =>
    layer.forEach((seat, row) => rank.set(seat.id, (row + 0.5) / layer.length));
  layers.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of layers) {
      const centre = new Map(layer.map((seat) => [seat.id, meanRank(seat, rank)]));
      layer.sort((a, b) => (centre.get(a.id) as number) - (centre.get(b.id) as number));
      note(layer);
    }
  }
  return layers;
}

function meanRank(seat: Seat, rank: ReadonlyMap<string, number>): number {
  if (seat.sources.length === 0) return rank.get(seat.id) ?? 0;
  return seat.sources.reduce((all, id) => all + (rank.get(id) ?? 0), 0) / seat.sources.length;
}

function heightOf(layer: readonly Seat[]): number {
  return layer.reduce((all, seat) => all + (seat.isBend ? BEND_HEIGHT : ROW_HEIGHT), 0);
}

function placesOf(layers: readonly Seat[][], height: number): Map<string, Place> {
  const place = new Map<string, Place>();
  layers.forEach((layer, column) => {
    let y = (height - heightOf(layer)) / 2;
    for (const seat of layer) {
      const room = seat.isBend ? BEND_HEIGHT : ROW_HEIGHT;
      place.set(seat.id, { x: MARGIN + column * LAYER_WIDTH, y: y + room / 2 });
      y += room;
    }
  });
  return place;
}

function edge(wire: Wire, place: ReadonlyMap<string, Place>): string {
  const stops = [wire.from, ...wire.bends, wire.to].map((id) => place.get(id) as Place);
  const start = stops[0] as Place;
  let path = `M${start.x + BOX_WIDTH} ${start.y}`;
  for (let i = 1; i < stops.length; i++) {
    const from = stops[i - 1] as Place;
    const to = stops[i] as Place;
    const isEnd = i === stops.length - 1;
    path += curve(from.x + BOX_WIDTH, from.y, isEnd ? to.x - 1 : to.x, to.y);
    if (!isEnd) path += `H${to.x + BOX_WIDTH}`;
  }
  const name = wire.lag > 0 ? `${wire.port}, ${wire.lag} later` : wire.port;
  const kind = wire.lag > 0 ? "edge late" : "edge";
  return `<path class="${kind}" d="${path}" marker-end="url(#tip)"><title>${escaped(name)}</title></path>`;
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  if (x2 > x1) return `C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`;
  // Back to the left: out, below both boxes, and in again.
  const below = Math.max(y1, y2) + BOX_HEIGHT;
  const out = `C${x1 + 40} ${y1} ${x1 + 40} ${below} ${x1 - 20} ${below}`;
  return `${out}H${x2 + 20}C${x2 - 40} ${below} ${x2 - 40} ${y2} ${x2} ${y2}`;
}

function box(node: ReportNode, at: Place, isMarked: boolean): string {
  const isLong = node.label.length > LABEL_CHARACTERS_MAX;
  const label = isLong ? `${node.label.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : node.label;
  const shape = `x="${at.x}" y="${at.y - BOX_HEIGHT / 2}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="6"`;
  const text = `<text x="${at.x + BOX_WIDTH / 2}" y="${at.y}">${escaped(label)}</text>`;
  const kind = isMarked ? ' class="marked"' : "";
  return `<g${kind}><title>${escaped(`${node.label}\n${node.id}`)}</title><rect ${shape}/>${text}</g>`;
}
