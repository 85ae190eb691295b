-- Calls that wait for other calls: in a lane for those before, and for limits that are used up. Few calls do, so nothing
-- of this is made before it is needed.

local turns

local function makeTurns()
  --@ binding
  --@ gates
  --@ lanes

  -- Lets go of what waits for calls that have ended, and for limits that are no more used up.
  local function settleTurns()
    freeLanes()
    openGates()
  end

  -- The call has an outcome, or is forgotten: nobody waits for it, and it waits for nothing any more. Says how many bytes its
  -- body has.
  local function leave(id, record, flags, at)
    local turn, _, lane, limits = readTurn(record, flags, at)
    if lane then leaveLane(lane, turn, id) end
    if limits then leaveLimits(limits, priorityOf(flags), turn, id) end
    return bodySize(record, flags, at)
  end

  return {
    hold = hold,
    admit = admit,
    admitted = admitted,
    endLease = endLease,
    leave = leave,
    openDue = openDue,
    settle = settleTurns,
  }
end

local function turnsOf()
  turns = turns or makeTurns()
  return turns
end
