--- What the pack of real pictures is made of: Debian's packages, the emoji of
-- each class of objects, and the photographs that backgrounds are cut from.

local recipe = {}

recipe.font = {package = "fonts-noto-color-emoji",
  file = "usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"}

--- Classes and the codepoints of their prototypes, the plainest first. Left out
-- is what looks like another class at 32 x 32 pixels (a taxi and a car, a squid
-- and an octopus, a briefcase and a suitcase), what is no thing (weather, faces,
-- signs), and prototypes that nobody would take for the same thing.
recipe.objects = {
  -- food
  {"apple", 0x1f34e, 0x1f34f}, {"banana", 0x1f34c}, {"pear", 0x1f350},
  {"grapes", 0x1f347}, {"watermelon", 0x1f349}, {"strawberry", 0x1f353},
  {"cherries", 0x1f352}, {"pineapple", 0x1f34d}, {"lemon", 0x1f34b},
  {"aubergine", 0x1f346}, {"carrot", 0x1f955}, {"broccoli", 0x1f966},
  {"maize", 0x1f33d}, {"mushroom", 0x1f344}, {"chilli", 0x1f336},
  {"avocado", 0x1f951}, {"bread", 0x1f35e}, {"croissant", 0x1f950},
  {"pretzel", 0x1f968}, {"pizza", 0x1f355}, {"hamburger", 0x1f354},
  {"hot_dog", 0x1f32d}, {"taco", 0x1f32e}, {"sushi", 0x1f363},
  {"cheese", 0x1f9c0}, {"ice_cream", 0x1f366}, {"doughnut", 0x1f369},
  {"cake", 0x1f370}, {"popcorn", 0x1f37f}, {"chips", 0x1f35f},
  -- animals
  {"dog", 0x1f415, 0x1f9ae}, {"poodle", 0x1f429}, {"cat", 0x1f408},
  {"horse", 0x1f40e}, {"cow", 0x1f404}, {"pig", 0x1f416},
  {"sheep", 0x1f411, 0x1f40f}, {"elephant", 0x1f418},
  {"camel", 0x1f42b, 0x1f42a}, {"giraffe", 0x1f992}, {"zebra", 0x1f993},
  {"kangaroo", 0x1f998}, {"tiger", 0x1f405}, {"bear", 0x1f43b},
  {"panda", 0x1f43c}, {"lion", 0x1f981}, {"fox", 0x1f98a}, {"koala", 0x1f428},
  {"monkey", 0x1f412}, {"rabbit", 0x1f407}, {"mouse", 0x1f401, 0x1f400},
  {"hedgehog", 0x1f994}, {"bat", 0x1f987}, {"penguin", 0x1f427},
  {"owl", 0x1f989}, {"duck", 0x1f986}, {"swan", 0x1f9a2}, {"eagle", 0x1f985},
  {"flamingo", 0x1f9a9}, {"parrot", 0x1f99c}, {"peacock", 0x1f99a},
  {"rooster", 0x1f413}, {"chick", 0x1f424, 0x1f425}, {"turtle", 0x1f422},
  {"snake", 0x1f40d}, {"crocodile", 0x1f40a}, {"frog", 0x1f438},
  {"whale", 0x1f40b, 0x1f433}, {"shark", 0x1f988}, {"fish", 0x1f41f},
  {"tropical_fish", 0x1f420}, {"octopus", 0x1f419}, {"crab", 0x1f980},
  {"lobster", 0x1f99e}, {"snail", 0x1f40c}, {"butterfly", 0x1f98b},
  {"bee", 0x1f41d}, {"ladybird", 0x1f41e}, {"spider", 0x1f577},
  {"ant", 0x1f41c}, {"scorpion", 0x1f982}, {"shell", 0x1f41a},
  -- plants
  {"fir", 0x1f332}, {"tree", 0x1f333}, {"palm", 0x1f334}, {"cactus", 0x1f335},
  {"sunflower", 0x1f33b}, {"rose", 0x1f339}, {"tulip", 0x1f337},
  {"maple_leaf", 0x1f341}, {"potted_plant", 0x1fab4}, {"feather", 0x1fab6},
  -- vehicles
  {"car", 0x1f697, 0x1f699}, {"bus", 0x1f68c, 0x1f68e}, {"ambulance", 0x1f691},
  {"fire_engine", 0x1f692}, {"lorry", 0x1f69a, 0x1f69b}, {"tractor", 0x1f69c},
  {"locomotive", 0x1f682}, {"train", 0x1f684, 0x1f685}, {"bicycle", 0x1f6b2},
  {"scooter", 0x1f6f5}, {"motorcycle", 0x1f3cd}, {"helicopter", 0x1f681},
  {"aeroplane", 0x2708, 0x1f6e9}, {"rocket", 0x1f680}, {"sailing_boat", 0x26f5},
  {"ship", 0x1f6a2, 0x1f6f3}, {"speedboat", 0x1f6a4}, {"canoe", 0x1f6f6},
  {"wheelchair", 0x1f9bd}, {"shopping_trolley", 0x1f6d2}, {"sled", 0x1f6f7},
  {"skateboard", 0x1f6f9},
  -- household
  {"chair", 0x1fa91}, {"sofa", 0x1f6cb}, {"bed", 0x1f6cf}, {"bathtub", 0x1f6c1},
  {"toilet", 0x1f6bd}, {"door", 0x1f6aa}, {"torch", 0x1f526},
  {"light_bulb", 0x1f4a1}, {"candle", 0x1f56f}, {"teapot", 0x1fad6},
  {"wine_glass", 0x1f377}, {"beer", 0x1f37a}, {"coffee", 0x2615},
  {"pan", 0x1f373}, {"knife", 0x1f52a}, {"key", 0x1f511, 0x1f5dd},
  {"padlock", 0x1f512, 0x1f513}, {"alarm_clock", 0x23f0}, {"watch", 0x231a},
  {"umbrella", 0x2602, 0x1f302}, {"broom", 0x1f9f9}, {"bucket", 0x1faa3},
  {"basket", 0x1f9fa}, {"teddy_bear", 0x1f9f8}, {"balloon", 0x1f388},
  {"present", 0x1f381}, {"book", 0x1f4d5, 0x1f4d7, 0x1f4d8, 0x1f4d9},
  {"telephone", 0x260e}, {"mobile_phone", 0x1f4f1}, {"television", 0x1f4fa},
  {"radio", 0x1f4fb}, {"camera", 0x1f4f7, 0x1f4f8}, {"laptop", 0x1f4bb},
  {"printer", 0x1f5a8}, {"battery", 0x1f50b}, {"yarn", 0x1f9f6},
  {"fire_extinguisher", 0x1f9ef},
  -- clothes
  {"glasses", 0x1f453, 0x1f576}, {"top_hat", 0x1f3a9}, {"cap", 0x1f9e2},
  {"shoe", 0x1f45f, 0x1f45e, 0x1f97e}, {"high_heel", 0x1f460},
  {"dress", 0x1f457}, {"shirt", 0x1f455}, {"trousers", 0x1f456},
  {"socks", 0x1f9e6}, {"gloves", 0x1f9e4}, {"handbag", 0x1f45c},
  {"backpack", 0x1f392}, {"suitcase", 0x1f9f3}, {"crown", 0x1f451},
  {"ring", 0x1f48d},
  -- tools
  {"hammer", 0x1f528}, {"spanner", 0x1f527}, {"screwdriver", 0x1fa9b},
  {"saw", 0x1fa9a}, {"axe", 0x1fa93}, {"ladder", 0x1fa9c}, {"magnet", 0x1f9f2},
  {"scissors", 0x2702}, {"pencil", 0x270f}, {"paintbrush", 0x1f58c},
  {"microscope", 0x1f52c}, {"telescope", 0x1f52d}, {"anchor", 0x2693},
  {"wheel", 0x1f6de}, {"bell", 0x1f514},
  -- music and sports
  {"guitar", 0x1f3b8}, {"violin", 0x1f3bb}, {"trumpet", 0x1f3ba},
  {"saxophone", 0x1f3b7}, {"drum", 0x1f941}, {"accordion", 0x1fa97},
  {"microphone", 0x1f3a4}, {"headphones", 0x1f3a7}, {"football", 0x26bd},
  {"basketball", 0x1f3c0}, {"american_football", 0x1f3c8}, {"tennis", 0x1f3be},
  {"dartboard", 0x1f3af}, {"boxing_glove", 0x1f94a}, {"trophy", 0x1f3c6},
  {"kite", 0x1fa81}, {"die", 0x1f3b2},
  -- buildings
  {"house", 0x1f3e0, 0x1f3e1}, {"castle", 0x1f3f0},
}

