-- Which actions Argo CD offers on an Installation. A plan is approved by its hash, so that what was read is what runs.
local suspended = obj.spec ~= nil and obj.spec.suspend == true
local hash = obj.status ~= nil and obj.status.plan ~= nil and obj.status.plan.hash or nil
return {
  reconcile = { disabled = suspended },
  ["approve-plan"] = { disabled = hash == nil or obj.spec.applyPolicy ~= "Manual" },
  suspend = { disabled = suspended },
  resume = { disabled = not suspended },
}
