# A thin face on CMake. `make deps audit` sets up and audits this machine; `make deps check` sets up and tests.
BUILD ?= build
PACKAGES_BUILD = gcc libc6-dev cmake ninja-build pkg-config libgit2-dev libcjson-dev libyaml-dev \
  libseccomp-dev libmd-dev libcurl4-openssl-dev libssh2-1-dev libcmocka-dev python3
PACKAGES_TEST = python3-jsonschema git bubblewrap iproute2 openssh-client openssl gnupg sudo util-linux \
  gnome-keyring libsecret-tools dbus busybox-static debootstrap procps strace mandoc zsh fish clang clang-tidy cppcheck time \
  chromium chromium-driver fonts-dejavu-core gh libwrap0 ca-certificates cmark-gfm python3-prometheus-client \
  python3-yaml pre-commit curl dpkg-dev
# Other builds of Node.js bring an npm of their own, and Debian's cannot stand beside them.
PACKAGES_TEST += $(if $(shell command -v npm),,nodejs npm)
# `make deps audit` needs no more than building does; what the tests need comes with every other use of deps.
TESTS_TOO = $(if $(filter audit,$(MAKECMDGOALS)),$(filter check check-all lint bench,$(MAKECMDGOALS)),yes)
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: all deps build audit check check-all lint bench install package clean
all: build

deps:
	$(SUDO) apt-get update -qq
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  -o DPkg::Lock::Timeout=300 $(PACKAGES_BUILD) $(if $(TESTS_TOO),$(PACKAGES_TEST))

$(BUILD)/build.ninja:
	cmake -S . -B $(BUILD) -G Ninja -DRA_WERROR=ON

build: $(BUILD)/build.ninja
	cmake --build $(BUILD)

audit: $(BUILD)/build.ninja
	cmake --build $(BUILD) --target reachaudit
	@$(BUILD)/reachaudit; status=$$?; echo "exit status $$status"; [ $$status -ne 4 ]

# Many tests mostly wait for what they started, so two run at once.
JOBS ?= 2
check: build
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -LE slow

check-all: build
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

lint: build
	cppcheck --quiet --std=c11 --enable=warning,portability --error-exitcode=1 --inline-suppr \
	  --suppress=missingIncludeSystem -DRA_VERSION='"0"' -I scanner -I . scanner checks reports cli

bench: build
	PYTHONPATH=tests/live python3 tests/bench/run.py $(BUILD)/reachaudit
	PYTHONPATH=tests/live python3 tests/bench/git.py $(BUILD)/reachaudit
	python3 tests/bench/merge.py $(BUILD)/reachaudit
	PYTHONPATH=tests/live python3 tests/bench/asking.py $(BUILD)/reachaudit
	$(BUILD)/tests/bench_closure

install: build
	cmake --install $(BUILD)

package: build
	cd $(BUILD) && cpack -B packages --config CPackConfig.cmake

clean:
	rm -rf $(BUILD)
