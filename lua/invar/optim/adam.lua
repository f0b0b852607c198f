--- Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019).

local core = require "invar.core.optim"

local function check_betas(o)
  for i = 1, 2 do
    local beta = o.betas[i]
    if type(beta) ~= "number" or not (beta >= 0 and beta < 1) then
      return "option betas: two numbers in [0, 1) expected"
    end
  end
end

--- `decoupled`: weights shrink beside the step; otherwise weight_decay is added
-- to the gradient.
local function adam(name, weight_decay, decoupled)
  return {
    name = name,
    defaults = {lr = 1e-3, betas = {0.9, 0.999}, eps = 1e-8, weight_decay = weight_decay},
    rules = {lr = {min = 0}, eps = {min = 0}, weight_decay = {min = 0}},
    check = check_betas,
    kept = function() return {"mean", "square"} end,
    update = function(parameters, kept, steps, o)
      core.adam_step(parameters, kept.mean, kept.square, steps, o.lr, o.betas[1], o.betas[2],
        o.eps, o.weight_decay, decoupled)
    end,
  }
end

return {adam = adam("adam", 0.0, false), adamw = adam("adamw", 0.01, true)}