-- A package, the folder of its pictures, and the photographs among them with
-- the names that their crops get. The others are drawn or rendered, or show
-- one thing that fills them (cups, a clock, paintbrushes).
local function add(photographs, package, pattern, names)
  for _, pair in ipairs(names) do
    photographs[#photographs + 1] = {package = package, name = pair[1],
      file = pattern:format(pair[2])}
  end
end

recipe.photographs = {}

add(recipe.photographs, "lomiri-wallpapers-16.04", "usr/share/backgrounds/%s.jpg", {
  {"hillside", "aitzgorri_by_Aitzol_Berasategi"}, -- meadow, autumn wood, mountains
  {"bridge", "Bridge_by_Sander_Klootwijk"}, -- sky and mud flats through cables
  {"branches", "Dragonfly_by_Bolly"}, -- leaves against the sky
  {"balcony", "friends_by_Aitzol_Berasategi"}, -- a wooden house front, two dogs
  {"brook", "life_by_Aitzol_Berasategi"}, -- among rocks in a wood
  {"mountains", "picosdeeuropa_by_Aitzol_Berasategi"}, -- rocks, snow, clouds
  {"dandelions", "seeding_by_Clements_Engelhardt"}, -- against low sun
  {"sunset", "sunset_by_Aitzol_Berasategi"}, -- from a mountain
  {"parlour", "Wine_by_Jakkub_Mede"}, -- a room with a drum and wine
})
add(recipe.photographs, "lomiri-wallpapers-20.04", "usr/share/backgrounds/%s.jpg", {
  {"trunk", "Kleiber_by_Lukas_Baubkus"}, -- bark, a nuthatch, a blurred street
})
add(recipe.photographs, "mate-backgrounds", "usr/share/backgrounds/mate/nature/%s.jpg", {
  {"drop", "Aqua"}, -- falling into water
  {"leaf", "Blinds"}, -- its veins against the light
  {"dune", "Dune"}, -- dry grass before the sea
  {"petals", "FreshFlower"}, -- of an orange flower
  {"tagetes", "Garden"}, -- red flowers, blurred green
  {"meadow", "GreenMeadow"}, -- blades of grass
  {"forget-me-not", "LadyBird"}, -- and a ladybird on a stalk
  {"dew", "RainDrops"}, -- on broad grass
  {"storm", "Storm"}, -- clouds over a road
  {"seeds", "TwoWings"}, -- of a dandelion, blurred flowers
  {"wood", "Wood"}, -- grain of a board
  {"daisy", "YellowFlower"}, -- yellow on black
})
add(recipe.photographs, "plasma-workspace-wallpapers",
  "usr/share/wallpapers/%s/contents/images/2560x1600.jpg", {
  {"jetty", "BytheWater"}, -- planks before a lake
  {"pier", "ColdRipple"}, -- gray, in fog
  {"night-lake", "DarkestHour"}, -- dark blue
  {"boats", "EveningGlow"}, -- on a shore under an evening sky
  {"fallen-leaves", "FallenLeaf"}, -- red and brown
  {"facade", "Grey"}, -- of ribbons of metal, gray
  {"sky", "Kite"}, -- clouds and a kite
  {"moss", "OneStandsOut"}, -- from above
  {"forest", "Path"}, -- dark, with a path
  {"summer-night", "summer_1am"}, -- a lake and its reeds
})

return recipe
