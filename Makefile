# Invar. The targets:
#   make              build/invar            make test        all tests
#   make quickstart   the main job           make bench       benchmarks
#   make deps         what the build needs   make lint        style and analysers
#   make install      into PREFIX            make asan        tests, sanitized
#   make reference    build/reference.md     make bits        same data, gcc/clang
#   make format       lay out the C code     make assets      the pack of pictures
#   make fuzz         search with libFuzzer
# quickstart, test, bench, lint and asan first install what they need.

CC       ?= gcc
BUILD    ?= build
PREFIX   ?= /usr/local
OPTIMISE ?= -O3
RELEASE  := 0.1
VERSION  := $(RELEASE)$(addprefix +,$(shell \
              git describe --always --dirty --exclude '*' 2>/dev/null))

# ---- Debian packages ---------------------------------------------------------
BUILD_PACKAGES := build-essential pkg-config liblua5.4-dev \
                  libopenblas-openmp-dev libpng-dev libdeflate-dev \
                  libturbojpeg0-dev zlib1g-dev libcjson-dev libxxhash-dev \
                  libsqlite3-dev libdnnl-dev
RUN_PACKAGES   := lua-argparse gnuplot-nox libreadline8
TEST_PACKAGES  := lua-busted lua-lpeg lua-filesystem python3-pexpect chromium \
                  dataset-fashion-mnist slurm-wlm munge
LINT_PACKAGES  := clang libomp-dev clang-format cppcheck lua-check
BENCH_PACKAGES := python3-pil python3-torch python3-torchvision

# ---- compiling ---------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wwrite-strings
# No contraction to fused operations: the same bits on every machine.
# No errno from sqrt, no traps: so that loops become vector code.
ARITHMETIC := -ffp-contract=off -fno-math-errno -fno-trapping-math
LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null)

# oneDNN's library is loaded at run time; its header makes that possible.
ONEDNN     ?= $(shell echo '\#include <oneapi/dnnl/dnnl.h>' | \
                $(CC) -E - >/dev/null 2>&1 && echo yes || echo no)

ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPTIMISE) -g -fopenmp $(ARITHMETIC) \
              $(WARNINGS) -Isrc $(LUA_CFLAGS) \
              $(if $(filter yes,$(ONEDNN)),-DINV_ONEDNN) $(CFLAGS)
LIBRARIES  := -llua5.4 -lopenblas -lpng -ldeflate -lturbojpeg -lz -lcjson \
              -lxxhash -lsqlite3 -lm -ldl -lpthread

SOURCES := $(sort $(shell find src -name '*.c'))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
TIDY    := $(shell find src tests -name '*.[ch]')

all: $(BUILD)/invar

$(BUILD)/invar: $(OBJECTS)
	@echo "  link $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# The same program with failure injection (tests/testing.c).
$(BUILD)/invar-test: $(OBJECTS) $(BUILD)/tests/testing.o
	@echo "  link $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/%.o: %.c Makefile | $(BUILD)/headers
	@mkdir -p $(@D)
	@echo "  $(CC) $<"
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# One clear sentence instead of a screen of errors.
$(BUILD)/headers:
	@mkdir -p $(BUILD)
	@printf '#include <%s>\n' lua.h cblas.h png.h libdeflate.h \
	  turbojpeg.h zlib.h cjson/cJSON.h xxhash.h sqlite3.h | \
	  $(CC) $(ALL_CFLAGS) -E -o /dev/null - 2>$@.log || { echo \
	  "The header of a library that the build needs is missing: make deps"; \
	  exit 1; }
	@touch $@

# Convolution may fuse multiplication and addition, as BLAS does.
$(BUILD)/src/nn/conv_kernel.o: ALL_CFLAGS += -ffp-contract=fast
$(BUILD)/src/nn/winograd_kernel.o: ALL_CFLAGS += -ffp-contract=fast

# gcc's generic tuning makes no vector loads from scattered places.
SCATTERED := $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),\
               -mtune=icelake-server -mprefer-vector-width=512)
$(BUILD)/src/transforms/warp.o: ALL_CFLAGS += $(SCATTERED)
$(BUILD)/src/transforms/elastic.o: ALL_CFLAGS += $(SCATTERED)
$(BUILD)/src/image/resize.o: ALL_CFLAGS += $(SCATTERED)

# Only these two depend on where and what this tree is.
$(BUILD)/src/shell/library.o: ALL_CFLAGS += -DINV_SOURCE_LUA='"$(CURDIR)/lua"'
$(BUILD)/src/base/version.o: ALL_CFLAGS += -DINV_VERSION='"$(VERSION)"'
$(BUILD)/src/base/version.o: $(BUILD)/version
$(BUILD)/version: FORCE
	@mkdir -p $(BUILD)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@

$(BUILD)/src/nn/backend.o $(filter %onednn%,$(OBJECTS)): $(BUILD)/onednn
$(BUILD)/onednn: FORCE
	@mkdir -p $(BUILD)
	@echo '$(ONEDNN)' | cmp -s - $@ || echo '$(ONEDNN)' >$@

-include $(OBJECTS:.o=.d) $(BUILD)/tests/testing.d

