// Brands: types that tell texts and numbers of one kind from others that look alike. They exist at compile time only.

declare const brand: unique symbol;

/** A `T` that was made by the one function that may make it. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
