// Classes of another module than the contract, as projects have them.

import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import {
  Allow,
  ArrayMinSize,
  ArrayNotEmpty,
  IsBoolean,
  IsDate,
  IsEmail,
  IsIn,
  IsInstance,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsKnownToSomebody, IsUpperCase, Sku } from './decorators.js';

/** A line, with a member that only an accessor has, and a method. */
export class Line {
  @Sku()
  sku!: string;

  @IsInt()
  @Min(1)
  @Max(99)
  quantity = 1;

  get isLarge(): boolean {
    return this.quantity > 10;
  }

  describe(): string {
    return `${this.quantity} × ${this.sku}`;
  }
}

export class Address {
  @IsString()
  @MinLength(2)
  street!: string;
}

/** Nothing says @Type, and some members nothing says @ValidateNested either. */
export class Order {
  @IsString()
  @IsNotEmpty()
  id!: string;

  @ValidateNested({ each: true })
  @ArrayMinSize(1)
  lines!: Line[];

  @Allow()
  address!: Address;

  @IsOptional()
  @IsString()
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  note?: string;

  @IsOptional()
  @IsDate()
  at?: Date | null;
}

/** An order with more: what a class extends counts. */
export class GiftOrder extends Order {
  @IsUpperCase()
  greeting!: string;

  constructor(greeting = 'NONE') {
    super();
    this.greeting = greeting;
  }
}

/** Every kind of value that class-transformer could mistake for plain data. */
export class Everything {
  @IsDate()
  date!: Date;
  @Allow()
  big!: bigint;
  @Allow()
  bytes!: Uint8Array;
  @Allow()
  url!: URL;
  @Allow()
  map!: Map<string, Line>;
  @IsInstance(Set)
  set!: Set<number>;
  @ValidateNested()
  nested!: Map<string, Line[]>;
  @Allow()
  plain!: { deep: { at: Date; list: number[]; bytes: Uint8Array } };
  @Allow()
  record!: Record<string, URL>;
  @IsOptional()
  @Allow()
  tuple?: [Date, Line?];
  /** @opaque */
  @Allow()
  json: unknown;
}

/** Classes without a literal that tells them apart: their decorators do. */
export class Email {
  @IsEmail()
  address!: string;
}

export class Phone {
  @IsString()
  @MinLength(3)
  address!: string;
}

export class Card {
  @IsIn(['card'])
  kind!: 'card';
  @Min(1)
  number!: number;
}

export class Account {
  @IsIn(['account'])
  kind!: 'account';
  @IsNotEmpty()
  iban!: string;
}

/** It contains itself, and is generic. */
export class Tree<Value> {
  @ArrayNotEmpty()
  values!: Value[];
  @ValidateNested({ each: true })
  children!: Tree<Value>[];
}

/** Only some of the time is what it holds looked at. */
export class Parcel {
  @IsBoolean()
  isChecked!: boolean;
  @ValidateIf(({ isChecked }: Parcel) => isChecked)
  @ValidateNested()
  @Type(() => Line)
  line!: Line;
}

export class Asking {
  @IsKnownToSomebody()
  name!: string;
}

/** A constructor that runs, and looks at what it is not given. */
export class Grumpy {
  @Transform(({ value }) => {
    if (value === 'grr') throw new Error(`no ${value}`);
    return value;
  })
  @IsString()
  mood!: string;
}
