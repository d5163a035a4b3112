import { Model } from '@preau/core';

export class Plant extends Model {
  static override tableName = 'potager_plants';
  declare id: string;
  declare name: string;
  declare watered: boolean;
}
