-- Asks for a pass now.
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["reconciler.io/requestedAt"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
