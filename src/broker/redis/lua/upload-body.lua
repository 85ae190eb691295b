#!lua
-- upload-body: for a call that is about to be sent. It is refused when memory is full, as the call is.
--@ upload
