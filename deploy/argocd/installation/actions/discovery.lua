-- Which actions Argo CD offers on an Installation. A plan is approved by its hash, so that what was read is what runs.
local suspended = obj.spec ~= nil and obj.spec.suspend == true
local hash = obj.status ~= nil and obj.status.plan ~= nil and obj.status.plan.hash or nil
-- A plan waits for a person where the Installation says so, and where it deletes too much (BreakerOpen).
local waits = obj.spec ~= nil and obj.spec.applyPolicy == "Manual"
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, one in ipairs(obj.status.conditions) do
    waits = waits or (one.type == "Ready" and one.reason == "BreakerOpen")
  end
end
return {
  reconcile = { disabled = suspended },
  ["approve-plan"] = { disabled = hash == nil or not waits },
  suspend = { disabled = suspended },
  resume = { disabled = not suspended },
}
