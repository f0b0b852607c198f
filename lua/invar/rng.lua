return require "invar.core.rng"