# ---- fuzz targets ------------------------------------------------------------
# Each with a plain main, to run over files; `make fuzz` links libFuzzer instead.
FUZZ       := $(sort $(patsubst tests/fuzz/%_target.c,%,\
                $(wildcard tests/fuzz/*_target.c)))
FUZZ_MAIN  ?= $(BUILD)/tests/fuzz/replay.o
FUZZ_PARTS := $(FUZZ_MAIN) $(BUILD)/tests/fuzz/target.o \
              $(filter-out $(BUILD)/src/lua/% $(BUILD)/src/shell/% \
                $(BUILD)/src/main.o,$(OBJECTS))
FUZZERS    := $(FUZZ:%=$(BUILD)/fuzz/%)

fuzzers: $(FUZZERS)
$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%_target.o $(FUZZ_PARTS)
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

-include $(wildcard $(BUILD)/tests/fuzz/*.d)

# ---- doing -------------------------------------------------------------------
deps:
	@scripts/packages.sh $(BUILD_PACKAGES) $(RUN_PACKAGES)
deps-test: deps
	@scripts/packages.sh $(TEST_PACKAGES)
deps-lint: deps
	@scripts/packages.sh $(LINT_PACKAGES)
deps-bench: deps
	@scripts/packages.sh $(BENCH_PACKAGES)

# Where packages may arrive first, make starts anew to see them.
AGAIN := @$(MAKE) --no-print-directory

quickstart: deps
	$(AGAIN) $(BUILD)/invar
	$(BUILD)/invar examples/quickstart.lua

# Objects and backgrounds from what Debian ships, into the cache.
assets: deps
	$(AGAIN) $(BUILD)/invar
	@$(BUILD)/invar scripts/assets.lua

test: deps-test
	$(AGAIN) check
check: $(BUILD)/invar-test $(BUILD)/invar $(FUZZERS)
	@$(BUILD)/invar-test tests/all.lua tests INVAR_BACKEND=blas $(NETWORKS)

# What depends on the backend: once more without oneDNN.
NETWORKS := tests/nn tests/models tests/train

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
            -fno-omit-frame-pointer
asan: deps-test
	$(AGAIN) BUILD=$(BUILD)/asan OPTIMISE="-O1 -DINV_NO_CLONES" \
	  CFLAGS="$(SANITIZE)" LDFLAGS="$(SANITIZE)" asan-check
# The search for leaks must not follow thread-local memory of libraries that
# are loaded late (oneDNN's): it crashes now and then.
asan-check: $(BUILD)/invar-test $(BUILD)/invar $(FUZZERS)
	@ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:intercept_tls_get_addr=0 \
	  LSAN_OPTIONS=suppressions=$(CURDIR)/tests/support/leaks.txt:print_suppressions=0 \
	  INVAR_MISUSE_CALLS=15 $(BUILD)/invar-test tests/all.lua tests

# make fuzz SECONDS=60 FUZZ="png jpeg": scripts/fuzz.sh says more.
SECONDS ?= 60
FUZZED  := -g -fsanitize=fuzzer-no-link,address,undefined \
           -fno-sanitize-recover=undefined -Wno-pass-failed
fuzz: deps-lint
	$(AGAIN) CC=clang BUILD=$(BUILD)/clang-fuzz OPTIMISE="-O1 -DINV_NO_CLONES" \
	  CFLAGS="$(FUZZED)" LDFLAGS="-fsanitize=fuzzer,address,undefined" \
	  FUZZ_MAIN= FUZZ="$(FUZZ)" fuzzers
	@OMP_NUM_THREADS=1 scripts/fuzz.sh $(BUILD)/clang-fuzz/fuzz $(SECONDS) $(FUZZ)

bench: deps-bench
	$(AGAIN) $(BUILD)/invar
	@set -e; for program in bench/*.lua; do $(BUILD)/invar $$program; done

# cppcheck takes arrays in compound literals for uninitialised, and does not
# know that raising a Lua error never returns.
lint: deps-lint
	@clang-format --dry-run -Werror $(TIDY)
	@luacheck -q lua tests scripts examples bench
	@cppcheck -q --std=c11 --enable=warning,performance,portability \
	  --suppress=uninitvar --suppress=nullPointerRedundantCheck \
	  --error-exitcode=1 -Isrc src
	@clang $(ALL_CFLAGS) -Werror -fsyntax-only $(SOURCES)
	@gcc $(ALL_CFLAGS) -Werror -fsyntax-only $(SOURCES)

bits: deps-lint
	@scripts/same_bits.sh

format:
	@clang-format -i $(TIDY)
reference: $(BUILD)/invar
	$(BUILD)/invar scripts/reference.lua >$(BUILD)/reference.md

# ---- installing --------------------------------------------------------------
TO := $(DESTDIR)$(PREFIX)
PROTOCOLS = $(shell grep -lw defaults scripts/*.lua)
install: $(BUILD)/invar
	install -d $(TO)/bin $(TO)/share/invar/scripts $(TO)/share/man/man1
	install -m 755 $(BUILD)/invar $(TO)/bin/invar
	install -m 644 src/shell/invar.1 $(TO)/share/man/man1/invar.1
	rm -rf $(TO)/share/invar/lua $(TO)/share/invar/examples \
	  $(TO)/share/invar/scripts/*
	cp -R lua examples $(TO)/share/invar/
	for file in $(PROTOCOLS); do cp $$file $(TO)/share/invar/scripts/; done
	chmod -R u=rwX,go=rX $(TO)/share/invar

uninstall:
	rm -rf $(TO)/bin/invar $(TO)/share/man/man1/invar.1 $(TO)/share/invar
clean:
	rm -rf $(BUILD)

FORCE:
.PHONY: FORCE all test check asan asan-check fuzz fuzzers bench lint bits format \
        reference install uninstall clean quickstart assets deps deps-test \
        deps-lint deps-bench
.DELETE_ON_ERROR:
