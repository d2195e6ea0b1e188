-- Approves the plan that the status shows, and no other.
if obj.status == nil or obj.status.plan == nil or obj.status.plan.hash == nil then
  error("there is no plan to approve")
end
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["reconciler.io/approve-plan"] = obj.status.plan.hash
return obj
