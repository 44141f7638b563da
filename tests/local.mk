# Unit tests are GLib test programs that speak TAP; functional ones run the program against real servers.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = G_TEST_SRCDIR='$(abs_top_srcdir)/tests'; export G_TEST_SRCDIR; \
	G_TEST_BUILDDIR='$(abs_top_builddir)/tests'; export G_TEST_BUILDDIR; \
	G_DEBUG=fatal-criticals; export G_DEBUG; \
	PERSOCONTACT_DATA='$(abs_top_srcdir)'; export PERSOCONTACT_DATA; \
	PERSOCONTACT='$(abs_top_builddir)/persocontact'; export PERSOCONTACT;

UNIT_TESTS = \
	tests/unit/test_absence \
	tests/unit/test_address \
	tests/unit/test_bucket \
	tests/unit/test_bulk_place \
	tests/unit/test_calendar \
	tests/unit/test_canned \
	tests/unit/test_cases \
	tests/unit/test_command \
	tests/unit/test_compose \
	tests/unit/test_copy \
	tests/unit/test_decide \
	tests/unit/test_definitions \
	tests/unit/test_form_amend \
	tests/unit/test_form_fill \
	tests/unit/test_form_match \
	tests/unit/test_form_property \
	tests/unit/test_form_read \
	tests/unit/test_form_values \
	tests/unit/test_form_write \
	tests/unit/test_imap_stream \
	tests/unit/test_intake \
	tests/unit/test_language \
	tests/unit/test_mail \
	tests/unit/test_mail_variant \
	tests/unit/test_mustache \
	tests/unit/test_national_number \
	tests/unit/test_notifier \
	tests/unit/test_oauth2 \
	tests/unit/test_oidc_token \
	tests/unit/test_openid \
	tests/unit/test_outbox \
	tests/unit/test_people \
	tests/unit/test_portal_access \
	tests/unit/test_portal_card \
	tests/unit/test_portal_client \
	tests/unit/test_portal_range \
	tests/unit/test_portal_route \
	tests/unit/test_raw \
	tests/unit/test_read_auth \
	tests/unit/test_read_body \
	tests/unit/test_read_bounce \
	tests/unit/test_read_header \
	tests/unit/test_read_hostile \
	tests/unit/test_read_reply \
	tests/unit/test_read_zip \
	tests/unit/test_reader \
	tests/unit/test_reader_fork \
	tests/unit/test_receipts \
	tests/unit/test_retry \
	tests/unit/test_safety \
	tests/unit/test_scanned \
	tests/unit/test_secret \
	tests/unit/test_sender_directory \
	tests/unit/test_sender_smtp \
	tests/unit/test_settings \
	tests/unit/test_source_files \
	tests/unit/test_source_imap \
	tests/unit/test_source_maildir \
	tests/unit/test_store_open \
	tests/unit/test_text \
	tests/unit/test_texts \
	tests/unit/test_yaml
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

