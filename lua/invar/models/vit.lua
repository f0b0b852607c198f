--- The vision transformer for 32 x 32 images (Dosovitskiy et al., 2021) in the
-- shape and with the names of omihub666/ViT-CIFAR: patches of 4 x 4 pixels, a
-- class token, seven encoders with the norm first, GELU after both linear
-- layers of the perceptron.

local nn = require "invar.nn"
local tensor = require "invar.tensor"

local PATCH, GRID = 4, 8 -- pixels per patch, patches per image, along each side
local WIDTH, HIDDEN, HEADS, LAYERS = 384, 1536, 8, 7

local function encoder_forward(self, x)
  x = x + self.msa(self.la1(x))
  return x + self.mlp(self.la2(x))
end

local function encoder()
  return nn.module {
    kind = "encoder",
    la1 = nn.layer_norm(WIDTH),
    -- Scores are divided by the root of all features, not of one head's: so in
    -- the authors' code.
    msa = nn.multi_head_attention(WIDTH, HEADS, {scale = 1 / math.sqrt(WIDTH)}),
    la2 = nn.layer_norm(WIDTH),
    mlp = nn.sequential {
      nn.linear(WIDTH, HIDDEN), nn.gelu(), nn.dropout(0),
      nn.linear(HIDDEN, WIDTH), nn.gelu(), nn.dropout(0),
    },
    forward = encoder_forward,
    order = {"la1", "msa", "la2", "mlp"},
  }
end

--- N x 32 x 32 x C to N x 64 x 16 C: patches in rows, each by row, column, channel.
local function patches(x)
  local n, channels = x:size(1), x:size(4)
  local split = x:reshape(n, GRID, PATCH, GRID, PATCH, channels)
  return split:permute(1, 2, 4, 3, 5, 6):reshape(n, GRID * GRID, PATCH * PATCH * channels)
end

local function forward(self, x)
  local y = self.emb(patches(x))
  local dtype = y:dtype() -- bfloat16 in mixed precision
  local token = self.cls_token:to(dtype):expand(x:size(1), 1, WIDTH)
  y = tensor.cat({token, y}, 2) + self.pos_emb:to(dtype)
  return self.fc(self.enc(y)[{{}, 1}])
end

local function draw(self, stream)
  for _, name in ipairs {"cls_token", "pos_emb"} do
    self[name]:copy_(tensor.randn(stream(name), self[name]:shape()))
  end
end

local function transformer(settings)
  local encoders = {}
  for i = 1, LAYERS do encoders[i] = encoder() end
  return nn.module {
    kind = "transformer",
    cls_token = tensor.zeros(1, 1, WIDTH),
    pos_emb = tensor.zeros(1, GRID * GRID + 1, WIDTH),
    emb = nn.linear(PATCH * PATCH * settings.channels, WIDTH),
    enc = nn.sequential(encoders),
    fc = nn.sequential {nn.layer_norm(WIDTH), nn.linear(WIDTH, settings.classes)},
    forward = forward,
    initialise_layer = draw,
    order = {"cls_token", "pos_emb", "emb", "enc", "fc"},
  }
end

local function build(settings)
  return nn.module {
    model = transformer(settings),
    penultimate = "model.fc.0",
    head = "model.fc.1",
    forward = function(self, x) return self.model(x) end,
  }
end

return {vit = {build = build}}
