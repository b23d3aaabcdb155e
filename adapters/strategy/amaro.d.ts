// Types of amaro, which ships none.

declare module "amaro" {
  /** JavaScript of a TypeScript module; throws on syntax that is not erasable. */
  export function transformSync(source: string, options: { readonly mode: "strip-only" }): { readonly code: string };
}