tests_unit_test_absence_SOURCES = %D%/unit/test_absence.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_absence_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_address_SOURCES = %D%/unit/test_address.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_address_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_bucket_SOURCES = %D%/unit/test_bucket.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_bucket_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_bulk_place_SOURCES = %D%/unit/test_bulk_place.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_bulk_place_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_calendar_SOURCES = %D%/unit/test_calendar.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_calendar_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_canned_SOURCES = %D%/unit/test_canned.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_canned_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_cases_SOURCES = %D%/unit/test_cases.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_cases_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_command_SOURCES = %D%/unit/test_command.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_command_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_compose_SOURCES = %D%/unit/test_compose.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_compose_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_copy_SOURCES = %D%/unit/test_copy.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_copy_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_decide_SOURCES = %D%/unit/test_decide.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_decide_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_definitions_SOURCES = %D%/unit/test_definitions.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_definitions_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_amend_SOURCES = %D%/unit/test_form_amend.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_amend_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_fill_SOURCES = %D%/unit/test_form_fill.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_fill_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_match_SOURCES = %D%/unit/test_form_match.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_match_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_property_SOURCES = %D%/unit/test_form_property.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_property_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_read_SOURCES = %D%/unit/test_form_read.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_read_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_values_SOURCES = %D%/unit/test_form_values.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_values_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_form_write_SOURCES = %D%/unit/test_form_write.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_form_write_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_imap_stream_SOURCES = %D%/unit/test_imap_stream.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_imap_stream_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_intake_SOURCES = %D%/unit/test_intake.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_intake_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_language_SOURCES = %D%/unit/test_language.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_language_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_mail_SOURCES = %D%/unit/test_mail.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_mail_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_mail_variant_SOURCES = %D%/unit/test_mail_variant.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_mail_variant_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_mustache_SOURCES = %D%/unit/test_mustache.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_mustache_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_national_number_SOURCES = %D%/unit/test_national_number.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_national_number_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_notifier_SOURCES = %D%/unit/test_notifier.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_notifier_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_oauth2_SOURCES = %D%/unit/test_oauth2.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_oauth2_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_oidc_token_SOURCES = %D%/unit/test_oidc_token.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_oidc_token_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_openid_SOURCES = %D%/unit/test_openid.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_openid_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_outbox_SOURCES = %D%/unit/test_outbox.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_outbox_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_people_SOURCES = %D%/unit/test_people.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_people_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_portal_access_SOURCES = %D%/unit/test_portal_access.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_portal_access_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_portal_card_SOURCES = %D%/unit/test_portal_card.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_portal_card_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_portal_client_SOURCES = %D%/unit/test_portal_client.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_portal_client_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_portal_range_SOURCES = %D%/unit/test_portal_range.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_portal_range_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_portal_route_SOURCES = %D%/unit/test_portal_route.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_portal_route_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_raw_SOURCES = %D%/unit/test_raw.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_raw_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_auth_SOURCES = %D%/unit/test_read_auth.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_auth_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_body_SOURCES = %D%/unit/test_read_body.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_body_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_bounce_SOURCES = %D%/unit/test_read_bounce.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_bounce_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_header_SOURCES = %D%/unit/test_read_header.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_header_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_hostile_SOURCES = %D%/unit/test_read_hostile.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_hostile_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_reply_SOURCES = %D%/unit/test_read_reply.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_reply_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_read_zip_SOURCES = %D%/unit/test_read_zip.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_read_zip_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_reader_SOURCES = %D%/unit/test_reader.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_reader_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_reader_fork_SOURCES = %D%/unit/test_reader_fork.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_reader_fork_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_receipts_SOURCES = %D%/unit/test_receipts.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_receipts_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_retry_SOURCES = %D%/unit/test_retry.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_retry_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_safety_SOURCES = %D%/unit/test_safety.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_safety_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_scanned_SOURCES = %D%/unit/test_scanned.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_scanned_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_secret_SOURCES = %D%/unit/test_secret.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_secret_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_sender_directory_SOURCES = %D%/unit/test_sender_directory.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_sender_directory_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_sender_smtp_SOURCES = %D%/unit/test_sender_smtp.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_sender_smtp_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_settings_SOURCES = %D%/unit/test_settings.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_settings_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_source_files_SOURCES = %D%/unit/test_source_files.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_source_files_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_source_imap_SOURCES = %D%/unit/test_source_imap.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_source_imap_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_source_maildir_SOURCES = %D%/unit/test_source_maildir.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_source_maildir_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_store_open_SOURCES = %D%/unit/test_store_open.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_store_open_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_text_SOURCES = %D%/unit/test_text.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_text_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_texts_SOURCES = %D%/unit/test_texts.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_texts_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_unit_test_yaml_SOURCES = %D%/unit/test_yaml.c %D%/unit/folder.h %D%/unit/mail_of.h %D%/unit/smtp_server.h %D%/unit/store_fixture.h
tests_unit_test_yaml_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)

