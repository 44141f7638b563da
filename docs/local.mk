dist_man_MANS = man/persocontact.1 man/desk.conf.5 man/people.csv.5
dist_doc_DATA = README.md \
	docs/attacks.md \
	docs/decisions/0001-libraries.md \
	docs/decisions/0002-keys-and-holders.md \
	docs/decisions/0003-groups.md \
	docs/decisions/0004-readers.md \
	docs/decisions/0005-placing.md \
	docs/decisions/0006-telling-systemd.md \
	docs/decisions/0007-limits-of-automatic-mail.md \
	docs/decisions/0008-pages.md \
	docs/decisions/0009-directory.md \
	docs/decisions/0010-search.md \
	docs/decisions/0011-ways-in.md \
	docs/decisions/0012-one-mail-by-two-paths.md \
	docs/decisions/0013-yes-and-no.md \
	docs/decisions/0014-openid.md \
	docs/decisions/0015-text-of-pdfs.md \
	docs/decisions/0016-cards.md \
	docs/forms.md \
	docs/performance.md \
	docs/reliability.md

manualnldir = $(docdir)/manual/nl
dist_manualnl_DATA = \
	docs/manual/nl/dossier-manager.md \
	docs/manual/nl/employee.md \
	docs/manual/nl/hr.md \
	docs/manual/nl/manager.md

manualfrdir = $(docdir)/manual/fr
dist_manualfr_DATA = \
	docs/manual/fr/dossier-manager.md \
	docs/manual/fr/employee.md \
	docs/manual/fr/hr.md \
	docs/manual/fr/manager.md

manualdedir = $(docdir)/manual/de
dist_manualde_DATA = \
	docs/manual/de/dossier-manager.md \
	docs/manual/de/employee.md \
	docs/manual/de/hr.md \
	docs/manual/de/manager.md

manualendir = $(docdir)/manual/en
dist_manualen_DATA = \
	docs/manual/en/dossier-manager.md \
	docs/manual/en/employee.md \
	docs/manual/en/hr.md \
	docs/manual/en/manager.md
