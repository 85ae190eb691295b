// The warehouse of the stories about delivery: each of them replaces the handlers that it is about.

import type { Handlers } from 'mq-rpc';
import type { Warehouse } from './warehouse.contract.js';

export const myWarehouse: Handlers<Warehouse, 'shipped' | 'returned'> = {
  pack(parcel) {
    console.log(`packing ${parcel}`);
    return `${parcel} is packed`;
  },
  measured: (celsius) => console.log(`it is ${celsius} degrees`),
  fetchPart: (part) => part,
  assemble: (product) => product,
  book: (parcel) => `booked ${parcel.id}`,
  label: (parcel) => `label of ${parcel.id}`,
  declare: (parcel) => `${parcel} may leave`,
  archive: (document) => document.length,
};
