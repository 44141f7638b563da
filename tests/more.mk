# more.mk - what the generated lists of tests/local.mk do not say: checks and targets.
# The corpora of real mails lie outside of the project: their test is skipped where they are absent.
TESTS += tests/functional/run tests/browser/run tests/torture/run tests/faults/run tests/corpus/run
EXTRA_DIST += tools/check-layers tools/check-docs tools/check-style tools/packages tools/build \
	.clang-format check demo tests/fuzz/run

check-local: check-sources
check-sources:
	$(AM_V_at)for check in check-layers check-docs check-style; do \
		$(top_srcdir)/tools/$$check && echo "PASS: tools/$$check" || \
		{ echo "FAIL: tools/$$check"; exit 1; }; \
	done

# Unit and corpus tests alone, for a build with sanitizers.
check-unit: $(check_PROGRAMS) persocontact
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(UNIT_TESTS) tests/corpus/run'

bench: persocontact $(BENCHMARKS)
	$(top_srcdir)/tests/bench/run $(abs_top_builddir)

# The pages with CASES cases in the database: about six minutes, and 6 GB beside the build.
CASES = 1000000
load: persocontact
	$(top_srcdir)/tests/load/run --program $(abs_top_builddir)/persocontact --cases $(CASES)

# Kills the desk at every failpoint and at random for SECONDS; SEED= repeats a run.
SECONDS = 1200
ROUNDS = 4
# ./check runs with one seed; here each run has its own, which is printed.
SEED = $$(od -An -N3 -tu4 /dev/urandom | tr -d " ")
torture:
	SEED="$(SEED)" $(top_srcdir)/tests/torture/run --seconds $(SECONDS) --rounds $(ROUNDS)

# Fails the disk at every change that the commands make of it.
faults:
	SEED="$(SEED)" PERSOCONTACT=$(abs_top_builddir)/persocontact \
		$(top_srcdir)/tests/faults/run --every 1

# Cuts IMAP and SMTP after every byte of a session; ./check cuts at some.
outside: persocontact
	EVERY_BYTE=1 SEED="$(SEED)" PERSOCONTACT=$(abs_top_builddir)/persocontact \
		$(top_srcdir)/tests/functional/run cut. faults. imap_faults.

# A table: mails that crash, stall or bloat their reader, and what they cost.
hostile: persocontact
	$(top_srcdir)/tests/torture/hostile --program $(abs_top_builddir)/persocontact

# Every fuzz target for SECONDS, two at a time; what was learned before is gone on with.
fuzz:
	CC=clang $(top_srcdir)/tools/build $(top_srcdir)/build/fuzzing --enable-fuzzing
	$(top_srcdir)/tests/fuzz/run $(top_srcdir)/build/fuzzing $(SECONDS)

.PHONY: check-sources check-unit bench load torture faults outside hostile fuzz
