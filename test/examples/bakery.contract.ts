// The contract of the story about data that is checked beyond its types: classes with decorators, and a schema.

import { ArrayNotEmpty, IsEmail, IsInt, Length, Max, Min, ValidateNested } from 'class-validator';
import { z } from 'zod';

export class Cake {
  @Length(3, 20)
  name!: string;

  @IsInt()
  @Min(1)
  @Max(50)
  candles = 1;

  describe(): string {
    return `${this.name} with ${this.candles} candles`;
  }
}

export class CakeOrder {
  @IsEmail()
  customer!: string;

  @ValidateNested({ each: true })
  @ArrayNotEmpty()
  cakes!: Cake[];
}

export const receiptSchema = z.object({ number: z.int().positive(), total: z.number().min(0) });

/** @schema receiptSchema */
export type Receipt = z.infer<typeof receiptSchema>;

/** Bakes what is ordered.
 *  @service bakery */
export interface Bakery {
  bake(order: CakeOrder): Promise<Receipt>;
}
