#!lua flags=allow-oom
-- claim: leases ready calls to a worker.
-- ARGV  1: time · 2: most calls · 3: lease in ms
-- returns packed deliveries (id, attempt, failures, record) · "1" if there may be more than the answer could hold
--@ queue
--@ records
--@ outcomes
--@ ready
--@ clock
--@ due
--@ delivery
--@ lease

witness()
local _, _, moreDelayed = promoteDue()
local _, moreExpiring = expireDue()
flushOutcomes()
flushReady()
-- What has expired must not be leased: come back for the rest.
if moreExpiring then return { '', '1' } end
local deliveries, _, isMore = leaseReady(tonumber(ARGV[2]), tonumber(ARGV[3]), '')
return { deliveries, (isMore or moreDelayed) and '1' or '' }
