// The files of the output folder, by their names.

/** Names that only generated code has. */
export const CODE_FILES = /(?:\.(?:client|server|subscriber|descriptor|types)|^index)\.ts$/;
