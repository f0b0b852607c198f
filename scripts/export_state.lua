-- Writes every tensor of a model's state as NAME.npy into a folder:
-- invar scripts/export_state.lua MODEL CLASSES SEED FOLDER
local models = require "invar.models"
local name, classes, seed, folder = table.unpack(arg)
local net = models.create(name, {classes = math.tointeger(classes), seed = math.tointeger(seed)})
for key, tensor in pairs((net:state_dict())) do tensor:save(folder .. "/" .. key .. ".npy") end
