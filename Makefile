# Invar. `make` builds build/invar; README.md lists the other targets.

CC      ?= gcc
BUILD   ?= build
PREFIX  ?= /usr/local
OPTIMISE ?= -O3

WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings
# No contraction to fused operations: the same bits on every machine.
# No errno from sqrt, no traps: so that loops become vector code.
ARITHMETIC := -ffp-contract=off -fno-math-errno -fno-trapping-math
LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null)

ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPTIMISE) -g -fopenmp $(ARITHMETIC) \
              $(WARNINGS) -Isrc $(LUA_CFLAGS) $(CFLAGS)
LIBRARIES  := -llua5.4 -lopenblas -lpng -lm -ldl -lpthread

SOURCES := $(sort $(shell find src -name '*.c'))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/invar

$(BUILD)/invar: $(OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# The same program with failure injection (tests/testing.c).
$(BUILD)/invar-test: $(OBJECTS) $(BUILD)/tests/testing.o
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Convolution may fuse multiplication and addition, as BLAS does.
$(BUILD)/src/nn/conv_kernel.o: ALL_CFLAGS += -ffp-contract=fast

-include $(OBJECTS:.o=.d)

test: $(BUILD)/invar-test $(BUILD)/invar
	$(BUILD)/invar-test tests/run.lua tests

clean:
	rm -rf $(BUILD)

.PHONY: all test clean
