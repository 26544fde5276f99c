# Everything here needs Go and a C compiler, nothing else; `make e2e` also
# drives other programs, and fetches them where it may (see .ci/need).

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
CODE    := cmd proxy capture draft
TOOL    := $(GO) tool -modfile=.tools/go.mod

# SQLite is C. Without this a machine that has no compiler would build a program
# that cannot open its store.
export CGO_ENABLED := 1

# The version comes in by -ldflags; asking git a second time would only fail in
# checkouts that it does not trust.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

# What debuggers read of a test program takes longer to link than many of them to run;
# the stack of a panic needs none of it.
BARE := -ldflags=-s

.DEFAULT_GOAL := help
.PHONY: help run build test check e2e pictures bench bench-redact bench-store bench-postgres bench-desk lint vulns fmt release clean

help: ## list what can be made
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

run: build ## build, and serve the proxy and the desk (ARGS="…" adds flags)
	bin/flagrante serve $(ARGS)

build: ## build bin/flagrante
	$(GO) build -ldflags '-X main.version=$(VERSION)' -o bin/flagrante ./cmd/flagrante

test: ## run the tests
	$(GO) test $(BARE) -timeout 5m ./...

check: ## what a change has to pass: format, vet, lint, tests with the race detector
	@unformatted=$$(gofmt -l $(CODE)) && test -z "$$unformatted" || \
		{ echo "not formatted (make fmt does it): $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags e2e ./...
	$(MAKE) lint
	$(GO) test $(BARE) -race -timeout 20m ./...

e2e: ## run all tests, with those that drive a browser, curl, and a real ticket system
	.ci/need chromium axe-core curl javac node request-tracker5 exim4 git wget python3 ruby php perl-lwp cargo certutil openssl man zsh fish mandoc jq rpm systemd-analyze ip postgresql pgbouncer podman podman-compose netavark deno @azure/mcp
	$(GO) test $(BARE) -tags e2e -count 1 -timeout 30m ./...

pictures: ## make the pictures of the guides anew (docs/images)
	.ci/need chromium
	FLAGRANTE_PICTURES=$(CURDIR)/docs/images $(GO) test -tags e2e -count 1 -run PicturesForTheGuides ./draft/desk

bench: ## compare the proxy with others and print tables (ARGS=-short is quicker)
	$(GO) test -run '^$$' -bench Proxies -benchtime 1x -timeout 20m $(ARGS) ./cmd/bench

bench-redact: ## how many times as fast as encoding/json masking is
	$(GO) test -run '^$$' -bench Redact -benchtime 3s -timeout 2m ./capture/redact

bench-store: ## what lists cost as the store grows to a million failures, pages of ten thousand drafts, and storing beside SQLite alone (a quarter of an hour, an hour where others work; ARGS=-short: to 100,000)
	$(GO) test -run '^$$' -bench 'Store|Ingest|Drafts' -benchtime 1x -timeout 2h $(ARGS) ./draft/lifecycle

bench-postgres: ## what storing and pages cost in PostgreSQL beside SQLite, at 100,000 failures (ROWS=1000000 for more, FLAGRANTE_BENCH_STORES=DIR keeps them, FLAGRANTE_BENCH_PARTS=sqlite,postgres,writers,words,pages chooses parts)
	.ci/need postgresql
	FLAGRANTE_BENCH_ROWS=$(or $(ROWS),100000) $(GO) test -tags e2e -run '^$$' -bench Engines -benchtime 20x -timeout 60m $(ARGS) ./capture/store

bench-desk: ## what pages of 10,000 drafts weigh, cost, and when they are first seen in a browser (ARGS=-short: of a thousand), and those of the stores in the folder FLAGRANTE_BENCH_STORES
	.ci/need chromium
	$(GO) test -tags e2e -run '^$$' -bench Desk -benchtime 10x -timeout 60m $(ARGS) ./draft/desk

lint: ## run the linters of .golangci.yml
	$(TOOL) golangci-lint run ./...

vulns: ## look for known vulnerabilities; needs the Go vulnerability database, so the network
	$(TOOL) govulncheck ./...

fmt: ## format the code
	gofmt -w $(CODE)

release: ## make what is released, in bin/release: a static program, deb, rpm and what they are made of
	.packaging/release bin/release $(VERSION)

clean: ## remove what was built
	rm -rf bin
