/** What another module may ask of the garden. */
export interface Potager {
  plants(): Promise<{ id: string; name: string }[]>;
}

declare module '@preau/core' {
  interface Services {
    potager: Potager;
  }
  interface Events {
    'potager.planted': { name: string };
  }
}
