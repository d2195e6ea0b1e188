-- Health of a DynamicModule or an Installation, from its kstatus conditions (docs/failures.md names the reasons).
-- Argo CD runs it with `obj`; the same file serves both kinds.
local function condition(name)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, one in ipairs(obj.status.conditions) do
      if one.type == name then
        return one
      end
    end
  end
  return nil
end

local function tell(status, one)
  local message = one.message or ""
  if one.reason ~= nil and one.reason ~= "" then
    message = one.reason .. ": " .. message
  end
  return { status = status, message = message }
end

if obj.spec ~= nil and obj.spec.suspend == true then
  return { status = "Suspended", message = "spec.suspend is true" }
end

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "waiting for the remote to let go" }
end

local stalled = condition("Stalled")
if stalled ~= nil and stalled.status == "True" then
  return tell("Degraded", stalled)
end

-- What was not looked at since the last edit says nothing about it.
local seen = obj.status ~= nil and obj.status.observedGeneration or 0
if obj.metadata.generation ~= nil and obj.metadata.generation ~= seen then
  return { status = "Progressing", message = "waiting for the operator to see the last edit" }
end

local ready = condition("Ready")
if ready == nil then
  return { status = "Progressing", message = "waiting for the operator" }
end

if ready.status == "True" then
  return tell("Healthy", ready)
end

if ready.reason == "Suspended" then
  return tell("Suspended", ready)
end

-- Not ready and not stalled: the operator is at it, or waits for something that passes by itself.
return tell("Progressing", ready)
