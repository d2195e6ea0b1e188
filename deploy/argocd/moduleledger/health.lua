-- A ModuleLedger is the operator's own record: it is healthy while it exists, and progressing while a create is open.
local open = 0
if obj.spec ~= nil and obj.spec.entries ~= nil then
  for _, entry in pairs(obj.spec.entries) do
    if entry.phase == "Intent" then
      open = open + 1
    end
  end
end

if open > 0 then
  return { status = "Progressing", message = open .. " open intent(s)" }
end

return { status = "Healthy", message = "" }