EXTRA_DIST += \
	tests/bench/bench.h \
	tests/bench/floor.c \
	tests/bench/mails.py \
	tests/bench/read.c \
	tests/bench/run \
	tests/bench/servers.py \
	tests/bench/sink.c \
	tests/browser/desk.mjs \
	tests/browser/main.mjs \
	tests/browser/package-lock.json \
	tests/browser/package.json \
	tests/browser/run \
	tests/browser/test_attacks.mjs \
	tests/browser/test_cards.mjs \
	tests/browser/test_flows.mjs \
	tests/browser/test_looks.mjs \
	tests/browser/test_widths.mjs \
	tests/browser/world.py \
	tests/corpus/run \
	tests/faults/disk.c \
	tests/faults/run \
	tests/functional/lib/__init__.py \
	tests/functional/lib/bombs.py \
	tests/functional/lib/common.py \
	tests/functional/lib/desk.py \
	tests/functional/lib/disk.py \
	tests/functional/lib/dovecot.py \
	tests/functional/lib/given.py \
	tests/functional/lib/mails.py \
	tests/functional/lib/meddle.py \
	tests/functional/lib/nginx.py \
	tests/functional/lib/npm.py \
	tests/functional/lib/openid.py \
	tests/functional/lib/outside.py \
	tests/functional/lib/pdfs.py \
	tests/functional/lib/postfix.py \
	tests/functional/lib/relay.py \
	tests/functional/lib/servers.py \
	tests/functional/lib/signing.py \
	tests/functional/lib/slapd.py \
	tests/functional/lib/tls.py \
	tests/functional/lib/wire.py \
	tests/functional/openid/older-crypto.mjs \
	tests/functional/openid/older.mjs \
	tests/functional/openid/package-lock.json \
	tests/functional/openid/package.json \
	tests/functional/openid/provider.mjs \
	tests/functional/run \
	tests/functional/test_approval.py \
	tests/functional/test_arrange.py \
	tests/functional/test_automatic.py \
	tests/functional/test_belief.py \
	tests/functional/test_bulk.py \
	tests/functional/test_card.py \
	tests/functional/test_commands.py \
	tests/functional/test_cut.py \
	tests/functional/test_directory.py \
	tests/functional/test_disk.py \
	tests/functional/test_dossier.py \
	tests/functional/test_faults.py \
	tests/functional/test_files.py \
	tests/functional/test_help.py \
	tests/functional/test_hostile.py \
	tests/functional/test_huge.py \
	tests/functional/test_imap_faults.py \
	tests/functional/test_logins.py \
	tests/functional/test_loops.py \
	tests/functional/test_mailbox.py \
	tests/functional/test_mistakes.py \
	tests/functional/test_openid.py \
	tests/functional/test_openid_faults.py \
	tests/functional/test_pages.py \
	tests/functional/test_portal.py \
	tests/functional/test_portal_documents.py \
	tests/functional/test_portal_edges.py \
	tests/functional/test_portal_team.py \
	tests/functional/test_portal_ways.py \
	tests/functional/test_readers.py \
	tests/functional/test_reminders.py \
	tests/functional/test_requests.py \
	tests/functional/test_running.py \
	tests/functional/test_safety.py \
	tests/functional/test_sending.py \
	tests/functional/test_servers.py \
	tests/functional/test_service.py \
	tests/functional/test_smtp_faults.py \
	tests/functional/test_tls.py \
	tests/fuzz/seeds/card/certificate \
	tests/fuzz/seeds/card/header-blanks \
	tests/fuzz/seeds/card/header-nginx \
	tests/fuzz/seeds/card/header-rfc9440 \
	tests/fuzz/seeds/card/list-der \
	tests/fuzz/seeds/card/list-pem \
	tests/fuzz/seeds/card/two \
	tests/fuzz/seeds/copy/hop \
	tests/fuzz/seeds/copy/same \
	tests/fuzz/seeds/form_fill/parental-de \
	tests/fuzz/seeds/form_fill/parental-en \
	tests/fuzz/seeds/form_fill/parental-fr \
	tests/fuzz/seeds/form_fill/parental-nl \
	tests/fuzz/seeds/mail_read/bounce \
	tests/fuzz/seeds/mail_read/html \
	tests/fuzz/seeds/mail_read/multi \
	tests/fuzz/seeds/mail_read/plain \
	tests/fuzz/seeds/mail_read/zip \
	tests/fuzz/seeds/mail_variant/bounce \
	tests/fuzz/seeds/mail_variant/html \
	tests/fuzz/seeds/mail_variant/multi \
	tests/fuzz/seeds/mail_variant/plain \
	tests/fuzz/seeds/mail_variant/zip \
	tests/fuzz/seeds/oidc/claims \
	tests/fuzz/seeds/oidc/document \
	tests/fuzz/seeds/oidc/keys \
	tests/fuzz/seeds/oidc/keys-ec \
	tests/fuzz/seeds/oidc/keys-x5u \
	tests/fuzz/seeds/oidc/own-jwk \
	tests/fuzz/seeds/oidc/own-pem \
	tests/fuzz/seeds/oidc/parts \
	tests/fuzz/seeds/oidc/parts-none \
	tests/fuzz/seeds/oidc/token \
	tests/fuzz/seeds/oidc/token-encrypted \
	tests/fuzz/seeds/page/approve \
	tests/fuzz/seeds/page/ask \
	tests/fuzz/seeds/page/case \
	tests/fuzz/seeds/page/content \
	tests/fuzz/seeds/page/document \
	tests/fuzz/seeds/page/draft \
	tests/fuzz/seeds/page/enter \
	tests/fuzz/seeds/page/form \
	tests/fuzz/seeds/page/handle \
	tests/fuzz/seeds/page/help \
	tests/fuzz/seeds/page/home \
	tests/fuzz/seeds/page/language \
	tests/fuzz/seeds/page/leave \
	tests/fuzz/seeds/page/link \
	tests/fuzz/seeds/page/me \
	tests/fuzz/seeds/page/mine \
	tests/fuzz/seeds/page/new \
	tests/fuzz/seeds/page/odd \
	tests/fuzz/seeds/page/receipt \
	tests/fuzz/seeds/page/sessions \
	tests/fuzz/seeds/page/style \
	tests/fuzz/seeds/page/team \
	tests/fuzz/seeds/page/twice \
	tests/fuzz/seeds/page/withdraw \
	tests/fuzz/seeds/page/write \
	tests/fuzz/seeds/request/browser \
	tests/fuzz/seeds/request/cookie \
	tests/fuzz/seeds/request/cookie-two \
	tests/fuzz/seeds/request/forwarded \
	tests/fuzz/seeds/request/forwarded-6 \
	tests/fuzz/seeds/request/host \
	tests/fuzz/seeds/request/host-6 \
	tests/fuzz/seeds/request/range \
	tests/fuzz/seeds/request/range-end \
	tests/fuzz/seeds/request/route-case \
	tests/fuzz/seeds/request/route-form \
	tests/fuzz/seeds/request/route-help \
	tests/fuzz/seeds/request/route-link \
	tests/fuzz/seeds/request/sniff-heic \
	tests/fuzz/seeds/request/sniff-ole \
	tests/fuzz/seeds/request/sniff-pdf \
	tests/fuzz/seeds/request/sniff-text \
	tests/fuzz/seeds/request/sniff-zip \
	tests/fuzz/seeds/upload/cut \
	tests/fuzz/seeds/upload/empty \
	tests/fuzz/seeds/upload/hidden \
	tests/fuzz/seeds/upload/long \
	tests/fuzz/seeds/upload/one \
	tests/fuzz/seeds/upload/path \
	tests/load/fill.py \
	tests/load/run \
	tests/torture/hostile \
	tests/torture/page.py \
	tests/torture/run \
	tests/torture/traffic.py \
	tests/torture/world.py

