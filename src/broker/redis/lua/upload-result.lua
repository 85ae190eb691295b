#!lua flags=allow-oom
-- upload-result: for an attempt that is about to be settled.
--@ upload
