// The accounts of the stories about delivery: each of them replaces the handlers that it is about.

import type { Handlers } from 'mq-rpc';
import type { Accounts } from './accounts.contract.js';

const sums = new Map<string, number>();

export const myAccounts: Handlers<Accounts> = {
  enter({ customer, cents }) {
    const sum = (sums.get(customer) ?? 0) + cents;
    sums.set(customer, sum);
    return sum;
  },
  invoice: ({ customer, cents }) => `${customer} owes ${cents / 100} €`,
  balance: (customer) => sums.get(customer) ?? 0,
};