if FUZZING
# One program a target: clang's libFuzzer gives it its main.
noinst_PROGRAMS += tests/fuzz/fuzz_card
tests_fuzz_fuzz_card_SOURCES = %D%/fuzz/fuzz_card.c
tests_fuzz_fuzz_card_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_card_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_copy
tests_fuzz_fuzz_copy_SOURCES = %D%/fuzz/fuzz_copy.c
tests_fuzz_fuzz_copy_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_copy_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_form_fill
tests_fuzz_fuzz_form_fill_SOURCES = %D%/fuzz/fuzz_form_fill.c
tests_fuzz_fuzz_form_fill_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_form_fill_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_mail_read
tests_fuzz_fuzz_mail_read_SOURCES = %D%/fuzz/fuzz_mail_read.c
tests_fuzz_fuzz_mail_read_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_mail_read_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_mail_variant
tests_fuzz_fuzz_mail_variant_SOURCES = %D%/fuzz/fuzz_mail_variant.c
tests_fuzz_fuzz_mail_variant_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_mail_variant_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_oidc
tests_fuzz_fuzz_oidc_SOURCES = %D%/fuzz/fuzz_oidc.c
tests_fuzz_fuzz_oidc_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_oidc_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_page
tests_fuzz_fuzz_page_SOURCES = %D%/fuzz/fuzz_page.c
tests_fuzz_fuzz_page_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_page_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_request
tests_fuzz_fuzz_request_SOURCES = %D%/fuzz/fuzz_request.c
tests_fuzz_fuzz_request_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_request_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
noinst_PROGRAMS += tests/fuzz/fuzz_upload
tests_fuzz_fuzz_upload_SOURCES = %D%/fuzz/fuzz_upload.c
tests_fuzz_fuzz_upload_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_fuzz_fuzz_upload_LDFLAGS = -fsanitize=fuzzer $(AM_LDFLAGS)
endif

BENCHMARKS = \
	tests/bench/floor \
	tests/bench/read \
	tests/bench/sink
EXTRA_PROGRAMS = $(BENCHMARKS)
CLEANFILES += $(BENCHMARKS)
tests_bench_floor_SOURCES = %D%/bench/floor.c
tests_bench_floor_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_bench_read_SOURCES = %D%/bench/read.c
tests_bench_read_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)
tests_bench_sink_SOURCES = %D%/bench/sink.c
tests_bench_sink_LDADD = desk/libdesk.a $(OUR_ARCHIVES) $(DESK_LIBS)

