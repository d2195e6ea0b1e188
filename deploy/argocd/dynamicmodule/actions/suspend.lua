-- Nothing is sent for it until it is resumed.
obj.spec.suspend = true
return obj
