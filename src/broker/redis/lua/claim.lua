#!lua flags=allow-oom
-- claim: leases ready calls to a worker.
-- ARGV  1: time · 2: most calls · 3: lease in ms · 4: what the worker understands (see parked.lua), or nothing
-- returns packed deliveries (id, attempt, failures, record) · "1" if there may be more than the answer could hold
--@ queue
--@ records
--@ ready
--@ turns
--@ outcomes
--@ clock
--@ due
--@ delivery
--@ lease
--@ parked

witness()
local _, _, moreDelayed = promoteDue()
local _, moreExpiring = expireDue()
openDue()
flushOutcomes()
flushReady()
-- What has expired must not be leased: come back for the rest.
if moreExpiring then return { '', '1' } end
local limit, leaseMs, understands = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local deliveries, taken, isMore = leaseReady(limit, leaseMs, '')
if understands ~= '' and taken < limit and not isMore and not moreDelayed then
  local parked
  parked, taken, isMore = leaseParked(limit - taken, leaseMs, '', understands)
  deliveries = deliveries .. parked
end
return { deliveries, (isMore or moreDelayed) and '1' or '' }
