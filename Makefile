# One command a target; the work is done in tools/. BASE=10.0 picks the base.

BASE ?= 10.0
PREFIX ?= /usr/local
export BASE SIGNOFF SUITE SANITIZE FUZZ_RUNS FORCE PLOT NEXT ONLY

.DEFAULT_GOAL := all
.NOTPARALLEL:
.PHONY: all demo check bench stock arm64 stock-arm64 series deb series-check goldens refresh install clean help base tree guest

all: tree ## build build/qemu-system-aarch64
	@tools/build ours

base:
	@tools/packages base build
	@tools/get-base

tree: base
	@tools/apply

guest: all
	@tools/guest-build

demo: guest ## one real memory error through a real guest, as a timeline
	@build/guest/ras-guest demo

check: ## unit, qtest, bios, fuzz, guest, libvirt, kvm; SUITE=kvm,unit,... for some, SANITIZE=1, FUZZ_RUNS=5000000
	@tools/check

bench: ## numbers, ours and stock side by side; PLOT=1 for a picture, NEXT=10.2 for a newer base
	@tools/bench

stock: base ## the base without the series: build/stock/qemu-system-aarch64
	@tools/build stock

arm64: tree ## build/arm64/qemu-system-aarch64, static, with KVM, for an Arm host
	@tools/packages arm64
	@tools/build arm64

stock-arm64: base ## its twin without the series: build/stock/arm64/qemu-system-aarch64
	@tools/packages arm64
	@tools/build stock-arm64

series: tree ## build/series/*.patch for git am; with a cover letter in build/series-BASE; SIGNOFF="Name <mail>"
	@tools/series

deb: series ## Debian's package with the series, and the demo with it; BASE=7.2 on Debian 12
	@tools/deb

series-check: tree ## each commit built and tested, all targets without a warning; takes hours, goes on
	@tools/series-check

goldens: tree ## write down anew the ACPI tables that tests expect, and show what changed
	@tools/goldens

refresh: ## bring edits made in build/qemu-BASE back into the repo
	@tools/refresh

install: all ## binary, man page and docs below PREFIX (/usr/local); DESTDIR= for packaging
	@tools/install "$(DESTDIR)$(PREFIX)"

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14
