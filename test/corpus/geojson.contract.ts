// GeoJSON, by the types of @types/geojson.

import type { GeoJSON } from 'geojson';

/** @service corpus.geojson */
export interface GeoJsonEcho {
  echo(value: GeoJSON): Promise<GeoJSON>;
}
