return require "invar.core.tensor"
