# Units for systemd; installed elsewhere: make install systemdunitdir=/etc/systemd/system.
systemdunitdir = $(prefix)/lib/systemd/system
UNITS = systemd/persocontact-gateway.service systemd/persocontact-notifier.service systemd/persocontact-portal.service
nodist_systemdunit_DATA = $(UNITS)
dist_systemdunit_DATA = systemd/persocontact.target
EXTRA_DIST += systemd/persocontact-gateway.service.in systemd/persocontact-notifier.service.in \
	systemd/persocontact-portal.service.in
CLEANFILES += $(UNITS)

$(UNITS): %.service: %.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && sed -e 's,@bindir\@,$(bindir),' -e 's,@sysconfdir\@,$(sysconfdir),' \
		$(top_srcdir)/$@.in >$@

# Public holidays.
calendardir = $(pkgdatadir)/calendar
dist_calendar_DATA = calendar/belgium.yaml
